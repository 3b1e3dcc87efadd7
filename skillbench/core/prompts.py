"""The project's prompts: jinja2 with strict undefined, loaded from the ``prompts`` folder."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from skillbench.core.assets import asset_dir


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
