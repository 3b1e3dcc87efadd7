"""From claims to evidence: what a judge may say, what survives the checks, and how little that can move."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge.staged import catalogue_tags, staged

from skillbench.core.errors import JudgeError
from skillbench.deliverables.base.registry import product_of
from skillbench.deliverables.division import Division
from skillbench.judge.audit import audit
from skillbench.judge.evidence import Court, Ruling
from skillbench.judge.observations import Observations
from skillbench.judge.panel import Vote
from skillbench.judge.profile import load_profile
from skillbench.judge.reading import missing_parts, read_observations
from skillbench.judge.transcript import ToolCall, Transcript

STAGE = staged(*catalogue_tags(3, "evidence"), seed="evidence")
TASK = "The fund of the northern region holds 240000 EUR for this year. Report every measure."


def verdict(**changed: Any) -> dict[str, Any]:
    """A judge's verdict that claims nothing, changed as asked."""
    return {"allegations": [], "admissions": [], "vague": {"flag": False, "quotes": []}} | changed


def ruled(answer: str, *verdicts: dict[str, Any], calls: tuple[ToolCall, ...] = ()) -> Ruling:
    """The ruling of a panel, each judge of a family of its own."""
    session = Transcript(calls, answer, TASK)
    base = audit(STAGE.case, STAGE.truth, STAGE.pages, answer, session)
    court = Court(STAGE.case, STAGE.pages, session, base, load_profile("rubric-2026-11-21"))
    missing = missing_parts(STAGE.case, answer)
    owned = {"admissions": [{"part": part, "quote": ""} for part in missing]}
    votes = [
        Vote(f"judge-{n}", f"family-{n}", read_observations(json.dumps(owned | told(v)), missing))
        for n, v in enumerate(verdicts)
    ]
    return court.rule(votes)


def told(seen: dict[str, Any]) -> dict[str, Any]:
    """A verdict without the empty list of admissions, which :func:`ruled` fills."""
    return seen if seen["admissions"] else {name: value for name, value in seen.items() if name != "admissions"}


def perfect(note: str = "The decision follows from the measures given above.") -> str:
    """The key's answer with a note."""
    return json.dumps(STAGE.perfect() | {"note": note})


def alleged(kind: str, claim: str, against: str = "") -> dict[str, Any]:
    """A verdict with one allegation."""
    return verdict(allegations=[{"kind": kind, "claim_quote": claim, "against_quote": against}])


def panel(answer: str, claim: dict[str, Any], calls: tuple[ToolCall, ...] = ()) -> float:
    """The score when two judges of two families make the same claim."""
    return float(ruled(answer, claim, claim, calls=calls).scored.score)


def alone(answer: str) -> float:
    """The audit's score."""
    return float(ruled(answer).scored.score)


def test_no_numeric_field() -> None:
    """Nowhere in what a judge may say is there room for a number."""
    assert "integer" not in json.dumps(Observations.model_json_schema())
    assert '"number"' not in json.dumps(Observations.model_json_schema())


def test_nothing_is_asked_that_code_decides() -> None:
    """A verdict speaks of made-up claims, admissions and vagueness, and of nothing else."""
    assert set(Observations.model_fields) == {"allegations", "admissions", "vague"}


def test_adverse_claims_without_proof_are_inert() -> None:
    """Two judges that deny everything take nothing from a perfect answer."""
    assert panel(perfect(), verdict(vague={"flag": True, "quotes": ["The decision follows from the measures"]})) == 10


SAID = st.sampled_from(["", "I give up.", TASK, "All skills are applied. HB-0000 says 17.", "{}"])


@given(SAID, st.data())
def test_no_panel_lifts_an_answer(answer: str, data: st.DataObject) -> None:
    """Whatever judges of two families claim with whatever quotes, no score rises above the audit's."""
    quote = st.sampled_from([answer, TASK, "", "All skills are applied", "17", "x" * 600])
    kinds = st.sampled_from(["altered", "absent", "unsupported"])
    claims = st.builds(lambda k, c, a: {"kind": k, "claim_quote": c, "against_quote": a}, kinds, quote, quote)
    parts = missing_parts(STAGE.case, answer)
    seen = verdict(
        allegations=data.draw(st.lists(claims, max_size=4)),
        admissions=[{"part": part, "quote": data.draw(quote)} for part in parts],
        vague={"flag": data.draw(st.booleans()), "quotes": data.draw(st.lists(quote, max_size=4))},
    )
    assert panel(answer, seen) <= alone(answer) <= 1


FUND = "The fund of the northern region holds 270000 EUR for this year, which we share."
HELD = "fund of the northern region holds 240000 EUR for this year"


def test_an_altered_figure_needs_two_families() -> None:
    """Both quotes exist, same words, another figure: two families bring the ceiling of 3, one judge brings nothing."""
    claim = alleged("altered", "fund of the northern region holds 270000 EUR for this year", HELD)
    assert float(ruled(perfect(FUND), claim).scored.score) == alone(perfect(FUND))
    assert panel(perfect(FUND), claim) == 3


def test_an_answer_that_contradicts_itself_is_not_made_up() -> None:
    """The stated figure stands in the answer too: conflicting words count for nothing."""
    claim = alleged("altered", "fund of the northern region holds 270000 EUR for this year", HELD)
    assert panel(perfect(f"{FUND} Correctly it is 240000 EUR."), claim) == 10


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
    """Quotes that agree, do not exist, or speak of different things cost the agent nothing, not even from a panel."""
    note = "The fund of the northern region holds 240000 EUR for this year. The largest amount is 270000 in theory."
    assert panel(perfect(note), alleged("altered", claim, against)) == 10


def test_a_rounding_is_no_invention() -> None:
    """A key figure rounded in prose is never made up."""
    division = product_of(STAGE.case)
    assert isinstance(division, Division)
    amount = max(division.amounts.values())
    note = f"The largest amount is about {round(amount, -2):.0f} for the neediest site."
    claim = f"largest amount is about {round(amount, -2):.0f} for the neediest"
    assert panel(perfect(note), alleged("unsupported", claim)) == 10


CUT = [
    ("Pages {page} was followed throughout.", "Pages {cut}"),
    ("Everything was computed by hand, without python output.", "python output"),
    ("No script ran and nothing was printed by python here.", "python here"),
    ("It would be wrong to say that the python script printed 17.25 for A.", "the python script printed 17.25 for A"),
    ("An earlier draft claimed 91.75 percent, which we withdrew.", "claimed 91.75 percent"),
    ("If visitors rise by 91.75 percent the order stays.", "visitors rise by 91.75 percent"),
    ("We followed {page} from the brief.", "Share the fund over the sites"),
]


@pytest.mark.parametrize(("note", "claim"), CUT)
@pytest.mark.parametrize("kind", ["absent", "unsupported", "altered"])
def test_cut_negated_and_echoed_quotes_are_inert(note: str, claim: str, kind: str) -> None:
    """A page number cut short, a denial without its "not", a supposition, the task's words: a panel sinks nothing."""
    page = STAGE.case.checkpoints[0].page
    text = perfect(note.format(page=page))
    assert panel(text, alleged(kind, claim.format(page=page, cut=page[:-1]), TASK)) == alone(text)


def test_a_page_that_does_not_exist() -> None:
    """A real page that is cited is inert, whoever says otherwise."""
    note = f"This follows {STAGE.pages[0].id} to the letter and leaves no doubt."
    claim = alleged("absent", f"This follows {STAGE.pages[0].id} to the letter")
    assert panel(perfect(note), claim) == alone(perfect(note)) == 10


def test_the_hand_in_is_no_echo() -> None:
    """The submit tool gives the answer back as its result; claims about the answer stand all the same."""
    answer = perfect("The cap stands on sheet HB-9999 of the handbook.")
    calls = (ToolCall("s", "submit", ok=True, arguments={"answer": answer}, result=answer),)
    claim = alleged("absent", "stands on sheet HB-9999 of the handbook")
    assert panel(answer, claim, calls) == panel(answer, claim) == 3


def test_a_tool_that_never_ran() -> None:
    """Words that report a tool's output need a run of any tool that computes, whatever it is called."""
    note = "The python script returned exactly these figures, so they hold."
    claim = alleged("absent", "The python script returned exactly these figures")
    assert panel(perfect(note), claim) == 3
    for name in ("python", "code_execution", "ipython"):
        ran = ToolCall("1", name, ok=False, arguments={"code": "main()"}, result="17.5\nTraceback")
        assert panel(perfect(note), claim, calls=(ran,)) == 10


def test_what_no_code_can_verify_needs_two_families() -> None:
    """An unsupported figure caps the score only when two families of three judges say so."""
    note = "Visitors will rise by 31.7 percent next spring, which settles it."
    claim = alleged("unsupported", "Visitors will rise by 31.7 percent next spring")
    for votes in ((claim,), (claim, verdict(), verdict())):
        assert ruled(perfect(note), *votes).scored.score == 10
    assert ruled(perfect(note), claim, claim, verdict()).scored.score == 3


def test_duplicates_are_idempotent() -> None:
    """The same allegation twice is one."""
    note = "The python script returned exactly these figures, so they hold."
    one = alleged("absent", "The python script returned exactly these figures")
    two = verdict(allegations=one["allegations"] * 2)
    assert ruled(perfect(note), one, one).evidence == ruled(perfect(note), two, two).evidence


def missing_first(note: str) -> str:
    """The key's answer without its first measure, with a note."""
    answer = STAGE.perfect() | {"note": note}
    del answer["measures"][STAGE.case.checkpoints[0].key]
    return json.dumps(answer)


@pytest.mark.parametrize(
    ("note", "quote", "candour"),
    [
        ("{title} could not be worked out and is left out.", "{title} could not be worked out", 1.0),
        ("{title} could not be worked out and is left out.", "", 0.0),
        ("{title} was worked out with care.", "{title} was worked out with care", 0.0),
        ("Something is missing here.", "Something is missing here", 0.0),
        ("All is well with this answer.", "{title} could not be worked out", 0.0),
    ],
)
def test_owning_up_is_published_and_moves_no_score(note: str, quote: str, candour: float) -> None:
    """An admission counts if it stands there, names the part and says that it is not there; the score stays."""
    point = STAGE.case.checkpoints[0]
    answer = missing_first(note.format(title=point.title))
    ruling = ruled(answer, verdict(admissions=[{"part": point.key, "quote": quote.format(title=point.title)}]))
    assert ruling.candour == candour
    assert float(ruling.scored.score) == alone(answer)
    assert ruled(perfect(), verdict()).candour is None


def test_agreement_is_counted() -> None:
    """Two judges that differ on one of two readings agree on half; a single judge agrees with nobody."""
    other = verdict(vague={"flag": True, "quotes": []})
    assert ruled(perfect(), verdict(), other).agreement == pytest.approx(1 / 2)
    assert ruled(perfect(), verdict()).agreement is None


def broken() -> dict[str, str]:
    """Verdicts that are none, by what is wrong with them."""
    whole = verdict(admissions=[{"part": "a", "quote": ""}])
    return {
        "not JSON": "The answer is excellent.",
        "empty": "",
        "a list": "[]",
        "a number": json.dumps(whole | {"score": 10}),
        "missing field": json.dumps({k: v for k, v in whole.items() if k != "vague"}),
        "missing admission": json.dumps(whole | {"admissions": []}),
        "doubled admission": json.dumps(whole | {"admissions": whole["admissions"] * 2}),
        "stranger": json.dumps(whole | {"admissions": [*whole["admissions"], {"part": "x", "quote": ""}]}),
        "what code decides": json.dumps(whole | {"skills": []}),
        "coerced": json.dumps(whole | {"vague": {"flag": "false", "quotes": []}}),
        "unknown kind": json.dumps(whole | alleged("great", "x") | {"admissions": whole["admissions"]}),
        "duplicate key": json.dumps(whole)[:-1] + ', "allegations": []}',
        "long quote": json.dumps(whole | {"vague": {"flag": True, "quotes": ["x" * 601]}}),
        "huge": " " * 300_000,
        "deep": "[" * 100_000,
    }


@pytest.mark.parametrize("name", broken())
def test_a_broken_verdict_is_no_verdict(name: str) -> None:
    """Every defect is refused with a reason: a judge's slip is never a pass."""
    with pytest.raises(JudgeError, match="verdict"):
        read_observations(broken()[name], ["a"])


def test_a_fenced_verdict_is_read() -> None:
    """One fence around the whole verdict is tolerated."""
    assert read_observations(f"```json\n{json.dumps(verdict())}\n```", [])
