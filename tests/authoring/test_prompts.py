"""Every prompt has a golden file, leaves nothing undefined, and says each rule of figure 6 in words of its own."""

from __future__ import annotations

import pytest
from authoring.prompts_golden import FOLDER, prompts
from jinja2 import UndefinedError
from written_task import exam

from skillbench.authoring.prompts import Shown, asks_for, kept, second_messages
from skillbench.core.assets import asset_dir
from skillbench.core.authored import Asked
from skillbench.core.prompts import render_prompt

NAMES = sorted(path.name for path in FOLDER.glob("*.md"))


def test_every_prompt_has_a_golden_file() -> None:
    """The folders of templates and of golden files hold the same names."""
    templates = {path.name.removesuffix(".j2") for path in (asset_dir("prompts") / "author").glob("*.j2")}
    assert templates == set(NAMES) == set(prompts())


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_is_as_it_was_read(name: str) -> None:
    """No prompt changes by accident; ``prompts_golden.py`` writes the files anew."""
    assert prompts()[name] == (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["request.md", "repair.md", "second.md", "needs.md", "brief.md"])
def test_a_value_left_out_is_refused(name: str) -> None:
    """Prompts are rendered with strict undefined."""
    with pytest.raises(UndefinedError):
        render_prompt(f"author/{name}.j2")


RULES = {
    "a high-value objective": "One objective of high value",
    "a professional environment": "A particular workplace",
    "act, then reflect": "does something, looks at what came of it,\n  and corrects course",
    "one direct instruction": "One direct instruction",
    "concrete data": "two to six files of ten to eighty lines",
    "data made up where sources are abstract": "Where the samples are abstract, make the data up",
    "hard interweaving": "interwoven, not lined up",
    "the exact form": "One JSON object and nothing else",
    "no talk about itself": "remarks on the task itself",
    "English": "All of it is in English",
    "the answer uses the data": "uses the data by name and value",
}


@pytest.mark.parametrize("rule", RULES)
def test_the_author_is_told_every_rule_of_figure_6(rule: str) -> None:
    """The paper's rules stand in the author's prompt."""
    assert RULES[rule] in prompts()["system.md"]


def test_the_second_author_sees_nothing_of_the_first() -> None:
    """The call for the second solution holds brief, files and figures, and neither checker nor reference nor rubric."""
    draft = exam().draft
    said = "\n".join(message.text for message in second_messages(draft))
    assert draft.brief in said
    assert all(text in said for text in draft.files.values())
    hidden = [draft.checker, draft.reference, *(one.text for one in draft.criteria), *(n.what for n in draft.handovers)]
    assert not any(text in said for text in hidden)


def test_no_block_can_close_its_fence() -> None:
    """A file with backticks in a row stands between longer ones."""
    assert Shown("a.md", "x ```` y").fence == "`````"
    assert Shown("a.md", "plain").fence == "```"


def test_structured_output_has_a_name_for_each_call() -> None:
    """A provider is told the form of each reply; no two calls share a place in the cache."""
    names = {asks_for(one).response_schema.name for one in Asked}  # type: ignore[union-attr]  # set for every call
    assert names == {str(one) for one in Asked}
    assert kept("task 1") != kept("task 2")
    assert kept("task 1", wanted=False) is False
