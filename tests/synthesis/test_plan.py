"""Which dialogues are written: the mix to the letter, samples used evenly, a curriculum that deepens."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillbench.core.assets import given_or_shipped
from skillbench.core.errors import SelectionError
from skillbench.synthesis.dialogue_plan import DialoguePlan, parse_mix
from skillbench.taxonomy import Tree, induce, read_corpus
from skillbench.taxonomy.atoms import Atom, read_atoms

SEED = given_or_shipped("tasks/corpus/seed.jsonl")


@cache
def ground() -> tuple[Tree, tuple[Atom, ...]]:
    """The shipped corpus: its taxonomy and its samples."""
    return induce(read_corpus(SEED).graph()), tuple(read_atoms([SEED]))


def plan(n: int, mix: str = "1-6", **options: object) -> DialoguePlan:
    """A plan over the shipped corpus."""
    return DialoguePlan(*ground(), n, parse_mix(mix), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["sweet-spot", "random", "global"])
def test_a_plan_is_the_same_whenever_it_is_read(method: str) -> None:
    """Read twice it gives the same tuples and samples; another seed gives others; every skill has its sample."""
    one = plan(60, method=method)
    first = list(one)
    assert first == list(one)
    assert first != list(plan(60, method=method, seed="other"))
    assert [item.number for item in first] == list(range(60))
    for item in first:
        assert all(skill in atom.tags for skill, atom in zip(item.skills.skills, item.atoms, strict=True))
        assert item.skills.method == method


def test_samples_are_used_evenly() -> None:
    """Of one skill's samples none is used much more than another while tuples come round."""
    used = Counter(atom.id for item in plan(600, "1") for atom in item.atoms)
    assert max(used.values()) <= 6  # a skill with few samples sets the most


def test_the_mix_is_kept_to_one() -> None:
    """Shares are kept to less than one dialogue of each k."""
    counts = Counter(len(item.skills.skills) for item in plan(101, "1:4,2-6:1"))
    assert sum(counts.values()) == 101
    assert all(abs(counts[k] - 101 * (4 if k == 1 else 1) / 9) < 1 for k in range(1, 7))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.dictionaries(st.integers(1, 6), st.integers(1, 9), min_size=1), st.integers(1, 6))
def test_a_curriculum_leaves_nothing_out(n: int, mix: dict[int, int], epochs: int) -> None:
    """Whatever is asked for: epochs are of equal size, and every dialogue of the mix stands in one of them."""
    one = DialoguePlan(*ground(), n, mix, order="curriculum", epochs=epochs)
    parts = one._by_epoch()
    sizes = [sum(part.values()) for part in parts]
    assert max(sizes) - min(sizes) <= 1
    assert {k: sum(part[k] for part in parts) for k in mix} == one.counts
    assert all(count >= 0 for part in parts for count in part.values())


def test_a_curriculum_deepens() -> None:
    """The mean k grows from epoch to epoch, from the shallow tuples to the deep ones; the middle epoch has the mix."""
    parts = plan(900, order="curriculum", epochs=3)._by_epoch()
    means = [sum(k * count for k, count in part.items()) / sum(part.values()) for part in parts]
    assert means[0] < 3 < means[1] < 4 < means[2]
    assert parts[0][6] == parts[2][1] == 0
    assert set(parts[1].values()) == {50}
    assert [item.epoch for item in plan(30, order="curriculum")] == sorted([1, 2, 3] * 10)


def test_the_methods_keep_their_promises() -> None:
    """On the shipped corpus the sweet spot is twice as coherent as chance, and the free search has the most entropy."""
    means = {}
    for method in ("sweet-spot", "random", "global"):
        drawn = [item.skills for item in plan(300, "2-6", method=method)]
        names = Counter(skill for one in drawn for skill in one.skills)
        bits = sum(one.joint_entropy for one in drawn) / len(drawn)
        means[method] = (bits, sum(one.coherence for one in drawn) / len(drawn), max(names.values()) / 300)
    sweet, chance, free = means.values()
    assert sweet[1] > 2 * chance[1]
    assert free[0] > max(sweet[0], chance[0])
    assert free[2] > 3 * sweet[2]  # it comes back to the same few skills


@pytest.mark.parametrize("text", ["", "0-3", "3-2", "1,1", "2:0", "a", "1-99", "1:-2", "1;2"])
def test_a_mix_that_is_none_is_refused(text: str) -> None:
    """A k out of bounds, twice, or without a share is told with what may be written."""
    with pytest.raises(SelectionError, match="write 1-6"):
        parse_mix(text)


def test_a_corpus_without_the_taxonomys_skills_is_refused() -> None:
    """Another corpus than the taxonomy's is told before anything is asked."""
    with pytest.raises(SelectionError, match="no skill of the taxonomy"):
        next(iter(DialoguePlan(ground()[0], [Atom("a", ("juggling",), "x", "")], 3, {1: 1})))
