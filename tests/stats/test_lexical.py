"""Measures of words against what they are defined as."""

from __future__ import annotations

import math

import pytest

from skillbench.stats.lexical import FACTOR, compression, distinct, mtld, words


def test_distinct_counts_n_grams_within_texts() -> None:
    """No n-gram spans two texts, and the share is of all of them."""
    assert distinct([["a", "b"], ["a", "b"]], 2) == 0.5
    assert distinct([["a"], ["b"]], 2) != distinct([["a", "b"]], 2)
    assert math.isnan(distinct([["a"]], 2))


def test_mtld_is_the_length_of_a_factor() -> None:
    """A text that repeats w words after each other has factors whose length follows from the bar alone."""
    period = 9
    text = [f"w{n % period}" for n in range(period * 400)]
    factor = next(length for length in range(1, 100) if min(length, period) / length < FACTOR)
    assert mtld(text) == pytest.approx(factor, rel=0.01)
    assert mtld(["a", "b", "c"]) == 3
    assert math.isnan(mtld([]))


def test_what_is_said_again_compresses() -> None:
    """The same text twenty times packs at least ten times better than twenty different ones of that length."""
    fresh = [" ".join(f"w{n}x{i * 7919 % 99991}" for i in range(40)) for n in range(20)]
    assert compression(fresh[:1] * 20) > 5 * compression(fresh)
    assert math.isnan(compression([]))


def test_words_are_folded() -> None:
    """Letter case and punctuation make no other word; an apostrophe parts none."""
    assert words("Don’t stop: DON’T!") == ["don’t", "stop", "don’t"]
