"""What must hold of a placed skill and of the chain behind it: each check returns a reason, or an empty string."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized

from skillbench.compose.link import Link, Mistake
from skillbench.deliverables.base.contract import Deliverable
from skillbench.skills.catalogue import moved, skill_named
from skillbench.skills.contract import Findings, Margins, Skill
from skillbench.skills.dataflow import by_measure

MARGIN = 0.01
"""Smallest relative distance of any decision from its threshold."""

MISTAKE_TOLERANCES = 5.0
"""How many tolerances a slip, a dropped coupling or a foreign page must move something."""

FEWEST, MOST = 0.2, 0.8
"""Share of the entities that a flag or an exception may take: outside it separates nothing."""


def splits(some: Sized, entities: Sized) -> bool:
    """Whether a flag or an exception takes 20 to 80 % of the entities."""
    return FEWEST <= len(some) / len(entities) <= MOST


def unsound(link: Link, truth: Mapping[str, Findings]) -> str:
    """Conditions on one placed skill by itself: clear of its thresholds, separating, stable under rounding."""
    skill, dials, margins = skill_named(link.tag), link.dials(truth), Margins()
    skill.solve(link.ground(truth), dials, margins=margins)
    if margins.smallest < MARGIN:
        return f"a decision lies {margins.smallest:.2%} from its threshold ({margins.where})"
    if not splits(link.findings.flagged, link.findings.values):
        return f"the signal takes {len(link.findings.flagged)} of {len(link.findings.values)} entities"
    if not _survives_rounding(skill, link, truth):
        return "carrying upstream values rounded changes the answer"
    return ""


def unmoved(link: Link, mistakes: Iterable[Mistake]) -> str:
    """The first of a link's own mistakes that leaves its measure nearly as it was."""
    skill = skill_named(link.tag)
    for mistake in mistakes:
        if not moved(skill, link.findings, mistake.found[link.tag], MISTAKE_TOLERANCES):
            return f"{mistake.name} changes too little"
    return ""


def idle_mistake(work: Deliverable, mistakes: Iterable[Mistake], times: float = 1.0) -> Mistake | None:
    """The first mistake of a chain that does not move the product by ``times`` the five tolerances it must."""
    return next((one for one in mistakes if not work.moved(work.after(by_measure(one.found)), times)), None)


def _survives_rounding(skill: Skill, link: Link, truth: Mapping[str, Findings]) -> bool:
    answer = link.solved({tag: rounded(tag, found) for tag, found in truth.items()})
    return not moved(skill, link.findings, answer, times=0.6) and answer.flagged == link.findings.flagged


def rounded(tag: str, findings: Findings) -> Findings:
    """Findings as an agent reports them: values to the measure's digits."""
    digits = skill_named(tag).measure.digits
    return Findings({code: round(value, digits) for code, value in findings.values.items()}, findings.flagged)
