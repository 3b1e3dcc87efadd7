"""What every skill must keep beyond its declaration, one function a promise; tests and ``skill check`` run them alike.

A promise takes :class:`Trials` and says how far it is kept. Its docstring is its sentence in ``docs/new-skill.md``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import combinations

from skillbench.core.prompts import passages, worded
from skillbench.core.quantities import Quantity
from skillbench.core.streams import stream
from skillbench.skills.catalogue import groups, render, sheet_text, solve_exact, tolerance
from skillbench.skills.contract import Block, Dials, Findings, Margins, Skill
from skillbench.skills.freezing import frozen, thawed
from skillbench.skills.trials import Draw, Trials

SEEDS = [str(seed) for seed in range(20)]
MANY = 2000
NAMED = re.compile(r"`[^`]+`|\{\{ (?!entit)\w+ \}\}|\d+(?:\.\d+)?")
FILE_NAME = re.compile(r"[a-z0-9_]+\.[a-z]+")
LONGEST_BLOCK = 12_000


@dataclass(frozen=True)
class Kept:
    """How far a promise is kept: ``measured`` of 1, and what was wrong or weakest."""

    measured: float
    where: str = ""


Promise = Callable[[Trials], Kept]
BARS: dict[Promise, float] = {}
"""Every promise that takes seconds, with the least measure that keeps it, in the order they are reported."""
SLOW_BARS: dict[Promise, float] = {}
"""Those that take minutes."""


def promise(bar: float, bars: dict[Promise, float] = BARS) -> Callable[[Promise], Promise]:
    """List a promise with its bar."""

    def listed(one: Promise) -> Promise:
        bars[one] = bar
        return one

    return listed


def name_of(one: Promise) -> str:
    """What a promise is called in messages, for instance ``"every clause matters"``."""
    return one.__name__.replace("_", " ")


def sentence_of(one: Promise) -> str:
    """A promise in one sentence."""
    return " ".join((one.__doc__ or "").split())


def measure(one: Promise, trials: Trials) -> Kept:
    """A promise measured; a skill that fails on the way keeps nothing, and the failure is said."""
    try:
        return one(trials)
    except Exception as error:  # noqa: BLE001  the skill may be anyone's, and any failure of it is a finding
        return Kept(0.0, f"{type(error).__name__}: {error}")


@promise(1.0)
def same_stream_same_bytes(trials: Trials) -> Kept:
    """Rows and files are pure functions of their streams, and no file is alike under two seeds."""
    one, again, other = trials.fresh("1"), trials.fresh("1"), trials.fresh("2")
    alike = [name for name in one.files if one.files[name] == other.files.get(name)]
    if one.files != again.files or one.block.records != again.block.records:
        return Kept(0.0, "two draws of one stream differ: draw from the stream alone")
    return _all_of(list(one.files), alike)


@promise(1.0)
def rows_survive_freezing(trials: Trials) -> Kept:
    """Rows written as JSON and read again are the same rows with the same findings: no floats, no open types."""

    def same(draw: Draw) -> bool:
        again = thawed(trials.skill, frozen(draw.block.records))
        findings = trials.skill.solve(Block(again, draw.block.terms), draw.dials)
        return bool(again == draw.block.records) and findings == trials.skill.solve(draw.block, draw.dials)

    return _share(trials, same, SEEDS[:3])


@promise(1.0)
def facts_are_cells_of_the_rows(trials: Trials) -> Kept:
    """Each fact names a cell that holds its value and a day of the period or none; every entity has a fact."""
    draw = trials.draw("1")
    world, rows, facts = draw.world, draw.block.records, list(trials.skill.facts(draw.block.records))
    known = {entity.code for entity in world.everyone}
    wrong = [
        f"{fact.table}[{fact.row}].{fact.field}"
        for fact in facts
        if getattr(getattr(rows, fact.table)[fact.row], fact.field) != fact.value
        or fact.code not in known
        or (fact.day is not None and not world.first <= fact.day <= world.last)
    ]
    missing = sorted({entity.code for entity in world.active} - {fact.code for fact in facts})
    return _all_of([*facts, *missing], [*wrong, *(f"no fact about {code}" for code in missing)])


@promise(0.8)
def every_clause_matters(trials: Trials) -> Kept:
    """Another alternative of any clause moves the findings, half the entities under exception: in 80 % of draws."""

    def turned(draw: Draw, slot: str, texts: tuple[str, ...]) -> bool:
        here = draw.block.terms.clauses[slot]
        there = texts[(texts.index(here) + 1) % len(texts)]
        terms = replace(draw.block.terms, clauses={**draw.block.terms.clauses, slot: there})
        dials = replace(draw.dials, exceptions=frozenset(draw.dials.entities[::2]))
        return _moves(trials.skill, draw.block, dials, block=replace(draw.block, terms=terms))

    slots = trials.skill.slots().items()
    return _weakest((slot, _share(trials, partial(turned, slot=slot, texts=texts))) for slot, texts in slots)


@promise(1.0)
def solver_is_total(trials: Trials) -> Kept:
    """Findings are finite, not negative and for everyone, at every level, under extreme dials and under every slip."""
    tried, wrong = 0, []
    for level in (1, 2, 3):
        for seed in SEEDS:
            draw = trials.draw(seed, level)
            for dials, slip in _hard(trials.skill, draw.dials):
                tried += 1
                try:
                    solve_exact(trials.skill, draw.block, dials, slip)
                except Exception as error:  # noqa: BLE001  whatever a solver raises is what this promise is about
                    wrong.append(f"seed {seed}, level {level}: {type(error).__name__}: {error}")
    return _all_of(range(tried), wrong)


def _hard(skill: Skill, dials: Dials) -> Iterable[tuple[Dials, StrEnum | None]]:
    """Dials nobody and everybody is excepted in, extreme ones, those of five entities; then every slip."""
    some = dials.entities[:5]
    extreme = {
        quantity: {
            code: value * 3.7 if place % 2 else value / 3.1 for place, (code, value) in enumerate(values.items())
        }
        for quantity, values in dials.quantities.items()
    }
    part = {quantity: {code: values[code] for code in some} for quantity, values in dials.quantities.items()}
    yield from ((replace(dials, exceptions=frozenset(codes)), None) for codes in ((), dials.entities))
    yield from ((dials, None), (replace(dials, quantities=extreme), None))
    yield Dials(part, dials.exceptions & set(some)), None
    yield from ((dials, slip) for slip in skill.slips)


@promise(1.0)
def records_name_everyone_and_decoys(trials: Trials) -> Kept:
    """Files name every entity in play, by code or by name, and at least one decoy."""

    def named(draw: Draw) -> bool:
        text = "\n".join(draw.files.values())
        active = all(one.code in text or one.name in text for one in draw.world.active)
        return active and any(one.code in text or one.name in text for one in draw.world.decoys)

    return _share(trials, named, SEEDS[:10])


@promise(0.95)
def every_read_matters(trials: Trials) -> Kept:
    """A third more of any quantity read, for one entity in two, moves the findings in 95 % of draws."""

    def turned(draw: Draw, quantity: Quantity) -> bool:
        values = draw.dials.quantities[quantity]
        other = {code: value * 1.33 if place % 2 else value for place, (code, value) in enumerate(values.items())}
        dials = replace(draw.dials, quantities={**draw.dials.quantities, quantity: other})
        return _moves(trials.skill, draw.block, draw.dials, dials=dials)

    reads = trials.skill.reads
    return _weakest((quantity, _share(trials, partial(turned, quantity=quantity))) for quantity in reads)


@promise(0.8)
def exception_matters(trials: Trials) -> Kept:
    """Half the entities under exception move the findings in 80 % of draws (the composer redraws the rest)."""

    def turned(draw: Draw) -> bool:
        some = replace(draw.dials, exceptions=frozenset(draw.dials.entities[::2]))
        return _moves(trials.skill, draw.block, replace(draw.dials, exceptions=frozenset()), dials=some)

    return _share(trials, turned)


@promise(1.0)
def slips_can_be_made(trials: Trials) -> Kept:
    """Two slips at least are live under any terms, and each of them in a fifth of draws."""
    live = [set(trials.skill.live_slips(trials.draw(seed).block.terms)) for seed in SEEDS]
    few = [f"seed {seed}: {len(one)} live" for seed, one in zip(SEEDS, live, strict=True) if len(one) < 2]
    dead = [f"{slip} is live in too few draws" for slip in trials.skill.slips if sum(slip in one for one in live) < 4]
    return _all_of([*SEEDS, *trials.skill.slips], [*few, *dead])


@promise(0.6)
def slips_change_the_answer(trials: Trials) -> Kept:
    """A slip that can be made moves the findings in 60 % of draws (the composer redraws the rest)."""
    truth = [trials.skill.solve(trials.draw(seed).block, trials.draw(seed).dials) for seed in SEEDS]
    return _weakest((slip, _parted(trials.skill, truth, wrong)) for slip, wrong in _slipped(trials).items())


@promise(0.5)
def no_two_slips_agree(trials: Trials) -> Kept:
    """Two slips give different findings in half of the draws in which both can be made."""
    pairs = combinations(_slipped(trials).items(), 2)
    return _weakest((f"{a} and {b}", _parted(trials.skill, left, right)) for (a, left), (b, right) in pairs)


def _slipped(trials: Trials) -> dict[StrEnum, list[Findings | None]]:
    """Per slip and seed the wrong findings, None where the slip cannot be made."""
    draws = [trials.draw(seed) for seed in SEEDS]
    live = [trials.skill.live_slips(draw.block.terms) for draw in draws]
    return {
        slip: [
            trials.skill.solve(draw.block, draw.dials, slip=slip) if slip in possible else None
            for draw, possible in zip(draws, live, strict=True)
        ]
        for slip in trials.skill.slips
    }


def _parted(skill: Skill, one: Iterable[Findings | None], other: Iterable[Findings | None]) -> Kept:
    told = [_moved(skill, a, b) for a, b in zip(one, other, strict=True) if a and b]
    return Kept(sum(told) / max(len(told), 1))


@promise(0.7)
def signal_separates(trials: Trials) -> Kept:
    """Some entities are flagged and some are not in 70 % of draws; aim for 20 to 80 % of them."""

    def parted(draw: Draw) -> bool:
        return 0 < len(trials.skill.solve(draw.block, draw.dials).flagged) < len(draw.dials.entities)

    return _share(trials, parted)


@promise(0.95)
def values_differ_between_entities(trials: Trials) -> Kept:
    """At least half of the values are distinct, and the largest is 10 % above the smallest, in 95 % of draws."""

    def apart(draw: Draw) -> bool:
        values = list(trials.skill.solve(draw.block, draw.dials).values.values())
        distinct = {round(value, trials.skill.measure.digits) for value in values}
        return len(distinct) >= len(values) / 2 and max(values) > 1.1 * min(values)

    return _share(trials, apart)


@promise(0.95)
def digits_suffice(trials: Trials) -> Kept:
    """The digits reported resolve the mean value to 0.1 %, so that no tolerance hides a slip, in 95 % of draws."""

    def fine(draw: Draw) -> bool:
        values = trials.skill.solve(draw.block, draw.dials).values.values()
        return sum(values) / len(values) >= 10.0**-trials.skill.measure.digits * 1000

    return _share(trials, fine)


@promise(0.95)
def rounding_upstream_changes_nothing(trials: Trials) -> Kept:
    """Dials carried to five significant digits or exactly give one answer in 95 % of draws."""

    def same(draw: Draw) -> bool:
        carried = {q: {c: float(f"{v:.5g}") for c, v in vs.items()} for q, vs in draw.dials.quantities.items()}
        one = trials.skill.solve(draw.block, draw.dials)
        two = trials.skill.solve(draw.block, replace(draw.dials, quantities=carried))
        near = (abs(two.values[c] - v) <= tolerance(trials.skill, v) / 2 for c, v in one.values.items())
        return one.flagged == two.flagged and all(near)

    return _share(trials, same)


@promise(0.33)
def margins_are_wide(trials: Trials) -> Kept:
    """In a third of draws every decision stands 1 % or more from its threshold, so that cases can be found."""

    def wide(draw: Draw) -> bool:
        margins = Margins()
        trials.skill.solve(draw.block, draw.dials, margins=margins)
        return margins.smallest >= 0.01

    return _share(trials, wide)


@promise(1.0)
def texts_render_and_name_what_is_read(trials: Trials) -> Kept:
    """Every text renders in a domain's words; the sheets name each quantity read, an exception and a flag."""
    skill, page = trials.skill, sheet_text(trials.skill)
    texts = [page, skill.signal, skill.exception, skill.measure.unit, skill.measure.meaning]
    texts += [*skill.reads.values(), *(drive.reason for drive in skill.drives.values())]
    for text in texts:
        render(text, trials.draw("1").world.words)
    named = {f"{{{{ {quantity} }}}}": rf"\{{\{{ *{quantity} *\}}\}}" for quantity in skill.reads}
    named |= {"exception": "exception", "flag": r"(?i)\bflag"}
    silent = [f"the sheets never say {what}" for what, pattern in named.items() if not re.search(pattern, page)]
    return _all_of(named, [*silent, *([] if len(groups(skill.reads)) >= 2 else ["one group of quantities is read"])])


@promise(1.0)
def no_two_alternatives_read_alike(trials: Trials) -> Kept:
    """No text stands twice on the sheets, and each has 40 to 900 characters."""
    texts = [text for sheet in trials.skill.sheets for one in sheet.clauses.values() for text in one.values()]
    wrong = [text for text, count in Counter(texts).items() if count > 1]
    wrong += [text for text in texts if not 40 <= len(" ".join(worded(text).split())) <= 900]
    return _all_of(texts, [" ".join(text.split())[:60] + "…" for text in wrong])


@promise(1.0)
def wordings_name_the_same(trials: Trials) -> Kept:
    """The wordings of a passage differ, and name the same parameters, quantities and numbers."""
    some = passages(sheet_text(trials.skill))
    named = [[set(NAMED.findall(" ".join(wording.split()))) for wording in wordings] for wordings in some]
    wrong = [
        wordings[0]
        for wordings, names in zip(some, named, strict=True)
        if any(one != names[0] for one in names) or len(set(wordings)) < len(wordings)
    ]
    return _all_of(some, [" ".join(text.split())[:60] + "…" for text in wrong])


@promise(0.9)
def sister_sites_differ(trials: Trials) -> Kept:
    """Parameters have the same names in every draw, and rarely the same values: in 90 % of draws they are new."""
    draws = [trials.skill.draw_params(stream("tests", "params", seed)) for seed in SEEDS]
    if len({tuple(sorted(one)) for one in [*draws, trials.draw("1").block.terms.params]}) > 1:
        return Kept(0.0, "names of parameters differ between draws")
    different = len({tuple(one.items()) for one in draws})
    return Kept(different / len(draws), f"{different} different of {len(draws)}")


@promise(1.0)
def blocks_fit_a_prompt(trials: Trials) -> Kept:
    """At level 1 files hold 12,000 characters at most, have plain names, and end in a line end but begin with none."""

    def fits(draw: Draw) -> bool:
        texts = draw.files.values()
        ends = all(text.endswith("\n") and not text.startswith("\n") for text in texts)
        return ends and sum(map(len, texts)) <= LONGEST_BLOCK and all(map(FILE_NAME.fullmatch, draw.files))

    longest = max(sum(map(len, trials.draw(seed).files.values())) for seed in SEEDS[:10])
    return replace(_share(trials, fits, SEEDS[:10]), where=f"the longest block has {longest} characters")


@promise(0.9, SLOW_BARS)
def no_answer_is_common(trials: Trials) -> Kept:
    """Over 2,000 seeds 90 % of totals are not the most frequent one: nothing can be guessed."""
    draws = (trials.fresh(f"many-{seed}") for seed in range(MANY))
    totals = (sum(trials.skill.solve(draw.block, draw.dials).values.values()) for draw in draws)
    total, count = Counter(round(one, trials.skill.measure.digits) for one in totals).most_common(1)[0]
    return Kept(1 - count / MANY, f"the most frequent total is {total}")


def _moved(skill: Skill, before: Findings, after: Findings) -> bool:
    """Whether any value moved by more than five tolerances, or any flag changed."""
    far = any(abs(after.values[code] - value) > 5 * tolerance(skill, value) for code, value in before.values.items())
    return far or before.flagged != after.flagged


def _moves(
    skill: Skill, before: Block, with_dials: Dials, *, block: Block | None = None, dials: Dials | None = None
) -> bool:
    """Whether another block or other dials move the findings."""
    return _moved(skill, skill.solve(before, with_dials), skill.solve(block or before, dials or with_dials))


def _share(trials: Trials, holds: Callable[[Draw], bool], seeds: list[str] = SEEDS) -> Kept:
    """The share of draws in which something holds, and the first in which it does not."""
    failed = [seed for seed in seeds if not holds(trials.draw(seed))]
    return Kept(1 - len(failed) / len(seeds), f"first failed on seed {failed[0]}" if failed else "")


def _weakest(parts: Iterable[tuple[object, Kept]]) -> Kept:
    """The part that keeps a promise least."""
    name, kept = min(parts, key=lambda part: part[1].measured)
    return Kept(kept.measured, f"{name}{'; ' if kept.where else ''}{kept.where}")


def _all_of(items: Iterable[object], wrong: list[str]) -> Kept:
    """The share of items that are right, and the first that is wrong."""
    return Kept(max(0.0, 1 - len(wrong) / max(len(list(items)), 1)), wrong[0] if wrong else "")


def is_kept(kept: Kept, bar: float) -> bool:
    """Whether a measure reaches its bar, binary fractions aside."""
    return kept.measured >= bar - 1e-9
