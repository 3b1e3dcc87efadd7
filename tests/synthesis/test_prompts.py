"""The words that models are asked with change on purpose or not at all."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError
from synthesis.golden import FOLDER, prompts

from skillbench.core.prompts import render_prompt


@pytest.mark.parametrize("name", sorted(prompts()))
def test_every_prompt_is_the_one_that_was_read(name: str) -> None:
    """A rendered prompt equals its golden file, byte by byte."""
    assert prompts()[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    """There is a golden file for every prompt, and none besides."""
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(prompts())


def test_a_missing_value_is_an_error() -> None:
    """A prompt with a hole is never sent."""
    with pytest.raises(UndefinedError):
        render_prompt("synthesis/annotate.md.j2", most=6)
