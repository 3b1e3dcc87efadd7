"""Prompts: passages in several wordings."""

from __future__ import annotations

from skillbench.core.prompts import passages, worded
from skillbench.core.streams import stream

TEXT = "A << big\n  || large >> house || and << a\n yard || a garden\n || a park >>."


def test_one_wording_of_each_passage_is_taken() -> None:
    """The first of each without a stream, any with one; what stands between passages stays as it is."""
    assert worded(TEXT) == "A big house || and a yard."
    drawn = {worded(TEXT, stream("wording", str(seed))) for seed in range(60)}
    assert drawn == {
        f"A {size} house || and {more}." for size in ("big", "large") for more in ("a yard", "a garden", "a park")
    }


def test_one_stream_gives_one_wording() -> None:
    """The same stream name words a text alike, so a page reads the same in every case of its chain."""
    assert worded(TEXT, stream("a")) == worded(TEXT, stream("a"))


def test_passages_are_listed() -> None:
    """Every passage with its wordings, in order."""
    assert [len(one) for one in passages(TEXT)] == [2, 3]
    assert passages("plain") == []
