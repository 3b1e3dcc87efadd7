"""Plans are drawn and read the same way every time, and use the whole corpus."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from skillbench.authoring.plan import PER_SKILL, draw_plan, orders, read_plan, write_plan
from skillbench.core.errors import CorpusError, InputError, SelectionError

SEED = ["tasks/corpus/seed.jsonl"]


def test_a_plan_is_balanced_and_the_same_every_time(tmp_path: Path) -> None:
    """Every k has its share, prefixes of a plan are balanced over k, and a written plan reads as it was drawn."""
    rows = draw_plan(SEED, [2, 4], 5, "sweet-spot", "a")
    assert rows == draw_plan(SEED, [2, 4], 5, "sweet-spot", "a")
    assert Counter(row.k for row in rows) == {2: 5, 4: 5}
    assert [row.k for row in rows[:4]] == [2, 4, 2, 4]
    assert all(len(set(row.skills)) == row.k and row.facts.start == row.skills[0] for row in rows)
    write_plan(rows, tmp_path / "plan.jsonl")
    assert read_plan(tmp_path / "plan.jsonl") == rows


def test_the_baselines_draw_by_the_same_command() -> None:
    """Random tuples and unconstrained ones say which they are."""
    for method in ("random", "global"):
        assert {row.method for row in draw_plan(SEED, [3], 4, method, "a")} == {method}


def test_samples_are_of_the_skill_and_spread_over_the_corpus() -> None:
    """Each skill gets samples that carry it, none twice in a tuple, and those used least come first."""
    rows = draw_plan(SEED, [3], 40, "sweet-spot", "b")
    used = Counter[str]()
    for order in orders(rows, SEED, "b"):
        assert [skill for skill, _ in order.samples] == [skill for skill in order.row.skills for _ in range(PER_SKILL)]
        assert all(skill in atom.tags for skill, atom in order.samples)
        ids = [atom.id for _, atom in order.samples]
        assert len(set(ids)) == len(ids)
        used.update(ids)
    assert max(used.values()) <= 4
    again = [[atom.id for _, atom in order.samples] for order in orders(rows, SEED, "b")]
    other = [[atom.id for _, atom in order.samples] for order in orders(rows, SEED, "c")]
    assert again == [[atom.id for _, atom in order.samples] for order in orders(rows, SEED, "b")] != other


def test_a_skill_without_samples_is_named() -> None:
    """A plan over skills that the corpus lacks is refused before anything is paid."""
    rows = draw_plan(SEED, [2], 1, "sweet-spot", "a")
    lost = rows[0].model_copy(update={"skills": ["Juggling", "Teaching"]})
    with pytest.raises(CorpusError, match="Juggling"):
        list(orders([lost], SEED, "a"))


ROW = {"name": "a", "k": 2, "skills": ["A", "B"], "method": "m", "start": "A", "joint_entropy": 1, "coherence": 1}
BAD = {
    "no row": ("{}\n", r"plan\.jsonl:1"),
    "k that differs": (json.dumps({**ROW, "k": 3}), "k is 3"),
    "a name twice": (f"{json.dumps(ROW)}\n\n{json.dumps(ROW)}\n", "the names a stand twice"),
    "nothing": ("\n", "holds no row"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_broken_plan_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    """What is wrong is said with file and line."""
    text, words = BAD[name]
    (tmp_path / "plan.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_plan(tmp_path / "plan.jsonl")
    with pytest.raises(InputError, match="cannot be read"):
        read_plan(tmp_path / "none.jsonl")


def test_a_draw_of_nothing_is_refused() -> None:
    """K below 2 and no tuples at all are no plan."""
    with pytest.raises(SelectionError, match="give 1 or more of k = 2"):
        draw_plan(SEED, [1], 3, "sweet-spot", "a")
