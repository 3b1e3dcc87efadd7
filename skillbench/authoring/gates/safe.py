"""The programs look harmless before the sandbox sees them: the sandbox is the wall, this is the sign on it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from skillbench.authoring.draft import Exam
from skillbench.authoring.reading import defines_figures

# fmt: off
MODULES = frozenset({
    "__future__", "abc", "ast", "base64", "binascii", "bisect", "calendar", "cmath", "collections", "configparser",
    "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "email", "enum", "fractions",
    "functools", "glob", "graphlib", "hashlib", "heapq", "hmac", "html", "io", "ipaddress", "itertools", "json", "math",
    "numbers", "operator", "os", "pathlib", "re", "shlex", "sqlite3", "statistics", "string", "struct", "textwrap",
    "tokenize", "tomllib", "types", "typing", "unicodedata", "warnings", "xml", "zlib", "zoneinfo",
})
"""What a figure may be computed with: modules of the standard library that only read, parse and calculate."""

CALLS = frozenset({
    "__import__", "breakpoint", "compile", "delattr", "eval", "exec", "getattr", "globals", "input", "locals",
    "setattr", "vars",
})
OS_ALLOWED = frozenset({"path", "listdir", "scandir", "walk", "sep", "fspath", "PathLike"})
WRITES = frozenset({
    "chmod", "hardlink_to", "mkdir", "now", "rename", "rmdir", "symlink_to", "today", "touch", "unlink", "utcnow",
    "write_bytes", "write_text",
})
"""Methods that leave something behind, or that read the clock."""
# fmt: on


def check(exam: Exam) -> Iterator[str]:
    """What the checker does that none needs to compute a figure from files."""
    return (f"the checker {reason}" for reason in faults(exam.draft.checker))


def faults(source: str) -> list[str]:
    """What a program does that none needs to compute a figure from files, each the end of a sentence about it."""
    if not defines_figures(source):
        return ["is no Python source that defines figures(folder)"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in an author's string is no matter of ours
        tree = ast.parse(source)
    return list(dict.fromkeys(one for node in ast.walk(tree) for one in _faults(node)))


def _faults(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield from _module(alias.name)
    elif isinstance(node, ast.ImportFrom):
        yield from _module("" if node.level else node.module or "")
        if node.module == "os":
            yield from (f"imports os.{one.name}" for one in node.names if one.name not in OS_ALLOWED)
    elif isinstance(node, ast.Attribute):
        yield from _attribute(node)
    elif isinstance(node, ast.Name) and node.id in CALLS:
        yield f"uses {node.id}"
    elif isinstance(node, ast.Call) and _opens_to_write(node):
        yield "opens a file for writing"


def _attribute(node: ast.Attribute) -> Iterator[str]:
    if node.attr.startswith("__"):
        yield f"reaches for {node.attr}"
    elif node.attr in WRITES:
        yield f"calls {node.attr}: it may neither write nor read the clock"
    elif isinstance(node.value, ast.Name) and node.value.id == "os" and node.attr not in OS_ALLOWED:
        yield f"uses os.{node.attr}"


def _module(name: str) -> Iterator[str]:
    if name.partition(".")[0] not in MODULES:
        yield f"imports {name or 'from its own folder'}; allowed are {', '.join(sorted(MODULES))}"


def _opens_to_write(node: ast.Call) -> bool:
    named = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if named != "open":
        return False
    place = 1 if isinstance(node.func, ast.Name) else 0
    modes = [word.value for word in node.keywords if word.arg == "mode"] + node.args[place : place + 1]
    return any(not isinstance(mode, ast.Constant) or set(str(mode.value)) & set("wax+") for mode in modes)
