"""One skill placed in a chain, and the mistakes that the chain must be able to tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from skillbench.complications.base.contract import Notice, slip_of
from skillbench.complications.base.registry import load_complications
from skillbench.core.quantities import Words
from skillbench.core.schema import Amendment, Coupling
from skillbench.deliverables.base.contract import Misstep
from skillbench.skills.amending import amended
from skillbench.skills.catalogue import render, skill_named
from skillbench.skills.contract import Block, Dials, Findings
from skillbench.skills.dataflow import by_measure, coupled_dials


@dataclass(frozen=True)
class Link:
    """One skill placed in a chain.

    Attributes:
        tag: the skill.
        block: its rows and the rules in force.
        files: the rows as an agent meets them.
        base: what the register says about its input.
        incoming: couplings from earlier skills.
        findings: the key.
        attempt: number of the draw that held.
        amendments: terms that are in force for some entities beside the block's.
        misread: per slip of a complication, the amendments somebody goes by who makes it.
        notices: pages that complications wrote about it.
    """

    tag: str
    block: Block
    files: Mapping[str, str]
    base: Dials
    incoming: tuple[Coupling, ...]
    findings: Findings
    attempt: int
    amendments: tuple[Amendment, ...] = ()
    misread: Mapping[str, tuple[Amendment, ...]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    @property
    def every_amendment(self) -> list[tuple[Amendment, ...]]:
        """Those in force, then those of each slip."""
        return [self.amendments, *self.misread.values()]

    def alone(self) -> Link:
        """The same link where nothing is upstream: amendments that go by flags name their entities."""
        held, *misread = ([one.model_copy(update={"flagged_by": ""}) for one in some] for some in self.every_amendment)
        return replace(self, amendments=tuple(held), misread=dict(zip(self.misread, map(tuple, misread), strict=True)))

    def dials(self, upstream: Mapping[str, Findings], without: Coupling | None = None) -> Dials:
        """The dials after every hand-over but ``without``."""
        return coupled_dials(self.base, [one for one in self.incoming if one != without], upstream)

    def ground(self, upstream: Mapping[str, Findings], misread: str = "") -> Block:
        """The rows, and the terms in force: amendments included, or those that a slip goes by."""
        return self.under(self.misread[misread] if misread else self.amendments, upstream)

    def under(self, amendments: Sequence[Amendment], upstream: Mapping[str, Findings]) -> Block:
        """The rows, and the sheets' terms under some amendments."""
        return replace(self.block, terms=amended(self.block.terms, amendments, self.base.entities, upstream))

    def solved(self, upstream: Mapping[str, Findings], slip: StrEnum | None = None, misread: str = "") -> Findings:
        """What the skill finds on some upstream findings, with a slip of its own or a complication's."""
        return skill_named(self.tag).solve(self.ground(upstream, misread), self.dials(upstream), slip=slip)


@dataclass(frozen=True)
class Mistake:
    """A named mistake and what follows from it down the chain, as far as the chain is composed.

    Attributes:
        tag: the skill that goes wrong.
        name: the slip or the dropped coupling.
        found: findings of every skill, the wrong one and those built on it included.
    """

    tag: str
    name: str
    found: Mapping[str, Findings]

    def followed(self, link: Link, truth: Mapping[str, Findings]) -> Mistake:
        """The same mistake one link further; a link that reads nothing of it stays as it is."""
        touched = any(self.found[one.src] is not truth[one.src] for one in link.incoming)
        return Mistake(
            self.tag, self.name, {**self.found, link.tag: link.solved(self.found) if touched else link.findings}
        )


def own_mistakes(link: Link, truth: Mapping[str, Findings]) -> Iterator[Mistake]:
    """Each slip that can be made at a link, its complications' included, then each hand-over left out."""
    skill = skill_named(link.tag)
    for slip in skill.live_slips(link.block.terms):
        yield Mistake(link.tag, f"slip {slip}", {**truth, link.tag: link.solved(truth, slip)})
    for name in link.misread:
        yield Mistake(link.tag, f"slip {name}", {**truth, link.tag: link.solved(truth, misread=name)})
    for coupling in link.incoming:
        found = skill.solve(link.ground(truth), link.dials(truth, without=coupling))
        yield Mistake(link.tag, f"dropped {coupling.id}", {**truth, link.tag: found})


def mistakes_along(links: Sequence[Link]) -> list[Mistake]:
    """Every named mistake of a chain with all that follows from it."""
    truth: dict[str, Findings] = {}
    out: list[Mistake] = []
    for link in links:
        out = [mistake.followed(link, truth) for mistake in out]
        out += own_mistakes(link, truth)
        truth[link.tag] = link.findings
    return out


def missteps(links: Sequence[Link], words: Words) -> list[Misstep]:
    """Every named mistake of a chain as a deliverable meets it: by measure, in the domain's words."""
    return [
        Misstep(skill_named(one.tag).measure.key, one.name, _in_words(one, words), by_measure(one.found))
        for one in mistakes_along(links)
    ]


def _in_words(mistake: Mistake, words: Words) -> str:
    skill = skill_named(mistake.tag)
    slips = {f"slip {slip}": text for slip, text in skill.slips.items()}
    for unit in load_complications().values():
        slips |= {f"slip {slip_of(unit.name, slip)}": text for slip, text in unit.slips.items()}
    return render(slips.get(mistake.name, "a finding that should act on it was left out"), words)
