"""Random streams: the ground under every frozen byte."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from skillbench.core.streams import Stream, stream

BUILD_ONE = """
import hashlib
from small import DIALS, NAMES, RECIPES
from skillbench.compose.freeze import build_chain
built = build_chain(0, RECIPES[0], NAMES, DIALS)
text = "".join(case.model_dump_json() for case in built.cases) + repr(sorted(built.files.items()))
print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_words_are_frozen() -> None:
    """The first words of a stream are these on every platform and Python version."""
    draw = stream("vectors", "A")
    assert [draw.integer(0, 2**64 - 1) for _ in range(3)] == [
        9463181415739045709,
        5533361206307094131,
        4649772051077043955,
    ]


def test_words_are_what_the_docstring_says() -> None:
    """A word is the head of SHA-256 over key and counter; the key hashes length-prefixed parts."""
    key = hashlib.sha256(b"7:vectors;1:A;").digest()
    words = [hashlib.sha256(key + place.to_bytes(8, "big")).digest()[:8] for place in range(2)]
    draw = stream("vectors", "A")
    assert [draw.integer(0, 2**64 - 1).to_bytes(8, "big") for _ in words] == words


def test_draws_are_frozen() -> None:
    """Every kind of draw gives these values for ever: changing one changes every frozen task set."""
    dice, decimals, cards = stream("vectors", "A"), stream("vectors", "B"), stream("vectors", "C")
    assert [dice.integer(1, 6) for _ in range(12)] == [6, 6, 2, 1, 5, 1, 5, 1, 5, 6, 2, 6]
    drawn = [str(decimals.decimal("0.10", "0.20", 3)) for _ in range(5)]
    assert drawn == ["0.123", "0.135", "0.174", "0.136", "0.191"]
    assert (decimals.number("6.50", "88.00", 2), decimals.number("-1", "1", 6)) == (76.74, 0.140395)
    assert cards.shuffled("ABCDEFGH") == ["B", "A", "G", "E", "H", "C", "F", "D"]
    assert (cards.sample(range(100), 5), cards.choice(["x", "y", "z"])) == ([95, 91, 68, 94, 45], "y")
    assert [cards.chance(1, 3) for _ in range(4)] == [False, False, True, False]
    assert stream("Größe", "☂").integer(0, 999999) == 701155
    assert stream().integer(0, 999999) == 12288


def test_names_are_framed() -> None:
    """Moving a border between parts, or adding an empty part, names another stream."""
    names = [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("", "abc"), ("1:a;", "b"), ("1:a;1:b;",), ("a", "b")]
    assert len({stream(*name).integer(0, 2**64 - 1) for name in names}) == len(names)


def test_neighbours_share_nothing() -> None:
    """Streams whose names differ by one digit have no word in common."""
    words = [{stream("seed", str(seed)).integer(0, 2**64 - 1) for _ in range(1)} for seed in range(500)]
    first, second = stream("seed", "42"), stream("seed", "43")
    shared = {first.integer(0, 2**64 - 1) for _ in range(500)} & {second.integer(0, 2**64 - 1) for _ in range(500)}
    assert len(set.union(*words)) == 500
    assert not shared


def test_biased_words_are_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """The top words that do not fill a whole range are drawn again, so no face of a die is favoured."""
    limit = 2**64 - 2**64 % 6
    words = iter([limit, 2**64 - 1, limit - 1])
    monkeypatch.setattr(Stream, "_word", lambda _: next(words))
    assert stream("any").integer(1, 6) == 1 + (limit - 1) % 6


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3, 3), (1, 10)])
def test_every_value_of_a_range_is_equally_likely(low: int, high: int) -> None:
    """Both ends are drawn, and chi-squared stays below its 99.9 % point."""
    count = high - low + 1
    draw = stream("uniform", str(low), str(high))
    seen = Counter(draw.integer(low, high) for _ in range(2000 * count))
    assert sorted(seen) == list(range(low, high + 1))
    assert sum((found - 2000) ** 2 / 2000 for found in seen.values()) < {2: 10.83, 7: 22.46, 10: 27.88}[count]


def test_a_range_of_one_value_is_that_value() -> None:
    """Equal ends are a range, and cost a word like any other."""
    draw = stream("one")
    assert [draw.integer(7, 7), draw.decimal("1.5", "1.5", 1), draw.choice("z")] == [7, Decimal("1.5"), "z"]


def test_decimals_include_both_ends_and_keep_their_places() -> None:
    """A decimal carries exactly the places asked for, trailing zeros included."""
    draw = stream("ends")
    drawn = {str(draw.decimal("0.8", "1.2", 1)) for _ in range(200)}
    assert drawn == {"0.8", "0.9", "1.0", "1.1", "1.2"}


@pytest.mark.parametrize(("low", "high"), [(2, 1), (0, 2**64)])
def test_impossible_ranges_are_refused(low: int, high: int) -> None:
    """An empty range and one wider than a word raise; neither loops for ever."""
    with pytest.raises(ValueError, match="no range to draw from"):
        stream("bad").integer(low, high)


def test_the_widest_range_is_drawn() -> None:
    """All 2**64 values of a word can be drawn without rejection."""
    assert stream("vectors", "A").integer(1, 2**64) == 9463181415739045710


def test_ends_off_the_grid_are_refused() -> None:
    """An end with more places than asked for would be cut, and a value outside the range drawn."""
    with pytest.raises(ValueError, match="both ends must fit"):
        stream("grid").decimal("0.15", "1", 1)


def test_chance_has_its_probability() -> None:
    """One in eight is one in eight, none in eight never, eight in eight always."""
    draw = stream("chance")
    assert abs(sum(draw.chance(1, 8) for _ in range(8000)) - 1000) < 4 * (8000 * 7 / 64) ** 0.5
    assert not any(draw.chance(0, 8) for _ in range(50))
    assert all(draw.chance(8, 8) for _ in range(50))


def test_shuffling_is_fair_and_leaves_its_input() -> None:
    """All six orders of three cards come up equally often, and the cards given stay as they were."""
    cards = ("a", "b", "c")
    draw = stream("shuffle")
    seen = Counter("".join(draw.shuffled(cards)) for _ in range(6000))
    assert len(seen) == 6
    assert sum((found - 1000) ** 2 / 1000 for found in seen.values()) < 20.52
    assert draw.shuffled([]) == []


def test_a_sample_holds_distinct_positions() -> None:
    """A sample repeats no position, may be everything, and may not be more."""
    draw = stream("sample")
    assert sorted(draw.sample(range(9), 9)) == list(range(9))
    assert len(set(draw.sample(range(9), 4))) == 4
    with pytest.raises(ValueError, match="cannot sample 10 of 9"):
        draw.sample(range(9), 10)


def test_no_hash_seed_enters_a_chain() -> None:
    """Two processes with different hash seeds build the same bytes: no set order anywhere."""
    digests = [
        subprocess.run(  # noqa: S603  our own interpreter on our own program
            [sys.executable, "-c", BUILD_ONE],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert len(digests[0]) == 65
    assert digests[0] == digests[1]
