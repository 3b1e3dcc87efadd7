"""The rubric's own arithmetic for an answer with some skills right and the others wrong, which null curves need."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skillbench.judge.observations import Status
from skillbench.judge.profile import Rules, load_rules
from skillbench.judge.score import Evidence, Share, score
from skillbench.stats import Marks


@cache
def score_marks(k: int) -> NDArray[np.float64]:
    """Score by number of skills right: 2 rows (without and with an effective tool use) by k + 1.

    The null answer is whole and honest: every part is handed in as asked, a skill is right or it is wrong (nominal),
    a hand-over succeeds where the skill that receives is right, the decision follows from the figures and is right
    where all skills are, a tool helps only where something is right, and nothing is invented.

    Example:
        >>> score_marks(2).tolist()
        [[0.0, 6.0, 10.0], [0.0, 8.0, 10.0]]
    """
    rules = load_rules()
    return np.array([[_score(k, right, rules, tool=tool) for right in range(k + 1)] for tool in (False, True)])


def plain_marks(k: int) -> NDArray[np.float64]:
    """The same without the tool bonus, whatever the tools did."""
    return np.stack([score_marks(k)[0]] * 2)


MARKS: Final[dict[str, Marks]] = {"score": score_marks, "score_no_bonus": plain_marks}
"""Measures of the board whose null needs the rubric."""


def _score(k: int, right: int, rules: Rules, *, tool: bool) -> float:
    whole, held = right == k, [at < right for at in range(k)]
    evidence = Evidence(
        skills={str(at): Status.APPLIED if fine else Status.NOMINAL for at, fine in enumerate(held)},
        handoffs={str(at): fine for at, fine in enumerate(held)},
        parts={part: Share(Decimal(k * whole if part == "decision" else right), k) for part in rules.fidelity},
        checks={name: whole or name != "measures" for name in rules.checks},
        tool=tool and right > 0,
        generic=not right,
        vague=not right,
    )
    return float(score(evidence, rules).score)
