"""Revisions of arithmetic: a hash over the source of a module and of every module under it that takes part.

It reads source text, not compiled code, so that it is the same on every Python version and platform.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.abc import InspectLoader

from skillbench.core.errors import SkillError
from skillbench.core.schema import sha256_of

ARITHMETIC = ("skillbench.core.quantities", "skillbench.core.standing")
"""Modules of ``core`` that compute; the rest gives types, draws and errors."""


def revision_of(start: Iterable[str], under: Iterable[str], apart: Iterable[str] = ()) -> str:
    """Sixteen hex digits that change when a module of these, or one that they build on, changes.

    Line ends do not count; comments do.

    Args:
        start: modules by name.
        under: beginnings of the names of modules that count where one of these imports them, directly or not.
        apart: modules that do not count, nor what they import.

    Raises:
        SkillError: the source of one is not installed.
    """
    modules = sorted(_under(set(start), tuple(under), frozenset(apart)))
    return sha256_of("".join(f"{module}\0{_source(module)}\0" for module in modules).encode())[:16]


def _under(start: set[str], under: tuple[str, ...], apart: frozenset[str]) -> set[str]:
    """The modules that some modules build on, themselves included."""
    found: set[str] = set()
    waiting = set(start)
    while waiting:
        module = waiting.pop()
        found.add(module)
        waiting |= {name for name in _imports(module) if name.startswith(under)} - found - apart
    return found


@cache
def _imports(module: str) -> frozenset[str]:
    """The modules a module's source imports; ``from a import b`` may mean ``a.b``."""
    return frozenset(_named(ast.parse(_source(module))))


def _named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            inside = (f"{node.module}.{alias.name}" for alias in node.names if node.module.startswith("skillbench."))
            yield from (name for name in inside if _is_module(name))


def _is_module(name: str) -> bool:
    parent = importlib.util.find_spec(name.rpartition(".")[0])
    if parent is None or parent.submodule_search_locations is None:
        return False
    return importlib.util.find_spec(name) is not None


@cache
def _source(module: str) -> str:
    """A module's source with its line ends as line feeds.

    Raises:
        SkillError: only compiled code is installed.
    """
    spec = importlib.util.find_spec(module)
    loader = spec.loader if spec else None
    source = loader.get_source(module) if isinstance(loader, InspectLoader) else None
    if source is None:
        raise SkillError(f"{module}: its source is not installed, so its revision is unknown; install it with source")
    return source
