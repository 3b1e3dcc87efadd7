"""The handbook of a chain: the pages that count, and those that only look as if they did.

Beside the pages in force stand withdrawn revisions and associated organisations' pages with other parameters,
pages of measures nobody asked for, and pages about keys and gloves. The library's size is a dial.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from skillbench.build.compose import Chain
from skillbench.build.templates import render_prompt
from skillbench.core.errors import CompositionError
from skillbench.core.schema import Page
from skillbench.core.streams import Stream, stream
from skillbench.skills.catalogue import load_catalogue, moved, render, skill_named
from skillbench.skills.contract import Block, Param, Skill
from skillbench.skills.dataflow import coupled_dials

REVISIONS = "BCDEFGH"
YEARS = (2023, 2024, 2025)
PARAM_ATTEMPTS = 60


def handbook(chain: Chain, size: int) -> list[Page]:
    """Every page of the chain's handbook, shuffled.

    Args:
        chain: the composed chain.
        size: number of pages aimed at; pages that a solver needs are never left out.
    """
    draw = stream(*chain.names, "handbook")
    needed = list(_needed(chain, draw))
    free = [f"HB-{number:04d}" for number in draw.shuffled(range(100, 10000))]
    taken = {page.id for page in needed}
    numbers = (page_id for page_id in free if page_id not in taken)
    others = list(_others(chain, draw, numbers, max(0, size - len(needed))))
    return draw.shuffled([*needed, *others])


def needed_pages(chain: Chain, tags: list[str]) -> list[str]:
    """Ids of the pages that a solver of these skills needs, in reading order."""
    roles = ["scope", "basics", *(f"{role}:{tag}" for tag in tags for role in ("rules", "detail", "handover"))]
    pages = dict(chain.pages) | _detail_pages(chain)
    if len(tags) == 1:
        roles = ["scope", f"rules:{tags[0]}", f"detail:{tags[0]}"]
    else:
        roles.append("settlement")
        roles.remove(f"handover:{tags[0]}")
    return [pages[role] for role in roles]


def _detail_pages(chain: Chain) -> dict[str, str]:
    """Second rules pages get numbers of their own, disjoint from those drawn by the composer."""
    taken = set(chain.pages.values())
    free = (f"HB-{number:04d}" for number in stream(*chain.names, "detail-pages").shuffled(range(100, 10000)))
    spare = (page_id for page_id in free if page_id not in taken)
    return {f"detail:{link.tag}": next(spare) for link in chain.links}


def _needed(chain: Chain, draw: Stream) -> Iterator[Page]:
    organisation, domain = chain.organisation, chain.organisation.domain
    detail = _detail_pages(chain)
    columns = [{"name": str(q), "label": label.label, "unit": label.unit} for q, label in domain.labels.items()]
    scope = _prose("scope", chain, columns=columns, priority=domain.priority)
    yield _page(chain.pages["scope"], "Scope and the register", scope, draw, domain.organisation)
    basics = _prose("handover_basics", chain)
    yield _page(chain.pages["basics"], "How measures hand over", basics, draw, domain.organisation)
    rows = [
        {"title": skill_named(tag).measure.title, "key": skill_named(tag).measure.key, "favours": favours}
        for tag, favours in sorted(chain.favours.items())
    ]
    settlement = _prose("settlement", chain, rows=rows, fund_title=domain.fund.title, priority=domain.priority)
    title = f"Sharing the {domain.fund.title}"
    yield _page(chain.pages["settlement"], title, settlement, draw, organisation.domain.organisation)
    for link in chain.links:
        skill = skill_named(link.tag)
        for page_id, (title, text) in zip(
            (chain.pages[f"rules:{link.tag}"], detail[f"detail:{link.tag}"]), skill.rules.items(), strict=True
        ):
            params = link.block.params if page_id == chain.pages[f"rules:{link.tag}"] else {}
            yield _page(page_id, title, render(text, domain.words), draw, domain.organisation, params)
        if link.incoming:
            items = [
                {
                    "src": skill_named(c.src).measure.title,
                    "quantity": c.quantity,
                    "raises": c.raises,
                    "label": domain.labels[c.quantity].label if c.quantity else "",
                    "reason": render(skill_named(c.src).drives[c.quantity].reason, domain.words) if c.quantity else "",
                }
                for c in link.incoming
            ]
            body = _prose("handover", chain, title=skill.measure.title, key=skill.measure.key, items=items)
            page_id = chain.pages[f"handover:{link.tag}"]
            yield _page(page_id, f"Hand-overs into {skill.measure.title}", body, draw, domain.organisation)


def _others(chain: Chain, draw: Stream, numbers: Iterator[str], count: int) -> Iterator[Page]:
    """Half lookalikes of the pages in force, a quarter of other measures, the rest about anything else."""
    domain = chain.organisation.domain
    mine = [link.tag for link in chain.links]
    foreign = [tag for tag in load_catalogue() if tag not in mine]
    general = draw.shuffled(domain.general)
    for place in range(count):
        page_id = next(numbers)
        kind = place % 4
        if kind in (0, 2) or (kind == 1 and not foreign) or (kind == 3 and not general):
            yield _lookalike(mine[place // 2 % len(mine)], chain, draw, page_id, withdrawn=kind == 0)
        elif kind == 1:
            yield _lookalike(foreign[place // 4 % len(foreign)], chain, draw, page_id, withdrawn=place % 8 == 1)
        else:
            page = general.pop()
            yield _page(page_id, page.title, page.text, draw, domain.organisation)


def _lookalike(tag: str, chain: Chain, draw: Stream, page_id: str, *, withdrawn: bool) -> Page:
    """A rules page that does not count, with parameters that would give another answer."""
    domain, skill = chain.organisation.domain, skill_named(tag)
    title, text = next(iter(skill.rules.items()))
    owner = domain.organisation if withdrawn else draw.choice(domain.sisters)
    params = _telling_params(skill, chain, draw)
    return _page(page_id, title, render(text, domain.words), draw, owner, params, withdrawn=withdrawn)


def _telling_params(skill: Skill, chain: Chain, draw: Stream) -> dict[str, Param]:
    """Foreign parameters that change the measure wherever the chain asks for it, alone or coupled."""
    found = {link.tag: link.findings for link in chain.links}
    link = next((link for link in chain.links if link.tag == skill.tag), None)
    for _ in range(PARAM_ATTEMPTS):
        params = skill.draw_params(draw)
        if link is None:
            return params
        block = Block(link.block.files, params)
        if moved(skill, link.findings, skill.solve(block, coupled_dials(link.base, link.incoming, found)), times=6):
            return params
    raise CompositionError(f"{skill.tag}: {PARAM_ATTEMPTS} draws of foreign parameters gave nearly the same answer")


def _prose(name: str, chain: Chain, **values: object) -> str:
    words = chain.organisation.domain.words.namespace()
    names = words | {"organisation": chain.organisation.domain.organisation}
    return render_prompt(f"handbook/{name}.md.j2", **names, **values).strip()


def _page(
    page_id: str,
    title: str,
    body: str,
    draw: Stream,
    organisation: str,
    params: Mapping[str, Param] | None = None,
    *,
    withdrawn: bool = False,
) -> Page:
    month, day = draw.integer(1, 12), draw.integer(1, 28)
    year = draw.choice(YEARS[:2]) if withdrawn else 2025
    date = f"{year}-{month:02d}-{day:02d}"
    text = render_prompt(
        "handbook/page.md.j2",
        id=page_id,
        title=title,
        revision=draw.choice(REVISIONS[:3] if withdrawn else REVISIONS[3:]),
        status=f"withdrawn on {date}" if withdrawn else f"in force since {date}",
        organisation=organisation,
        body=body,
        params=dict(params or {}),
    )
    return Page(id=page_id, title=title, text=text)
