"""A handbook behind a search box: BM25 over its pages, no server (bm25s, MIT)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from skillbench.core.schema import Page

_WORD = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
SNIPPET = 160


class Library:
    """Searchable pages.

    Args:
        pages: the handbook; ids are unique.
    """

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = {page.id: page for page in pages}
        self._order = list(self._pages.values())
        self._ranked: dict[str, list[int]] = {}

    @cached_property
    def _index(self) -> Any:
        # At the first search: the library takes 1.5 s to load, and every Inspect process imports this module.
        import bm25s  # noqa: PLC0415

        index = bm25s.BM25()
        index.index([words(f"{page.title} {page.title} {page.text}") for page in self._order], show_progress=False)
        return index

    def search(self, query: str, top: int = 8) -> list[Page]:
        """The best pages for some words, best first; equal scores keep the library's order."""
        if query not in self._ranked:  # a composer asks the same of every prefix of a chain
            self._ranked[query] = self._rank(query)
        return [self._order[place] for place in self._ranked[query][:top]]

    def _rank(self, query: str) -> list[int]:
        """Places of the pages that hold any word asked for, best first."""
        asked = [word for word in words(query) if word in self._index.vocab_dict]
        if not asked:
            return []
        scores = [float(score) for score in self._index.get_scores(asked)]
        return sorted((place for place, score in enumerate(scores) if score > 0), key=lambda at: (-scores[at], at))

    def open(self, page_id: str) -> Page | None:
        """The page of this number, whatever the case and spaces it was asked with."""
        return self._pages.get(page_id.strip().upper())


def words(text: str) -> list[str]:
    """Lower-case words; ``snake_case`` and its parts are both found."""
    found = _WORD.findall(text.lower())
    return found + [part for word in found if "_" in word for part in word.split("_")]


def snippet(page: Page) -> str:
    """One line for a result list: number, title and first words; status and scope stand on the page alone."""
    short = " ".join(page.body.split())
    return f"{page.id} | {page.title} | {short[:SNIPPET]}…"
