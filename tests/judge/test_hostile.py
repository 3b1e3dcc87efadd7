"""Nothing an agent hands in or prints breaks the audit, slows it down, or takes the sample out of the mean."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judge.staged import TASK, catalogue_tags, staged

from skillbench.core.errors import TaskSetError
from skillbench.judge import audit as module
from skillbench.judge.audit import LARGEST_METADATA, Verdict
from skillbench.judge.basis import Fact
from skillbench.judge.mutations import PROGRAM
from skillbench.judge.transcript import ToolCall

STAGE = staged(*catalogue_tags(3, "hostile"), seed="hostile")
CODES = STAGE.case.entities


def answer(**parts: Any) -> dict[str, Any]:
    """The perfect answer with some parts replaced."""
    return STAGE.perfect() | parts


def first(**fields: Any) -> dict[str, Any]:
    """The perfect answer with some fields of its first section replaced."""
    made = STAGE.perfect()
    next(iter(made["measures"].values())).update(fields)
    return made


def nested(depth: int) -> Any:
    """A list in a list in a list."""
    out: Any = 1
    for _ in range(depth):
        out = [out]
    return out


def basis(page: Any, **parameters: Any) -> dict[str, Any]:
    """The perfect answer with another first basis."""
    return first(basis={"page": page, "parameters": parameters})


WILD_NUMBERS = [
    1.7e308,
    -1.7e308,
    1e16,
    5e-324,
    float("nan"),
    float("inf"),
    -float("inf"),
    10**30,
    True,
    "12",
    None,
    [],
    {},
]
WILD_TEXTS = [
    "\ud800",
    "\udfff\ud800",
    "\x00" * 50,
    "\u202e" * 9,
    "9" * 5000,
    "{" * 500,
    "=HYPERLINK(1)",
    "[/red]",
    "\U0001f600" * 99,
]
ANSWERS: Mapping[str, Any] = {
    **{f"amount {n!r:.12}": answer(allocation=dict.fromkeys(CODES, n)) for n in WILD_NUMBERS},
    **{f"one amount {n!r:.12}": answer(allocation=STAGE.perfect()["allocation"] | {CODES[0]: n}) for n in WILD_NUMBERS},
    **{f"value {n!r:.12}": first(values=dict.fromkeys(CODES, n)) for n in WILD_NUMBERS},
    **{f"parameter {n!r:.12}": basis("HB-1000", x=n, y=[n, {"z": n}]) for n in [*WILD_NUMBERS, *WILD_TEXTS]},
    **{f"page {n!r:.12}": basis(n) for n in [*WILD_NUMBERS, *WILD_TEXTS]},
    **{f"note {n!r:.12}": answer(note=n) for n in [*WILD_NUMBERS, *WILD_TEXTS]},
    **{f"code {n!r:.12}": first(values={n: 1.0}) for n in WILD_TEXTS},
    **{f"flag {n!r:.12}": first(flagged=[n]) for n in [*WILD_NUMBERS, *WILD_TEXTS]},
    **{f"measure {n!r:.12}": answer(measures={n: {"values": {}, "basis": {"page": n}}}) for n in WILD_TEXTS},
    "deep": answer(note=nested(30)),
    "too deep": answer(note=nested(200)),
    "far too deep": '{"measures": ' + "[" * 200_000 + "]" * 200_000 + "}",
    "deep objects": '{"measures": ' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}",
    "a long list of flags": first(flagged=[{"a": n} for n in range(9_000)]),
    "many flags": first(flagged=CODES * 1_000),
    "many sections": answer(measures={f"m{n}": {"basis": {"page": f"ANX-{n}{n}"}} for n in range(4_000)}),
    "many parameters": basis("HB-1000", **{f"p{n}": f"{n}.{n} CHF" for n in range(9_000)}),
    "many pages": basis([f"ANX-{n:05}" for n in range(9_000)]),
    "many values": first(values={f"X{n}": n for n in range(15_000)}),
    "too many values": first(values={f"X{n}": n for n in range(40_000)}),
    "long digits": json.dumps(answer()).replace('"note"', '"allocations": ' + "9" * 300_000 + ', "note"'),
    "many measures words": '"measures" {' * 50_000,
    "braces": "{" * 500_000 + '"measures"' * 20,
    "half an object": json.dumps(answer())[:-20],
    "many objects": json.dumps(answer()) * 30,
    "an exponent": basis("HB-1000", x="0e999", y="1e-999", z="1" * 250 + ",000" * 80),
    "fractions": basis("HB-1000", x="1/0", y="0/0", z="1 1/000000"),
    "dates": basis("HB-1000", x="0000-00-00", y="99.99.9999", z="31 February 2025", w="2025-02-30T99:99"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_any_answer_is_judged(name: str) -> None:
    """A score from 0 to 10, small metadata that any log can hold, within a second."""
    start = time.perf_counter()
    verdict = STAGE.audit(ANSWERS[name])
    assert time.perf_counter() - start < 2
    assert_whole(verdict)
    assert verdict.score < 10 or verdict.solve


def assert_whole(verdict: Verdict) -> None:
    """A verdict that a log can hold."""
    assert 0 <= verdict.score <= 10
    assert not [defect for defect in verdict.defects if "the audit failed" in defect]
    for value in verdict.as_metadata().values():
        assert len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode()) < 4 * LARGEST_METADATA


OUTPUTS: Mapping[str, str] = {
    "250 digits with separators": ("123," * 83 + "456.7 ") * 50,
    "digits without end": "9" * 400_000,
    "newlines": "\n" * 400_000,
    "blanks": " \t" * 200_000,
    "commas": "1," * 200_000,
    "exponents": "1e999 1e-999 " * 20_000,
    "points": "1.1.1.1." * 50_000,
    "surrogates": "\ud800" * 1000 + " 12.5",
    "errors": "ValueError\n" * 40_000,
    "nothing": "",
}
PROGRAMS: Mapping[str, str] = {
    "plain": PROGRAM,
    "brackets": PROGRAM + "\n" + "(" * 3_000,
    "deep sum": PROGRAM + "\nprint(" + "1+" * 20_000 + "1)",
    "deep lists": PROGRAM + "\nx = " + "[" * 90 + "]" * 90,
    "a power": PROGRAM + "\nprint(9**9**9**9, 10**1000, 2.0**5000)",
    "a long repeat": PROGRAM + "\nprint('a' * 10**12, [0] * 10**12, bytes(10**12), '%999999999d' % 1, 1 << 10**9)",
    "a wide format": PROGRAM + "\nprint('{:999999999}'.format(1), '1'.zfill(10**10), f'{1:>999999999}')",
    "joins": PROGRAM + "\nprint(" + "+".join(["'ab'"] * 3_000) + ")",
    "blank lines": PROGRAM + "\n" * 50_000,
    "odd escapes": PROGRAM + "\nprint('\\d', 1is 2, 0x1for x in y)",
    "null bytes": PROGRAM + "\n\x00",
    "surrogates": PROGRAM + "\nprint('\ud800')",
    "many names": PROGRAM + "\n" + "\n".join(f"a{n} = a{n - 1} + 1" for n in range(2_000)),
    "digits and operators": "1 + 2 * " * 20_000,
    "base64": "QUJD" * 40_000,
    "here-documents": "cat <<'EOF'\n" * 3_000,
    "hexadecimal": "0x" + "f" * 50_000,
}


@pytest.mark.parametrize("name", [*OUTPUTS, *PROGRAMS])
def test_any_session_is_judged(name: str) -> None:
    """Whatever was typed and printed, the audit ends soon, with a verdict."""
    shown = OUTPUTS.get(name, json.dumps(STAGE.perfect()))
    code = PROGRAMS.get(name, PROGRAM)
    made = STAGE.perfect()
    for section in made["measures"].values():
        section["computed_with"] = "code"
    calls = [ToolCall(str(n), "python", ok=True, arguments={"code": code, "n": n}, result=shown) for n in range(3)]
    start = time.perf_counter()
    assert_whole(STAGE.audit(made, calls))
    assert time.perf_counter() - start < 5


def test_a_fault_of_the_audit_scores_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error inside the audit is a score of 0 with the reason; a fault of the task set stays an error."""
    plain = module.facts_of

    def breaking(error: Exception) -> Callable[..., tuple[Fact, ...]]:
        def facts(case: Any, sections: Any, engaged: Any, book: Any) -> tuple[Fact, ...]:
            if any(section.values for section in sections.values()):
                raise error
            return plain(case, sections, engaged, book)

        return facts

    monkeypatch.setattr(module, "facts_of", breaking(OverflowError("too large")))
    verdict = STAGE.audit(STAGE.perfect())
    assert (verdict.score, verdict.solve) == (0, False)
    assert verdict.defects == ("the audit failed: OverflowError: too large",)
    monkeypatch.setattr(module, "facts_of", breaking(TaskSetError("another set")))
    with pytest.raises(TaskSetError):
        STAGE.audit(STAGE.perfect())


SCALARS = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.sampled_from(WILD_TEXTS)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=120)
@given(
    st.sampled_from(["values", "flagged", "basis", "computed_with", "allocation", "note", "page", "parameters"]), TREES
)
def test_any_tree_in_any_place(place: str, tree: Any) -> None:
    """Any JSON in any field gives a verdict, and never more than the field's right content does."""
    made = STAGE.perfect()
    section = next(iter(made["measures"].values()))
    if place in made:
        made[place] = tree
    elif place in section["basis"]:
        section["basis"][place] = tree
    else:
        section[place] = tree
    verdict = STAGE.audit(json.dumps(made))
    assert_whole(verdict)
    assert verdict.score <= 10


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_call(code: str, shown: str) -> None:
    """Any text typed and printed gives a verdict, and no bonus beyond it."""
    call = ToolCall("1", "python", ok=True, arguments={"code": code, TASK: [code]}, result=shown)
    assert_whole(STAGE.audit(STAGE.perfect(), [call]))
