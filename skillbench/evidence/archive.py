"""The file a log is: what its archive may hold, decided before a byte of it is unpacked."""

from __future__ import annotations

import stat
import zipfile
from collections import Counter
from pathlib import PurePosixPath
from typing import Final

import fsspec

from skillbench.core.errors import LogError
from skillbench.core.plain import plain
from skillbench.evidence.log_files import LogFile

LARGEST_PART: Final = 64 * 2**20
"""Bytes that a part of a log may have unpacked, or 32 kB for each of its samples if that is more; ours hold 8 kB."""

LARGEST_JSON: Final = 256 * 2**20
"""Bytes of a log in JSON, which is read whole."""

LARGEST_RATIO: Final = 200
"""Unpacked to packed bytes of one part; logs reach about 15."""

SAMPLES: Final = "samples/"


def check_file(file: LogFile, *, samples: bool = False) -> tuple[str, ...]:
    """The parts of a log, if all of them are such as Inspect writes; none of a log in JSON.

    Args:
        file: the log.
        samples: whether its samples will be read whole, and must hold the limit of size too.

    Raises:
        LogError: a part too large, too dense, there twice, a link, with a place of its own or in another's bytes;
            or not a whole file.
    """
    if not file.path.endswith(".eval"):
        if file.size > LARGEST_JSON:
            raise LogError(f"{file.path} has {file.size >> 20} MB of JSON; convert it with `inspect log convert`")
        return ()
    try:
        with fsspec.open(file.path, "rb") as stream, zipfile.ZipFile(stream) as parts:
            members = parts.infolist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise LogError(f"{file.path} is not a whole .eval file ({error}); fetch or run it again") from error
    if odd := _odd(members, file.size) or _heavy(members, samples=samples):
        raise LogError(f"{file.path}: {odd}. No run writes this; leave it out or pass --skip-bad")
    return tuple(member.filename for member in members)


def _odd(members: list[zipfile.ZipInfo], size: int) -> str:
    """Why these are no members of one honest archive; empty where they are."""
    twice = [name for name, times in Counter(member.filename for member in members).items() if times > 1]
    if twice:
        return f"its part {plain(twice[0])!r} is there twice, so that two readers may see two logs"
    for member in members:
        path, kind = PurePosixPath(member.filename), stat.S_IFMT(member.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or "\\" in member.filename or not member.filename.isprintable():
            return f"its part {plain(member.filename)!r} has no place inside a log"
        if kind not in {0, stat.S_IFREG} or member.flag_bits & 1 or member.is_dir():
            return f"its part {plain(member.filename)!r} is a link, a folder or encrypted"
    if size and sum(member.compress_size for member in members) > size:
        return "its parts lie in each other's bytes"
    return ""


def _heavy(members: list[zipfile.ZipInfo], *, samples: bool) -> str:
    most = max(LARGEST_PART, 2**15 * sum(part.filename.startswith(SAMPLES) for part in members))
    for part in members:
        ratio = part.file_size / max(part.compress_size, 1)
        heavy = part.file_size > most or (part.file_size > 2**20 and ratio > LARGEST_RATIO)
        if heavy and (samples or not part.filename.startswith(SAMPLES)):
            return (
                f"its part {part.filename!r} unpacks to {part.file_size >> 20} MB ({ratio:.0f} times its size); at "
                f"most {most >> 20} MB and {LARGEST_RATIO} times are allowed"
            )
    return ""
