"""Answers to authored tasks whose evidence is known without judging them: gold for the audit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from skillbench.core.authored import Authored
from skillbench.core.schema import Case
from skillbench.judge.authored.assess import part_of
from skillbench.judge.authored.criteria import is_limit
from skillbench.judge.authored.readings import handover_ids
from skillbench.judge.mutations import Specimen
from skillbench.judge.observations import Status
from skillbench.judge.score import ZERO, Evidence, Share

_NOTHING = "I looked at the files and would need more time to finish the work."


def open_specimens(case: Case) -> Iterator[Specimen]:
    """The reference, the reference with words behind its figures, and nothing, each with the evidence it implies."""
    task = part_of(case)
    whole = _whole(case, task)
    yield Specimen(case, "reference", task.reference, (), whole)
    behind = replace(whole, checks={**whole.checks, "parses": False})
    yield Specimen(case, "words behind the figures", f"{task.reference.rstrip()}\n\nRegards\n", (), behind)
    yield Specimen(case, "nothing", _NOTHING, (), _empty(whole))


def _whole(case: Case, task: Authored) -> Evidence:
    """Everything that code decides is right."""
    own = [one for one in task.criteria if one.decided_by == "code" and not is_limit(one)]
    decided = [
        tag
        for tag in case.skills
        if any(figure.skill == tag for figure in task.figures) or any(tag in one.of for one in own)
    ]
    named = zip(handover_ids(task), task.handovers, strict=True)
    weight = sum(one.weight for one in own)
    parts = {"figures": Share(Decimal(len(task.figures)), len(task.figures))}
    return Evidence(
        skills=dict.fromkeys(decided, Status.APPLIED),
        handoffs={f"{n}: {h.src} -> {h.dst}": True for n, h in named if h.src in decided and h.dst in decided},
        parts=parts | ({"criteria": Share(Decimal(weight), weight)} if weight else {}),
        checks=dict.fromkeys(("parses", "validates", "headings", "length"), True),
        tool=False,
        generic=False,
        vague=False,
    )


def _empty(whole: Evidence) -> Evidence:
    return replace(
        whole,
        skills=dict.fromkeys(whole.skills, Status.ABSENT),
        handoffs=dict.fromkeys(whole.handoffs, False),
        parts={part: Share(ZERO, share.asked) for part, share in whole.parts.items()},
        checks=dict.fromkeys(whole.checks, False),
        generic=True,
        vague=True,
        grounded=False,
    )
