"""Which skills meet: balanced over the set, drawn only from skills that exist."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean

import pytest

from skillbench.compose import recipes
from skillbench.compose.recipes import draw_recipes, shipped_taxonomy
from skillbench.core.errors import SelectionError
from skillbench.core.schema import SamplerFacts
from skillbench.core.streams import stream
from skillbench.skills.catalogue import load_catalogue
from skillbench.taxonomy import Sampler, SkillTuple


def figures(tuples: Iterable[SkillTuple | SamplerFacts]) -> tuple[float, float]:
    """Mean joint entropy and coherence."""
    whole = list(tuples)
    return fmean(one.joint_entropy for one in whole), fmean(one.coherence for one in whole)


@pytest.mark.parametrize("size", [0, 60])
def test_recipes_keep_what_free_choice_gains(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """At any length of a set 80 % of free choice's gain in joint entropy is kept, chance's coherence is exceeded.

    Where all skills meet, as the shipped ones do, every tuple's coherence is 1. No skill is used more than twice, or
    less than 0.4 times, as often as the mean.
    """
    tree = shipped_taxonomy()
    tags = stream("test", "sixty").sample(tree.names, size) or [tag for tag in load_catalogue() if tag in tree.leaf_of]
    monkeypatch.setattr(recipes, "load_catalogue", lambda: dict.fromkeys(tags))
    uniform, draws = Sampler(tree, "random", allowed=tags), stream("test", "chance")
    chance = figures(uniform.draw_random(draws, 7) for _ in range(1000))
    sampler = Sampler(tree, allowed=tags, cross_components=True)
    free = figures(sampler.draw(tag, 7) for tag in tags)
    drawn = draw_recipes(24, 7, "kept")
    for length in (6, 12, 24):
        joint, coherence = figures(recipe.facts[-1] for recipe in drawn[:length])
        assert joint >= chance[0] + 0.8 * (free[0] - chance[0])
        assert coherence > chance[1] or coherence == chance[1] == 1.0
    used = Counter(tag for recipe in drawn for tag in recipe.tags)
    even = 24 * 7 / len(tags)
    assert all(0.4 * even <= used[tag] <= 2 * even for tag in tags)


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_recipes_balance_the_places(seed: str) -> None:
    """Twelve chains begin with at least eight skills, and at no place stands one skill in more than a third."""
    recipes = draw_recipes(12, 7, seed)
    assert len({recipe.tags[0] for recipe in recipes}) >= 8
    for place in range(7):
        assert max(Counter(recipe.tags[place] for recipe in recipes).values()) <= 4


def test_a_recipe_is_whole() -> None:
    """Every chain holds distinct skills that exist, and the facts of every tuple from Skill@2 on."""
    for k_max in (2, 7):
        for recipe in draw_recipes(3, k_max, "whole"):
            assert len(set(recipe.tags)) == k_max
            assert set(recipe.tags) <= set(load_catalogue())
            assert len(recipe.facts) == k_max - 1
            assert {facts.start for facts in recipe.facts} == {recipe.tags[0]}
            entropies = [facts.joint_entropy for facts in recipe.facts]
            assert entropies == sorted(entropies)


def test_the_same_seed_gives_the_same_recipes() -> None:
    """Recipes depend on their seed; a longer set starts with the shorter one's chains."""
    assert draw_recipes(4, 5, "a") == draw_recipes(4, 5, "a")
    assert draw_recipes(4, 5, "a") != draw_recipes(4, 5, "b")
    assert draw_recipes(4, 5, "a")[:2] == draw_recipes(2, 5, "a")


def test_the_method_is_recorded() -> None:
    """The uniform baseline is another recipe and says so."""
    [recipe] = draw_recipes(1, 4, "method", method="random")
    assert {facts.method for facts in recipe.facts} == {"random"}


def test_too_few_skills_are_refused(tmp_path: Path) -> None:
    """A corpus whose tags are not in the catalogue: how many were asked for, how many there are, what to do."""
    corpus = tmp_path / "mine.jsonl"
    rows = [{"tags": ["Data Cleaning", "Juggling"]}, {"tags": ["SQL Querying", "Juggling"]}]
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(SelectionError, match=r"chains of 3 skills.*names 2 skills that exist.*--k-max"):
        draw_recipes(1, 3, "few", corpus=corpus)
    [recipe] = draw_recipes(1, 2, "few", corpus=corpus)
    assert set(recipe.tags) == {"Data Cleaning", "SQL Querying"}
