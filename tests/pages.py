"""Handbook pages for tests, in the house's layout."""

from __future__ import annotations

from collections.abc import Mapping

from skillbench.core.schema import Page


def page(page_id: str, title: str, body: str, parameters: Mapping[str, int | float | str] | None = None) -> Page:
    """A page in force for the tests' own organisation."""
    return Page(
        id=page_id,
        title=title,
        owner="Tests",
        revision=1,
        issued="2026-01-05",
        withdrawn=None,
        body=body,
        parameters=dict(parameters or {}),
        see="",
        skill="",
        slots={},
    )
