"""A place of its own for every test, Inspect's cache included."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replies of one test are never another's."""
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
