"""The order of scores: every named answer keeps its bounds on real cases, and garbage never beats leaving out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from functools import cache

import pytest

from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.judge.audit import audit
from skillbench.judge.order import NEVER_ABOVE, ORDER, text_of
from skillbench.judge.transcript import Transcript


@cache
def shipped() -> TaskSet:
    """The task set of the repository."""
    return load_task_set("v0")


def cases(chains: int) -> list[Case]:
    """Every case and twin of the first chains."""
    names = sorted({case.chain for case in shipped().cases})[:chains]
    return [case for case in shipped().cases if case.chain in names]


def faults(some: Iterable[Case]) -> list[str]:
    """Rows out of bounds, wrongly solved, or in the wrong order."""
    wrong: list[str] = []
    for case in some:
        records, pages, scores = shipped().material(case), shipped().handbook(case), defaultdict[str, Decimal](Decimal)
        for row in ORDER:
            if case.kind == "twin" and row.twin is None:
                continue
            text = text_of(row.make(case, records))
            verdict = audit(case, records, pages, text, Transcript((), text, case.prompt))
            least, most = row.twin if row.twin and case.kind == "twin" else (row.least, row.most)
            found = scores[row.name] = verdict.scored.without_bonus
            if not least <= found <= most or verdict.solve is not row.solves:
                wrong.append(f"{case.id}: {row.name}: {found} is not in {least} to {most}, solve {verdict.solve}")
        wrong += [
            f"{case.id}: {low} ({scores[low]}) above {high} ({scores[high]})"
            for low, high in NEVER_ABOVE
            if low in scores and high in scores and scores[low] > scores[high]
        ]
    return wrong


def test_the_order_holds_on_one_chain() -> None:
    """Two prefixes of a chain and a twin: every row within its bounds, every pair in order."""
    some = [case for case in cases(1) if case.k in {2, 7}] + [case for case in cases(1) if case.kind == "twin"][:1]
    assert faults(some) == []


@pytest.mark.slow
@pytest.mark.parametrize("k", range(1, 8))
def test_the_order_holds_everywhere(k: int) -> None:
    """All chains of the shipped set at every k, and half of its twins: 72 cases and 42 twins in all."""
    some = [case for case in cases(12) if case.k == k]
    assert faults(some[:: 2 if k == 1 else 1]) == []
    assert len(some) >= 12


def test_the_table_is_large_and_names_are_unique() -> None:
    """More than twenty named answers, each once; every pair speaks of two of them."""
    names = [row.name for row in ORDER]
    assert len(set(names)) == len(names) >= 30
    assert {name for pair in NEVER_ABOVE for name in pair} <= set(names)
