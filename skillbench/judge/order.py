"""The order that scores must keep: named answers, each with the bounds its score has at every k.

One place for the table: the tests hold every row on real cases, and ``docs/judge.md`` prints it.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from skillbench.core.schema import Case
from skillbench.deliverables.base.contract import Harm
from skillbench.deliverables.base.registry import product_of
from skillbench.judge.gold import parts_of, perfect_answer
from skillbench.skills.catalogue import skill_named
from skillbench.skills.contract import Findings
from skillbench.skills.dataflow import block_of, by_measure, case_dials

Records = Mapping[str, str]
Make = Callable[[Case, Records], dict[str, Any] | str]


@dataclass(frozen=True)
class Ranked:
    """One row: an answer by name, and what its score without bonus must keep.

    Attributes:
        name: the answer.
        least: the lowest score it may get, at any k from 2 to 7.
        most: the highest.
        make: builds it.
        solves: whether it solves the case.
        twin: bounds for a twin, which has one measure and no product; None where it says nothing about one.
    """

    name: str
    least: Decimal
    most: Decimal
    make: Make
    solves: bool = False
    twin: tuple[Decimal, Decimal] | None = None


def text_of(answer: dict[str, Any] | str) -> str:
    """What is handed in."""
    return answer if isinstance(answer, str) else json.dumps(answer)


def _edited(*edits: Callable[[Case, dict[str, Any]], None]) -> Make:
    """The perfect answer with something done to it."""

    def make(case: Case, records: Records) -> dict[str, Any]:
        del records
        answer = copy.deepcopy(perfect_answer(case))
        for edit in edits:
            edit(case, answer)
        return answer

    return make


def _every(change: Callable[[dict[str, Any]], Any], *places: int) -> Callable[[Case, dict[str, Any]], None]:
    """Something done to every section, or to those at these places of the chain."""

    def edit(case: Case, answer: dict[str, Any]) -> None:
        for place in places or range(case.k):
            change(answer["measures"][case.checkpoints[place].key])

    return edit


def _values(change: Callable[[dict[str, float]], dict[str, float]], *places: int) -> Callable[..., None]:
    return _every(lambda section: section.update(values=change(section["values"])), *places)


def _off(factor: float) -> Callable[..., None]:
    return _values(lambda values: {code: value * factor for code, value in values.items()})


def _constant(number: float) -> Callable[[dict[str, float]], dict[str, float]]:
    return lambda values: dict.fromkeys(values, number)


def _shifted(values: dict[str, float]) -> dict[str, float]:
    """Every entity has the figure of the next: real figures, all in the wrong place."""
    return dict(zip(values, [*list(values.values())[1:], next(iter(values.values()))], strict=True))


def _made_up(values: dict[str, float]) -> dict[str, float]:
    return {code: round(17.31 + 3.77 * place, 2) for place, code in enumerate(values)}


def _invented(section: dict[str, Any]) -> None:
    """Figures out of nothing in a well-formed section, its page and parameters right."""
    section.update(values=_made_up(section["values"]), flagged=sorted(section["values"])[:3])


def _left_out(*places: int) -> Callable[..., None]:
    def edit(case: Case, answer: dict[str, Any]) -> None:
        for place in places:
            del answer["measures"][case.checkpoints[place].key]

    return edit


def _second_half(edit_at: Callable[..., Callable[..., None]]) -> Callable[[Case, dict[str, Any]], None]:
    return lambda case, answer: edit_at(*range(math.ceil(case.k / 2), case.k))(case, answer)


def _all_but_first(edit_at: Callable[..., Callable[..., None]]) -> Callable[[Case, dict[str, Any]], None]:
    return lambda case, answer: edit_at(*range(1, case.k))(case, answer) if case.k > 1 else None


def _product(how: Harm) -> Callable[[Case, dict[str, Any]], None]:
    """The product damaged in one way."""

    def edit(case: Case, answer: dict[str, Any]) -> None:
        if product := product_of(case):
            answer |= product.harmed(how)

    return edit


def _no_product(case: Case, answer: dict[str, Any]) -> None:
    for name in parts_of(case):
        answer.pop(name, None)


def _largest(factor: float) -> Callable[[dict[str, float]], dict[str, float]]:
    def change(values: dict[str, float]) -> dict[str, float]:
        code = max(values, key=lambda c: values[c])
        return values | {code: round(values[code] * factor, 2)}

    return change


def _half_the_entities(values: dict[str, float]) -> dict[str, float]:
    return {code: values[code] for code in sorted(values)[: len(values) // 2]}


def _half_made_up(values: dict[str, float]) -> dict[str, float]:
    return _made_up(values) | _half_the_entities(values)


def _page_made_up(section: dict[str, Any]) -> None:
    section["basis"]["page"] = f"{section['basis']['page']}, HB-99999"


def _claimed(section: dict[str, Any]) -> None:
    section["computed_with"] = "code"


def _no_basis(section: dict[str, Any]) -> None:
    section["basis"] = {"page": "", "parameters": {}}


def _parameters_replaced(section: dict[str, Any]) -> None:
    parameters = section["basis"]["parameters"]
    section["basis"]["parameters"] = {
        name: f"2031-{1 + len(name) % 12:02}-{1 + len(value) % 28:02}"
        if isinstance(value, str)
        else value * 1.37 + 0.513
        for name, value in parameters.items()
    }


def _computed(first: Callable[[Case, Findings], Findings | None]) -> Make:
    """Everything worked out by the rules after the first measure was found otherwise, or left out."""

    def make(case: Case, records: Records) -> dict[str, Any]:
        found: dict[str, Findings] = {}
        for tag in case.skills:
            dials = case_dials(case, tag, found)
            result = skill_named(tag).solve(block_of(case, tag, records, found), dials)
            changed = first(case, result) if tag == case.skills[0] else result
            if changed:
                found[tag] = changed
        answer = copy.deepcopy(perfect_answer(case, found=found))
        if case.skills[0] not in found:
            del answer["measures"][case.checkpoints[0].key]
        if product := product_of(case):
            answer |= product.after(by_measure(found)).perfect()
        return answer

    return make


def _slipped(case: Case, right: Findings) -> Findings:
    """The first named mistake of the first skill that leaves some figure right, as most mistakes do."""
    slips = [Findings(slip.values, frozenset(slip.flagged)) for slip in case.checkpoints[0].slips.values()]
    kept = [sum(abs(slip.values[c] - v) <= 1e-3 * v for c, v in right.values.items()) for slip in slips]
    return slips[kept.index(max(kept))]


def _zeroed(case: Case, right: Findings) -> Findings:
    del case
    return Findings(dict.fromkeys(right.values, 0.0), frozenset())


def _row(
    name: str, bounds: tuple[str, str], make: Make, twin: tuple[str, str] | None = None, *, solves: bool = False
) -> Ranked:
    low, high = map(Decimal, bounds)
    return Ranked(name, low, high, make, solves, tuple(map(Decimal, twin)) if twin else None)  # type: ignore[arg-type]


_HALVES = _second_half(lambda *places: _every(_invented, *places) if places else lambda *_: None)
_UNFLAGGED = _every(lambda section: section.update(flagged=[]))
_ZEROS = _every(lambda section: section.update(flagged=[], values=_constant(0)(section["values"])))
_FIRST_ZERO = _every(lambda section: section.update(flagged=[], values=_constant(0)(section["values"])), 0)


def _product_alone(case: Case, records: Records) -> dict[str, Any]:
    del records
    product = product_of(case)
    return {"measures": {}, **(product.perfect() if product else {}), "note": "The decision alone, dear reader."}


ORDER: tuple[Ranked, ...] = (
    _row("everything right", ("10", "10"), _edited(), ("10", "10"), solves=True),
    _row(
        "right, no note", ("9", "9.9"), _edited(lambda _, answer: answer.update(note="")), ("8.5", "9.9"), solves=True
    ),
    _row("one figure mistyped, the product right", ("9", "9.6"), _edited(_values(_largest(1.4), 0)), ("7.5", "9")),
    _row("right, no flags", ("8", "9.4"), _edited(_UNFLAGGED), ("7.5", "9")),
    _row("right, no page or parameter stated", ("7", "8.5"), _edited(_every(_no_basis)), ("7", "8.5"), solves=True),
    _row("first measure by a usual mistake, the rest on it", ("5.5", "9"), _computed(_slipped)),
    _row("every value 0.5 % off, the product right", ("7", "8.5"), _edited(_off(1.005)), ("6.5", "8.5")),
    _row("values right, one part of the product wrong", ("7", "7.99"), _edited(_product(Harm.ONE_WRONG))),
    _row("values right, two parts of the product swapped", ("7", "7.99"), _edited(_product(Harm.SWAPPED))),
    _row("values right, a worthless product", ("6", "7.5"), _edited(_product(Harm.WORTHLESS))),
    _row("values right, product left out", ("6", "7.5"), _edited(_no_product)),
    _row("last measure left out, the rest right", ("5.5", "8"), _edited(_left_out(-1))),
    _row("last measure made up, the rest right", ("5.5", "8"), _edited(_every(_invented, -1))),
    _row("first measure left out, the rest right", ("5.5", "8"), _edited(_left_out(0))),
    _row("first measure all zeros, the rest right", ("5.5", "8"), _edited(_FIRST_ZERO)),
    _row("every value and part 0.5 % off", ("6", "7.5"), _edited(_off(1.005), _product(Harm.ALL_NEAR))),
    _row(
        "half of the entities right everywhere, the others left out",
        ("5", "7"),
        _edited(_values(_half_the_entities), _product(Harm.HALF_LEFT_OUT)),
        ("6", "8.5"),
    ),
    _row(
        "half of the entities right everywhere, the others made up",
        ("5", "7"),
        _edited(_values(_half_made_up), _product(Harm.HALF_MADE_UP)),
        ("6", "8.5"),
    ),
    _row("first half right, the rest left out", ("0.5", "5"), _edited(_second_half(_left_out), _no_product)),
    _row("first half right, the rest made up", ("0.5", "5"), _edited(_HALVES, _product(Harm.WORTHLESS))),
    _row("first measure right, nothing else", ("0", "4.5"), _edited(_all_but_first(_left_out), _no_product)),
    _row("first measure left out, the rest computed without it", ("0", "4.5"), _computed(lambda *_: None)),
    _row("first measure all zeros, the rest computed on it", ("0", "4.5"), _computed(_zeroed)),
    _row("every value 5 % off, the product right", ("0", "2.5"), _edited(_off(1.05))),
    _row("product right, nothing else", ("0", "2.5"), _product_alone),
    _row("flags right, values made up", ("0", "1"), _edited(_values(_made_up), _product(Harm.WORTHLESS)), ("0", "1")),
    _row(
        "figures in the wrong rows",
        ("0", "1"),
        _edited(_values(_shifted), _UNFLAGGED, _product(Harm.WORTHLESS)),
        ("0", "1"),
    ),
    _row(
        "pages and parameters right, values made up",
        ("0", "1"),
        _edited(_every(_invented), _product(Harm.WORTHLESS)),
        ("0", "1"),
    ),
    _row("all zeros, a worthless product", ("0", "1"), _edited(_ZEROS, _product(Harm.WORTHLESS)), ("0", "1")),
    _row("the brief copied", ("0", "1"), lambda case, _: case.prompt, ("0", "1")),
    _row("nothing", ("0", "0"), lambda *_: "", ("0", "0")),
    _row("right, every parameter made up", ("0", "3"), _edited(_every(_parameters_replaced)), ("0", "3"), solves=True),
    _row("right, a page made up", ("0", "3"), _edited(_every(_page_made_up, 0)), ("0", "3"), solves=True),
    _row("right, said to be computed, nothing ran", ("0", "3"), _edited(_every(_claimed)), ("0", "3"), solves=True),
)

NEVER_ABOVE: tuple[tuple[str, str], ...] = (
    ("values right, a worthless product", "values right, product left out"),
    ("last measure made up, the rest right", "last measure left out, the rest right"),
    ("first measure all zeros, the rest right", "first measure left out, the rest right"),
    # Not so where the rest is computed on the zeros: other figures follow from a standing of 1 than from none.
    ("first half right, the rest made up", "first half right, the rest left out"),
    (
        "half of the entities right everywhere, the others made up",
        "half of the entities right everywhere, the others left out",
    ),
    ("first measure right, nothing else", "first half right, the rest left out"),
    ("first half right, the rest left out", "last measure left out, the rest right"),
    ("every value and part 0.5 % off", "every value 0.5 % off, the product right"),
    ("every value 5 % off, the product right", "every value 0.5 % off, the product right"),
    ("flags right, values made up", "product right, nothing else"),
)
"""Pairs: on every case the first scores at most what the second does. Garbage never beats leaving out."""


def table() -> str:
    """The order as a markdown table, best first."""
    lines = ["| answer | score without bonus, k = 2 to 7 | of a twin | solves |", "| --- | --- | --- | --- |"]
    for row in ORDER:
        twin = f"{row.twin[0]} to {row.twin[1]}" if row.twin else "—"
        lines.append(f"| {row.name} | {row.least} to {row.most} | {twin} | {'yes' if row.solves else 'no'} |")
    return "\n".join(lines)
