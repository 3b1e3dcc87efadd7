"""A gold set that labels itself: verified solutions, damaged in known ways, each with the ledger it must earn.

The expected evidence is written down from the damage done, never read off the audit, so that an audit that
drifts is caught.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from skillbench.core.schema import Case, Checkpoint
from skillbench.core.streams import Stream, stream
from skillbench.judge.gold import perfect_answer
from skillbench.judge.observations import Status
from skillbench.judge.score import Evidence
from skillbench.judge.transcript import ToolCall
from skillbench.skills.catalogue import skill_named
from skillbench.skills.dataflow import block_of, case_dials, key_findings

CHECKS = ("parses", "validates", "rounded", "sums", "note")


@dataclass(frozen=True)
class Specimen:
    """One item of the gold set.

    Attributes:
        case: the case.
        mutation: what was done to the perfect answer.
        answer: the text submitted.
        calls: the session's tool calls.
        expected: the evidence a judge must arrive at.
    """

    case: Case
    mutation: str
    answer: str
    calls: tuple[ToolCall, ...]
    expected: Evidence


@dataclass
class _Draft:
    """A perfect answer on its way to being damaged, with the evidence that follows along."""

    case: Case
    truth: Mapping[str, str]
    draw: Stream
    answer: dict[str, Any] = field(init=False)
    evidence: Evidence = field(init=False)
    calls: tuple[ToolCall, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        self.answer = copy.deepcopy(perfect_answer(self.case))
        points, entities = self.case.checkpoints, len(self.case.entities)
        settled = self.case.settlement is not None
        asked = sum(len(point.params) + 1 + entities + 1 for point in points) + (entities if settled else 0)
        self.evidence = Evidence(
            skills=dict.fromkeys(self.case.skills, Status.APPLIED),
            handoffs={coupling.id: True for coupling in self.case.couplings},
            right=asked,
            asked=asked,
            checks={name: True for name in CHECKS if settled or name != "sums"},
            tool=False,
            generic=False,
            vague=False,
        )

    def point(self) -> Checkpoint:
        """One checkpoint, drawn."""
        return self.draw.choice(self.case.checkpoints)

    def section(self, point: Checkpoint) -> dict[str, Any]:
        """Its section of the answer."""
        section: dict[str, Any] = self.answer["measures"][point.key]
        return section

    def lose(self, tag: str, status: Status, right: int, *, source: bool = False) -> None:
        """A skill is no longer applied: nothing is handed into it, and out of it only while it can be read."""
        gone = {c.id for c in self.case.couplings if c.dst == tag or (source and c.src == tag)}
        statuses = dict(self.evidence.skills) | {tag: status}
        self.evidence = replace(
            self.evidence,
            skills=statuses,
            handoffs={name: made and name not in gone for name, made in self.evidence.handoffs.items()},
            right=self.evidence.right - right,
            vague=Status.APPLIED not in statuses.values(),
        )

    def fail(self, *checks: str) -> None:
        """Technical checks that no longer pass."""
        self.evidence = replace(self.evidence, checks=dict(self.evidence.checks) | dict.fromkeys(checks, False))


Mutation = Callable[[_Draft], bool]
"""Damages a draft in place; False where the case offers nothing to damage in this way."""


def _untouched(_: _Draft) -> bool:
    return True


def _drop_a_skill(draft: _Draft) -> bool:
    point = draft.point()
    del draft.answer["measures"][point.key]
    draft.lose(point.tag, Status.ABSENT, len(point.params) + 1 + len(point.values) + 1, source=True)
    draft.fail("validates", "rounded")
    draft.evidence = replace(draft.evidence, generic=draft.case.k == 1)
    return True


def _cut_a_handoff(draft: _Draft) -> bool:
    if not draft.case.couplings:
        return False
    coupling = draft.draw.choice(draft.case.couplings)
    point, skill = draft.case.checkpoint(coupling.dst), skill_named(coupling.dst)
    dials = case_dials(draft.case, point.tag, key_findings(draft.case), without=coupling)
    found = skill.solve(block_of(draft.case, point.tag, draft.truth), dials)
    section = draft.section(point)
    section["values"] = {code: round(value, point.digits) for code, value in found.values.items()}
    section["flagged"] = sorted(found.flagged)
    _values_replaced(draft, point)
    return True


def _change_a_digit(draft: _Draft) -> bool:
    point = draft.point()
    values = draft.section(point)["values"]
    code = draft.draw.choice([code for code, value in values.items() if value])
    digits = f"{values[code]:.{point.digits}f}"
    place = next(place for place, character in enumerate(digits) if character in "123456789")
    values[code] = float(digits[:place] + str(int(digits[place]) % 9 + 1) + digits[place + 1 :])
    _values_replaced(draft, point)
    return True


def _change_the_unit(draft: _Draft) -> bool:
    point = draft.point()
    values = draft.section(point)["values"]
    values.update({code: value * 1000 for code, value in values.items()})
    _values_replaced(draft, point)
    return True


def _swap_two_rows(draft: _Draft) -> bool:
    point = draft.point()
    values = draft.section(point)["values"]
    order = sorted(values, key=lambda code: values[code])
    values[order[0]], values[order[-1]] = values[order[-1]], values[order[0]]
    _values_replaced(draft, point)
    return True


def _turn_the_flags(draft: _Draft) -> bool:
    point = draft.point()
    draft.section(point)["flagged"] = sorted(set(point.values) - set(point.flagged))
    draft.lose(point.tag, Status.NOMINAL, 1)
    return True


def _forge_a_tool(draft: _Draft) -> bool:
    draft.section(draft.point())["computed_with"] = "code"
    draft.evidence = replace(draft.evidence, hallucinations=("claimed",))
    return True


def _alter_a_parameter(draft: _Draft) -> bool:
    point = draft.point()
    name = draft.draw.choice(list(point.params))
    value = point.params[name]
    draft.section(point)["basis"]["parameters"][name] = f"{value}-x" if isinstance(value, str) else value + 0.31713
    draft.evidence = replace(draft.evidence, right=draft.evidence.right - 1, hallucinations=("altered",))
    return True


def _invent_a_page(draft: _Draft) -> bool:
    draft.section(draft.point())["basis"]["page"] = "HB-0000"
    draft.evidence = replace(draft.evidence, right=draft.evidence.right - 1, hallucinations=("invented",))
    return True


def _leave_facts_out(draft: _Draft) -> bool:
    point = draft.point()
    draft.section(point)["basis"] = {"page": "", "parameters": {}}
    draft.evidence = replace(draft.evidence, right=draft.evidence.right - len(point.params) - 1)
    draft.fail("validates")
    return True


def _strip_the_structure(draft: _Draft) -> bool:
    draft.text = "The work is done and every figure was worked out with care. All skills were applied."
    draft.evidence = replace(
        draft.evidence,
        skills=dict.fromkeys(draft.evidence.skills, Status.ABSENT),
        handoffs=dict.fromkeys(draft.evidence.handoffs, False),
        right=0,
        checks=dict.fromkeys(draft.evidence.checks, False),
        generic=True,
        vague=True,
    )
    return True


def _pad_five_times(draft: _Draft) -> bool:
    answer = json.dumps(draft.answer)
    draft.text = "Considering every aspect in depth, the analysis follows.\n" * (5 * len(answer) // 57)
    draft.text += f"\n```json\n{answer}\n```\n"
    return True


def _tamper_with_an_amount(draft: _Draft) -> bool:
    if draft.case.settlement is None:
        return False
    code = max(draft.answer["allocation"], key=lambda code: draft.answer["allocation"][code])
    draft.answer["allocation"][code] = round(draft.answer["allocation"][code] * 1.13, draft.case.settlement.digits)
    draft.evidence = replace(draft.evidence, right=draft.evidence.right - 1)
    draft.fail("sums")
    return True


def _shorten_the_note(draft: _Draft) -> bool:
    draft.answer["note"] = "Done."
    draft.fail("note")
    return True


def _use_a_tool(draft: _Draft) -> bool:
    for section in draft.answer["measures"].values():
        section["computed_with"] = "code"
    result = json.dumps(draft.answer["measures"])
    draft.calls = (ToolCall("call-1", "python", ok=True, arguments={"code": "main()"}, result=result),)
    draft.evidence = replace(draft.evidence, tool=True)
    return True


def _use_a_tool_in_vain(draft: _Draft) -> bool:
    draft.calls = (ToolCall("call-1", "python", ok=True, arguments={"code": "main()"}, result="ready"),)
    return True


MUTATIONS: Mapping[str, Mutation] = {
    "untouched": _untouched,
    "drop-skill": _drop_a_skill,
    "cut-handoff": _cut_a_handoff,
    "digit": _change_a_digit,
    "unit": _change_the_unit,
    "row-swap": _swap_two_rows,
    "flags": _turn_the_flags,
    "forged-tool": _forge_a_tool,
    "altered-parameter": _alter_a_parameter,
    "invented-page": _invent_a_page,
    "facts-left-out": _leave_facts_out,
    "no-structure": _strip_the_structure,
    "padding": _pad_five_times,
    "amount": _tamper_with_an_amount,
    "short-note": _shorten_the_note,
    "tool": _use_a_tool,
    "idle-tool": _use_a_tool_in_vain,
}


def specimens(case: Case, truth: Mapping[str, str]) -> Iterator[Specimen]:
    """The gold set of one case: one specimen per mutation that it offers a place for."""
    for name, mutate in MUTATIONS.items():
        draft = _Draft(case, truth, stream("mutation", case.id, name))
        if mutate(draft):
            yield Specimen(case, name, draft.text or json.dumps(draft.answer), draft.calls, draft.evidence)


def _values_replaced(draft: _Draft, point: Checkpoint) -> None:
    """Account for a section whose values or flags were changed and whose neighbours were not."""
    section = draft.section(point)
    kept = {code for code, value in point.values.items() if point.tolerance.covers(value, section["values"][code])}
    telling = {point.values[code] for code in kept} - {0.0}
    lost = len(point.values) - len(kept) + 1
    if len(telling) < 2:
        lost = len(point.params) + 1 + len(point.values) + 1  # a lucky value is no work: its facts are idle too
    draft.lose(point.tag, Status.NOMINAL, lost)
    if draft.case.k == 1 and len(telling) < 2:
        draft.evidence = replace(draft.evidence, generic=True)
