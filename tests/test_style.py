"""Rules of the house that no linter checks."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "skillbench").rglob("*.py"))
UNFINISHED = ("TODO", "FIXME", "XXX", "HACK")


def ids(path: Path) -> str:
    """A module's path below the root."""
    return path.relative_to(ROOT).as_posix()


def test_the_package_is_there() -> None:
    """The rules below look at something."""
    assert len(MODULES) > 60


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_no_assert_validates_anything(path: Path) -> None:
    """Package code raises errors; an ``assert`` vanishes under ``python -O``."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    assert not [node.lineno for node in nodes if isinstance(node, ast.Assert)]


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_nothing_is_left_unfinished(path: Path) -> None:
    """No ``NotImplementedError`` and no note to self: what is in the package works."""
    text = path.read_text(encoding="utf-8")
    raised = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Raise) and node.exc]
    names = {name.id for node in raised for name in ast.walk(node) if isinstance(name, ast.Name)}
    assert "NotImplementedError" not in names  # caught it may be: zipfile raises it
    comments = [
        token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT
    ]
    assert not [token.string for token in comments if any(mark in token.string for mark in UNFINISHED)]


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_randomness_comes_from_streams(path: Path) -> None:
    """Cases, skills and chains draw only from named streams; estimators may use numpy's seeded generators."""
    text = path.read_text(encoding="utf-8")
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert "random" not in imported


@pytest.mark.parametrize("folder", ["skillbench", "tests", "benchmarks"])
def test_no_module_is_a_drawer(folder: str) -> None:
    """Modules are named after what they do."""
    drawers = {"utils", "helpers", "manager", "misc", "common"}
    assert not [ids(path) for path in (ROOT / folder).rglob("*.py") if path.stem in drawers]
