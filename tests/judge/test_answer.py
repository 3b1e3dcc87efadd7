"""Reading is total: every malformed answer has a named defect, and no text raises."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillbench.judge.answer import Answer, read_answer
from skillbench.judge.envelope import MAX_CHARACTERS

GOOD = {
    "values": {"A1": 1.5},
    "flagged": [],
    "basis": {"page": "HB-1", "parameters": {"p": 2}},
    "computed_with": "hand",
}


def section_text(**changed: object) -> str:
    """An answer with one section, some fields replaced."""
    return json.dumps({"measures": {"m": {**GOOD, **changed}}, "note": "n"})


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        ("", "no JSON"),
        ("   ", "no JSON"),
        ("I give up.", "no JSON"),
        ("[1, 2]", "not an object"),
        ("```json\n{}", "no JSON"),
        ("```json\n7\n```", "no JSON"),
        ('{"measures": {', "invalid JSON"),
        ('{"measures": ' + "9" * 5000 + "}", "measures: missing or not an object"),
        ('{"note": "a", "note": "b"}', "duplicate key at the top level"),
        ('{"a": ' * 40 + "1" + "}" * 40, "nested too deeply"),
        ("[" * 200_000, "nested too deeply"),
        ("{" + " " * MAX_CHARACTERS, "too large"),
        ("{}", "measures: missing"),
        ('{"measures": 3}', "measures: missing or not an object"),
        ('{"measures": {"m": 3}}', "measures.m: not an object"),
        ('{"measures": {}, "note": 4}', "note: not a text"),
        (section_text(values={"A1": "1.5"}), "values: no usable number for A1"),
        (section_text(values={"A1": True}), "values: no usable number for A1"),
        (section_text(values=None), "values: missing"),
        (section_text(flagged="A1"), "flagged: not a list"),
        (section_text(flagged=["A1", "A1"]), "flagged: a code stands twice"),
        (section_text().replace("1.5", "NaN"), "values: no usable number for A1"),
        (section_text().replace("1.5", "-Infinity"), "values: no usable number for A1"),
        (section_text().replace("1.5", "1e999"), "values: no usable number for A1"),
        (section_text().replace("1.5", "1.7e308"), "values: no usable number for A1"),
        (section_text().replace("1.5", "9" * 400), "values: no usable number for A1"),
        (section_text().replace('"A1": 1.5', '"A1": 1, "A1": 2'), "measures.m: duplicate key"),
        (section_text().replace('"p": 2', '"p": 2, "p": 3'), "measures.m: duplicate key"),
    ],
)
def test_defects_are_named(text: str, defect: str) -> None:
    """Each malformation gives its sentence."""
    assert any(defect in found for found in read_answer(text).defects)


def test_a_malformed_section_spares_the_others() -> None:
    """One section with a duplicate key is unreadable, its neighbour and the rest are read."""
    text = f'{{"measures": {{"a": {{"values": {{"X": 1, "X": 2}}}}, "b": {json.dumps(GOOD)}}}, "other": {{"X": 3}}}}'
    answer = read_answer(text)
    assert answer.sections["a"].findings(("X",)) is None
    assert answer.sections["b"].findings(("A1",)) is not None
    assert answer.document is not None
    assert answer.document["other"] == {"X": 3}


def test_a_section_given_twice_counts_for_nothing() -> None:
    """Two sections under one key: neither is taken."""
    answer = read_answer(f'{{"measures": {{"m": {json.dumps(GOOD)}, "m": {json.dumps(GOOD)}}}}}')
    assert answer.sections["m"].findings(("A1",)) is None


@pytest.mark.parametrize(
    "text",
    [
        section_text(),
        "\ufeff" + section_text(),
        f"Here it is:\n\n```json\n{section_text()}\n```\nDone.",
        f"```\n{section_text()}\n```",
        f"~~~JSON\n{section_text()}\n~~~",
        f"```javascript\nconst answer = {section_text()};\n```",
        f"{section_text()}\n\nBest regards",
        f'My answer, with "quotes" and {{braces}}: {section_text()} I hope this helps {{:-}}.',
        f"{section_text()}\n{section_text()}",
        f"```json\n{section_text()}\n```\n\nThe same again:\n\n```json\n{section_text()}\n```",
        json.dumps({"answer": json.loads(section_text())}),
        json.dumps([json.loads(section_text())]),
        section_text().replace(", ", ",\r\n\t"),
        f"{section_text()} " + '{"skills": [], "score": 10}',
        f"{{{{{{ {section_text()}",
        f'```json\n{{"measures": {{}}}}\n```\nBetter:\n```json\n{section_text()}\n```',
    ],
)
def test_one_object_however_wrapped(text: str) -> None:
    """The whole text, or its last object with measures, is the answer, in whatever it is wrapped."""
    assert read_answer(text).sections["m"].values == {"A1": 1.5}


@pytest.mark.parametrize(
    ("values", "entities"),
    [({"A1": 1.0}, ("A1", "B2")), ({"A1": 1.0, "Z9": 2.0}, ("A1",)), ({"A1": -1.0}, ("A1",))],
)
def test_findings_cover_exactly_the_entities(values: dict[str, float], entities: tuple[str, ...]) -> None:
    """A missing code, a stranger or a negative number makes a section unreadable, not unreported."""
    section = read_answer(section_text(values=values)).sections["m"]
    assert section.findings(entities) is None
    assert section.values == values


@pytest.mark.parametrize(
    "text",
    [
        "```json" * 140_000,
        '{"a": "' + '\\"' * 490_000,
        '{"a":' * 190_000,
        '"' * 900_000,
        "{" + "\\" * 900_000,
        "\n```" * 240_000,
    ],
)
def test_hostile_text_costs_little(text: str) -> None:
    """No crafted text of a megabyte takes more than a second to refuse."""
    start = time.perf_counter()
    assert read_answer(text).defects
    assert time.perf_counter() - start < 1


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["measures", "values", "m", "note"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON | st.text(max_size=60))
def test_reading_is_total(value: object) -> None:
    """Any JSON value and any text is read without an exception."""
    assert isinstance(read_answer(json.dumps(value)), Answer)
    assert isinstance(read_answer(str(value)), Answer)
