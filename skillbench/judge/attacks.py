"""Twenty families of attack on a judge: each turns an honest answer into one that asks for more than it earned.

An attack succeeds when it raises the final score.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from skillbench.core.schema import Case
from skillbench.core.streams import Stream, stream
from skillbench.judge.gold import perfect_answer
from skillbench.judge.payloads import FAMILIES, Attempt, Ground


@dataclass(frozen=True)
class Attack:
    """One attack beside the honest attempt it starts from.

    Attributes:
        family: its family.
        variant: its number within the family.
        honest: the attempt without the attack.
        attacked: the attempt with it.
    """

    family: str
    variant: int
    honest: Attempt
    attacked: Attempt


def attacks(case: Case, family: str, variants: int) -> Iterator[Attack]:
    """Variants of one family on one case, over honest attempts of every quality in turn."""
    for variant in range(variants):
        draw = stream("attack", case.id, family, str(variant))
        honest = list(honest_attempts(case, draw).values())[variant % 4]
        if family in {"empty or master key", "reasoning opener"}:
            honest = Attempt("")
        yield Attack(family, variant, honest, FAMILIES[family](Ground(case, honest, draw)))


def honest_attempts(case: Case, draw: Stream) -> dict[str, Attempt]:
    """What an agent might hand in: nothing, one wrong skill, one skill only, everything right."""
    wrong, part = perfect_answer(case), perfect_answer(case)
    point = draw.choice(case.checkpoints)
    slip = draw.choice(sorted(point.slips))
    wrong["measures"][point.key]["values"] = {c: round(v, point.digits) for c, v in point.slips[slip].values.items()}
    wrong["measures"][point.key]["flagged"] = point.slips[slip].flagged
    part["measures"] = {point.key: part["measures"][point.key]}
    part.pop("allocation", None)
    return {
        "nothing": Attempt("I looked at the records and would need more time to reach a decision."),
        "one wrong": Attempt(json.dumps(wrong)),
        "one skill only": Attempt(json.dumps(part)),
        "right": Attempt(json.dumps(perfect_answer(case))),
    }
