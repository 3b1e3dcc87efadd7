"""One set of facts, proved for every skill in the catalogue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from functools import cache
from itertools import combinations

import pytest
from conftest import dials_of, world_of

from skillbench.core.quantities import Quantity, Words
from skillbench.core.streams import stream
from skillbench.core.world import World
from skillbench.skills.catalogue import (
    check_params,
    groups,
    load_catalogue,
    render,
    sheet_text,
    solve_exact,
    tolerance,
)
from skillbench.skills.contract import Block, Dials, Findings, Margins, Skill
from skillbench.skills.freezing import frozen, thawed

SKILLS = list(load_catalogue().values())
SEEDS = [str(seed) for seed in range(20)]
pytestmark = pytest.mark.parametrize("skill", SKILLS, ids=[skill.tag for skill in SKILLS])


Fact = Callable[[World, Block, Dials], object]


@cache
def drawn(skill: Skill, seed: str, level: int = 1) -> tuple[World, Block, Dials]:
    """A world, the skill's rows under clauses drawn with them, and random dials."""
    world = world_of(seed)
    records = skill.records(stream("tests", seed, skill.tag, str(level)), world, level)
    block = Block(records, skill.draw_terms(stream("tests", seed, skill.tag, "terms")))
    return world, block, dials_of(skill, world, stream("tests", seed, skill.tag, "dials"))


def rendered(skill: Skill, seed: str, level: int = 1) -> dict[str, str]:
    """The files of a drawn block."""
    return skill.render(stream("tests", seed, skill.tag, "render"), drawn(skill, seed, level)[1].records)


def moved(skill: Skill, before: Findings, after: Findings) -> bool:
    """Whether any value moved by more than five tolerances, or any flag changed."""
    far = any(abs(after.values[c] - v) > 5 * tolerance(skill, v) for c, v in before.values.items())
    return far or before.flagged != after.flagged


def share(skill: Skill, seeds: list[str], fact: Fact) -> float:
    """The share of seeds on which a fact holds."""
    return sum(bool(fact(*drawn(skill, seed))) for seed in seeds) / len(seeds)


def test_same_stream_same_bytes(skill: Skill) -> None:
    """Rows and files are pure functions of their streams, and neighbouring streams share no file."""
    drawn.cache_clear()
    first = rendered(skill, "1")
    drawn.cache_clear()
    assert rendered(skill, "1") == first
    second = rendered(skill, "2")
    assert all(first[name] != second.get(name) for name in first)


def test_rows_survive_freezing(skill: Skill) -> None:
    """Rows written as JSON and read again are the same rows, with the same findings."""
    for seed in SEEDS[:3]:
        _, block, dials = drawn(skill, seed)
        again = thawed(skill, frozen(block.records))
        assert again == block.records
        assert skill.solve(Block(again, block.terms), dials) == skill.solve(block, dials)


def test_facts_are_cells_of_the_rows(skill: Skill) -> None:
    """Each fact names a cell that holds its value, an entity of the world, and every entity has one."""
    world, block, _ = drawn(skill, "1")
    facts = skill.facts(block.records)
    for fact in facts:
        assert getattr(getattr(block.records, fact.table)[fact.row], fact.field) == fact.value
    codes = {fact.code for fact in facts}
    assert {entity.code for entity in world.active} <= codes <= {entity.code for entity in world.everyone}
    assert all(fact.day is None or world.first <= fact.day <= world.last for fact in facts)


def test_every_clause_matters(skill: Skill) -> None:
    """Another alternative of any clause moves the findings in at least 30 % of draws: sheets differ in substance."""
    for slot, texts in skill.slots().items():

        def fact(_: World, block: Block, dials: Dials, slot: str = slot, texts: tuple[str, ...] = texts) -> bool:
            here = block.terms.clauses[slot]
            there = texts[(texts.index(here) + 1) % len(texts)]
            terms = replace(block.terms, clauses={**block.terms.clauses, slot: there})
            excepted = replace(dials, exceptions=frozenset(dials.entities[::2]))
            return moved(skill, skill.solve(block, excepted), skill.solve(Block(block.records, terms), excepted))

        assert share(skill, SEEDS, fact) >= 0.3, slot


@pytest.mark.parametrize("level", [1, 2, 3])
def test_total_at_every_level(skill: Skill, level: int) -> None:
    """The solver gives a finite, non-negative number for every entity, whatever the dials and the level."""
    for seed in SEEDS:
        world, block, dials = drawn(skill, seed, level)
        for some in (
            dials,
            replace(dials, exceptions=frozenset()),
            replace(dials, exceptions=frozenset(dials.entities)),
        ):
            solve_exact(skill, block, some)
        extreme = {
            q: {c: v * 3.7 if i % 2 else v / 3.1 for i, (c, v) in enumerate(vs.items())}
            for q, vs in dials.quantities.items()
        }
        solve_exact(skill, block, replace(dials, quantities=extreme))
        for slip in skill.slips:
            solve_exact(skill, block, dials, slip)
        assert len(dials.entities) == len(world.active)


def test_records_name_everyone_and_decoys(skill: Skill) -> None:
    """Records hold decoys beside the entities in play, and the decoys change nothing."""
    for seed in SEEDS[:10]:
        world, _, _ = drawn(skill, seed)
        text = "\n".join(rendered(skill, seed).values())
        for entity in world.active:
            assert entity.code in text or entity.name in text
        assert any(decoy.code in text or decoy.name in text for decoy in world.decoys)


def test_every_read_matters(skill: Skill) -> None:
    """Moving any quantity read by a third for one entity in two moves the findings in 95 % of draws."""
    for quantity in skill.reads:

        def fact(_: World, block: Block, dials: Dials, quantity: Quantity = quantity) -> bool:
            other = {c: v * 1.33 if i % 2 else v for i, (c, v) in enumerate(dials.quantities[quantity].items())}
            turned = replace(dials, quantities={**dials.quantities, quantity: other})
            return moved(skill, skill.solve(block, dials), skill.solve(block, turned))

        assert share(skill, SEEDS, fact) >= 0.95, quantity


def test_exception_matters(skill: Skill) -> None:
    """Putting half the entities under exception moves the findings in 80 % of draws (the composer redraws the rest)."""

    def fact(_: World, block: Block, dials: Dials) -> bool:
        some = replace(dials, exceptions=frozenset(dials.entities[::2]))
        return moved(skill, skill.solve(block, replace(dials, exceptions=frozenset())), skill.solve(block, some))

    assert share(skill, SEEDS, fact) >= 0.8


def test_every_slip_is_a_different_wrong_answer(skill: Skill) -> None:
    """A slip that can be made moves the findings in 60 % of draws (the composer redraws the rest); no two agree."""

    def solved(block: Block, dials: Dials, slip: StrEnum) -> Findings | None:
        return skill.solve(block, dials, slip=slip) if slip in skill.live_slips(block.terms) else None

    draws = [drawn(skill, seed) for seed in SEEDS]
    found = {slip: [solved(block, dials, slip) for _, block, dials in draws] for slip in skill.slips}
    truth = [skill.solve(block, dials) for _, block, dials in draws]
    for slip, wrong in found.items():
        told = [moved(skill, key, one) for key, one in zip(truth, wrong, strict=True) if one]
        assert len(told) >= len(SEEDS) / 5, f"{slip} is dead under most terms"
        assert sum(told) >= 0.6 * len(told), slip
    for one, other in combinations(skill.slips, 2):
        pairs = [(a, b) for a, b in zip(found[one], found[other], strict=True) if a and b]
        assert sum(moved(skill, a, b) for a, b in pairs) >= 0.5 * len(pairs), (one, other)
    assert all(len(skill.live_slips(block.terms)) >= 2 for _, block, _ in draws)


def test_signal_separates(skill: Skill) -> None:
    """The signal is neither empty nor universal in most draws: it can drive an exception elsewhere."""
    assert share(skill, SEEDS, lambda w, b, d: 0 < len(skill.solve(b, d).flagged) < len(w.active)) >= 0.7


def test_values_differ_between_entities(skill: Skill) -> None:
    """A number per entity is information: at least half of the values are distinct and the spread is wide."""

    def fact(world: World, block: Block, dials: Dials) -> bool:
        values = list(skill.solve(block, dials).values.values())
        return len({round(v, skill.measure.digits) for v in values}) >= len(world.active) / 2 and max(
            values
        ) > 1.1 * min(values)

    assert share(skill, SEEDS, fact) >= 0.95


def test_enough_digits(skill: Skill) -> None:
    """Reported digits resolve values to 0.1 % or better, so that a tolerance never hides a slip."""

    def fact(_: World, block: Block, dials: Dials) -> bool:
        values = skill.solve(block, dials).values.values()
        return sum(values) / len(values) >= 10.0**-skill.measure.digits * 1000

    assert share(skill, SEEDS, fact) >= 0.95


def test_rounding_upstream_changes_nothing(skill: Skill) -> None:
    """Stable: dials carried to five significant digits or exactly give one answer in 95 % of draws."""

    def fact(_: World, block: Block, dials: Dials) -> bool:
        carried = {q: {c: float(f"{v:.5g}") for c, v in vs.items()} for q, vs in dials.quantities.items()}
        one, two = skill.solve(block, dials), skill.solve(block, replace(dials, quantities=carried))
        return one.flagged == two.flagged and all(
            abs(two.values[c] - v) <= tolerance(skill, v) / 2 for c, v in one.values.items()
        )

    assert share(skill, SEEDS, fact) >= 0.95


def test_margins_are_usually_wide(skill: Skill) -> None:
    """At least a third of draws have every decision 1 % or more away from its threshold: cases can be found."""

    def fact(_: World, block: Block, dials: Dials) -> bool:
        margins = Margins()
        skill.solve(block, dials, margins=margins)
        return margins.smallest >= 0.01

    assert share(skill, SEEDS, fact) >= 0.33


def test_sheets_render_and_name_every_parameter(skill: Skill, words: Words) -> None:
    """Every text renders in a domain's words, every parameter is mentioned, every read is named."""
    page = sheet_text(skill)
    texts = [page, skill.signal, skill.exception, skill.measure.unit, skill.measure.meaning]
    texts += [*skill.reads.values(), *(drive.reason for drive in skill.drives.values())]
    for text in texts:
        assert render(text, words)
    check_params(skill, drawn(skill, "1")[1].terms.params)
    for quantity in skill.reads:
        assert re.search(r"\{\{ *" + quantity + r" *\}\}", page), f"the sheets never mention {quantity}"
    assert "exception" in page
    assert re.search(r"\bflag", page, re.IGNORECASE)
    assert len(groups(skill.reads)) >= 2


def test_no_two_alternatives_read_alike(skill: Skill) -> None:
    """Alternatives of a clause differ in words, and no text stands twice."""
    texts = [text for sheet in skill.sheets for clause in sheet.clauses.values() for text in clause.values()]
    assert len(set(texts)) == len(texts)
    assert all(40 <= len(" ".join(text.split())) <= 900 for text in texts), min(texts, key=len)


def test_params_are_drawn_alike(skill: Skill) -> None:
    """Sister sites have parameters of the same names, and rarely the same values."""
    draws = [skill.draw_params(stream("tests", "params", seed)) for seed in SEEDS]
    assert len({tuple(sorted(d)) for d in draws}) == 1
    assert sorted(draws[0]) == sorted(drawn(skill, "1")[1].terms.params)
    assert len({tuple(d.items()) for d in draws}) >= 0.9 * len(SEEDS)


def test_blocks_fit_a_prompt(skill: Skill) -> None:
    """A block at level 1 stays below 12,000 characters; a file has an extension and a readable name."""
    for seed in SEEDS[:10]:
        files = rendered(skill, seed)
        assert sum(map(len, files.values())) <= 12000
        assert all(re.fullmatch(r"[a-z0-9_]+\.[a-z]+", name) for name in files)
        assert all(text.endswith("\n") and not text.startswith("\n") for text in files.values())


def test_only_entities_in_play_are_needed(skill: Skill) -> None:
    """An entity that is not in play is never needed: solving a subset works."""
    for seed in SEEDS[:10]:
        _, block, dials = drawn(skill, seed)
        some = dials.entities[:5]
        part = {q: {c: vs[c] for c in some} for q, vs in dials.quantities.items()}
        solve_exact(skill, block, Dials(part, dials.exceptions & set(some)))


@pytest.mark.slow
def test_no_answer_is_common(skill: Skill) -> None:
    """Over 2,000 seeds the most frequent total is at most 10 % of them: nothing can be guessed."""
    counts = Counter(
        round(sum(skill.solve(*drawn(skill, f"many-{seed}")[1:]).values.values()), skill.measure.digits)
        for seed in range(2000)
    )
    assert counts.most_common(1)[0][1] <= 200
