"""Claims become evidence only when code can check them; everything else is inert, in either direction."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge.staged import Staged, catalogue_tags, staged

from skillbench.core.errors import JudgeError
from skillbench.judge.audit import audit
from skillbench.judge.evidence import Court, Ruling
from skillbench.judge.observations import Observations, Status
from skillbench.judge.panel import Vote
from skillbench.judge.profile import load_profile
from skillbench.judge.reading import read_observations, structures_of
from skillbench.judge.transcript import ToolCall, Transcript

STAGE = staged(*catalogue_tags(3, "evidence"), seed="evidence")
TASK = "The fund of the northern region holds 240000 EUR for this year. Report every measure."


def verdict(stage: Staged = STAGE, **changed: Any) -> dict[str, Any]:
    """A complete verdict that claims nothing, some fields replaced."""
    return {
        "skills": [{"tag": tag, "status": "absent", "quotes": []} for tag in stage.case.skills],
        "handoffs": [{"id": coupling.id, "quote": ""} for coupling in stage.case.couplings],
        "facts": [],
        "tool_uses": [],
        "structures": [{"id": part, "present": False} for part in structures_of(stage.case)],
        "allegations": [],
        "vague": {"flag": False, "quotes": []},
    } | changed


def ruled(answer: str, *verdicts: dict[str, Any], calls: tuple[ToolCall, ...] = ()) -> Ruling:
    """The ruling of a panel, each judge of a family of its own."""
    session = Transcript(calls, answer, TASK)
    base = audit(STAGE.case, STAGE.truth, STAGE.pages, answer, session)
    court = Court(STAGE.case, STAGE.pages, session, base, load_profile("rubric-2026-11"))
    votes = [
        Vote(f"judge-{n}", f"family-{n}", read_observations(json.dumps(v), STAGE.case)) for n, v in enumerate(verdicts)
    ]
    return court.rule(votes)


def perfect(note: str = "The decision follows from the measures given above.") -> str:
    """The key's answer with a note."""
    return json.dumps(STAGE.perfect() | {"note": note})


def alleged(kind: str, claim: str, against: str = "") -> dict[str, Any]:
    """A verdict with one allegation."""
    return verdict(allegations=[{"kind": kind, "claim_quote": claim, "against_quote": against}])


def test_no_numeric_field() -> None:
    """Nowhere in what a judge may say is there room for a number."""
    assert "integer" not in json.dumps(Observations.model_json_schema())
    assert '"number"' not in json.dumps(Observations.model_json_schema())


def test_adverse_claims_without_proof_are_inert() -> None:
    """A judge that denies everything takes nothing from a perfect answer."""
    assert (
        ruled(
            perfect(), verdict(vague={"flag": True, "quotes": ["The decision follows from the measures"]})
        ).scored.score
        == 10
    )


def test_praise_is_inert() -> None:
    """A judge that claims everything gives an empty-handed answer nothing."""
    text = "All skills are applied and every hand-over is made."
    praise = verdict(skills=[{"tag": t, "status": "applied", "quotes": [text]} for t in STAGE.case.skills])
    ruling = ruled(text, praise)
    assert ruling.scored.score == 0
    assert ruling.inert == len(STAGE.case.skills)
    assert ruling.against_audit == 0


def in_words(index: int, factor: float = 1.0) -> str:
    """One skill's key in running text."""
    point = STAGE.case.checkpoints[index]
    return "; ".join(f"{code}: {value * factor:.{point.digits}f}" for code, value in point.values.items())


def test_right_figures_outside_the_json_are_seen() -> None:
    """A quote that gives every entity its right figure makes an absent skill applied; wrong figures do not."""
    tag = STAGE.case.skills[0]
    for factor, status in ((1.0, Status.APPLIED), (1.05, Status.ABSENT)):
        words = in_words(0, factor)
        claim = verdict(
            skills=[
                {"tag": t, "status": "applied" if t == tag else "absent", "quotes": [words]} for t in STAGE.case.skills
            ]
        )
        ruling = ruled(f"I report: {words}. " + "x" * 60, claim)
        assert ruling.evidence.skills[tag] is status
    assert ruled(f"Certainly not {in_words(0)}.", claim).evidence.skills[tag] is Status.ABSENT


def test_a_readable_section_is_not_read_twice() -> None:
    """Figures that go wrong in the JSON stay absent: what the parser read, words cannot mend."""
    answer = STAGE.perfect()
    point = STAGE.case.checkpoints[0]
    quote = json.dumps(answer["measures"][point.key]["values"])
    wrong = {code: value * 2.7 + 1 for code, value in answer["measures"][point.key]["values"].items()}
    answer["measures"][point.key]["values"] = wrong
    answer["note"] = quote
    claim = verdict(skills=[{"tag": t, "status": "applied", "quotes": [quote]} for t in STAGE.case.skills])
    assert ruled(json.dumps(answer), claim).evidence.skills[point.tag] is Status.ABSENT


NULLS = st.sampled_from(["", "I give up.", TASK, "All skills are applied. HB-0000 says 17.", "{}"])


@given(NULLS, st.data())
def test_no_verdict_lifts_an_empty_handed_answer(answer: str, data: st.DataObject) -> None:
    """Whatever a judge claims with whatever quotes, an answer without work never scores above the audit's 1."""
    quote = st.sampled_from([answer, TASK, "", in_words(0), "All skills are applied", "17", "x" * 600])
    some = st.lists(quote, max_size=4)
    seen = verdict(
        skills=[
            {"tag": t, "status": data.draw(st.sampled_from(Status)), "quotes": data.draw(some)}
            for t in STAGE.case.skills
        ],
        handoffs=[{"id": c.id, "quote": data.draw(quote)} for c in STAGE.case.couplings],
        tool_uses=[{"call_id": "c", "result_quote": data.draw(quote), "answer_quote": data.draw(quote)}],
        structures=[{"id": part, "present": True} for part in structures_of(STAGE.case)],
    )
    assert ruled(answer, seen).scored.score <= 1


def test_an_altered_figure_is_a_hallucination() -> None:
    """Both quotes exist, same words, another figure: the ceiling of 3 holds."""
    note = "The fund of the northern region holds 270000 EUR for this year, which we share."
    claim = "fund of the northern region holds 270000 EUR for this year"
    against = "fund of the northern region holds 240000 EUR for this year"
    assert ruled(perfect(note), alleged("altered", claim, against)).scored.score == 3


@pytest.mark.parametrize(
    ("claim", "against"),
    [
        ("fund of the northern region holds 240000 EUR", "fund of the northern region holds 240000 EUR"),
        ("fund of the northern region holds 270000 EUR", "fund of the southern region holds 1 EUR"),
        ("nobody ever wrote 270000 EUR in this note", "fund of the northern region holds 240000 EUR"),
        ("largest amount is 270000", "northern region holds 240000 EUR"),
    ],
)
def test_a_false_allegation_is_inert(claim: str, against: str) -> None:
    """Quotes that agree, do not exist, or speak of different things cost the agent nothing."""
    note = "The fund of the northern region holds 240000 EUR for this year. The largest amount is 270000 in theory."
    assert ruled(perfect(note), alleged("altered", claim, against)).scored.score == 10


def test_a_rounding_is_no_invention() -> None:
    """A key figure rounded in prose is never made up."""
    assert STAGE.case.settlement
    amount = max(STAGE.case.settlement.amounts.values())
    note = f"The largest amount is about {round(amount, -2):.0f} for the neediest site."
    claim = f"largest amount is about {round(amount, -2):.0f} for the neediest"
    both = [alleged("unsupported", claim)] * 2
    assert ruled(perfect(note), *both).scored.score == 10


def test_a_page_that_does_not_exist() -> None:
    """Citing an invented page in prose is a hallucination; citing a real one is not."""
    for page, score in (("HB-0000", 3), (STAGE.pages[0].id, 10)):
        note = f"This follows {page} to the letter and leaves no doubt."
        assert ruled(perfect(note), alleged("absent", f"This follows {page} to the letter")).scored.score == score


def test_a_tool_that_never_ran() -> None:
    """Words that report a tool's output need a call of that tool."""
    note = "The python script returned exactly these figures, so they hold."
    claim = alleged("absent", "The python script returned exactly these figures")
    ran = ToolCall("1", "python", ok=True, arguments={}, result="ok")
    assert ruled(perfect(note), claim).scored.score == 3
    assert ruled(perfect(note), claim, calls=(ran,)).scored.score == 10


def test_what_no_code_can_verify_needs_two_families() -> None:
    """An unsupported figure caps the score only when two families of three judges say so."""
    note = "Visitors will rise by 31.7 percent next spring, which settles it."
    claim = alleged("unsupported", "Visitors will rise by 31.7 percent next spring")
    assert ruled(perfect(note), claim).scored.score == 10
    assert ruled(perfect(note), claim, verdict(), verdict()).scored.score == 10
    assert ruled(perfect(note), claim, claim, verdict()).scored.score == 3


def test_duplicates_are_idempotent() -> None:
    """The same allegation twice is one."""
    note = "This follows HB-0000 to the letter and leaves no doubt."
    one = alleged("absent", "This follows HB-0000 to the letter")
    two = verdict(allegations=one["allegations"] * 2)
    assert ruled(perfect(note), one).evidence == ruled(perfect(note), two).evidence


def test_a_minority_is_outvoted() -> None:
    """One judge of three cannot uphold even a checked claim alone; two can."""
    note = "This follows HB-0000 to the letter and leaves no doubt."
    claim = alleged("absent", "This follows HB-0000 to the letter")
    assert ruled(perfect(note), claim, verdict(), verdict()).scored.score == 10
    assert ruled(perfect(note), claim, claim, verdict()).scored.score == 3


def test_agreement_is_counted() -> None:
    """Two judges that differ on one of three skills agree on two thirds."""
    other = verdict()
    other["skills"][0]["status"] = "nominal"
    assert ruled(perfect(), verdict(), other).agreement == pytest.approx(2 / 3)
    assert ruled(perfect(), verdict()).agreement is None


def broken() -> dict[str, str]:
    """Verdicts that are none, by what is wrong with them."""
    whole = verdict()
    return {
        "not JSON": "The answer is excellent.",
        "empty": "",
        "a list": "[]",
        "a number": json.dumps(whole | {"score": 10}),
        "missing field": json.dumps({k: v for k, v in whole.items() if k != "vague"}),
        "missing skill": json.dumps(whole | {"skills": whole["skills"][1:]}),
        "doubled skill": json.dumps(whole | {"skills": whole["skills"] * 2}),
        "stranger": json.dumps(whole | {"structures": [*whole["structures"], {"id": "x", "present": True}]}),
        "no hand-over": json.dumps(whole | {"handoffs": []}),
        "coerced": json.dumps(whole | {"vague": {"flag": "false", "quotes": []}}),
        "unknown status": json.dumps(whole | {"skills": [s | {"status": "great"} for s in whole["skills"]]}),
        "duplicate key": json.dumps(whole)[:-1] + ', "facts": []}',
        "long quote": json.dumps(whole | {"vague": {"flag": True, "quotes": ["x" * 601]}}),
        "huge": " " * 300_000,
        "deep": "[" * 100_000,
    }


@pytest.mark.parametrize("name", broken())
def test_a_broken_verdict_is_no_verdict(name: str) -> None:
    """Every defect is refused with a reason: a judge's slip is never a pass."""
    with pytest.raises(JudgeError, match="verdict"):
        read_observations(broken()[name], STAGE.case)


def test_a_fenced_verdict_is_read() -> None:
    """One fence around the whole verdict is tolerated."""
    assert read_observations(f"```json\n{json.dumps(verdict())}\n```", STAGE.case)
