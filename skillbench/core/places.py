"""Places a person may name: files and folders here, and what fsspec reaches (``s3://``, ``memory://`` and others)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import fsspec

from skillbench.core.errors import InputError, SkillBenchError

_STAMPS = ("mtime", "ETag", "etag", "LastModified", "Last-Modified", "last_modified", "updated", "created")
"""What file systems call the mark that changes with a file, best first: S3's LastModified counts whole seconds."""


@dataclass(frozen=True, order=True)
class PlacedFile:
    """A file somewhere.

    Attributes:
        path: where it is: a path here, or its whole address.
        name: its path below the folder that was named, or its name alone if the file itself was.
        named: whether the file itself was named.
        size: in bytes; 0 if the place does not say.
        stamp: changes when the file does; empty if the place does not say.
    """

    path: str
    name: str
    named: bool
    size: int
    stamp: str


def files_below(place: str) -> tuple[PlacedFile, ...]:
    """The file of this path or address, or every file below this folder, sorted by path.

    Raises:
        InputError: it does not exist or cannot be listed; the message says what to do.
    """
    try:
        system, root = fsspec.core.url_to_fs(place)
        system.invalidate_cache(root)  # listings are remembered per process, and files come and go
        info = system.info(root)
        if info["type"] == "file":
            return (_placed(system, root, root.rpartition("/")[2], info, named=True),)
        found = sorted(system.find(root, detail=True).items())
        return tuple(_placed(system, path, path.removeprefix(root).lstrip("/"), info) for path, info in found)
    except Exception as error:  # every store raises its own kinds
        raise _explained(place, error) from error


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """The file of a path or address, to be read as bytes; whatever goes wrong before it is closed is explained.

    Raises:
        InputError: it cannot be opened or read on; the message says what to do.
    """
    try:
        system, root = fsspec.core.url_to_fs(path)
        with system.open(root, "rb") as stream:
            yield stream
    except SkillBenchError:
        raise
    except Exception as error:  # every store and every format raises its own kinds
        raise _explained(path, error) from error


def _placed(system: Any, path: str, name: str, info: Mapping[str, Any], *, named: bool = False) -> PlacedFile:
    protocols = [system.protocol] if isinstance(system.protocol, str) else system.protocol
    stamp = next((info[key] for key in _STAMPS if info.get(key)), "")
    where = path if "file" in protocols else str(system.unstrip_protocol(path))
    return PlacedFile(where, name, named, int(info.get("size") or 0), str(stamp))


def _explained(place: str, error: Exception) -> InputError:
    """What went wrong at a place, and what to do about it."""
    remote = "://" in place
    if isinstance(error, FileNotFoundError):
        hint = "give the whole address, bucket first" if remote else "check the path, seen from this folder"
        return InputError(f"{place} does not exist; {hint}")
    if isinstance(error, PermissionError):
        hint = "check the credentials in use and the place's policy" if remote else "ask for the right to read it"
        return InputError(f"{place}: no permission to read it ({error}); {hint}")
    if isinstance(error, ImportError):
        return InputError(f"{place} needs a package that is not here: {error}. Install it, or copy the files here")
    if isinstance(error, ValueError) and str(error).startswith("Protocol not known"):
        scheme = place.partition("://")[0]
        return InputError(f"{place}: scheme {scheme!r} is unknown; fsspec knows s3, gs, az, hf, https, memory and more")
    hint = "check the address, the network and the credentials" if remote else "check that it is whole"
    return InputError(f"{place} cannot be read ({type(error).__name__}: {str(error)[:300]}); {hint}")
