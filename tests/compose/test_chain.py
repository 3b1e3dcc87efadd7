"""Chains: the same names give the same chain, results are handed over, and nothing is left to luck."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest
from small import DIALS, RECIPES

from skillbench.compose import chain as composing
from skillbench.compose import conditions
from skillbench.compose.chain import Chain, compose_chain
from skillbench.compose.conditions import splits
from skillbench.compose.couplings import MOST_EXCEPTIONS, domain_for, draw_couplings, number_links
from skillbench.compose.domain import load_domains
from skillbench.compose.world import draw_world, frozen_world, thawed_world
from skillbench.core.errors import CompositionError
from skillbench.core.quantities import Quantity
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
    return {name: text for link in chain.links for name, text in link.files.items()}


def test_the_same_names_give_the_same_chain() -> None:
    """Composition is a pure function of its names."""
    assert composed("one") == composed("one")


@pytest.mark.parametrize("other", [("two",), ("one", "a secret salt")])
def test_other_names_share_no_block(other: tuple[str, ...]) -> None:
    """Another seed, or a salt, changes every record file, the register, the pages' numbers and every key."""
    first, second = composed("one"), composed(*other)
    assert blocks(first).keys() == blocks(second).keys()
    assert not set(blocks(first).values()) & set(blocks(second).values())
    assert first.world.figures != second.world.figures
    assert len(set(first.pages.values()) & set(second.pages.values())) <= 1
    for one, two in zip(first.links, second.links, strict=True):
        assert one.block.terms != two.block.terms
        assert set(one.findings.values.items()).isdisjoint(two.findings.values.items())


def test_chains_of_one_set_share_no_block() -> None:
    """Two chains over the same skills in one set have records of their own."""
    first, second = composed("one"), composed("one", name="c02-museums")
    assert not set(blocks(first).values()) & set(blocks(second).values())


def test_a_world_gives_nothing_away() -> None:
    """Codes are unique, three decoys stand among the entities in play, and what became of them came later."""
    seen: Counter[bool] = Counter()
    for seed in range(40):
        world = draw_world(stream("world", str(seed)), DOMAIN, 8)
        codes = [entity.code for entity in world.everyone]
        assert (len(world.active), len(world.decoys), len(set(codes))) == (8, 3, 11)
        assert codes == sorted(codes)
        assert len({entity.name for entity in world.everyone}) == 11
        assert all(set(world.figures[quantity]) == set(codes) for quantity in Quantity)
        assert all(value > 0 for quantity in Quantity for value in world.base(quantity).values())
        assert all(entity.until and entity.until > world.last and entity.fate != "active" for entity in world.decoys)
        assert all(entity.until is None and entity.fate == "active" for entity in world.active)
        seen.update(entity in world.decoys for entity in world.everyone[:1])
    # A decoy comes first in 3 of 11 registers: where an entity stands says nothing about whether it counts.
    assert 3 <= seen[True] <= 19


def test_a_world_survives_freezing() -> None:
    """A world written as JSON and read again is the same world."""
    world = draw_world(stream("world", "frozen"), DOMAIN, 6)
    assert thawed_world(frozen_world(world)) == world


def test_every_coupling_stands_in_the_domain_s_graph() -> None:
    """Nothing is handed over that the domain's causal graph does not hold, in the direction it says."""
    for seed in range(30):
        tags = stream("graph", str(seed)).shuffled(list(load_catalogue()))
        skill = skill_named(tags[-1])
        for coupling in draw_couplings(stream("drawn", str(seed)), DOMAIN, skill, tags[:-1], "HB-0001", 1.0):
            if coupling.quantity:
                assert coupling in number_links(DOMAIN, coupling.src, skill, "HB-0001")
                assert coupling.quantity in skill.reads
            else:
                assert DOMAIN.flags_into(skill_named(coupling.src), skill)


def test_no_source_hands_over_twice_and_few_exceptions_meet() -> None:
    """Cross-rules come from skills of their own, one each, up to the density; at most two are exceptions."""
    tags = list(load_catalogue())
    for seed in range(30):
        order = stream("order", str(seed)).shuffled(tags)
        found = draw_couplings(stream("density", str(seed)), DOMAIN, skill_named(order[-1]), order[:-1], "HB-0001", 1.0)
        assert len({coupling.src for coupling in found}) == len(found)
        assert any(coupling.quantity for coupling in found)
        assert sum(coupling.quantity is None for coupling in found) <= MOST_EXCEPTIONS


def test_the_first_skill_stands_alone() -> None:
    """Nothing is handed into the first skill of a chain."""
    skill = next(iter(load_catalogue().values()))
    assert draw_couplings(stream("first"), DOMAIN, skill, [], "HB-0001", 0.5) == ()


def test_a_skill_that_reads_nothing_driven_is_refused() -> None:
    """The message names both ends and the domain."""
    reader: Any = SimpleNamespace(tag="Reader", reads={})
    with pytest.raises(CompositionError, match="Reader reads nothing that Data Cleaning move in the domain museums"):
        draw_couplings(stream("none"), DOMAIN, cast("Skill", reader), ["Data Cleaning"], "HB-0001", 0.5)


def test_flags_and_exceptions_split_the_entities() -> None:
    """Every signal, and every exception with its causes together, takes 20 to 80 % of the entities."""
    for seed in range(5):
        chain = composed(str(seed))
        truth = {link.tag: link.findings for link in chain.links}
        for link in chain.links:
            assert splits(link.findings.flagged, link.findings.values)
            assert splits(link.dials(truth).exceptions, link.findings.values)


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
    """The error names chain, skills, the condition that broke last, and what to try."""
    monkeypatch.setattr(conditions, "MARGIN", 2.0)
    monkeypatch.setattr(composing, "ROWS_ATTEMPTS", 1)
    with pytest.raises(CompositionError) as caught:
        composed("one")
    for words in ("c01-museums", *RECIPES[0].tags, "from its threshold", "Try another --seed"):
        assert words in str(caught.value)


def test_a_place_that_fails_is_repaired_one_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """When a place finds no draw, the place before is drawn on, not the chain again: the first link stays."""
    whole = composed("one")
    refused = whole.links[1].findings

    def stubborn(link: Any, truth: Any) -> str:
        built_on = truth.get(whole.links[1].tag)
        stuck = link.tag == whole.links[2].tag and built_on is not None and built_on.values == refused.values
        return "stuck on purpose" if stuck else conditions.unsound(link, truth)

    monkeypatch.setattr(composing, "unsound", stubborn)
    other = composed("one")
    assert other.links[0] == whole.links[0]
    assert other.links[1].attempt > whole.links[1].attempt


def test_attempts_are_recorded(small_set: TaskSet) -> None:
    """A case says which draw of every skill held, and which version of the package drew it."""
    for case in small_set.cases:
        assert set(case.provenance) == {"generator", "attempts"}
        assert len(case.provenance["attempts"].split()) == case.k


@pytest.mark.slow
@pytest.mark.parametrize(
    ("k", "density", "level", "entities"), [(7, 0.5, 1, 8), (16, 1.0, 3, 8), (12, 1.0, 3, 4), (12, 1.0, 3, 12)]
)
def test_every_dial_composes_at_its_end(k: int, density: float, level: int, entities: int) -> None:
    """Of 20 draws with as many skills as there are, at least 19 compose (100 draws: benchmarks/compose)."""
    domains = list(load_domains().values())
    tags = list(load_catalogue())
    dials = DIALS.model_copy(update={"coupling_density": density, "level": level, "entities": entities})
    failed = []
    for seed in range(20):
        order = stream("dials", str(seed)).sample(tags, min(k, len(tags)))
        try:
            compose_chain("c", order, domain_for(order, domains, seed), ("dials", str(seed)), dials)
        except CompositionError as error:
            failed.append(str(error))
    assert len(failed) <= 1, failed
