"""Compose a chain: draw a world, place skills one by one, couple them, and keep only what is stable.

Everything is drawn from named streams. A draw that fails is repaired where it failed: first other rules and couplings
on the same rows, then other rows, then the place before. The same names always give the same chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from skillbench.compose.complicate import Setting, complicated, guide_role, notice_roles, touched
from skillbench.compose.conditions import idle_mistake, splits, unmoved, unsound
from skillbench.compose.couplings import draw_couplings
from skillbench.compose.domain import Domain
from skillbench.compose.link import Link, Mistake, missteps, own_mistakes
from skillbench.compose.register import unseen
from skillbench.compose.world import draw_world
from skillbench.core.errors import CompositionError
from skillbench.core.schema import CaseDials, Coupling
from skillbench.core.streams import Stream, stream
from skillbench.core.world import World
from skillbench.deliverables.base.contract import Deliverable, Ground, Measure
from skillbench.deliverables.base.registry import kind_named
from skillbench.skills.catalogue import skill_named, tolerance_of
from skillbench.skills.contract import Block, Dials, Findings, Skill
from skillbench.skills.dataflow import by_measure

ROWS_ATTEMPTS = 25
"""Draws of rows at one place before the place before it is drawn again."""

RULES_ATTEMPTS = 6
"""Draws of clauses, parameters and couplings on the same rows."""

STEPS_BACK = 30
"""How often a chain may go back before its world is drawn again."""

WORLDS = 6
"""Worlds that are tried; most chains hold in the first."""

PATIENCE = 6
"""Draws on which an earlier skill's mistake may stay idle before that skill is drawn again."""

SPARE_EFFECT = 1.25
"""How much more than it must a mistake moves the decision where it is made, since later measures dilute it."""


@dataclass(frozen=True)
class Chain:
    """A composed chain.

    Attributes:
        name: cluster name.
        names: stream name parts, for provenance.
        domain: whose voice it speaks with.
        world: who and when it is about.
        fund: amount to be shared, in whole currency units.
        links: skills in order; the first k are the Skill@k case.
        deliverable: the kind of product that all its cases hand in.
        favours: per tag, True when a high standing raises the claim.
        pages: id of every handbook page that a rule refers to, by role.
        dials: difficulty settings.
    """

    name: str
    names: tuple[str, ...]
    domain: Domain
    world: World
    fund: int
    links: tuple[Link, ...]
    deliverable: type[Deliverable]
    favours: Mapping[str, bool]
    pages: Mapping[str, str]
    dials: CaseDials

    def link(self, tag: str) -> Link:
        """The link of a skill of this chain."""
        return next(link for link in self.links if link.tag == tag)

    def product(self, k: int) -> Deliverable:
        """What the case over the first ``k`` skills hands in beside its measures."""
        return self.deliverable.drawn(self.ground(k))

    def ground(self, k: int) -> Ground:
        """What a product over the first ``k`` skills is drawn from."""
        links = self.links[:k]
        return Ground(
            draw=stream(*self.names, "product", str(k)),
            names={entity.code: entity.name for entity in self.world.active},
            priority={entity.code: self.world.priority[entity.code] for entity in self.world.active},
            measures=tuple(_measure(link.tag, favours=self.favours[link.tag]) for link in links),
            found=by_measure({link.tag: link.findings for link in links}),
            missteps=lambda: missteps(links, self.domain.words),
            unseen=lambda number: unseen((*self.names, str(k)), self.world, self.dials.level, links, number),
            fund=float(self.fund),
            page=self.pages["product"],
            words=self.domain.words.namespace()
            | {"fund_title": self.domain.fund.title, "priority_label": self.domain.priority.label},
        )


def _measure(tag: str, *, favours: bool) -> Measure:
    skill = skill_named(tag)
    return Measure(skill.measure.key, skill.measure.title, skill.measure.digits, tolerance_of(skill), favours)


def compose_chain(
    name: str, tags: Sequence[str], domain: Domain, names: tuple[str, ...], dials: CaseDials, turn: int = 0
) -> Chain:
    """Compose one chain that meets every condition.

    Args:
        name: the chain's name, unique in its set.
        tags: skills in order.
        domain: whose organisation it is about.
        names: stream name parts: version, set, salt.
        dials: difficulty settings.
        turn: place of the chain in its set; the kinds of deliverable take turns, in a drawn order.

    Raises:
        CompositionError: no draw met the conditions; names the skill that failed last, why, and what to try.
    """
    kinds = stream(*names, "deliverables").shuffled(dials.deliverables)
    kind = kind_named(kinds[turn % len(kinds)])
    reason = ""
    for world in range(WORLDS):
        parts = (*names, name, *([f"world-{world}"] if world else []))
        try:
            return _filled(_bare(name, tags, domain, parts, dials, kind), tags)
        except _Stuck as stuck:
            reason = str(stuck)
    raise CompositionError(
        f"chain {name} over {', '.join(tags)}: {reason}. Try another --seed, a lower --coupling-density or --level, "
        "other skills, or more --entities"
    )


def _filled(chain: Chain, tags: Sequence[str]) -> Chain:
    """The chain with every skill placed; a place that finds no draw sends the search back where it went wrong.

    Raises:
        _Stuck: too many steps back in this world.
    """
    tried = [0] * len(tags)
    mistakes: list[list[Mistake]] = []
    back = 0
    while len(chain.links) < len(tags):
        place = len(chain.links)
        try:
            link, known = _placed(tags[place], chain, mistakes[-1] if mistakes else [], tried[place])
        except _Stuck as stuck:
            back += 1
            if place == 0 or back > STEPS_BACK:
                raise
            # Only what comes after the place that is drawn again starts over; its own draws go on.
            again = tags.index(stuck.culprit) if stuck.culprit else place - 1
            tried[again + 1 :] = [0] * (len(tags) - again - 1)
            chain = replace(chain, links=chain.links[:again])
            del mistakes[again:]
            continue
        tried[place] = link.attempt + 1
        mistakes.append(known)
        chain = replace(chain, links=(*chain.links, link))
    return chain


class _Stuck(Exception):  # noqa: N818  a turn of the search, not an error
    """No draw holds at a place; ``culprit`` is the earlier skill whose mistake stays idle, empty when there is none."""

    def __init__(self, reason: str, culprit: str = "") -> None:
        super().__init__(reason)
        self.culprit = culprit


def _bare(
    name: str,
    tags: Sequence[str],
    domain: Domain,
    parts: tuple[str, ...],
    dials: CaseDials,
    kind: type[Deliverable],
) -> Chain:
    """The chain before its first skill: world, page numbers, fund, and which way each measure moves the claim."""
    roles = ["scope", "basics", "product"]
    roles += [f"{role}:{tag}" for tag in tags for role in (*sheet_roles(skill_named(tag)), "handover")]
    for one in dials.complications:
        roles += [guide_role(one), *notice_roles(one, tags)]
    numbers = stream(*parts, "pages").sample(range(100, 10000), len(roles))
    coin = stream(*parts, "settlement")
    steps = coin.integer(domain.fund.low // domain.fund.step, domain.fund.high // domain.fund.step)
    return Chain(
        name=name,
        names=parts,
        domain=domain,
        world=draw_world(stream(*parts, "world"), domain, dials.entities),
        fund=steps * domain.fund.step,
        links=(),
        deliverable=kind,
        favours={tag: coin.chance(2, 3) for tag in tags},
        pages={role: f"HB-{number:04d}" for role, number in zip(roles, numbers, strict=True)},
        dials=dials,
    )


def sheet_roles(skill: Skill) -> list[str]:
    """What the pages of a skill's sheets are kept under: the first holds the parameters."""
    return [f"sheet{place}" for place in range(1, len(skill.sheets) + 1)]


def _placed(tag: str, chain: Chain, mistakes: Sequence[Mistake], start: int) -> tuple[Link, list[Mistake]]:
    """The next link from attempt ``start`` on, and every mistake of the chain followed through it.

    Raises:
        _Stuck: no attempt held, or an earlier skill's mistake stayed idle again and again.
    """
    skill = skill_named(tag)
    truth = {link.tag: link.findings for link in chain.links}
    setting = Setting(chain.names, chain.world, chain.domain, chain.pages)
    levels = touched(chain.names, tag, len(chain.links), chain.dials.complications)
    reason, idle = "no attempt is left", 0
    rows, files = None, {}
    for attempt in range(start, ROWS_ATTEMPTS * RULES_ATTEMPTS):
        number, again = divmod(attempt, RULES_ATTEMPTS)
        if rows is None or not again:
            rows = skill.records(stream(*chain.names, tag, f"rows-{number}"), chain.world, chain.dials.level)
            files = skill.render(stream(*chain.names, tag, f"render-{number}"), rows)
        rules = stream(*chain.names, tag, f"rules-{attempt}")
        link = _drawn(skill, chain, Block(rows, skill.draw_terms(rules)), files, attempt)
        reason = unsound(link, truth)
        if not reason and levels:
            # Complications take the most time, and seldom wake a slip that is idle without them.
            reason = unmoved(link, own_mistakes(link, truth))
        if not reason and levels:
            link, reason = complicated(link, truth, setting, levels)
            reason = reason or unsound(link, truth)
        if reason:
            continue
        own = list(own_mistakes(link, truth))
        reason = unmoved(link, own)
        if reason:
            continue
        product = replace(chain, links=(*chain.links, link)).product(len(chain.links) + 1)
        weak = idle_mistake(product, own, SPARE_EFFECT)
        reason = f"{weak.name} hardly moves the decision" if weak else product.doubt()
        if reason:
            continue
        known = [mistake.followed(link, truth) for mistake in mistakes] + own
        weak = idle_mistake(product, known)
        if weak is None:
            return link, known
        reason = f"{weak.tag}: {weak.name} leaves the decision as it was"
        idle += 1
        if idle == PATIENCE:
            raise _Stuck(f"{tag}: {reason}", weak.tag)
    raise _Stuck(f"{tag}: {reason}")


def _drawn(skill: Skill, chain: Chain, block: Block, files: Mapping[str, str], attempt: int) -> Link:
    """One draw of couplings and exceptions on given rows and rules."""
    draw = stream(*chain.names, skill.tag, f"couplings-{attempt}")
    truth = {link.tag: link.findings for link in chain.links}
    page = chain.pages[f"handover:{skill.tag}"]
    incoming = draw_couplings(draw, chain.domain, skill, list(truth), page, chain.dials.coupling_density, truth)
    clauses = _clauses(draw, chain.world, incoming, truth)
    base = Dials({quantity: chain.world.base(quantity) for quantity in sorted(skill.reads)}, clauses)
    bare = Link(skill.tag, block, files, base, incoming, Findings({}, frozenset()), attempt)
    return replace(bare, findings=bare.solved(truth))


def _clauses(draw: Stream, world: World, incoming: Sequence[Coupling], truth: Mapping[str, Findings]) -> frozenset[str]:
    """Entities under exception by the register, such that all exceptions together take 20 to 80 % of the entities."""
    codes = [entity.code for entity in world.active]
    flagged = frozenset[str]().union(*(truth[one.src].flagged for one in incoming if one.quantity is None))
    for code in draw.shuffled(codes):
        if splits(flagged, codes):
            break
        flagged |= {code}
    by_hand = {
        code for code in flagged if not any(code in truth[c.src].flagged for c in incoming if c.quantity is None)
    }
    extra = draw.choice(codes)
    if draw.chance(1, 2) and splits(flagged | {extra}, codes):
        by_hand |= {extra}
    return frozenset(by_hand)
