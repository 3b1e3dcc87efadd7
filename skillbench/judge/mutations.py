"""A gold set that labels itself: verified solutions, damaged in known ways, each with the ledger it must earn.

The expected evidence is written down from the damage done, never read off the audit, so that an audit that
drifts is caught.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from skillbench.core.schema import Case, Checkpoint, Coupling, Page
from skillbench.core.streams import Stream, stream
from skillbench.deliverables.base.contract import Harm
from skillbench.deliverables.base.registry import product_of
from skillbench.judge.gold import perfect_answer
from skillbench.judge.observations import Status
from skillbench.judge.score import Evidence, Share
from skillbench.judge.transcript import ToolCall
from skillbench.skills.catalogue import skill_named
from skillbench.skills.dataflow import block_of, case_dials, key_findings

CHECKS = ("parses", "validates", "rounded", "measures", "form", "decision", "note")
OF_A_DECISION = frozenset({"form", "decision"})


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
    pages: frozenset[str]
    answer: dict[str, Any] = field(init=False)
    evidence: Evidence = field(init=False)
    calls: tuple[ToolCall, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        self.answer = copy.deepcopy(perfect_answer(self.case))
        points, entities, product = self.case.checkpoints, len(self.case.entities), product_of(self.case)
        asked = {
            "values": entities * len(points),
            "flags": len(points),
            "facts": sum(len(point.params) + 1 for point in points),
        } | ({"decision": product.asked} if product else {})
        self.evidence = Evidence(
            skills=dict.fromkeys(self.case.skills, Status.APPLIED),
            handoffs={coupling.id: True for coupling in self.case.couplings},
            parts={part: Share(Decimal(number), number) for part, number in asked.items()},
            checks={name: True for name in CHECKS if product or name not in OF_A_DECISION},
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

    def lose(self, part: str, points: float | Decimal) -> None:
        """So many points of a part are no longer earned."""
        self.evidence = self.evidence.with_more(part, -Decimal(points))

    def stop(self, tag: str, status: Status, *, handed: bool = False) -> None:
        """A skill is no longer applied: nothing is handed into it, and out of it only what it still shows."""
        gone = {c.id for c in self.case.couplings if c.dst == tag or (c.src == tag and not handed)}
        statuses = dict(self.evidence.skills) | {tag: status}
        self.evidence = replace(
            self.evidence,
            skills=statuses,
            handoffs={name: made and name not in gone for name, made in self.evidence.handoffs.items()},
            vague=Status.APPLIED not in statuses.values(),
        )

    def drop(self, point: Checkpoint) -> None:
        """Nothing of a measure counts any more."""
        self.stop(point.tag, Status.ABSENT)
        for part, points in (("values", len(point.values)), ("flags", 1), ("facts", len(point.params) + 1)):
            self.lose(part, points)
        self.fail("measures")
        if self.case.k == 1:
            self.fail("validates", "rounded")
            self.evidence = replace(self.evidence, generic=True, grounded=False)

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
    draft.drop(point)
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
    _values_replaced(draft, point, mistake=True)
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
    draft.lose("flags", 1)
    draft.fail("measures")
    gone = {c.id for c in draft.case.couplings if c.src == point.tag and c.quantity is None}
    handoffs = {name: made and name not in gone for name, made in draft.evidence.handoffs.items()}
    draft.evidence = replace(draft.evidence, handoffs=handoffs)
    return True


def _forge_a_tool(draft: _Draft) -> bool:
    draft.section(draft.point())["computed_with"] = "code"
    draft.evidence = replace(draft.evidence, hallucinations=("claimed",))
    return True


def _alter_a_parameter(draft: _Draft) -> bool:
    point = draft.point()
    named = draft.draw.choice(list(point.params))
    _altered(draft, [(point, named)])
    stated = sum(len(p.params) + 1 for p in draft.case.checkpoints) - 1
    if stated < 2:
        draft.evidence = replace(draft.evidence, hallucinations=("altered",))
    return True


def _alter_two_parameters(draft: _Draft) -> bool:
    every = [(point, name) for point in draft.case.checkpoints for name in point.params]
    if len(every) < 2:
        return False
    _altered(draft, draft.draw.sample(every, 2))
    draft.evidence = replace(draft.evidence, hallucinations=("altered", "altered"))
    return True


def _altered(draft: _Draft, places: list[tuple[Checkpoint, str]]) -> None:
    for point, name in places:
        value = point.params[name]
        other = f"{value}-x" if isinstance(value, str) else value + 0.31713
        draft.section(point)["basis"]["parameters"][name] = other
        draft.lose("facts", 1)


def _invent_a_page(draft: _Draft) -> bool:
    draft.section(draft.point())["basis"]["page"] = "HB-99999"
    draft.lose("facts", 1)
    draft.evidence = replace(draft.evidence, hallucinations=("invented",))
    return True


def _swap_two_digits_of_a_page(draft: _Draft) -> bool:
    point = draft.point()
    pages = [page for page in _transpositions(point.page) if page not in draft.pages]
    if not pages:
        return False
    draft.section(point)["basis"]["page"] = draft.draw.choice(pages)
    draft.lose("facts", 1)
    return True


def _transpositions(page: str) -> list[str]:
    places = [n for n in range(len(page) - 1) if page[n : n + 2].isdigit() and page[n] != page[n + 1]]
    return [page[:n] + page[n + 1] + page[n] + page[n + 2 :] for n in places]


def _leave_facts_out(draft: _Draft) -> bool:
    point = draft.point()
    draft.section(point)["basis"] = {"page": "", "parameters": {}}
    draft.lose("facts", len(point.params) + 1)
    draft.evidence = replace(draft.evidence, grounded=draft.case.k > 1)
    return True


def _strip_the_structure(draft: _Draft) -> bool:
    draft.text = "The work is done and every figure was worked out with care. All skills were applied."
    draft.evidence = replace(
        draft.evidence,
        skills=dict.fromkeys(draft.evidence.skills, Status.ABSENT),
        handoffs=dict.fromkeys(draft.evidence.handoffs, False),
        parts={part: Share(Decimal(0), share.asked) for part, share in draft.evidence.parts.items()},
        checks=dict.fromkeys(draft.evidence.checks, False),
        generic=True,
        vague=True,
        grounded=False,
    )
    return True


def _pad_five_times(draft: _Draft) -> bool:
    answer = json.dumps(draft.answer)
    draft.text = "Considering every aspect in depth, the analysis follows.\n" * (5 * len(answer) // 57)
    draft.text += f"\n```json\n{answer}\n```\n"
    return True


def _tamper_with_the_product(draft: _Draft) -> bool:
    product = product_of(draft.case)
    if product is None:
        return False
    draft.answer |= product.harmed(Harm.ONE_WRONG)
    draft.lose("decision", product.asked - (product.asked - 1) / 2)
    draft.fail("form", "decision")
    return True


def _shorten_the_note(draft: _Draft) -> bool:
    draft.answer["note"] = "Done."
    draft.fail("note")
    return True


PROGRAM = """import csv, json
rows = list(csv.DictReader(open("records/register.csv")))
print(json.dumps(worked_out(rows)))"""


def _use_a_tool(draft: _Draft) -> bool:
    for section in draft.answer["measures"].values():
        section["computed_with"] = "code"
    result = json.dumps(draft.answer["measures"])
    draft.calls = (ToolCall("call-1", "python", ok=True, arguments={"code": PROGRAM}, result=result),)
    draft.evidence = replace(draft.evidence, tool=True)
    return True


def _use_a_tool_in_vain(draft: _Draft) -> bool:
    draft.calls = (ToolCall("call-1", "python", ok=True, arguments={"code": PROGRAM}, result="ready"),)
    return True


def _type_the_figures(draft: _Draft) -> bool:
    figures = [value for section in draft.answer["measures"].values() for value in section["values"].values()]
    pieces = " + ".join(f"'{str(value)[:2]}' + '{str(value)[2:]} '" for value in figures)
    code = f"rows = open('records/register.csv').read()\nprint(rows[:0] + {pieces})"
    result = " ".join(map(str, figures))
    draft.calls = (ToolCall("call-1", "python", ok=True, arguments={"code": code}, result=result),)
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
    "two-altered-parameters": _alter_two_parameters,
    "invented-page": _invent_a_page,
    "transposed-page": _swap_two_digits_of_a_page,
    "facts-left-out": _leave_facts_out,
    "no-structure": _strip_the_structure,
    "padding": _pad_five_times,
    "product": _tamper_with_the_product,
    "short-note": _shorten_the_note,
    "tool": _use_a_tool,
    "idle-tool": _use_a_tool_in_vain,
    "typed-figures": _type_the_figures,
}


def specimens(case: Case, truth: Mapping[str, str], pages: Iterable[Page]) -> Iterator[Specimen]:
    """The gold set of one case: one specimen per mutation that it offers a place for."""
    numbers = frozenset(page.id for page in pages)
    for name, mutate in MUTATIONS.items():
        draft = _Draft(case, truth, stream("mutation", case.id, name), numbers)
        if mutate(draft):
            yield Specimen(case, name, draft.text or json.dumps(draft.answer), draft.calls, draft.evidence)


def _values_replaced(draft: _Draft, point: Checkpoint, *, mistake: bool = False) -> None:
    """Account for a section whose values or flags were changed and whose neighbours were not.

    Args:
        draft: the draft.
        point: the measure.
        mistake: the change is one that people make, which shows work even where no figure stays right.
    """
    section = draft.section(point)
    off = {
        code: abs(section["values"][code] - value) / point.tolerance.at(value) for code, value in point.values.items()
    }
    right, near = ({code for code, by in off.items() if by <= most * (1 + 1e-9)} for most in (1, 10))
    near = near if 4 * len(near) >= 3 * len(off) else right
    half = 2 * len(near) >= len(off)
    shown = any(len({point.values[c] for c in codes} - {0.0}) >= 2 for codes in (right, near))
    if not shown and not mistake:
        draft.drop(point)  # a lucky value is no work: its facts are idle too
        return
    draft.fail("measures")
    applied = shown and half
    if not applied:
        draft.stop(point.tag, Status.NOMINAL, handed=True)
    draft.lose("values", len(off) - (Decimal(len(right)) / 2 + Decimal(len(near - right)) / 4 if shown else 0))
    turned = set(section["flagged"]) != set(point.flagged)
    draft.lose("flags", turned)
    lost = {c.id for c in draft.case.couplings if c.src == point.tag and c.quantity is None and turned}
    lost |= {
        c.id
        for c in draft.case.couplings
        if c.dst == point.tag and not (2 * len(right) >= len(off) and _tells(draft, point, c, len(right)))
    }
    handoffs = {name: made and name not in lost for name, made in draft.evidence.handoffs.items()}
    draft.evidence = replace(draft.evidence, handoffs=handoffs)


def _tells(draft: _Draft, point: Checkpoint, coupling: Coupling, right: int) -> bool:
    """Whether fewer of the reported values would be right had this hand-over not been made."""
    skill, values = skill_named(point.tag), draft.section(point)["values"]
    dials = case_dials(draft.case, point.tag, key_findings(draft.case), without=coupling)
    less = skill.solve(block_of(draft.case, point.tag, draft.truth), dials).values
    kept = [code for code, value in less.items() if point.tolerance.covers(value, values[code])]
    return len(kept) < right
