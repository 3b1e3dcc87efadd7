"""The folder walk finds every complication, and refuses what is none."""

from __future__ import annotations

from types import ModuleType

import pytest

from skillbench.complications.amendment import AmendmentComplication
from skillbench.complications.base.contract import Complication
from skillbench.complications.base.registry import complication_named, levels_of, load_complications, only_complication
from skillbench.core.errors import InputError, SkillError


def module_with(**classes: type) -> ModuleType:
    """A module that defines these classes itself."""
    module = ModuleType("skillbench.complications.tried")
    for name, kind in classes.items():
        kind.__module__ = module.__name__
        setattr(module, name, kind)
    return module


def variant(**changes: object) -> type:
    """A complication like the amendment, but for some declarations."""
    return type("Variant", (AmendmentComplication,), {"__doc__": "A page.", **changes})


def test_every_file_is_a_unit_under_its_own_name() -> None:
    """Each is found by name, declares a sentence per level and slip, and names the slip of missing it altogether."""
    for name, unit in load_complications().items():
        assert complication_named(name) is unit
        assert type(unit).__module__.endswith(f".{name}")
        assert len(unit.levels) == 3
        assert all(text and "/" not in slip for slip, text in unit.slips.items())


def test_a_file_holds_one() -> None:
    """None and two are refused with the number found."""
    with pytest.raises(SkillError, match="exactly one Complication class, this has 0"):
        only_complication(module_with())
    with pytest.raises(SkillError, match="this has 2"):
        only_complication(module_with(One=variant(), Other=variant()))


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (variant(meets=""), "does not define meets"),
        (variant(__doc__=" "), "has no docstring"),
        (variant(missed="unknown"), "'unknown' is none of its slips: sheet-believed"),
        (type("Bare", (Complication,), {"__doc__": "A page."}), "does not define act, guide_text, touches, name"),
    ],
    ids=["silent", "no page", "strange slip", "no duties"],
)
def test_a_malformed_unit_is_refused_with_a_sentence(kind: type, message: str) -> None:
    """What is missing is named."""
    with pytest.raises(SkillError, match=message):
        only_complication(module_with(Tried=kind))


def test_levels_hold_known_names_and_leave_out_what_is_absent() -> None:
    """Level 0 is the same as not asking; other names and levels are refused with what is allowed."""
    assert levels_of({"amendment": 0}) == {}
    assert levels_of({"amendment": 3}) == {"amendment": 3}
    with pytest.raises(InputError, match="did you mean 'amendment'"):
        levels_of({"amendmant": 1})
    with pytest.raises(InputError, match="amendment=4: give a level from 0"):
        levels_of({"amendment": 4})
