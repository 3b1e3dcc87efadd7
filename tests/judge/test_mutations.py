"""The gold set: on every damaged answer the audit's ledger equals the one written down from the damage."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from judge.staged import TASK, Staged, catalogue_tags, staged

from skillbench.judge.audit import audit
from skillbench.judge.mutations import MUTATIONS, Specimen, specimens
from skillbench.judge.profile import load_rules
from skillbench.judge.score import score
from skillbench.judge.transcript import Transcript


def specimens_of(stage: Staged) -> list[Specimen]:
    """The gold set of a staged case."""
    return list(specimens(stage.case, stage.truth, stage.pages))


def disagreements(stage: Staged) -> list[str]:
    """Specimens whose ledger the audit gets wrong."""
    wrong = []
    for specimen in specimens_of(stage):
        session = Transcript(specimen.calls, specimen.answer, TASK)
        found = audit(stage.case, stage.truth, stage.pages, specimen.answer, session)
        if found.scored != score(specimen.expected, load_rules()):
            wrong.append(f"{stage.case.id} {specimen.mutation}: {found.evidence} / {specimen.expected}")
    return wrong


@pytest.mark.parametrize("k", range(1, 8))
def test_every_ledger_is_exact(k: int) -> None:
    """All ledgers of ten staged cases per k agree, line by line: over 1,000 items in all."""
    for seed in range(10):
        assert disagreements(staged(*catalogue_tags(k, f"gold{k}-{seed}"), seed=f"gold{seed}")) == []


def test_the_set_is_large_and_covers_every_mutation() -> None:
    """Seventy cases give more than 1,000 items, and composed ones meet every mutation."""
    counts = Counter(
        specimen.mutation
        for k in range(1, 8)
        for seed in range(10)
        for specimen in specimens_of(staged(*catalogue_tags(k, f"gold{k}-{seed}"), seed=f"gold{seed}"))
    )
    assert sum(counts.values()) >= 1000
    assert min(counts[name] for name in MUTATIONS) >= 50


def test_damage_is_damage() -> None:
    """Every mutation but the harmless ones lowers the score below the perfect answer's."""
    stage = staged(*catalogue_tags(4, "damage"), seed="damage")
    harmless = {"untouched", "padding", "tool", "idle-tool", "typed-figures"}
    for specimen in specimens_of(stage):
        low = score(specimen.expected, load_rules()).score < 10
        assert low is (specimen.mutation not in harmless), specimen.mutation
        assert json.dumps(specimen.answer)
