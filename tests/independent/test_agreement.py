"""Gold by two versions: solvers written from the sheets alone agree with the reference on every seed.

Each solver beside this file reads the *files* and branches on the clauses in force; it shares no line with the
reference and takes another way where there is one. One person may have written both, and says so in its docstring.
A disagreement is a defect of a clause's text until shown otherwise (docs/blind-tests.md).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from skillbench.compose.world import trial_world
from skillbench.skills.agreement import Second, disagreement, load_second
from skillbench.skills.catalogue import load_catalogue
from skillbench.skills.contract import Skill

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


@pytest.mark.slow
@every_skill
def test_sheets_alone_determine_the_answer_on_many_seeds(skill: Skill) -> None:
    """The same on 200 seeds at every level."""
    second = solver_of(skill)
    for level in (1, 2, 3):
        for seed in range(SEEDS):
            world = trial_world("independent", str(seed))
            assert not disagreement(skill, second, world, str(seed), level)
