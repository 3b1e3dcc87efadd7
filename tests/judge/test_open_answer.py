"""Reading open answers: headings, code and figures as a person would see them, total over any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judge.open_tasks import HIRED, WRITTEN

from skillbench.core.authored import Criterion, Figure
from skillbench.core.errors import InputError
from skillbench.core.schema import Tolerance
from skillbench.judge.authored.assess import part_of
from skillbench.judge.authored.criteria import form, parses, so
from skillbench.judge.authored.held_figures import hold
from skillbench.judge.authored.prose import Fence, read_prose

BLOCK = '```json\n{"figures": {"a": 1, "b": "Hall B"}}\n```'


@pytest.mark.parametrize(
    "heading",
    ["## Advice", "# 2. Advice:", "**Advice**", "Advice\n------", "### *Advice* ###", "## Advice (for the board)"],
)
def test_a_heading_in_any_markdown(heading: str) -> None:
    """Marks, numbering, underlining and added words leave a heading what it is."""
    answer = read_prose(f"{heading}\n\nWait for spring.\n\n{BLOCK}")
    criterion = Criterion(id="c01", text="t", weight=1, of=[], decided_by="code", check="heading", target="advice")
    assert so(criterion, answer, {})


def test_a_heading_inside_code_is_none() -> None:
    """A comment in a program is no section."""
    assert read_prose("```python\n# Advice\n```").headings == []


def test_the_last_figures_count() -> None:
    """A draft gives way to what follows it; a name that stands twice says nothing."""
    text = f'```json\n{{"figures": {{"a": 7}}}}\n```\n{BLOCK}'
    assert dict(read_prose(text).figures) == {"a": 1.0, "b": "Hall B"}
    assert dict(read_prose('{"figures": {"a": 1, "a": 2}}').figures) == {}


@pytest.mark.parametrize(
    ("text", "ends"),
    [(BLOCK, True), (f"{BLOCK}\nRegards", False), ('{"figures": {"a": 1}}', False), (BLOCK[:-3], True)],
)
def test_the_figures_come_last(text: str, ends: bool) -> None:
    """The form asks for a fenced block with nothing behind it; the figures are read wherever they stand."""
    answer = read_prose(text)
    assert answer.figures["a"] == 1.0
    assert answer.ends_so is ends


@pytest.mark.parametrize("hidden", ["<!-- 14 days -->", "~~14 days~~", "<del>14 days</del>", "[//]: # (14 days)"])
def test_hidden_words_are_not_there(hidden: str) -> None:
    """What a reader of the page would not see, code does not find."""
    criterion = Criterion(id="c01", text="t", weight=1, of=[], decided_by="code", check="contains", target="14 days")
    assert so(criterion, read_prose("within 14\ndays"), {})
    assert not so(criterion, read_prose(f"within {hidden}"), {})
    assert not so(criterion, read_prose("within 114 days or 14 daysworth"), {})


FIGURE = Figure(
    name="due", meaning="", unit="EUR", skill="s", tolerance=Tolerance(absolute=0.05, relative=0), value=405
)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (405, "right"),
        (405.05, "right"),
        (405.3, "near"),
        (405.6, "wrong"),
        (-405, "wrong"),
        ("405.00", "right"),
        ("four hundred", "wrong"),
        ("4,05", "wrong"),
    ],
)
def test_a_figure_held_against_the_checker(said: float | str, verdict: str) -> None:
    """Right within the tolerance, near within ten of them and a percent; a number in a text is read but ill-formed."""
    (held,) = hold([FIGURE], {"due": said})
    assert held.verdict == verdict
    assert held.well_formed is not isinstance(said, str)


def test_a_text_is_compared_word_for_word() -> None:
    """Letter case, spacing and marks apart."""
    text = FIGURE.model_copy(update={"tolerance": None, "value": "Hall B"})
    assert [hold([text], {"due": said})[0].verdict for said in ("hall  b.", "Hall C", 3.0)] == [
        "right",
        "wrong",
        "wrong",
    ]


def test_a_task_that_passed_no_gate_is_refused() -> None:
    """Without the checker's value nothing can be judged."""
    with pytest.raises(InputError, match="due has no value"):
        hold([FIGURE.model_copy(update={"value": None})], {})


@pytest.mark.parametrize(
    ("language", "text", "sound"),
    [
        ("python", "x = [1,\n 2]", True),
        ("python", "x = [1,", False),
        ("json", '{"a": 1}', True),
        ("json", "{a: 1}", False),
        ("yaml", "a: [1, 2]", True),
        ("yaml", "a: [1", False),
        ("csv", "a,b\n1,2", True),
        ("csv", "a,b\n1", False),
        ("toml", "a = 1", True),
        ("toml", "a =", False),
        ("python", "(" * 5000, False),
    ],
)
def test_code_blocks_are_parsed(language: str, text: str, sound: bool) -> None:
    """What names a language must be in it; nothing is run."""
    assert parses(Fence(language, text)) is sound


def test_form_asks_of_code_only_where_there_is_some() -> None:
    """The figures are no code of the answer's own."""
    task = part_of(HIRED.case)
    answer = read_prose(task.reference)
    held = hold(task.figures, answer.figures)
    assert form(task, answer, held) == {"parses": True, "validates": True, "headings": True, "length": True}
    broken = read_prose(task.reference.replace("## Letter", "```python\nx = (\n```\n## Letter"))
    assert form(task, broken, held)["code"] is False
    swapped = read_prose(
        task.reference.replace("## Position", "## X").replace("## Findings", "## Position\n## Findings")
    )
    assert form(task, swapped, held)["headings"] is False


@settings(deadline=None, max_examples=60)
@given(st.text(), st.sampled_from(["", "```", "~~~json", "## ", '{"figures": {', "<!--", "**"]))
def test_any_text_is_read(text: str, mark: str) -> None:
    """Whatever is handed in is an answer, however poor."""
    for task in WRITTEN:
        for tried in (mark + text, text + mark, f"{mark}\n{text}\n{mark}"):
            answer = read_prose(tried)
            part = part_of(task.case)
            form(part, answer, hold(part.figures, answer.figures))
            assert answer.words >= 0
