"""Gate 6: the prompt stays within its budget for its k."""

from __future__ import annotations

from collections.abc import Iterator

from skillbench.compose.cases import prompt_budget
from skillbench.verify.frozen import Frozen


def gate_length(frozen: Frozen) -> Iterator[str]:
    """A prompt that is too long."""
    length, budget = len(frozen.case.prompt), prompt_budget(frozen.case.k)
    if length > budget:
        yield f"the prompt has {length:,} characters; the budget at k={frozen.case.k} is {budget:,}"
