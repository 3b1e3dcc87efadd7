"""Gold by two versions: solvers written from the sheets alone agree with the reference on every seed.

Each solver beside this file reads the *files* and branches on the clauses in force; it shares no line with the
reference and takes another way where there is one. One person may have written both, and says so in its docstring.
A disagreement is a defect of a clause's text until shown otherwise (docs/blind-tests.md).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from skillbench.compose.link import Link
from skillbench.compose.scoping import parts
from skillbench.compose.world import trial_world
from skillbench.core.schema import Amendment
from skillbench.core.streams import stream
from skillbench.skills.agreement import Second, disagreement, load_second
from skillbench.skills.catalogue import load_catalogue, tolerance
from skillbench.skills.contract import Findings, Skill
from skillbench.skills.trials import Trials

HERE = Path(__file__).parent
SKILLS = list(load_catalogue().values())
SEEDS = 200
FAST_SEEDS = 15
every_skill = pytest.mark.parametrize("skill", SKILLS, ids=[skill.tag for skill in SKILLS])


def solver_of(skill: Skill) -> Second:
    """The independent solver of a skill, loaded from its file beside this one."""
    path = HERE / f"{skill.tag.lower().replace(' ', '_')}.py"
    assert path.is_file(), f"no second solver for {skill.tag}: write {path.relative_to(HERE.parent.parent)}"
    return load_second(path)


@every_skill
def test_sheets_alone_determine_the_answer(skill: Skill) -> None:
    """Reference and second solver give the same values and flags under random clauses, dials and levels."""
    second = solver_of(skill)
    for seed in range(FAST_SEEDS):
        world = trial_world("independent", str(seed))
        assert not disagreement(skill, second, world, str(seed), 1 + seed % 3)


@every_skill
def test_terms_of_some_entities_determine_the_answer(skill: Skill) -> None:
    """Where a clause is amended for half of them, a second solver that works out each group by itself agrees."""
    assert not [told for seed in range(FAST_SEEDS) if (told := apart(skill, str(seed)))]


def apart(skill: Skill, seed: str) -> str:
    """Where the reference under amended terms and the second solver, group by group, differ; empty where they agree."""
    draw = Trials(skill, lambda _: trial_world("independent", seed), "independent").draw(seed, 1 + int(seed) % 3)
    sheets, codes = draw.block.terms, draw.dials.entities
    slot, texts = stream("independent", "amended", seed, skill.tag).choice(list(skill.slots().items()))
    other = texts[(texts.index(sheets.clauses[slot]) + 1) % len(texts)]
    amendment = Amendment(codes=list(codes[::2]), flagged_by="", clauses={slot: other}, params={}, page="HB-0001")
    link = Link(skill.tag, draw.block, draw.files, draw.dials, (), Findings({}, frozenset()), 0, (amendment,))
    if not parts(link, link.amendments, {}):
        return ""
    key = link.solved({})
    quantities = {str(quantity): dict(values) for quantity, values in draw.dials.quantities.items()}
    for terms, group in ((sheets.clauses, codes[1::2]), ({**sheets.clauses, slot: other}, codes[::2])):
        values, flagged = solver_of(skill)(
            dict(draw.files), dict(sheets.params), dict(terms), quantities, set(draw.dials.exceptions)
        )
        for code in group:
            near = abs(values[code] - key.values[code]) <= tolerance(skill, key.values[code]) / 10
            if not near or (code in flagged) != (code in key.flagged):
                return f"seed {seed}, {slot} as {other}: {code} is {key.values[code]} by the reference, {values[code]}"
    return ""


@pytest.mark.slow
@every_skill
def test_sheets_alone_determine_the_answer_on_many_seeds(skill: Skill) -> None:
    """The same on 200 seeds at every level."""
    second = solver_of(skill)
    for level in (1, 2, 3):
        for seed in range(SEEDS):
            world = trial_world("independent", str(seed))
            assert not disagreement(skill, second, world, str(seed), level)
