"""A small case over real skills, staged without the composer, so that the judge is tested on its own ground."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from conftest import world_of
from pages import page

from skillbench.core.closeness import agree
from skillbench.core.quantities import Quantity
from skillbench.core.schema import (
    TASK_VERSION,
    Case,
    CaseDials,
    Checkpoint,
    Coupling,
    Manifest,
    Page,
    SamplerFacts,
    SlipKey,
    sha256_of,
)
from skillbench.core.streams import stream
from skillbench.core.taskset import CASES_FILE, MANIFEST_FILE, TaskSet, load_task_set
from skillbench.deliverables.base.registry import frozen as frozen_product
from skillbench.deliverables.division import DIGITS, TOLERANCE, Division
from skillbench.judge.audit import Verdict, audit
from skillbench.judge.gold import perfect_answer
from skillbench.judge.transcript import ToolCall, Transcript
from skillbench.skills.catalogue import load_catalogue, skill_named, tolerance_of
from skillbench.skills.contract import Block, Dials, Findings, Skill
from skillbench.skills.dataflow import coupled_dials
from skillbench.skills.freezing import frozen
from skillbench.skills.revision import revision

TASK = "Share the fund over the sites and report every measure. Figures stand in the records; budget 1204.50."


@dataclass(frozen=True)
class Staged:
    """A case with everything the audit reads."""

    case: Case
    truth: dict[str, str]
    pages: tuple[Page, ...]

    def audit(self, answer: object, calls: Iterable[ToolCall] = ()) -> Verdict:
        """The verdict on an answer given as an object or a text."""
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return audit(self.case, self.truth, self.pages, text, Transcript(tuple(calls), text, TASK))

    def perfect(self, found: dict[str, Findings] | None = None) -> dict[str, Any]:
        """A full-marks answer by hand."""
        return perfect_answer(self.case, "hand", found)


@cache
def staged(*tags: str, seed: str = "1") -> Staged:
    """A case over these skills; each is coupled to every earlier one it can read from, by number and by exception."""
    world = world_of("judge", seed)
    register = {quantity: world.base(quantity) for quantity in Quantity}
    upstream: dict[str, Findings] = {}
    truth: dict[str, str] = {}
    points, couplings, pages = [], [], []
    for place, tag in enumerate(tags):
        skill = skill_named(tag)
        rows = skill.records(stream("judge", seed, tag), world, 1)
        block = Block(rows, skill.draw_terms(stream("judge", seed, tag, "terms")))
        base = Dials({q: register[q] for q in skill.reads})
        incoming = _telling(skill, block, base, list(_couplings(tag, tags[:place])), upstream)
        dials = coupled_dials(base, incoming, upstream)
        found = skill.solve(block, dials)
        upstream[tag] = found
        truth[tag] = frozen(rows)
        couplings += incoming
        points.append(
            Checkpoint(
                tag=tag,
                key=skill.measure.key,
                title=skill.measure.title,
                unit="unit",
                digits=skill.measure.digits,
                tolerance=tolerance_of(skill),
                revision=revision(tag),
                values=dict(found.values),
                flagged=sorted(found.flagged),
                params=dict(block.terms.params),
                clauses=dict(block.terms.clauses),
                page=f"HB-{1000 + place}",
                files=[],
                exceptions=[],
                slips={
                    str(slip): SlipKey(values=dict(wrong.values), flagged=sorted(wrong.flagged))
                    for slip in skill.live_slips(block.terms)
                    for wrong in [skill.solve(block, dials, slip=slip)]
                },
            )
        )
        foreign = skill.draw_params(stream("judge", seed, tag, "sister"))
        pages += [
            page(f"HB-{1000 + place}", "Rules", "Some rules.", block.terms.params),
            page(f"HB-{2000 + place}", "Rules", "Some rules.", foreign),
        ]
    return Staged(_case(tags, register, points, couplings, seed), truth, tuple(pages))


def catalogue_tags(count: int, seed: str = "tags") -> tuple[str, ...]:
    """That many real skills, drawn from the catalogue."""
    return tuple(stream("judge", seed).sample(list(load_catalogue()), count))


def _couplings(tag: str, earlier: tuple[str, ...]) -> Iterable[Coupling]:
    for number, src in enumerate(earlier):
        drives = skill_named(src).drives
        shared = [q for q in skill_named(tag).reads if q in drives]
        if shared:
            yield Coupling(src=src, dst=tag, quantity=shared[0], raises=drives[shared[0]].raises, page="HB-3000")
        if number == 0:
            yield Coupling(src=src, dst=tag, quantity=None, raises=None, page="HB-3000")


def _telling(
    skill: Skill, block: Block, base: Dials, couplings: list[Coupling], upstream: dict[str, Findings]
) -> list[Coupling]:
    """The couplings without which the skill reads otherwise; the composer's gates refuse the others too."""
    for coupling in couplings:
        rest = [other for other in couplings if other != coupling]
        full, less = (skill.solve(block, coupled_dials(base, some, upstream)) for some in (couplings, rest))
        if agree(tolerance_of(skill), full, less):
            return _telling(skill, block, base, rest, upstream)
    return couplings


def _division(points: list[Checkpoint], seed: str) -> Division:
    draw = stream("judge", seed, "settlement")
    bare = Division(
        fund=240_000.0,
        currency="EUR",
        favours={point.key: draw.chance(1, 2) for point in points},
        priority={code: draw.integer(1, 9) for code in points[0].values},
        digits=DIGITS,
        tolerance=TOLERANCE,
        amounts={},
        page="HB-3001",
    )
    return bare.after({point.key: Findings(point.values, frozenset(point.flagged)) for point in points})


def _case(
    tags: tuple[str, ...],
    register: dict[Quantity, dict[str, float]],
    points: list[Checkpoint],
    couplings: list[Coupling],
    seed: str,
) -> Case:
    division = _division(points, seed) if len(tags) > 1 else None
    return Case(
        id=f"staged-{len(tags)}-{seed}",
        version=TASK_VERSION,
        chain="staged",
        kind="chain" if division else "twin",
        k=len(tags),
        domain="tests",
        organisation="Tests",
        skills=list(tags),
        prompt=TASK,
        inline="",
        files={},
        truth={},
        handbook="",
        needed_pages=[],
        deliverable=_deliverable(points, list(points[0].values), settled=bool(division)),
        register_values=register,
        checkpoints=points,
        couplings=couplings,
        product=frozen_product(division) if division else None,
        dials=CaseDials(entities=8, level=1, coupling_density=0.5, library_pages=12),
        sampler=SamplerFacts(method="test", start=tags[0], joint_entropy=1.0, coherence=1.0, lca_height=1),
        provenance={},
    )


def _deliverable(points: list[Checkpoint], codes: list[str], *, settled: bool) -> dict[str, Any]:
    numbers = _closed({code: {"type": "number"} for code in codes})
    sections = {
        point.key: _closed(
            {
                "values": numbers,
                "flagged": {"type": "array", "items": {"enum": codes}, "uniqueItems": True},
                "basis": _closed({"page": {"type": "string"}, "parameters": _closed({p: {} for p in point.params})}),
                "computed_with": {"enum": ["code", "hand"]},
            }
        )
        for point in points
    }
    parts = {"measures": _closed(sections), "note": {"type": "string"}}
    return _closed(parts | ({"allocation": numbers} if settled else {}))


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def write_set(root: Path, stages: Iterable[Staged]) -> TaskSet:
    """Staged cases as a task set on disk, manifest and hashes included."""
    texts: dict[str, str] = {}
    cases = []
    for stage in stages:
        home = stage.case.id
        kept = {tag: f"{home}/{tag}.json" for tag in stage.truth}
        case = stage.case.model_copy(update={"truth": kept, "handbook": f"{home}/pages.jsonl"})
        texts |= {kept[tag]: text for tag, text in stage.truth.items()}
        texts[case.handbook] = "".join(page.model_dump_json() + "\n" for page in stage.pages)
        cases.append(case)
    texts[CASES_FILE] = "".join(case.model_dump_json() + "\n" for case in cases)
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    manifest = Manifest(
        name="staged",
        version=TASK_VERSION,
        generator="tests",
        salted=False,
        chains=1,
        cases=len(cases),
        sha256={path: sha256_of(text.encode()) for path, text in texts.items()},
    )
    (root / MANIFEST_FILE).write_text(manifest.model_dump_json(), encoding="utf-8")
    return load_task_set(root)
