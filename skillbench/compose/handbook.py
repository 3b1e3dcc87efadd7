"""The handbook of a chain: the sheets that count, and those that only look as if they did.

Beside the sheets in force stand withdrawn revisions and associated organisations' sheets, with other parameters and
other hand-overs, sheets of measures nobody asked for, and sheets about keys and gloves. The library's size is a dial.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from skillbench.compose.chain import Chain, draw_couplings
from skillbench.core.errors import CompositionError
from skillbench.core.prompts import render_prompt
from skillbench.core.schema import Coupling, Page
from skillbench.core.streams import Stream, stream
from skillbench.skills.catalogue import load_catalogue, moved, render, skill_named
from skillbench.skills.contract import Block, Param, Skill
from skillbench.skills.dataflow import coupled_dials

FIRST_ISSUE = date(2026, 1, 5)
LAST_ISSUE_DAYS = 52
"""Sheets were issued in the first weeks of the year whose spring the records are from."""

PARAM_ATTEMPTS = 60


@dataclass(frozen=True)
class Sheet:
    """What a page is, before it gets its number, revision and dates.

    Attributes:
        title: headline; sheets of one title and owner are revisions of each other.
        owner: organisation it applies to.
        body: text below the header.
        params: table of parameters, if it has one.
        see: where the reader goes on.
        page_id: number of a sheet that counts; empty for the others.
    """

    title: str
    owner: str
    body: str
    params: Mapping[str, Param]
    see: str = ""
    page_id: str = ""


def handbook(chain: Chain, size: int) -> list[Page]:
    """Every sheet of the chain's handbook, shuffled.

    Args:
        chain: the composed chain.
        size: number of sheets aimed at; sheets that a solver needs are never left out.
    """
    draw = stream(*chain.names, "handbook")
    needed = list(_needed(chain))
    others = list(_others(chain, draw, max(0, size - len(needed))))
    return draw.shuffled(_issued(needed, others, draw))


def needed_pages(chain: Chain, tags: Sequence[str]) -> list[str]:
    """Numbers of the sheets that a solver of these skills needs, in reading order."""
    rules = [chain.pages[f"{role}:{tag}"] for tag in tags for role in ("rules", "detail")]
    if len(tags) == 1:
        return [chain.pages["scope"], *rules]
    handovers = [chain.pages[f"handover:{tag}"] for tag in tags[1:]]
    return [chain.pages["scope"], chain.pages["basics"], *rules, *handovers, chain.pages["settlement"]]


def _issued(needed: Sequence[Sheet], others: Sequence[Sheet], draw: Stream) -> list[Page]:
    """Number, revise and date: of each title and owner the last sheet is in force, earlier ones are withdrawn."""
    taken = {sheet.page_id for sheet in needed}
    numbers = (page_id for page_id in _numbers(draw) if page_id not in taken)
    history: dict[tuple[str, str], list[Sheet]] = {}
    for sheet in (*others, *needed):  # a sheet that counts comes last in its history, so it is the one in force
        history.setdefault((sheet.title, sheet.owner), []).append(sheet)
    pages = []
    for sheets in history.values():
        days = sorted(draw.integer(0, LAST_ISSUE_DAYS) for _ in sheets)
        for place, sheet in enumerate(sheets):
            ended = days[place + 1] if place + 1 < len(sheets) else None
            issued = FIRST_ISSUE + timedelta(days=days[place])
            status = f"in force since {issued}"
            if ended is not None:
                status = f"withdrawn on {FIRST_ISSUE + timedelta(days=ended)}"
            pages.append(_page(sheet, sheet.page_id or next(numbers), str(place + 1), status))
    return pages


def _numbers(draw: Stream) -> list[str]:
    return [f"HB-{number:04d}" for number in draw.shuffled(range(100, 10000))]


def _page(sheet: Sheet, page_id: str, revision: str, status: str) -> Page:
    text = render_prompt(
        "handbook/page.md.j2",
        id=page_id,
        title=sheet.title,
        revision=revision,
        status=status,
        organisation=sheet.owner,
        body=sheet.body,
        params=dict(sheet.params),
        see=sheet.see,
    )
    return Page(id=page_id, title=sheet.title, text=text)


def _needed(chain: Chain) -> Iterator[Sheet]:
    domain, pages = chain.organisation.domain, chain.pages
    owner = domain.organisation
    columns = [{"name": str(q), "label": label.label, "unit": label.unit} for q, label in domain.labels.items()]
    scope = _prose("scope", chain, columns=columns, priority=domain.priority)
    yield Sheet("Scope and the register", owner, scope, {}, page_id=pages["scope"])
    receiving = ", ".join(f'"{skill_named(link.tag).measure.title}"' for link in chain.links if link.incoming)
    yield Sheet(
        "How measures hand over",
        owner,
        _prose("handover_basics", chain, receiving=receiving),
        {},
        page_id=pages["basics"],
    )
    rows = [
        {"title": skill_named(tag).measure.title, "key": skill_named(tag).measure.key, "favours": favours}
        for tag, favours in sorted(chain.favours.items())
    ]
    body = _prose("settlement", chain, rows=rows, fund_title=domain.fund.title, priority=domain.priority)
    yield Sheet(f"Sharing the {domain.fund.title}", owner, body, {}, page_id=pages["settlement"])
    for link in chain.links:
        skill = skill_named(link.tag)
        (title, text), (more, rest) = skill.rules.items()
        rules, detail = pages[f"rules:{link.tag}"], pages[f"detail:{link.tag}"]
        see = f'Continued on "{more}" ({detail}).'
        yield Sheet(title, owner, render(text, domain.words), link.block.params, see, rules)
        see = f'Parameter values stand on "{title}" ({rules}).'
        yield Sheet(more, owner, render(rest, domain.words), {}, see, detail)
        if link.incoming:
            yield _handover(skill, link.incoming, chain, owner, pages[f"handover:{link.tag}"])


def _handover(skill: Skill, incoming: Sequence[Coupling], chain: Chain, owner: str, page_id: str = "") -> Sheet:
    domain = chain.organisation.domain
    items = [
        {
            "src": skill_named(c.src).measure.title,
            "quantity": c.quantity,
            "raises": c.raises,
            "label": domain.labels[c.quantity].label if c.quantity else "",
            "reason": render(skill_named(c.src).drives[c.quantity].reason, domain.words) if c.quantity else "",
        }
        for c in incoming
    ]
    body = _prose("handover", chain, title=skill.measure.title, key=skill.measure.key, items=items)
    return Sheet(f"Hand-overs into {skill.measure.title}", owner, body, {}, page_id=page_id)


def _others(chain: Chain, draw: Stream, count: int) -> Iterator[Sheet]:
    """In turn: withdrawn rules, withdrawn and foreign hand-overs, foreign rules, other measures, anything else."""
    domain = chain.organisation.domain
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
            yield _other_rules(foreign[turn % len(foreign)], chain, draw, owner)
        elif kind == 5 and turn < len(general):
            yield Sheet(general[turn].title, domain.organisation, general[turn].text, {})
        else:
            owner = domain.organisation if kind in (0, 3) else domain.sisters[turn % len(domain.sisters)]
            yield _other_rules(mine[turn % len(mine)], chain, draw, owner)


def _other_rules(tag: str, chain: Chain, draw: Stream, owner: str) -> Sheet:
    """A rules sheet that does not count, with parameters that would give another answer."""
    domain, skill = chain.organisation.domain, skill_named(tag)
    title, text = next(iter(skill.rules.items()))
    return Sheet(title, owner, render(text, domain.words), _telling_params(skill, chain, draw))


def _other_handover(tag: str, mine: Sequence[str], chain: Chain, draw: Stream, owner: str) -> Sheet:
    """A hand-over sheet that does not count, with other couplings than those in force."""
    skill = skill_named(tag)
    # Between two skills there may be a single possible hand-over, the one in force.
    sources = [other for other in (mine if len(mine) > 2 else load_catalogue()) if other != tag]
    for _ in range(PARAM_ATTEMPTS):
        incoming = draw_couplings(draw, skill, draw.sample(sources, min(3, len(sources))), "", chain.dials)
        if incoming != tuple(c.model_copy(update={"page": ""}) for c in chain.link(tag).incoming):
            return _handover(skill, incoming, chain, owner)
    raise CompositionError(f"{tag}: {PARAM_ATTEMPTS} draws of foreign hand-overs gave those in force")


def _telling_params(skill: Skill, chain: Chain, draw: Stream) -> dict[str, Param]:
    """Foreign parameters that change the measure wherever the chain asks for it, alone or coupled."""
    found = {link.tag: link.findings for link in chain.links}
    for _ in range(PARAM_ATTEMPTS):
        params = skill.draw_params(draw)
        if skill.tag not in found:
            return params
        link = chain.link(skill.tag)
        block = Block(link.block.files, params)
        if moved(skill, link.findings, skill.solve(block, coupled_dials(link.base, link.incoming, found)), times=6):
            return params
    raise CompositionError(f"{skill.tag}: {PARAM_ATTEMPTS} draws of foreign parameters gave nearly the same answer")


def _prose(name: str, chain: Chain, **values: object) -> str:
    words = chain.organisation.domain.words.namespace()
    names = words | {"organisation": chain.organisation.domain.organisation}
    return render_prompt(f"handbook/{name}.md.j2", **names, **values).strip()
