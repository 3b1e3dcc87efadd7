"""Gold by two versions: a second solver, written from the sheets, agrees with the reference on every draw.

The second solver is a Python file with ``solve(files, params, clauses, quantities, exceptions)``, which returns values
by code and the flagged codes. It reads the files alone and shares no line with the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from skillbench.core.errors import SkillError
from skillbench.core.streams import stream
from skillbench.core.world import World
from skillbench.skills.catalogue import tolerance
from skillbench.skills.contract import Block, Margins, Skill
from skillbench.skills.loading import load_module
from skillbench.skills.trials import random_dials

Second = Callable[..., tuple[Mapping[str, float], set[str]]]

ON_THRESHOLD = 1e-9
"""A decision this near its threshold is refused by the composer, so neither solver is wrong there."""


def load_second(path: Path) -> Second:
    """The ``solve`` of a second solver's file.

    Raises:
        SkillError: no such file, its code fails, or it has no ``solve``.
    """
    module: Any = load_module(path.resolve(), f"skillbench_second.{path.resolve().parent.name}.{path.stem}")
    solve: Second | None = getattr(module, "solve", None)
    if solve is None:
        raise SkillError(f"{path}: a second solver defines solve(files, params, clauses, quantities, exceptions)")
    return solve


def disagreement(skill: Skill, second: Second, world: World, seed: str, level: int) -> str:
    """Where two solvers differ on one draw of records, clauses and dials; empty where they agree."""
    name = ("independent", seed, skill.tag, str(level))
    records = skill.records(stream(*name, "records"), world, level)
    files = skill.render(stream(*name, "render"), records)
    terms = skill.draw_terms(stream(*name, "terms"))
    dials = random_dials(skill, world, stream(*name, "dials"))
    margins = Margins()
    key = skill.solve(Block(records, terms), dials, margins=margins)
    if margins.smallest <= ON_THRESHOLD:
        return ""
    quantities = {str(quantity): dict(values) for quantity, values in dials.quantities.items()}
    try:
        values, flagged = second(files, dict(terms.params), dict(terms.clauses), quantities, set(dials.exceptions))
    except Exception as error:  # noqa: BLE001  whatever a stranger's solver raises is a disagreement
        return f"seed {seed}, level {level}: the second solver raised {type(error).__name__}: {error}; {terms}"
    if set(flagged) != key.flagged:
        odd = ", ".join(sorted(set(flagged) ^ key.flagged))
        return f"seed {seed}, level {level}: flags differ for {odd}; {terms}"
    for code in dials.entities:
        one, two = key.values[code], values.get(code, float("nan"))
        if not abs(one - two) <= tolerance(skill, one) / 10:
            return f"seed {seed}, level {level}: {code} is {one:.6f} by the reference and {two:.6f}; {terms}"
    return ""
