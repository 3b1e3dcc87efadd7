"""Completions in every wrapping are read; everything else is a defect with a name."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_task import WRITTEN, completion

from skillbench.authoring.draft import Draft
from skillbench.authoring.reading import UnreadableError, read_draft, read_needs, read_program
from skillbench.harness.written import second_completion

TASK = completion()
PLAIN = json.dumps(TASK)
LISTED = [{"name": name, "text": text} for name, text in TASK["files"].items()]
ANSWER = {"role": "assistant", "content": TASK["reference"]}
WITHOUT = {name: value for name, value in TASK.items() if name != "reference"}

WRAPPED: dict[str, str] = {
    "plain": PLAIN,
    "indented": json.dumps(TASK, indent=2),
    "a fence": f"```json\n{PLAIN}\n```",
    "a fence without a name": f"Here it is.\n\n```\n{PLAIN}\n```\nI hope it serves.",
    "words before and after": f"Here is the task:\n{PLAIN}\nLet me know.",
    "files as a list": json.dumps({**TASK, "files": LISTED}),
    "a Python literal": repr(TASK),
    "the list form": repr([{"role": "user", "content": json.dumps(WITHOUT)}, ANSWER]),
    "the list form with an object": json.dumps([{"role": "user", "content": WITHOUT}, ANSWER]),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_a_task_is_read_in_any_wrapping(name: str) -> None:
    """Fences, words around it, Python's spelling and the paper's list form all give the same task."""
    assert read_draft(WRAPPED[name]) == Draft.model_validate(TASK)


def changed(**fields: Any) -> str:
    """The task with other fields."""
    return json.dumps({**TASK, **fields})


DEFECTS: dict[str, tuple[str, str]] = {
    "nothing": (" \n", "the completion is empty"),
    "prose": ("I would rather write a poem.", "no whole JSON object: it has no opening brace"),
    "half an object": (PLAIN[:-200], "no whole JSON object"),
    "a number": ("[1, 2, 3]", "one user and one assistant turn"),
    "a field too many": (changed(mood="fine"), "mood: Extra inputs are not permitted"),
    "a field lost": (json.dumps(WITHOUT), "reference: Field required"),
    "a key twice": ('{"title": "a", "title": "b"}', "the key 'title' stands twice"),
    "NaN": ('{"title": NaN}', "NaN is no number"),
    "a path": (changed(files={"../key.csv": "a"}), "files.../key.csv.[key]: String should match pattern"),
    "a file twice": (changed(files=[LISTED[0], LISTED[0]]), "stands twice"),
    "three criteria": (changed(criteria=TASK["criteria"][:3]), "at least 6 items"),
    "a criterion of code without a check": (
        changed(criteria=[{**TASK["criteria"][0], "check": "", "target": ""}, *TASK["criteria"][1:]]),
        "decided by code with check",
    ),
    "the bare list form": (
        repr([{"role": "user", "content": "Do it."}, {"role": "assistant", "content": "Done."}]),
        "carries only a prompt and an answer",
    ),
    "three turns": (repr([{"role": "user", "content": "a"}] * 3), "one user and one assistant turn"),
    "depth": ("[" * 100_000, "no whole JSON object"),
    "size": ("{" + " " * 500_000, "400,000 are read"),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_everything_else_is_a_named_defect(name: str) -> None:
    """What cannot be read is refused with a sentence that an author can act on."""
    text, words = DEFECTS[name]
    with pytest.raises(UnreadableError) as caught:
        read_draft(text)
    assert words in str(caught.value)


def test_a_cut_completion_says_so() -> None:
    """Where the length limit cut the text, the defect is the cut and not the comma that is missing."""
    with pytest.raises(UnreadableError, match="cut off by the author's length limit"):
        read_draft(PLAIN[:-200], "max_tokens")
    with pytest.raises(UnreadableError, match="the author refused"):
        read_draft("", "content_filter")


@given(st.text(max_size=300) | st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
def test_reading_is_total(text: str) -> None:
    """Whatever a model says, reading gives a task or a defect, and nothing else happens."""
    for read in (read_draft, read_program, read_needs):
        with contextlib.suppress(UnreadableError):
            assert read(text) is not None


SOURCE = (WRITTEN / "t01" / "second.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", [second_completion(WRITTEN / "t01"), f"Sure:\n```python\n{SOURCE}\n```\nDone.", SOURCE]
)
def test_a_program_is_read_in_any_wrapping(text: str) -> None:
    """An object, a fence or the bare source give the same program."""
    assert read_program(text).strip() == SOURCE.strip()


@pytest.mark.parametrize(
    "text", ["", "no", "def figure(folder): return {}", "def figures(): return {}", '{"program": 3}']
)
def test_a_text_without_a_program_is_refused(text: str) -> None:
    """Without a function ``figures`` of one argument there is no second solution."""
    with pytest.raises(UnreadableError, match="defines figures"):
        read_program(text)
