"""The folder walk is the registry: what it finds, and what it refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import pytest

from skillbench import skills as package
from skillbench.core.errors import SkillError
from skillbench.core.quantities import Quantity, Words
from skillbench.core.standing import standing
from skillbench.skills.catalogue import (
    check_params,
    check_skill,
    family_of,
    load_catalogue,
    moved,
    render,
    skill_named,
    solve_exact,
    tolerance,
)
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Sheet, Skill, Terms
from skillbench.skills.loading import only_skill

SOUND = skill_named("Data Cleaning")
ADDED = "Skill Added By A Test"


def variant(**changes: object) -> Skill:
    """A sound skill with some declarations changed."""
    sound = type(SOUND)
    return type("Variant", (sound,), {"__doc__": sound.__doc__, "__module__": "a.b.variant", **changes})()


@pytest.fixture
def walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], dict[str, Skill]]]:
    """Load the catalogue with one more family folder, which holds one file of the text given."""
    before = set(sys.modules)

    def load(text: str) -> dict[str, Skill]:
        family = tmp_path / "added"
        family.mkdir()
        (family / "__init__.py").write_text("", encoding="utf-8")
        (family / "skill.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
        return dict(load_catalogue.__wrapped__())

    yield load
    for name in set(sys.modules) - before:
        if name.startswith("skillbench.skills.added"):
            del sys.modules[name]


COPY = """
from dataclasses import replace
from {module} import {name}
class Added({name}):
    'A page.'
    tag = {tag!r}
    measure = replace({name}.measure, key="added")
    def render(self, stream, records):
        return {{"added.csv": text for text in super().render(stream, records).values()}}
"""


def copy_of(skill: Skill, tag: str) -> str:
    """The text of a skill file that is another skill under a tag of its own."""
    return COPY.format(module=type(skill).__module__, name=type(skill).__name__, tag=tag)


def test_one_file_adds_one_skill(walk: Callable[[str], dict[str, Skill]]) -> None:
    """A file in a family folder is all it takes; the catalogue stays in the order of tags."""
    found = walk(copy_of(SOUND, ADDED))
    assert set(found) - set(load_catalogue()) == {ADDED}
    assert list(found) == sorted(found)
    assert family_of(found[ADDED]) == "added"


def test_a_taken_tag_is_refused(walk: Callable[[str], dict[str, Skill]]) -> None:
    """Two files with one tag: the message names the tag and the file that has it."""
    with pytest.raises(SkillError, match=rf"the tag '{SOUND.tag}' is taken by skillbench\.skills\."):
        walk(copy_of(SOUND, SOUND.tag))


def test_a_file_without_skill_is_refused(walk: Callable[[str], dict[str, Skill]]) -> None:
    """A stray file in a family folder is no skill."""
    with pytest.raises(SkillError, match=r"added\.skill: a skill file holds exactly one Skill class, this one has 0"):
        walk("X = 1\n")


def test_two_skills_in_a_file_are_refused() -> None:
    """One file, one skill."""
    module = ModuleType("two")
    for name in ("One", "Two"):
        setattr(module, name, type(name, (Skill,), {"__module__": "two"}))
    with pytest.raises(SkillError, match="this one has 2"):
        only_skill(module)


def test_a_skill_without_solver_is_refused() -> None:
    """A duty that is not defined is named, not met at the first build."""
    module = ModuleType("lazy")
    module.Lazy = type("Lazy", (Skill,), {"__module__": "lazy", "solve": None})  # type: ignore[attr-defined]
    with pytest.raises(SkillError, match="lazy: Lazy does not define draw_params, facts, records, render"):
        only_skill(module)


def test_the_twelve_stand_in_eight_families() -> None:
    """The catalogue holds at least twelve skills from at least eight families, each found by its tag."""
    assert len(load_catalogue()) >= 12
    assert len({family_of(skill) for skill in load_catalogue().values()}) >= 8
    assert all(skill_named(tag).tag == tag for tag in load_catalogue())


def test_an_unknown_skill_is_refused() -> None:
    """The message lists what there is."""
    with pytest.raises(SkillError, match=r"no skill 'Juggling'; the catalogue has: .*Data Cleaning"):
        skill_named("Juggling")


def plain_sheets() -> tuple[Sheet, ...]:
    """The sheets with one alternative a clause."""
    return tuple(
        Sheet(sheet.title, {slot: dict([next(iter(texts.items()))]) for slot, texts in sheet.clauses.items()})
        for sheet in SOUND.sheets
    )


def crowded_sheets() -> tuple[Sheet, ...]:
    """The sheets with five alternatives for one clause."""
    first, second = SOUND.sheets
    many = {**first.clauses["revision"], "fourth": "Another.", "fifth": "And another."}
    return Sheet(first.title, {**first.clauses, "revision": many}), second


def titled(title: str, place: int) -> tuple[Sheet, ...]:
    """The sheets with one title changed."""
    return tuple(Sheet(title, one.clauses) if n == place else one for n, one in enumerate(SOUND.sheets))


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "no docstring": ({"__doc__": " "}, "no docstring"),
    "no signal": ({"signal": ""}, "declares no signal"),
    "one slip": ({"slips": {"a": "One."}}, "1 slips; a skill knows 2 to 5"),
    "six slips": ({"slips": dict.fromkeys("abcdef", "One.")}, "6 slips"),
    "one sheet": ({"sheets": SOUND.sheets[:1]}, "1 sheet; write two or more"),
    "a slot twice": ({"sheets": SOUND.sheets[:1] * 2}, "stands on two sheets"),
    "too few slots": ({"sheets": plain_sheets()}, "0 clauses vary; write 6 to 10"),
    "a crowded slot": ({"sheets": crowded_sheets()}, "the slot 'revision' has 5 alternatives; 2 to 4"),
    "a title that tells": ({"sheets": titled("The settled charge", 0)}, "repeats the measure's name"),
    "a measure unnamed": ({"measure": replace(SOUND.measure, title="Rainfall")}, "no clause names the measure"),
    "one group read": ({"reads": {Quantity.DEMAND: "x", Quantity.EXPOSURE: "y"}}, "at least two of"),
    "half groups driven": (
        {"drives": {quantity: Drive(raises=True, reason="x") for quantity in [*Quantity][::2]}},
        "both quantities of at least two groups",
    ),
    "key with a space": (
        {"measure": replace(SOUND.measure, key="a key")},
        "measure key 'a key' is not snake case",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_malformed_skill_is_refused(name: str) -> None:
    """Every rule of the contract is refused with a sentence that names the file and the rule."""
    changes, words = REFUSED[name]
    check_skill(variant())
    with pytest.raises(SkillError, match=words) as caught:
        check_skill(variant(**changes))
    assert str(caught.value).startswith("a.b.variant: ")


def test_a_silent_parameter_is_refused() -> None:
    """A parameter that no rule mentions in backticks cannot be used by anyone."""
    some = variant(sheets=(Sheet("Page", {"only": {"": "Use `rate`, and the quota."}}),))
    check_params(some, {"rate": 1})
    with pytest.raises(SkillError, match="never mention `quota`"):
        check_params(some, {"rate": 1, "quota": 2})


def test_an_unknown_word_is_an_error(words: Words) -> None:
    """A template that uses a word no domain has is refused, never rendered empty."""
    assert render("Each {{ entity }} in {{ currency }} ", words) == "Each site in EUR"
    with pytest.raises(SkillError, match=r"template 'Each \{\{ colour \}\}'.*colour"):
        render("Each {{ colour }}", words)


def test_tolerance_is_the_larger_of_two() -> None:
    """One unit of the last decimal for small values, 0.1 % for large ones, symmetric in sign."""
    skill = variant(measure=type(SOUND.measure)("key", "T", "u", 2, "m"))
    assert [tolerance(skill, value) for value in (0.0, 10.0, 1000.0, -1000.0)] == [0.01, 0.01, 1.0, 1.0]


def test_moved_counts_tolerances() -> None:
    """Five tolerances are not moved, a hair more is; one entity is enough."""
    skill = variant(measure=type(SOUND.measure)("key", "T", "u", 1, "m"))
    before = Findings({"A": 10.0, "B": 20.0}, frozenset())
    assert not moved(skill, before, Findings({"A": 10.0, "B": 20.5}, frozenset()))
    assert moved(skill, before, Findings({"A": 10.0, "B": 20.51}, frozenset()))


def test_standing_is_one_at_the_mean() -> None:
    """(v + m) / (2 m): 0.5 at zero, 1 at the mean, 1.5 at twice the mean; the mean of all standings is 1."""
    assert standing({"A": 0.0, "B": 10.0, "C": 20.0}) == {"A": 0.5, "B": 1.0, "C": 1.5}
    many = standing({str(n): float(n * n) for n in range(9)})
    assert sum(many.values()) / 9 == pytest.approx(1.0)
    assert min(many.values()) >= 0.5
    assert standing({"A": 0.0, "B": 0.0}) == {"A": 1.0, "B": 1.0}


def solving(values: dict[str, float], flagged: frozenset[str] = frozenset()) -> Skill:
    """A skill that always finds this."""

    def solve(
        _self: Skill, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        del block, dials, slip, margins
        return Findings(values, flagged)

    return variant(solve=solve)


@pytest.mark.parametrize(
    ("values", "flagged", "words"),
    [
        ({"A": 1.0}, frozenset(), "do not match the entities"),
        ({"A": 1.0, "B": 2.0, "C": 3.0}, frozenset(), "do not match the entities"),
        ({"A": 1.0, "B": 2.0}, frozenset("C"), "do not match the entities"),
        ({"A": 1.0, "B": -2.0}, frozenset(), "negative or not finite"),
        ({"A": 1.0, "B": float("nan")}, frozenset(), "negative or not finite"),
        ({"A": 1.0, "B": float("inf")}, frozenset(), "negative or not finite"),
        ({"A": 0.0, "B": 0.0}, frozenset(), "all values are zero"),
    ],
)
def test_findings_keep_their_promise(values: dict[str, float], flagged: frozenset[str], words: str) -> None:
    """A number for exactly the entities in play: finite, never negative, not all zero; flags name no stranger."""
    dials = Dials({Quantity.DEMAND: {"A": 1.0, "B": 1.0}})
    with pytest.raises(SkillError, match=words):
        solve_exact(solving(values, flagged), Block(None, Terms({}, {})), dials)


def test_margins_keep_the_smallest_distance() -> None:
    """The relative distance to a threshold is noted on both sides, with its name; equality is no distance at all."""
    margins = Margins()
    assert margins.smallest == 1.0
    assert margins.above("wide", 200.0, 100.0)
    assert not margins.above("near", 98.0, 100.0)
    assert (round(margins.smallest, 6), margins.where) == (0.02, "near")
    assert not margins.above("tie", 5.0, 5.0)
    assert (margins.smallest, margins.where) == (0.0, "tie")
