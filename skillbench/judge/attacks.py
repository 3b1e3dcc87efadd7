"""Twenty-seven families of attack: an honest answer turned into one that asks for more than it earned, or looks worse.

An attack succeeds when it raises the final score, or when it brings a ceiling down on honest work.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from skillbench.core.schema import Case
from skillbench.core.streams import Stream, stream
from skillbench.judge.forgeries import FORGERIES, STARTS
from skillbench.judge.gold import parts_of, perfect_answer
from skillbench.judge.payloads import PLEADINGS, Attempt, Ground, Payload

FAMILIES: dict[str, Payload] = {**PLEADINGS, **FORGERIES}
"""Every family by name."""

_PLAIN = ("nothing", "one wrong", "one skill only", "right")


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
        honest = honest_attempts(case, draw)[STARTS.get(family, _PLAIN[variant % len(_PLAIN)])]
        if family in {"empty or master key", "reasoning opener"}:
            honest = Attempt("")
        yield Attack(family, variant, honest, FAMILIES[family](Ground(case, honest, draw)))


def honest_attempts(case: Case, draw: Stream) -> dict[str, Attempt]:
    """What an agent might hand in, from nothing to everything right; what is left out is left out."""
    half = perfect_answer(case)
    keep = [one.key for one in case.checkpoints[: case.k // 2]]
    half["measures"] = {key: half["measures"][key] for key in keep}
    rest = perfect_answer(case)
    del rest["measures"][case.checkpoints[0].key]
    half = {name: part for name, part in half.items() if name not in parts_of(case)}
    wrong, part = perfect_answer(case), perfect_answer(case)
    point = draw.choice(case.checkpoints)
    slip = draw.choice(sorted(point.slips))
    wrong["measures"][point.key]["values"] = {c: round(v, point.digits) for c, v in point.slips[slip].values.items()}
    wrong["measures"][point.key]["flagged"] = point.slips[slip].flagged
    part["measures"] = {point.key: part["measures"][point.key]}
    part = {name: inner for name, inner in part.items() if name not in parts_of(case)}
    return {
        "nothing": Attempt("I looked at the records and would need more time to reach a decision."),
        "one wrong": Attempt(json.dumps(wrong)),
        "first half": Attempt(json.dumps(half)),
        "all but the first": Attempt(json.dumps(rest)),
        "one skill only": Attempt(json.dumps(part)),
        "right": Attempt(json.dumps(perfect_answer(case))),
    }
