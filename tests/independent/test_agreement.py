"""Gold by two versions: solvers written from the sheets alone agree with the reference on every seed.

Each solver beside this file reads the *files* and branches on the clauses in force; it shares no line with the
reference and takes another way where there is one. One person may have written both, and says so in its docstring.
A disagreement is a defect of a clause's text until shown otherwise (docs/blind-tests.md).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from conftest import dials_of, world_of

from skillbench.core.streams import stream
from skillbench.skills.catalogue import load_catalogue, tolerance
from skillbench.skills.contract import Block, Margins, Skill

HERE = Path(__file__).parent
SKILLS = list(load_catalogue().values())
SEEDS = 200
FAST_SEEDS = 15


def solver_of(skill: Skill) -> ModuleType:
    """The independent solver of a skill, loaded from its file beside this one."""
    path = HERE / f"{skill.tag.lower().replace(' ', '_')}.py"
    assert path.is_file(), f"no second solver for {skill.tag}: write {path.relative_to(HERE.parent.parent)}"
    spec = importlib.util.spec_from_file_location(f"independent_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def agrees(skill: Skill, solver: ModuleType, seed: int, level: int) -> None:
    """One draw of world, records, clauses and dials, solved twice."""
    world = world_of("independent", str(seed))
    name = ("independent", str(seed), skill.tag, str(level))
    records = skill.records(stream(*name, "records"), world, level)
    files = skill.render(stream(*name, "render"), records)
    terms = skill.draw_terms(stream(*name, "terms"))
    dials = dials_of(skill, world, stream(*name, "dials"))
    margins = Margins()
    key = skill.solve(Block(records, terms), dials, margins=margins)
    quantities = {str(quantity): dict(values) for quantity, values in dials.quantities.items()}
    values, flagged = solver.solve(files, dict(terms.params), dict(terms.clauses), quantities, set(dials.exceptions))
    if margins.smallest <= 1e-9:  # a value exactly on a threshold is refused by the composer
        return
    assert flagged == key.flagged, f"seed {seed}, {terms}"
    for code in dials.entities:
        near = pytest.approx(key.values[code], abs=tolerance(skill, key.values[code]) / 10)
        assert values[code] == near, f"seed {seed}, {code}, {terms}"


@pytest.mark.parametrize("skill", SKILLS, ids=[skill.tag for skill in SKILLS])
def test_sheets_alone_determine_the_answer(skill: Skill) -> None:
    """Reference and second solver give the same values and flags under random clauses, dials and levels."""
    solver = solver_of(skill)
    for seed in range(FAST_SEEDS):
        agrees(skill, solver, seed, 1 + seed % 3)


@pytest.mark.slow
@pytest.mark.parametrize("skill", SKILLS, ids=[skill.tag for skill in SKILLS])
def test_sheets_alone_determine_the_answer_on_many_seeds(skill: Skill) -> None:
    """The same on 200 seeds at every level."""
    solver = solver_of(skill)
    for level in (1, 2, 3):
        for seed in range(SEEDS):
            agrees(skill, solver, seed, level)
