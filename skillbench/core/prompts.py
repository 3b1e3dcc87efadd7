"""The project's prompts: jinja2 with strict undefined, loaded from the ``prompts`` folder."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from skillbench.core.assets import asset_dir
from skillbench.core.streams import Stream

WORDINGS = re.compile(r"<<\s*(.*?)\s*>>", re.DOTALL)
BETWEEN = re.compile(r"\s*\|\|\s*")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(asset_dir("prompts")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  prompts and handbook pages are text, never HTML
    )


def render_prompt(name: str, **values: Any) -> str:
    """A template of the ``prompts`` folder, for instance ``"agent/brief.md.j2"``."""
    return _environment().get_template(name).render(**values)


def worded(text: str, draw: Stream | None = None) -> str:
    """A text with one wording of every passage that has several, written ``<< one || another >>``.

    Args:
        text: rendered already, so that every wording has been.
        draw: chooses the wordings; without it the first of each is taken.

    Example:
        >>> worded("Ties go to the << smaller || lesser >> code.")
        'Ties go to the smaller code.'
    """

    def one(found: re.Match[str]) -> str:
        wordings = BETWEEN.split(found[1])
        return " ".join((draw.choice(wordings) if draw else wordings[0]).split())

    return WORDINGS.sub(one, text)


def passages(text: str) -> list[list[str]]:
    """The wordings of every passage of a text that has several."""
    return [BETWEEN.split(found) for found in WORDINGS.findall(text)]
