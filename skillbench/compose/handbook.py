"""The handbook of a chain: the sheets that count, and those that only look as if they did.

Beside the sheets in force stand withdrawn revisions and associated organisations' sheets, with other clauses, other
parameters and other hand-overs, sheets of measures nobody asked for, and sheets about keys and gloves. The library's
size is a dial.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from skillbench.complications.base.contract import Notice
from skillbench.complications.base.registry import complication_named
from skillbench.compose.chain import Chain, sheet_roles
from skillbench.compose.complicate import guide_role
from skillbench.compose.couplings import draw_couplings
from skillbench.compose.domain import Domain
from skillbench.core.errors import CompositionError
from skillbench.core.prompts import render_prompt, worded
from skillbench.core.schema import Coupling, Page
from skillbench.core.streams import Stream, stream
from skillbench.skills.catalogue import clause_texts, load_catalogue, moved, render, skill_named
from skillbench.skills.contract import Block, Param, Sheet, Skill, Terms

FIRST_ISSUE = date(2026, 1, 5)
LAST_ISSUE_DAYS = 52
"""Sheets were issued in the first weeks of the year whose spring the records are from."""

TERMS_ATTEMPTS = 60


@dataclass(frozen=True)
class Draft:
    """What a page is, before it gets its number, revision and dates.

    Attributes:
        title: headline; drafts of one title and owner are revisions of each other.
        owner: organisation it applies to.
        body: text below the header.
        params: table of parameters, if it has one.
        slots: which alternative each of its clauses states.
        tag: the skill whose sheet it is; empty for other pages.
        see: where the reader goes on.
        page_id: number of a page that counts; empty for the others.
    """

    title: str
    owner: str
    body: str
    params: Mapping[str, Param] = field(default_factory=dict)
    slots: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""
    see: str = ""
    page_id: str = ""


def handbook(chain: Chain, size: int) -> list[Page]:
    """Every page of the chain's handbook, shuffled.

    Args:
        chain: the composed chain.
        size: number of pages aimed at; pages that a solver needs are never left out.

    Raises:
        CompositionError: no other clauses, parameters or hand-overs could be drawn that give another answer.
    """
    draw = stream(*chain.names, "handbook")
    needed = list(_needed(chain))
    circulars = [_circular(notice) for link in chain.links for notice in link.notices]
    others = list(_others(chain, draw, max(0, size - len(needed) - len(circulars))))
    taken = {draft.page_id for draft in needed} | {page.id for page in circulars}
    return draw.shuffled([*_issued(needed, others, taken, draw), *circulars])


def needed_pages(chain: Chain, tags: Sequence[str]) -> list[str]:
    """Numbers of the pages that a solver of these skills needs, in reading order."""
    rules = [chain.pages[guide_role(name)] for name in chain.dials.complications]
    rules += [chain.pages[f"{role}:{tag}"] for tag in tags for role in sheet_roles(skill_named(tag))]
    rules += [notice.id for tag in tags for notice in chain.link(tag).notices if notice.needed]
    if len(tags) == 1:
        return [chain.pages["scope"], *rules]
    handovers = [chain.pages[f"handover:{tag}"] for tag in tags[1:]]
    return [chain.pages["scope"], chain.pages["basics"], *rules, *handovers, chain.pages["product"]]


def terms_with(terms: Terms, page: Page) -> Terms:
    """The rules as somebody reads them who takes one page for the one in force."""
    return Terms({**terms.params, **page.parameters}, {**terms.clauses, **page.slots})


def _issued(needed: Sequence[Draft], others: Sequence[Draft], taken: Collection[str], draw: Stream) -> list[Page]:
    """Number, revise and date: of each title and owner the last page is in force, earlier ones are withdrawn."""
    numbers = (page_id for page_id in _numbers(draw) if page_id not in taken)
    history: dict[tuple[str, str], list[Draft]] = {}
    for draft in (*others, *needed):  # a page that counts comes last in its history, so it is the one in force
        history.setdefault((draft.title, draft.owner), []).append(draft)
    pages = []
    for drafts in history.values():
        days = sorted(draw.sample(range(LAST_ISSUE_DAYS + len(drafts)), len(drafts)))
        for place, draft in enumerate(drafts):
            ended = days[place + 1] if place + 1 < len(drafts) else None
            pages.append(
                Page(
                    id=draft.page_id or next(numbers),
                    title=draft.title,
                    owner=draft.owner,
                    revision=place + 1,
                    issued=(FIRST_ISSUE + timedelta(days=days[place])).isoformat(),
                    withdrawn=None if ended is None else (FIRST_ISSUE + timedelta(days=ended)).isoformat(),
                    body=draft.body,
                    parameters=dict(draft.params),
                    see=draft.see,
                    skill=draft.tag,
                    slots=dict(draft.slots),
                )
            )
    return pages


def _numbers(draw: Stream) -> list[str]:
    return [f"HB-{number:04d}" for number in draw.shuffled(range(100, 10000))]


def _needed(chain: Chain) -> Iterator[Draft]:
    domain, pages = chain.domain, chain.pages
    owner = domain.organisation
    columns = [{"name": str(q), "label": label.label, "unit": label.unit} for q, label in domain.labels.items()]
    guides = {name: complication_named(name) for name in chain.dials.complications}
    scope = _prose("scope", chain, pages["scope"], columns=columns, priority=domain.priority)
    see = [f"{unit.lead} sheet {pages[guide_role(name)]}." for name, unit in guides.items()]
    yield Draft("Scope and the register", owner, scope, see=" ".join(see), page_id=pages["scope"])
    for name, unit in guides.items():
        yield Draft(unit.guide, owner, unit.guide_text(chain.world), page_id=pages[guide_role(name)])
    receiving = ", ".join(f'"{skill_named(link.tag).measure.title}"' for link in chain.links if link.incoming)
    basics = _prose("handover_basics", chain, pages["basics"], receiving=receiving)
    yield Draft("When one finding acts on another", owner, basics, page_id=pages["basics"])
    title, body = chain.deliverable.sheet(chain.ground(len(chain.links)))
    yield Draft(title, owner, body, page_id=pages["product"])
    for link in chain.links:
        skill = skill_named(link.tag)
        numbers = [pages[f"{role}:{link.tag}"] for role in sheet_roles(skill)]
        yield from _sheets(skill, link.block.terms, chain, owner, numbers)
        if link.incoming:
            yield _handover(skill, link.incoming, chain, owner, pages[f"handover:{link.tag}"])


def _circular(notice: Notice) -> Page:
    return Page(
        id=notice.id,
        title=f"Circular {notice.id}",
        owner=notice.owner,
        revision=1,
        issued=notice.issued.isoformat(),
        withdrawn=None,
        body=notice.body,
        parameters=dict(notice.params),
        see="",
        skill="",
        slots={},
        kind="circular",
    )


def _sheets(skill: Skill, terms: Terms, chain: Chain, owner: str, numbers: Sequence[str] = ()) -> Iterator[Draft]:
    """Every sheet of a skill under some terms; where they have numbers, each names the next and the first."""
    for place, sheet in enumerate(skill.sheets):
        last = place + 1 == len(skill.sheets)
        see = ""
        if numbers:
            see = (
                f"Parameter values stand on sheet {numbers[0]}."
                if last
                else f"Continued on sheet {numbers[place + 1]}."
            )
        yield _sheet(skill, sheet, terms, chain, owner, see, numbers[place] if numbers else "")


def _sheet(skill: Skill, sheet: Sheet, terms: Terms, chain: Chain, owner: str, see: str, page_id: str) -> Draft:
    # A page that does not count has no number; what it says decides its wording, so that revisions differ.
    wording = _wording(chain, page_id or f"{owner}, {sheet.title}, {sorted(terms.params.items())}")
    texts = [render(text, chain.domain.words, wording) for text in clause_texts(sheet, terms)]
    return Draft(
        title=sheet.title,
        owner=owner,
        body="\n\n".join(f"{number}. {text}" for number, text in enumerate(texts, start=1)),
        params=terms.params if sheet is skill.sheets[0] else {},
        slots={slot: terms.clauses[slot] for slot in sheet.clauses if slot in terms.clauses},
        tag=skill.tag,
        see=see,
        page_id=page_id,
    )


def _handover(skill: Skill, incoming: Sequence[Coupling], chain: Chain, owner: str, page_id: str = "") -> Draft:
    domain = chain.domain
    items = [
        {
            "src": skill_named(c.src).measure.title,
            "quantity": c.quantity,
            "raises": c.raises,
            "label": domain.labels[c.quantity].label if c.quantity else "",
            "reason": _reason(c, domain, skill),
        }
        for c in incoming
    ]
    page = page_id or f"{owner}, {[(one.src, one.quantity) for one in incoming]}"
    body = _prose("handover", chain, page, title=skill.measure.title, key=skill.measure.key, items=items)
    part = list(load_catalogue()).index(skill.tag) + 1  # a number, so that no title finds the measure
    see = (
        f"How the measure itself is worked out begins on sheet {chain.pages[f'sheet1:{skill.tag}']}." if page_id else ""
    )
    return Draft(f"Findings that act on others, part {part}", owner, body, see=see, page_id=page_id)


def _reason(coupling: Coupling, domain: Domain, skill: Skill) -> str:
    src = skill_named(coupling.src)
    return domain.drives(src)[coupling.quantity].reason if coupling.quantity else domain.why_flagged(src, skill)


def _others(chain: Chain, draw: Stream, count: int) -> Iterator[Draft]:
    """In turn: withdrawn rules, withdrawn and foreign hand-overs, foreign rules, other measures, anything else."""
    domain = chain.domain
    mine = [link.tag for link in chain.links]
    foreign = [tag for tag in load_catalogue() if tag not in mine]
    general = draw.shuffled(domain.general)
    turns: Counter[int] = Counter()
    for place in range(count):
        kind = place % 6
        turn = turns[kind]
        turns[kind] += 1
        if kind == 1:
            owner = domain.organisation if turn % 2 else draw.choice(domain.sisters)
            yield _other_handover(mine[1 + turn % (len(mine) - 1)], mine, chain, draw, owner)
        elif kind == 4 and foreign:
            owner = domain.organisation if turn % 2 else draw.choice(domain.sisters)
            yield _other_sheet(foreign[turn % len(foreign)], turn // len(foreign), chain, draw, owner)
        elif kind == 5 and turn < len(general):
            yield Draft(general[turn].title, domain.organisation, general[turn].text)
        else:
            owner = domain.organisation if kind in (0, 3) else domain.sisters[turn % len(domain.sisters)]
            yield _other_sheet(mine[turn % len(mine)], turn // len(mine) + kind, chain, draw, owner)


def _other_sheet(tag: str, turn: int, chain: Chain, draw: Stream, owner: str) -> Draft:
    """A sheet that does not count, with clauses and parameters that would give another answer.

    Raises:
        CompositionError: no draw gave one.
    """
    skill = skill_named(tag)
    sheet = skill.sheets[turn % len(skill.sheets)]
    for _ in range(TERMS_ATTEMPTS):
        draft = _sheet(skill, sheet, skill.draw_terms(draw), chain, owner, "", "")
        if tag not in {link.tag for link in chain.links} or _tells(draft, chain):
            return draft
    raise CompositionError(f"{tag}: {TERMS_ATTEMPTS} draws of another {sheet.title!r} gave nearly the same answer")


def _tells(draft: Draft, chain: Chain) -> bool:
    """Whether reading this sheet for the one in force changes the measure by more than five tolerances."""
    link = chain.link(draft.tag)
    terms = link.block.terms
    other = Terms({**terms.params, **draft.params}, {**terms.clauses, **draft.slots})
    found = {one.tag: one.findings for one in chain.links}
    wrong = replace(link, block=Block(link.block.records, other)).solved(found)
    return moved(skill_named(draft.tag), link.findings, wrong, times=6)


def _other_handover(tag: str, mine: Sequence[str], chain: Chain, draw: Stream, owner: str) -> Draft:
    """A hand-over page that does not count, with other couplings than those in force.

    Raises:
        CompositionError: no draw gave one.
    """
    skill = skill_named(tag)
    # Between two skills there may be a single possible hand-over, the one in force.
    sources = [other for other in (mine if len(mine) > 2 else load_catalogue()) if other != tag]
    held = {(c.src, c.quantity) for c in chain.link(tag).incoming}
    for _ in range(TERMS_ATTEMPTS):
        some = draw.sample(sources, min(3, len(sources)))
        try:
            incoming = draw_couplings(draw, chain.domain, skill, some, "", chain.dials.coupling_density)
        except CompositionError:  # these few drive nothing that the skill reads; others may
            continue
        if {(c.src, c.quantity) for c in incoming} != held:
            return _handover(skill, incoming, chain, owner)
    raise CompositionError(f"{tag}: {TERMS_ATTEMPTS} draws of foreign hand-overs gave those in force")


def _prose(name: str, chain: Chain, page: str = "", **values: object) -> str:
    names = chain.domain.words.namespace() | {"organisation": chain.domain.organisation}
    return worded(render_prompt(f"handbook/{name}.md.j2", **names, **values), _wording(chain, page)).strip()


def _wording(chain: Chain, page: str) -> Stream:
    return stream(*chain.names, "wording", page)
