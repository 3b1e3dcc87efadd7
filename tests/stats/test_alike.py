"""Near-duplicates by MinHash, remembered on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillbench.stats.alike import LIKENESS, likeness, seen_in, signature

TEXT = " ".join(f"word{i} of the report number{i % 17}" for i in range(120))
OTHER = " ".join(f"item{i} in a ledger column{i % 13}" for i in range(120))


def test_likeness_is_the_jaccard_of_shingles() -> None:
    """The estimate lies within three standard errors of the exact share of common shingles."""
    words = [f"w{i}" for i in range(400)]
    changed = words[:300] + [f"x{i}" for i in range(100)]

    def shingles(text: list[str]) -> set[str]:
        return {" ".join(text[i : i + 5]) for i in range(len(text) - 4)}

    one, other = shingles(words), shingles(changed)
    exact = len(one & other) / len(one | other)
    assert likeness(signature(" ".join(words)), signature(" ".join(changed))) == pytest.approx(exact, abs=0.135)
    assert likeness(signature(TEXT), signature(TEXT.upper())) == 1.0


def test_a_signature_is_the_same_everywhere() -> None:
    """The numbers are fixed: no seed of the process, no platform, letter case or punctuation enters them."""
    assert signature("one two three four five six")[:3].tolist() == [984630812, 833933089, 1167325145]
    assert signature("One, two three FOUR five six!")[:3].tolist() == [984630812, 833933089, 1167325145]


def test_seen_finds_the_near_one_after_a_restart(tmp_path: Path) -> None:
    """What another process wrote into the file finds a text with a few words changed, and no strange one."""
    with seen_in(tmp_path / "seen.db") as seen:
        seen.add("a", signature(TEXT))
        seen.add("b", signature(OTHER))
    with seen_in(tmp_path / "seen.db") as seen:
        name, near = seen.nearest(signature(TEXT.replace("word7 ", "another ")))
        assert (name, near > LIKENESS) == ("a", True)
        assert seen.nearest(signature("nothing that was said before, in any of these"))[1] < LIKENESS


def test_adding_twice_changes_nothing() -> None:
    """A run that is resumed may add what it added: the last text of a name counts."""
    with seen_in(None) as seen:
        seen.add("a", signature(OTHER))
        seen.add("a", signature(TEXT))
        seen.add("a", signature(TEXT))
        assert seen.nearest(signature(TEXT)) == ("a", 1.0)
        assert seen.nearest(signature(OTHER))[0] == ""
