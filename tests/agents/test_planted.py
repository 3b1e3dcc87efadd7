"""Planted agents: what is planted is what the instrument finds."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from agents.play import INSPECTS_OWN, audited, planted, play, verdicts
from inspect_ai._util.error import PrerequisiteError  # what Inspect prints without a traceback
from inspect_ai.model import get_model
from small import freeze_small

from skillbench.core.errors import InputError
from skillbench.core.taskset import TaskSet
from skillbench.harness.planted import NAMED
from skillbench.skills.catalogue import skill_named

pytestmark = INSPECTS_OWN


def test_errors_cost_and_are_repeatable(small_set: TaskSet, tmp_path: Path) -> None:
    """At error=0.5 some cases fail; the same run again gives the same verdicts, and epochs draw anew."""
    agent = planted(error=0.5)
    first = verdicts(play(small_set, tmp_path, agent, epochs=4))
    again = verdicts(play(small_set, tmp_path, agent, epochs=4))
    assert first == again
    solved = [found["solve"] for found in first.values()]
    assert 0 < sum(solved) < len(solved)
    cases = {case for case, _ in first}
    assert any(len({str(first[case, epoch]["correct"]) for epoch in range(1, 5)}) > 1 for case in cases)
    for found in first.values():
        assert found["solve"] == (found["values"]["solve"] == 1.0)
        assert found["values"]["score"] == 10.0 if found["solve"] else found["values"]["score"] < 10.0


def test_certain_errors_solve_nothing(small_set: TaskSet, tmp_path: Path) -> None:
    """At error=1 every skill of every case is wrong in itself, none is merely propagated."""
    for found in verdicts(play(small_set, tmp_path, planted(error=1.0))).values():
        assert not found["solve"]
        assert set(found["labels"].values()) == {"local"}


def test_a_tax_spares_the_first_skill_and_the_twins(small_set: TaskSet, tmp_path: Path) -> None:
    """At tax=1 only skills after the first of a composed case go wrong: that is what composition costs."""
    log = play(small_set, tmp_path, planted(tax=1.0))
    for sample in log.samples or ():
        found = audited(sample)
        right = [found["correct"][tag] for tag in sample.metadata["skills"]]
        assert right == [True, *[False] * (len(right) - 1)]


def test_slips_are_found_by_name(small_set: TaskSet, tmp_path: Path) -> None:
    """With slips=true every mistake is diagnosed as one the skill knows; without, none is."""
    named = verdicts(play(small_set, tmp_path, planted(error=1.0, slips=True)))
    for found in named.values():
        assert found["slips"]
        for tag, slip in found["slips"].items():
            assert slip in skill_named(tag).slips
    plain = verdicts(play(small_set, tmp_path, planted(error=1.0)))
    assert [found["slips"] for found in plain.values()] == [{}] * len(plain)


def test_without_tools_nothing_is_looked_up(small_set: TaskSet, tmp_path: Path) -> None:
    """With tools=false the agent hands in at once; the answer is right and no bonus stands in the ledger."""
    log = play(small_set, tmp_path, planted(tools=False), tools="search")
    for sample in log.samples or ():
        asked = [call.function for m in sample.messages for call in getattr(m, "tool_calls", None) or ()]
        assert asked == ["submit"]
        assert audited(sample)["values"]["score"] == 10.0
        assert "tool" not in audited(sample)["ledger"]


def test_fabrication_hits_the_ceiling(small_set: TaskSet, tmp_path: Path) -> None:
    """With fabricate=1 every answer quotes a parameter its page does not hold: at most 3 points, band Failure."""
    for found in verdicts(play(small_set, tmp_path, planted(fabricate=1.0))).values():
        assert 0 < found["values"]["score"] <= 3.0
        assert found["band"] == "Failure"
        assert any("is not on the page cited" in sentence for sentence in found["hallucinations"])


def test_the_named_agents_are_settings(small_set: TaskSet, tmp_path: Path) -> None:
    """``careless`` and ``overloaded`` run under their own names; settings given override theirs."""
    for name in ("careless", "overloaded"):
        agent = planted(name, error=0.0, tax=0.0)
        assert all(found["solve"] for found in verdicts(play(small_set, tmp_path, agent)).values())
        assert agent.api.weakness.slips == NAMED[name].slips  # type: ignore[attr-defined]  # our provider


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "unknown agent": ("sloppy", {}, "no planted agent 'sloppy'; there are: reference, planted, careless, overloaded"),
    "unknown setting": ("planted", {"eror": 0.1}, "-M eror: planted agents take error, tax, slips, tools, fab"),
    "a reference with faults": ("reference", {"error": 0.1}, "makes no mistakes; use skillbench/planted"),
    "above one": ("planted", {"error": 1.1}, r"-M error=1.1: give a probability from 0 to 1"),
    "below zero": ("planted", {"tax": -0.1}, r"-M tax=-0.1: give a probability"),
    "NaN": ("planted", {"fabricate": float("nan")}, "-M fabricate=nan: give a probability"),
    "text": ("planted", {"error": "often"}, "-M error=often: give a probability"),
    "a boolean as probability": ("planted", {"error": True}, "-M error=True: give a probability"),
    "a word as switch": ("planted", {"slips": "maybe"}, "-M slips=maybe: give true or false"),
    "a number as switch": ("planted", {"tools": 2}, "-M tools=2: give true or false"),
    "a set": ("planted", {"tasks": "nowhere"}, "-M tasks: planted agents take error"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_invalid_settings_are_refused(name: str) -> None:
    """Each wrong ``-M`` setting is refused before anything runs, with what was given and what is allowed."""
    agent, settings, words = REFUSED[name]
    with pytest.raises(PrerequisiteError, match=words):
        get_model(f"skillbench/{agent}", memoize=False, **settings)


def test_a_question_outside_a_run_is_refused() -> None:
    """A planted agent that no run of ours asks says what it needs, instead of answering from some set."""
    for prompt in ("What is the capital of France?", "Reference: c01-clinics/k2\n"):
        with pytest.raises(InputError, match=r"no sample of the skillbench task is under way.*-T tasks=SET"):
            asyncio.run(planted().generate(prompt))


def test_every_run_is_answered_from_its_own_set(small_set: TaskSet, tmp_path: Path) -> None:
    """One agent plays two sets whose cases bear the same references: both are solved, neither from the other."""
    agent, other = planted("reference"), freeze_small(tmp_path / "other", ("1-A", "another"))
    for task_set in (small_set, other, small_set):
        found = verdicts(play(task_set, tmp_path, agent))
        assert {case for case, _ in found} <= {case.id for case in task_set.cases}
        assert all(one["solve"] for one in found.values())
    assert not {case.id for case in small_set.cases} & {case.id for case in other.cases}


def test_a_purse_leaves_what_it_pays_for(small_set: TaskSet, tmp_path: Path) -> None:
    """The thrifty reference holds all at the perfect worker's spending, less at half; a wasteful hand less than it."""
    shares = {}
    for waste, purse in ((0, "1"), (0, "0.5"), (2, "1"), (2, "0.5")):
        log = play(small_set, tmp_path, planted(waste=waste), tools="search", purse=purse, k="3", twins=False)
        (sample,) = log.samples or ()
        found = audited(sample)
        shares[waste, purse] = sum(found["correct"].values()) / len(found["correct"])
        bill = found["purse"]
        assert sum(bill["spent"].values()) <= bill["given"]
        assert (bill["refused"] > 0) == (shares[waste, purse] < 1)
    assert shares[0, "1"] == 1.0
    assert shares[0, "0.5"] < 1.0
    assert shares[2, "1"] < 1.0
    assert shares[2, "0.5"] <= min(shares[0, "0.5"], shares[2, "1"])
