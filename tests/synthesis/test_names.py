"""Spellings of one skill become one name, by a rule that anyone can follow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillbench.synthesis.names import canonical, key_of


@pytest.mark.parametrize(
    ("spelling", "stands"),
    [
        ("data cleaning", "Data Cleaning"),
        ("Data Cleanings", "Data Cleaning"),
        ("data-cleaning", "Data Cleaning"),
        ("Data Claening", "Data Cleaning"),  # swapped
        ("Data Cleanin", "Data Cleaning"),  # one missing
        ("Data Cleeaning", "Data Cleaning"),  # one too many
        ("Data Clearing", "Data Cleaning"),  # one other
        ("Bata Cleaning", "Bata Cleaning"),  # another first letter
        ("Model 2 Checking", "Model 2 Checking"),
        ("Model 3 Checking", "Model 3 Checking"),  # digits tell things apart
        ("C", "C"),
        ("C++", "C++"),
        ("Test", "Test"),
        ("Text", "Text"),  # too short for a slip of the pen
    ],
)
def test_a_spelling_finds_its_name(spelling: str, stands: str) -> None:
    """Case, plural, punctuation and one wrong letter of a long name do not make another skill; anything else does."""
    counts = {"Data Cleaning": 9, "C": 3, "C++": 3, "Test": 2, "Text": 1, "Model 2 Checking": 3, "Model 3 Checking": 2}
    assert canonical({spelling: 1} | counts)[spelling] == stands


def test_the_commonest_spelling_stands_for_all() -> None:
    """What rows write most is the name, and ties go by the alphabet, in whatever order names come."""
    counts = {"sql query": 2, "SQL Querys": 1, "SQL Queries": 5, "SQL Query": 5}
    one, other = canonical(counts), canonical(dict(reversed(counts.items())))
    assert one == other
    assert one["sql query"] == one["SQL Query"] == "SQL Queries"


@given(st.dictionaries(st.text("abcdXYs -3", min_size=1, max_size=14), st.integers(1, 9), max_size=12))
def test_every_name_finds_one_that_stands_for_itself(counts: dict[str, int]) -> None:
    """Whatever is written: a spelling with a letter has a name, which is a spelling, and is its own name."""
    names = canonical(counts)
    assert set(names) == {name for name in counts if key_of(name)}
    assert all(names[name] in counts and names[names[name]] == names[name] for name in names)
