"""One set of facts, proved for every skill in the catalogue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import dials_of, roster_of

from skillbench.core.quantities import Quantity, Words
from skillbench.core.roster import Roster
from skillbench.core.streams import stream
from skillbench.skills.catalogue import (
    check_params,
    groups,
    load_catalogue,
    render,
    solve_exact,
    tolerance,
)
from skillbench.skills.contract import Block, Dials, Findings, Margins, Skill

SKILLS = list(load_catalogue().values())
SEEDS = [str(seed) for seed in range(25)]
pytestmark = pytest.mark.parametrize("skill", SKILLS, ids=[skill.tag for skill in SKILLS])


Fact = Callable[[Roster, Block, Dials], object]


def drawn(skill: Skill, seed: str, level: int = 1) -> tuple[Roster, Block, Dials]:
    """A roster, the skill's block over it, and random dials."""
    roster = roster_of(seed)
    block = skill.fabricate(stream("tests", seed, skill.tag), roster, level)
    return roster, block, dials_of(skill, roster, stream("tests", seed, skill.tag, "dials"))


def moved(skill: Skill, before: Findings, after: Findings) -> bool:
    """Whether any value moved by more than five tolerances, or any flag changed."""
    far = any(abs(after.values[c] - v) > 5 * tolerance(skill, v) for c, v in before.values.items())
    return far or before.flagged != after.flagged


def share(skill: Skill, seeds: list[str], fact: Fact) -> float:
    """The share of seeds on which a fact holds."""
    return sum(bool(fact(*drawn(skill, seed))) for seed in seeds) / len(seeds)


def test_same_stream_same_bytes(skill: Skill) -> None:
    """Fabrication is a pure function of its stream, and neighbouring streams share no file."""
    assert drawn(skill, "1")[1] == drawn(skill, "1")[1]
    first, second = drawn(skill, "1")[1], drawn(skill, "2")[1]
    assert all(first.files[name] != second.files.get(name) for name in first.files)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_total_at_every_level(skill: Skill, level: int) -> None:
    """The solver gives a finite, non-negative number for every entity, whatever the dials and the level."""
    for seed in SEEDS:
        roster, block, dials = drawn(skill, seed, level)
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
        assert len(roster.active) == 8


def test_records_name_everyone_and_decoys(skill: Skill) -> None:
    """Records hold decoys beside the entities in play, and the decoys change nothing."""
    for seed in SEEDS[:10]:
        roster, block, _ = drawn(skill, seed)
        text = "\n".join(block.files.values())
        for entity in roster.active:
            assert entity.code in text or entity.name in text
        assert any(decoy.code in text or decoy.name in text for decoy in roster.decoys)


def test_every_read_matters(skill: Skill) -> None:
    """Moving any quantity read by a third for one entity in two moves the findings in 95 % of draws."""
    for quantity in skill.reads:

        def fact(_: Roster, block: Block, dials: Dials, quantity: Quantity = quantity) -> bool:
            other = {c: v * 1.33 if i % 2 else v for i, (c, v) in enumerate(dials.quantities[quantity].items())}
            turned = replace(dials, quantities={**dials.quantities, quantity: other})
            return moved(skill, skill.solve(block, dials), skill.solve(block, turned))

        assert share(skill, SEEDS, fact) >= 0.95, quantity


def test_exception_matters(skill: Skill) -> None:
    """Putting half the entities under exception moves the findings in 80 % of draws (the composer redraws the rest)."""

    def fact(_: Roster, block: Block, dials: Dials) -> bool:
        some = replace(dials, exceptions=frozenset(dials.entities[::2]))
        return moved(skill, skill.solve(block, replace(dials, exceptions=frozenset())), skill.solve(block, some))

    assert share(skill, SEEDS, fact) >= 0.8


def test_every_slip_is_a_different_wrong_answer(skill: Skill) -> None:
    """Each slip moves the findings in 80 % of draws (the gate redraws the rest), and no two slips agree."""
    for slip in skill.slips:
        wrong = share(skill, SEEDS, lambda _, b, d, s=slip: moved(skill, skill.solve(b, d), skill.solve(b, d, slip=s)))
        assert wrong >= 0.8, slip
    for one in skill.slips:
        for other in skill.slips:
            if one < other:
                apart = share(
                    skill,
                    SEEDS,
                    lambda _, b, d, x=one, y=other: moved(skill, skill.solve(b, d, slip=x), skill.solve(b, d, slip=y)),
                )
                assert apart >= 0.7, (one, other)


def test_signal_separates(skill: Skill) -> None:
    """The signal is neither empty nor universal in most draws: it can drive an exception elsewhere."""
    assert share(skill, SEEDS, lambda r, b, d: 0 < len(skill.solve(b, d).flagged) < len(r.active)) >= 0.7


def test_values_differ_between_entities(skill: Skill) -> None:
    """A number per entity is information: at least half of the values are distinct and the spread is wide."""

    def fact(roster: Roster, block: Block, dials: Dials) -> bool:
        values = list(skill.solve(block, dials).values.values())
        return len({round(v, skill.measure.digits) for v in values}) >= len(roster.active) / 2 and max(
            values
        ) > 1.1 * min(values)

    assert share(skill, SEEDS, fact) >= 0.95


def test_enough_digits(skill: Skill) -> None:
    """Reported digits resolve values to 0.1 % or better, so that a tolerance never hides a slip."""

    def fact(_: Roster, block: Block, dials: Dials) -> bool:
        values = skill.solve(block, dials).values.values()
        return sum(values) / len(values) >= 10.0**-skill.measure.digits * 1000

    assert share(skill, SEEDS, fact) >= 0.95


def test_rounding_upstream_changes_nothing(skill: Skill) -> None:
    """Stable: dials carried to five significant digits or exactly give one answer in 95 % of draws."""

    def fact(_: Roster, block: Block, dials: Dials) -> bool:
        carried = {q: {c: float(f"{v:.5g}") for c, v in vs.items()} for q, vs in dials.quantities.items()}
        one, two = skill.solve(block, dials), skill.solve(block, replace(dials, quantities=carried))
        return one.flagged == two.flagged and all(
            abs(two.values[c] - v) <= tolerance(skill, v) / 2 for c, v in one.values.items()
        )

    assert share(skill, SEEDS, fact) >= 0.95


def test_margins_are_usually_wide(skill: Skill) -> None:
    """At least a third of draws have every decision 1 % or more away from its threshold: cases can be found."""

    def fact(_: Roster, block: Block, dials: Dials) -> bool:
        margins = Margins()
        skill.solve(block, dials, margins=margins)
        return margins.smallest >= 0.01

    assert share(skill, SEEDS, fact) >= 0.33


def test_rules_render_and_name_every_parameter(skill: Skill, words: Words) -> None:
    """Every text renders in a domain's words, every parameter is mentioned, every read is named."""
    texts = [*skill.rules.values(), skill.signal, skill.exception, skill.measure.unit, skill.measure.meaning]
    texts += [*skill.reads.values(), *(drive.reason for drive in skill.drives.values()), *skill.rules]
    for text in texts:
        assert render(text, words)
    check_params(skill, drawn(skill, "1")[1].params)
    page = " ".join(skill.rules.values())
    for quantity in skill.reads:
        assert re.search(r"\{\{ *" + quantity + r" *\}\}", page), f"the rules never mention {quantity}"
    assert "exception" in page
    assert re.search(r"\bflag", page, re.IGNORECASE)
    assert len(groups(skill.reads)) >= 2


def test_params_are_drawn_alike(skill: Skill) -> None:
    """Sister sites have parameters of the same names, and rarely the same values."""
    draws = [skill.draw_params(stream("tests", "params", seed)) for seed in SEEDS]
    assert len({tuple(sorted(d)) for d in draws}) == 1
    assert sorted(draws[0]) == sorted(drawn(skill, "1")[1].params)
    assert len({tuple(d.items()) for d in draws}) >= 0.9 * len(SEEDS)


def test_blocks_fit_a_prompt(skill: Skill) -> None:
    """A block at level 1 stays below 9,000 characters; a file has an extension and a readable name."""
    for seed in SEEDS[:10]:
        _, block, _ = drawn(skill, seed)
        assert sum(map(len, block.files.values())) <= 9000
        assert all(re.fullmatch(r"[a-z0-9_]+\.[a-z]+", name) for name in block.files)
        assert all(text.endswith("\n") and text.isprintable() is False for text in block.files.values())


def test_only_files_and_dials_are_read(skill: Skill) -> None:
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
