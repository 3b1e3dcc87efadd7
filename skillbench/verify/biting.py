"""Gate 7: every complication bites, for whoever misses it altogether."""

from __future__ import annotations

from collections.abc import Iterator

from skillbench.complications.base.contract import slip_of
from skillbench.complications.base.registry import complication_named
from skillbench.skills.catalogue import moved, skill_named
from skillbench.skills.contract import Findings
from skillbench.skills.dataflow import by_measure
from skillbench.verify.frozen import Frozen

FEWEST_SKILLS = 2
"""Skills whose checkpoints a cross-cutting complication changes, in every case of a chain."""


def gate_biting(frozen: Frozen) -> Iterator[str]:
    """Complications of a case that somebody may miss and still be right, or that leave a checkpoint as it is."""
    case = frozen.case
    for name in case.dials.complications:
        unit = complication_named(name)
        slip = slip_of(name, unit.missed)
        found = _missing(frozen, slip)
        changed = [tag for tag in found if moved(skill_named(tag), frozen.key[tag], found[tag])]
        acts_on = [point.tag for point in case.checkpoints if slip in point.misread]
        for tag in acts_on:
            if tag not in changed:
                yield f"{name} acts on {tag}, whose measure stays as it is for somebody who misses it"
        if frozen.product is None:
            continue
        if not frozen.product.moved(frozen.product.after(by_measure(found))):
            yield f"{name} leaves the Skill@{case.k} decision as it is for somebody who misses it"
        if unit.cross_cutting and len(changed) < FEWEST_SKILLS:
            yield f"{name} changes the checkpoints of {len(changed)} skills, and must change {FEWEST_SKILLS}"


def _missing(frozen: Frozen, slip: str) -> dict[str, Findings]:
    """What somebody finds who makes one slip wherever it can be made, on upstream findings of their own."""
    found: dict[str, Findings] = {}
    for link in frozen.links:
        found[link.tag] = link.solved(found, misread=slip if slip in link.misread else "")
    return found
