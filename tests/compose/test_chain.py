"""Chains: the same names give the same chain, results are handed over, and nothing is left to luck."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest
from small import DIALS, RECIPES

from skillbench.compose import chain as compose
from skillbench.compose import conditions
from skillbench.compose.chain import Chain, compose_chain, draw_couplings, draw_organisation
from skillbench.compose.domain import load_domains
from skillbench.core.errors import CompositionError
from skillbench.core.quantities import QUANTITIES, Quantity
from skillbench.core.streams import stream
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.skills.catalogue import load_catalogue, skill_named
from skillbench.skills.contract import Skill

DOMAIN = load_domains()["museums"]


def composed(*names: str, name: str = "c01-museums") -> Chain:
    """A chain of three skills under a set's name."""
    return compose_chain(name, RECIPES[0].tags, DOMAIN, ("1-A", *names), DIALS)


def blocks(chain: Chain) -> dict[str, str]:
    """Every record file of a chain."""
    return {name: text for link in chain.links for name, text in link.block.files.items()}


def test_the_same_names_give_the_same_chain() -> None:
    """Composition is a pure function of its names."""
    assert composed("one") == composed("one")


@pytest.mark.parametrize("other", [("two",), ("one", "a secret salt")])
def test_other_names_share_no_block(other: tuple[str, ...]) -> None:
    """Another seed, or a salt, changes every record file, the register, the pages' numbers and every key."""
    first, second = composed("one"), composed(*other)
    assert blocks(first).keys() == blocks(second).keys()
    assert not set(blocks(first).values()) & set(blocks(second).values())
    assert first.organisation.register != second.organisation.register
    assert not set(first.pages.values()) & set(second.pages.values())
    for one, two in zip(first.links, second.links, strict=True):
        assert set(one.findings.values.items()).isdisjoint(two.findings.values.items())


def test_chains_of_one_set_share_no_block() -> None:
    """Two chains over the same skills in one set have records of their own."""
    first, second = composed("one"), composed("one", name="c02-museums")
    assert not set(blocks(first).values()) & set(blocks(second).values())


def test_an_organisation_gives_nothing_away() -> None:
    """Codes are unique, three decoys stand among the entities in play, and base values lie in their ranges."""
    seen: Counter[bool] = Counter()
    for seed in range(40):
        organisation = draw_organisation(stream("organisation", str(seed)), DOMAIN, 8)
        roster = organisation.roster
        codes = [entity.code for entity in roster.everyone]
        assert (len(roster.active), len(roster.decoys), len(set(codes))) == (8, 3, 11)
        assert codes == sorted(codes)
        assert len({entity.name for entity in roster.everyone}) == 11
        for quantity, base in QUANTITIES.items():
            assert set(organisation.register[quantity]) == set(codes)
            assert all(float(base.low) <= value <= float(base.high) for value in organisation.base(quantity).values())
        assert DOMAIN.fund.low <= organisation.fund <= DOMAIN.fund.high
        seen.update(entity in roster.decoys for entity in roster.everyone[:1])
    # A decoy comes first in 3 of 11 registers: where an entity stands says nothing about whether it counts.
    assert 3 <= seen[True] <= 19


def test_every_skill_after_the_first_builds_on_an_earlier_one() -> None:
    """Any skill can follow any other: at density 0 there is exactly one number handed over."""
    dials = DIALS.model_copy(update={"coupling_density": 0.0})
    for skill in load_catalogue().values():
        for before in load_catalogue():
            if before == skill.tag:
                continue
            [coupling] = draw_couplings(stream("pair", before, skill.tag), skill, [before], "HB-0001", dials)
            assert (coupling.src, coupling.dst) == (before, skill.tag)
            assert coupling.quantity in skill.reads
            assert coupling.raises == skill_named(before).drives[cast("Quantity", coupling.quantity)].raises


def test_no_source_hands_over_twice() -> None:
    """Cross-rules come from skills of their own, one each, up to the density."""
    dials = DIALS.model_copy(update={"coupling_density": 1.0})
    tags = list(load_catalogue())[:7]
    for seed in range(30):
        found = draw_couplings(stream("density", str(seed)), skill_named(tags[6]), tags[:6], "HB-0001", dials)
        assert sorted(coupling.src for coupling in found) == sorted(tags[:6])
        assert any(coupling.quantity for coupling in found)


def test_the_first_skill_stands_alone() -> None:
    """Nothing is handed into the first skill of a chain."""
    skill = next(iter(load_catalogue().values()))
    assert draw_couplings(stream("first"), skill, [], "HB-0001", DIALS) == ()


def test_a_skill_that_reads_nothing_driven_is_refused() -> None:
    """The message names both ends."""
    reader: Any = SimpleNamespace(tag="Reader", reads={})
    with pytest.raises(CompositionError, match="Reader reads nothing that Data Cleaning drive"):
        draw_couplings(stream("none"), cast("Skill", reader), ["Data Cleaning"], "HB-0001", DIALS)


def test_interactions_grow_faster_than_k() -> None:
    """In the shipped set every skill after the first has a hand-over, and hand-overs per skill rise from k to k + 2."""
    cases = load_task_set("v0").cases
    for name in {case.chain for case in cases}:
        prefixes = sorted((case for case in cases if case.chain == name and case.kind == "chain"), key=lambda c: c.k)
        density = [len(case.couplings) / case.k for case in prefixes]
        assert [case.k for case in prefixes] == [2, 3, 4, 5, 6, 7]
        assert set(prefixes[-1].skills[1:]) == {coupling.dst for coupling in prefixes[-1].couplings}
        assert all(later > earlier for earlier, later in pairwise(density[::2])), name
        assert density[-1] > 1.5 * density[0]


def test_a_chain_that_cannot_be_composed_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names chain, skills, the condition that broke last, and how often it was tried."""
    monkeypatch.setattr(conditions, "MARGIN", 2.0)
    monkeypatch.setattr(compose, "SKILL_ATTEMPTS", 2)
    monkeypatch.setattr(compose, "CHAIN_ATTEMPTS", 2)
    with pytest.raises(CompositionError) as caught:
        composed("one")
    for words in ("c01-museums", *RECIPES[0].tags, "from its threshold", "(2 attempts)"):
        assert words in str(caught.value)


def test_attempts_are_recorded(small_set: TaskSet) -> None:
    """A case says which draw of every skill held, and which version of the package drew it."""
    for case in small_set.cases:
        assert set(case.provenance) == {"generator", "attempts"}
        assert len(case.provenance["attempts"].split()) == case.k
