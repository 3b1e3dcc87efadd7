"""Data blocks are there, are of a size a person would attach, and parse in their own format."""

from __future__ import annotations

import configparser
import csv
import email
import email.policy
import json
import sqlite3
import tomllib
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

from skillbench.authoring.draft import Exam
from skillbench.judge.authored.criteria import PARSERS

FEWEST, MOST = 2, 6
"""Files of a task."""

SHORTEST, LONGEST = 5, 120
"""Lines of a file; 10 to 80 are asked for."""

WIDEST = 600
"""Characters of a line."""


def check(exam: Exam) -> Iterator[str]:
    """Blocks that are missing, too short or long, of an unknown kind, or malformed."""
    files = exam.draft.files
    if not FEWEST <= len(files) <= MOST:
        yield f"{len(files)} files; give {FEWEST} to {MOST}"
    if not any(_kind(name) not in PROSE for name in files):
        yield "no file holds data (a table, JSON, a log, code); prose alone gives nothing to work on"
    for name, text in files.items():
        yield from (f"{name} {reason}" for reason in _faults(name, text))


def _faults(name: str, text: str) -> Iterator[str]:
    lines = text.rstrip("\n").split("\n")
    if not SHORTEST <= len(lines) <= LONGEST:
        yield f"has {len(lines)} lines; give {SHORTEST} to {LONGEST}, 10 to 80 as a rule"
    if max(map(len, lines)) > WIDEST:
        yield f"has a line of {max(map(len, lines))} characters; {WIDEST} are allowed"
    if unseen := next((sign for sign in text if not (sign.isprintable() or sign in "\n\t")), ""):
        yield f"holds the character U+{ord(unseen):04X}, which nobody sees"
    kind = _kind(name)
    if kind not in READERS:
        yield f"is of an unknown kind; known are {', '.join(sorted(READERS))}"
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            READERS[kind](text)
    except RecursionError:
        yield f"is no {kind}: nested too deep"
    except Exception as error:  # noqa: BLE001  every format's reader raises its own kinds
        yield f"is no {kind}: {' '.join(str(error).split())[:200]}"


def _kind(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def _table(text: str) -> None:
    head, *rows = csv.reader(text.rstrip("\n").split("\n"), strict=True)
    if any(len(row) != len(head) for row in rows):
        raise ValueError("rows of different width")
    if len(head) < 2 or not all(cell.strip() for cell in head) or len(set(head)) < len(head):
        raise ValueError("its first line does not name two columns or more, each once")


def _tabbed(text: str) -> None:
    if len({line.count("\t") for line in text.rstrip("\n").split("\n")}) > 1 or "\t" not in text:
        raise ValueError("rows of different width")


def _json_lines(text: str) -> None:
    for line in text.rstrip("\n").split("\n"):
        json.loads(line)


def _xml(text: str) -> None:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:  # entities could grow without bound
        raise ValueError("it declares a document type")
    ET.fromstring(text)  # noqa: S314  no entities, and a bounded text


def _ini(text: str) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    if not parser.sections():
        raise ValueError("it has no section")


def _sql(text: str) -> None:
    plain = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("--"))
    if not sqlite3.complete_statement(plain.rstrip() if plain.rstrip().endswith(";") else plain.rstrip() + ";"):
        raise ValueError("its last statement is not complete")


def _mail(text: str) -> None:
    message = email.message_from_string(text, policy=email.policy.default)
    if not message["From"] or not message["Subject"] or message.defects:
        raise ValueError(f"it lacks From or Subject, or is broken: {message.defects}")


def _prose(text: str) -> None:
    if len(text.split()) < 20:
        raise ValueError("fewer than 20 words")


def _lines(text: str) -> None:
    """A log or a patch has no grammar that all of its kind share; its size is checked already."""


READERS: Mapping[str, Callable[[str], object]] = {
    "csv": _table,
    "tsv": _tabbed,
    "json": json.loads,
    "jsonl": _json_lines,
    "yaml": PARSERS["yaml"],
    "yml": PARSERS["yaml"],
    "toml": tomllib.loads,
    "ini": _ini,
    "cfg": _ini,
    "xml": _xml,
    "sql": _sql,
    "py": PARSERS["python"],
    "eml": _mail,
    "md": _prose,
    "txt": _prose,
    "log": _lines,
    "diff": _lines,
    "patch": _lines,
}
"""What reads a file of each kind; it raises where the file is malformed."""

PROSE = frozenset({"md", "txt", "eml"})
