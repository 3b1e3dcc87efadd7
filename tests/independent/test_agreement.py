"""Gold by two versions: solvers written from the rules text alone agree with the reference on every seed.

Each solver beside this file was written by someone who saw the rendered rules pages, one block and its inputs,
and never the reference. A disagreement is a defect of the rules text until shown otherwise (docs/blind-tests.md).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from conftest import dials_of, roster_of

from skillbench.core.streams import stream
from skillbench.skills.catalogue import load_catalogue, tolerance
from skillbench.skills.contract import Margins, Skill

HERE = Path(__file__).parent
SKILLS = list(load_catalogue().values())
SEEDS = 200


def solver_of(skill: Skill) -> ModuleType:
    """The independent solver of a skill, loaded from its file beside this one."""
    path = HERE / f"{skill.tag.lower().replace(' ', '_')}.py"
    spec = importlib.util.spec_from_file_location(f"independent_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None, f"no independent solver for {skill.tag}"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize("skill", SKILLS, ids=[skill.tag for skill in SKILLS])
def test_rules_alone_determine_the_answer(skill: Skill, level: int) -> None:
    """Reference and independent solver give the same values and flags on 200 seeds with random dials."""
    solver = solver_of(skill)
    for seed in range(level - 1, SEEDS, 3):
        roster = roster_of("independent", str(seed))
        block = skill.fabricate(stream("independent", str(seed), skill.tag), roster, level)
        dials = dials_of(skill, roster, stream("independent", str(seed), skill.tag, "dials"))
        margins = Margins()
        key = skill.solve(block, dials, margins=margins)
        quantities = {str(quantity): dict(values) for quantity, values in dials.quantities.items()}
        values, flagged = solver.solve(dict(block.files), dict(block.params), quantities, set(dials.exceptions))
        for code in dials.entities:
            assert values[code] == pytest.approx(key.values[code], abs=tolerance(skill, key.values[code]) / 10), (
                f"seed {seed}, {code}"
            )
        if margins.smallest > 1e-9:  # a value exactly on its threshold is refused by the composer
            assert flagged == key.flagged, f"seed {seed}"
