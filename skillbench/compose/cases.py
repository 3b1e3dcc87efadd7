"""Turn a composed chain into cases: the prefixes Skill@2 to Skill@k and the Skill@1 twins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Template

from skillbench import __version__
from skillbench.compose.chain import Chain
from skillbench.compose.handbook import needed_pages
from skillbench.compose.link import Link
from skillbench.compose.register import REGISTER, as_stated, register_alone, register_text
from skillbench.compose.spare import spare_files
from skillbench.compose.worker import purse_of
from skillbench.compose.world import frozen_world
from skillbench.core.library import Library
from skillbench.core.prompts import render_prompt
from skillbench.core.quantities import Quantity
from skillbench.core.schema import (
    TASK_VERSION,
    Case,
    Checkpoint,
    SamplerFacts,
    SlipKey,
    canonical_json,
    sha256_of,
)
from skillbench.core.streams import stream
from skillbench.deliverables.base.contract import Deliverable
from skillbench.deliverables.base.registry import frozen as frozen_product
from skillbench.skills.catalogue import render, skill_named, tolerance_of
from skillbench.skills.contract import Dials
from skillbench.skills.freezing import frozen
from skillbench.skills.revision import revision

PROMPT_BASE = 5_000
PROMPT_PER_SKILL = 6_500
HEAD_LINES = 6
HEAD_WIDTH = 160
"""Of a record the brief shows the register whole, of all others the first lines, cut at this width."""
WORLD = "world"
"""What the truth of the world is kept under, beside the tags of skills."""


@dataclass(frozen=True)
class Draft:
    """A case before it gets its content hash, with the text of its files.

    Attributes:
        fields: everything of :class:`Case` but the id.
        files: path inside the task set to text.
    """

    fields: Mapping[str, Any]
    files: Mapping[str, str]

    def with_purse(self, library: Library) -> Draft:
        """The same with its purse: what a perfect worker spends on it in this handbook."""
        return replace(self, fields={**self.fields, "purse": purse_of(self._case("draft"), library)})

    def frozen(self) -> Case:
        """The case under its content hash, files included in the hash.

        Solvers' revisions are left out of it: a comment in a skill makes no other case.
        """
        left_out: dict[str, Any] = {"checkpoints": {"__all__": {"revision"}}, "product": {"revision"}}
        plain = self._case("draft").model_dump(mode="json", exclude=left_out)
        digest = sha256_of(canonical_json([plain, dict(self.files)]).encode())[:10]
        return self._case(f"{self.fields['chain']}-{self.fields['name']}-{digest}")

    def _case(self, name: str) -> Case:
        return Case(id=name, **{field: value for field, value in self.fields.items() if field != "name"})


@dataclass(frozen=True)
class Shape:
    """What distinguishes one case of a chain from another.

    Attributes:
        name: ``k5`` for a prefix, ``t3`` for a twin.
        links: the skills it asks for.
        points: their checkpoints.
        product: what is handed in beside the measures; None for a twin.
        register: text of its register file.
        values: what that register states, per quantity and entity in play.
    """

    name: str
    links: Sequence[Link]
    points: Sequence[Checkpoint]
    product: Deliverable | None
    register: str
    values: Mapping[Quantity, Mapping[str, float]]


def prompt_budget(k: int) -> int:
    """Most characters a prompt may have at k."""
    return PROMPT_BASE + PROMPT_PER_SKILL * k


def chain_drafts(chain: Chain, facts: Sequence[SamplerFacts], pages_path: str) -> list[Draft]:
    """Every prefix from Skill@2 on, then the twin of every skill, which carries the whole chain's facts."""
    prefixes = range(2, len(chain.links) + 1)
    drafts = [_prefix(chain, k, sampler, pages_path) for k, sampler in zip(prefixes, facts, strict=True)]
    return drafts + [_twin(chain, place, facts[-1], pages_path) for place in range(len(chain.links))]


def _prefix(chain: Chain, k: int, sampler: SamplerFacts, pages_path: str) -> Draft:
    links = chain.links[:k]
    key = {link.tag: link.findings for link in links}
    points = [_checkpoint(chain, link, link.dials(key), link.base.exceptions) for link in links]
    values = {quantity: chain.world.base(quantity) for quantity in Quantity}
    shape = Shape(f"k{k}", links, points, chain.product(k), register_text(chain.world, chain.links, {}), values)
    return _draft(chain, shape, sampler, pages_path)


def _twin(chain: Chain, place: int, sampler: SamplerFacts, pages_path: str) -> Draft:
    """One skill alone, on a register that already carries what its upstream skills hand over."""
    link = chain.links[place].alone()
    dials = link.dials({other.tag: other.findings for other in chain.links[:place]})
    stated = as_stated(dials)
    revised = stated.quantities
    values = {quantity: revised.get(quantity) or chain.world.base(quantity) for quantity in Quantity}
    register = register_alone(chain.world, chain.links, place, stated)
    points = [_checkpoint(chain, link, stated, dials.exceptions)]
    return _draft(chain, Shape(f"t{place + 1}", [link], points, None, register, values), sampler, pages_path)


def _checkpoint(chain: Chain, link: Link, dials: Dials, clauses: frozenset[str]) -> Checkpoint:
    skill, terms = skill_named(link.tag), link.block.terms
    block = link.ground({})
    found = skill.solve(block, dials)
    slips = {str(slip): skill.solve(block, dials, slip=slip) for slip in skill.live_slips(terms)}
    return Checkpoint(
        tag=link.tag,
        key=skill.measure.key,
        title=skill.measure.title,
        unit=render(skill.measure.unit, chain.domain.words),
        digits=skill.measure.digits,
        tolerance=tolerance_of(skill),
        revision=revision(link.tag),
        values=frozen_floats(found.values),
        flagged=sorted(found.flagged),
        params=dict(terms.params),
        clauses=dict(terms.clauses),
        page=chain.pages[f"sheet1:{link.tag}"],
        files=list(link.files),
        exceptions=sorted(clauses),
        slips={slip: SlipKey(values=frozen_floats(f.values), flagged=sorted(f.flagged)) for slip, f in slips.items()},
        amendments=list(link.amendments),
        misread={slip: list(amendments) for slip, amendments in link.misread.items()},
    )


def frozen_floats(values: Mapping[str, float]) -> dict[str, float]:
    """Values to twelve significant digits: the last bit of a logarithm may differ between C libraries."""
    return {code: float(f"{value:.12g}") for code, value in values.items()}


def _draft(chain: Chain, shape: Shape, sampler: SamplerFacts, pages_path: str) -> Draft:
    home = f"chains/{chain.name}"
    product = shape.product
    folder = f"{home}/records" if product else f"{home}/twins/{shape.name}"
    records = {file: text for link in shape.links for file, text in link.files.items()}
    records |= spare_files(chain, [link.tag for link in shape.links]) if product else {}
    own = product.files() if product else {}
    texts = {REGISTER: shape.register} | dict(sorted(records.items())) | own
    paths = {REGISTER: f"{folder}/{REGISTER}"} | {file: f"{home}/records/{file}" for file in records}
    paths |= {file: f"{home}/{shape.name}/{file}" for file in own}
    truth = {link.tag: frozen(link.block.records) for link in shape.links} | {WORLD: frozen_world(chain.world)}
    kept = {tag: f"{home}/truth/{tag.lower().replace(' ', '_')}.json" for tag in truth}
    brief, inline = _brief(chain, shape, texts)
    tags = [link.tag for link in shape.links]
    fields = {
        "name": shape.name,
        "version": TASK_VERSION,
        "chain": chain.name,
        "kind": "chain" if product else "twin",
        "k": len(tags),
        "domain": chain.domain.name,
        "organisation": chain.domain.organisation,
        "skills": tags,
        "prompt": brief,
        "inline": inline,
        "files": paths,
        "truth": kept,
        "handbook": pages_path,
        "needed_pages": needed_pages(chain, tags),
        "deliverable": answer_schema(shape.points, product),
        "register_values": shape.values,
        "checkpoints": shape.points,
        "couplings": [coupling for link in shape.links for coupling in link.incoming] if product else [],
        "product": frozen_product(product) if product else None,
        "dials": chain.dials,
        "sampler": sampler,
        "provenance": {"generator": __version__, "attempts": " ".join(str(link.attempt) for link in shape.links)},
    }
    files = {paths[file]: text for file, text in texts.items()} | {kept[tag]: text for tag, text in truth.items()}
    return Draft(fields, files)


def _brief(chain: Chain, shape: Shape, texts: Mapping[str, str]) -> tuple[str, str]:
    """The prompt, whole where the budget allows, and what was cut for those who have no sandbox."""
    domain = chain.domain
    draw = stream(*chain.names, "brief")
    objective = draw.choice(domain.objectives) if shape.product else draw.choice(domain.twins)
    amount = f"{domain.currency} {chain.fund:,}"
    names = domain.words.namespace() | {"fund": domain.fund.title, "amount": amount}
    measures = [
        {
            "key": point.key,
            "title": point.title,
            "unit": point.unit,
            "digits": point.digits,
            "meaning": render(skill_named(point.tag).measure.meaning, domain.words),
        }
        for point in draw.shuffled(shape.points)  # computing order would be a plan
    ]
    common = dict(
        sender=domain.sender,
        reader=domain.reader,
        organisation=domain.organisation,
        reference=f"{chain.name}/{shape.name}",
        objective=Template(objective).render(**names).strip(),
        measures=measures,
        product=shape.product.brief(chain.ground(len(shape.links)).words) if shape.product else "",
        **domain.words.namespace(),
    )
    shown = [_head(file, text) for file, text in texts.items()]
    brief = render_prompt("agent/brief.md.j2", files=shown, **common)
    cut = [_whole(file, texts[file]) for file, head in zip(texts, shown, strict=True) if head["cut"]]
    return brief, render_prompt("agent/inline_records.md.j2", files=cut) if cut else ""


def _whole(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "text": text, "cut": False}


def _head(name: str, text: str) -> dict[str, Any]:
    lines = text.splitlines(keepends=True)
    if name == REGISTER or len(lines) <= HEAD_LINES:
        return _whole(name, text)
    head = "".join(line if len(line) <= HEAD_WIDTH else line[:HEAD_WIDTH] + " …\n" for line in lines[:HEAD_LINES])
    return {"name": name, "text": head, "cut": True, "shown": HEAD_LINES, "lines": len(lines)}


def answer_schema(points: Sequence[Checkpoint], product: Deliverable | None) -> dict[str, Any]:
    """JSON schema (2020-12) of the answer."""
    codes = sorted(points[0].values)
    measures = {point.key: _measure_schema(point, codes) for point in points}
    properties: dict[str, Any] = {"measures": _object(measures)}
    properties |= product.properties() if product else {}
    properties["note"] = {"type": "string", "minLength": 1, "maxLength": 4000}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_object(properties)}


def _measure_schema(point: Checkpoint, codes: Sequence[str]) -> dict[str, Any]:
    kinds = {name: {"type": "string" if isinstance(v, str) else "number"} for name, v in point.params.items()}
    basis = _object({"page": {"type": "string"}, "parameters": _object(kinds)})
    return _object(
        {
            "values": _object({code: {"type": "number"} for code in codes}),
            "flagged": {"type": "array", "items": {"enum": list(codes)}, "uniqueItems": True},
            "basis": basis,
            "computed_with": {"enum": ["code", "hand"]},
        }
    )


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
