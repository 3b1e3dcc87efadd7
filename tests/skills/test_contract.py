"""One set of promises, proved for every skill in the catalogue; ``skillbench skill check`` measures the same ones."""

from __future__ import annotations

from functools import cache

import pytest

from skillbench.compose.recipes import shipped_taxonomy
from skillbench.compose.world import trial_world
from skillbench.skills.catalogue import load_catalogue
from skillbench.skills.contract import Skill
from skillbench.skills.promises import BARS, SLOW_BARS, Promise, is_kept, measure, name_of, sentence_of
from skillbench.skills.trials import Trials

SKILLS = list(load_catalogue().values())
every_skill = pytest.mark.parametrize("skill", SKILLS, ids=[skill.tag for skill in SKILLS])


@cache
def trials_of(skill: Skill) -> Trials:
    """The draws of one skill, shared by its promises."""
    return Trials(skill, trial_world)


@every_skill
@pytest.mark.parametrize("one", BARS, ids=name_of)
def test_promise_is_kept(skill: Skill, one: Promise) -> None:
    """Each promise reaches its bar on draws of the composer's own worlds."""
    kept = measure(one, trials_of(skill))
    assert is_kept(kept, BARS[one]), f"{kept}, bar {BARS[one]}: {sentence_of(one)}"


@pytest.mark.slow
@every_skill
@pytest.mark.parametrize("one", SLOW_BARS, ids=name_of)
def test_slow_promise_is_kept(skill: Skill, one: Promise) -> None:
    """The promises that take minutes."""
    kept = measure(one, trials_of(skill))
    assert is_kept(kept, SLOW_BARS[one]), f"{kept}, bar {SLOW_BARS[one]}: {sentence_of(one)}"


def test_the_corpus_knows_every_tag() -> None:
    """A shipped skill whose tag the shipped corpus lacks would never be drawn into a chain."""
    assert {skill.tag for skill in SKILLS} <= set(shipped_taxonomy().leaf_of)
