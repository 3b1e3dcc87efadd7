"""The schema of a task set: one case per line, strict, frozen, hashed (DESIGN section 7)."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from skillbench.core.quantities import Quantity

CANARY = "skillbench:canary:5f1c9f0e-7a43-4f0e-9d5b-1f2b8a6c4d7e"
"""Stands in every frozen file, so that training sets can leave benchmark data out."""

TASK_VERSION = "1-A"
"""``N-X``: N changes when scores stop being comparable, X when the interface does."""

Code = Annotated[str, Field(min_length=1, max_length=16)]


class Strict(BaseModel):
    """Base of every record: unknown fields are refused, instances are immutable, NaN is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Coupling(Strict):
    """A rule by which one skill's result changes another's input.

    Attributes:
        src: tag of the upstream skill.
        dst: tag of the downstream skill.
        quantity: the quantity of ``dst`` that is multiplied (``raises``) or divided by the relative standing
            of ``src``; None for an exception: the entities flagged by ``src`` come under the exception of ``dst``.
        raises: direction; None for an exception.
        page: id of the handbook page that states the rule.
    """

    src: str
    dst: str
    quantity: Quantity | None
    raises: bool | None
    page: str

    @model_validator(mode="after")
    def _direction_goes_with_a_quantity(self) -> Coupling:
        if (self.quantity is None) != (self.raises is None):
            raise ValueError("a coupling has either both quantity and direction or neither")
        return self

    @property
    def id(self) -> str:
        """Readable identity within a case, for instance ``"Data Cleaning -> SQL Querying: demand"``."""
        return f"{self.src} -> {self.dst}: {self.quantity or 'exception'}"


class Tolerance(Strict):
    """How far a reported number may lie from the expected one: the larger of two distances, frozen with the key.

    Attributes:
        absolute: in the number's unit.
        relative: share of the expected number.
    """

    absolute: Annotated[float, Field(gt=0)]
    relative: Annotated[float, Field(ge=0)]

    def at(self, expected: float) -> float:
        """The distance allowed at an expected number."""
        return max(self.absolute, self.relative * abs(expected))

    def covers(self, expected: float, reported: float) -> bool:
        """Whether a reported number lies within the tolerance of the expected one."""
        # The last bits of a reported decimal must not decide: 0.1 + 0.2 is within 0.1 of 0.2.
        return abs(reported - expected) <= self.at(expected) * (1 + 1e-9) + 2 * math.ulp(expected)


class SlipKey(Strict):
    """What a checkpoint would read had one named mistake been made."""

    values: dict[Code, float]
    flagged: list[Code]


class Checkpoint(Strict):
    """One skill's place in a case: the key, and what the reader of the key needs.

    Attributes:
        tag: the skill.
        key: the deliverable's field under ``measures``.
        title: how the house calls the measure.
        unit: unit of the values.
        digits: decimals to report.
        tolerance: how far a reported value may lie from the expected one.
        revision: the solver that computed the key and may compute it again, on an agent's own upstream values; see
            :func:`skillbench.skills.revision.revision`.
        values: the key, full precision, per entity in play.
        flagged: entities that carry the skill's signal, sorted.
        params: rule parameters in force, as printed on the rules page.
        page: id of the handbook page that holds the parameters.
        files: names of the record files the skill reads.
        exceptions: entities under the skill's exception by the register's ``clauses`` column, sorted.
        slips: named mistakes and what they would give.
    """

    tag: str
    key: str
    title: str
    unit: str
    digits: int
    tolerance: Tolerance
    revision: str
    values: dict[Code, float]
    flagged: list[Code]
    params: dict[str, int | float | str]
    page: str
    files: list[str]
    exceptions: list[Code]
    slips: dict[str, SlipKey]


class Settlement(Strict):
    """The decision that every measure feeds: a fund shared by compound claim.

    Attributes:
        fund: the amount to share, in currency.
        currency: ISO code.
        favours: per measure key, True when a high standing raises the claim.
        priority: per entity, the register's priority points.
        digits: decimals to report.
        tolerance: how far a reported amount may lie from the key.
        amounts: the key: what each entity receives, full precision.
        page: id of the handbook page that states the rule.
    """

    fund: float
    currency: str
    favours: dict[str, bool]
    priority: dict[Code, int]
    digits: int
    tolerance: Tolerance
    amounts: dict[Code, float]
    page: str


class SamplerFacts(Strict):
    """How the tuple was picked (DESIGN section 3)."""

    method: str
    start: str
    joint_entropy: float
    coherence: float
    lca_height: int


class CaseDials(Strict):
    """The difficulty settings a case was built with."""

    entities: int
    level: int
    coupling_density: float
    library_pages: int
    tool_budget: int


class Case(Strict):
    """One task: a prefix of a chain, or the Skill@1 twin of one of its skills.

    Attributes:
        id: chain, position and content hash.
        version: task version, see :data:`TASK_VERSION`.
        chain: name of the chain; the cluster of every estimate.
        kind: ``chain`` for Skill@2 to Skill@7 prefixes, ``twin`` for a single skill on the same data with
            upstream results already in its register.
        k: number of skills.
        domain: name of the domain.
        organisation: name of the organisation whose handbook pages apply.
        skills: tags in chain order.
        prompt: the whole brief, records included as far as the length budget allows.
        inline: the records that the prompt leaves out or cuts, for agents without a sandbox; joined to the prompt.
        files: sandbox name to path inside the task set.
        handbook: path of the page library inside the task set.
        needed_pages: ids of the pages a solver needs; inlined where there is no search tool.
        deliverable: JSON schema of the answer.
        register_values: base value per quantity and entity in play, as the case's register file states it.
        checkpoints: one per skill, in chain order.
        couplings: rules between the case's skills.
        settlement: the final decision; None for a twin.
        dials: difficulty settings.
        sampler: how the tuple was picked.
        provenance: generator version, stream name parts and attempt numbers.
        canary: see :data:`CANARY`.
    """

    id: str
    version: str
    chain: str
    kind: Literal["chain", "twin"]
    k: Annotated[int, Field(ge=1, le=16)]
    domain: str
    organisation: str
    skills: list[str]
    prompt: str
    inline: str
    files: dict[str, str]
    handbook: str
    needed_pages: list[str]
    deliverable: dict[str, Any]
    register_values: dict[Quantity, dict[Code, float]]
    checkpoints: list[Checkpoint]
    couplings: list[Coupling]
    settlement: Settlement | None
    dials: CaseDials
    sampler: SamplerFacts
    provenance: dict[str, str]
    canary: str = CANARY

    @model_validator(mode="after")
    def _parts_agree(self) -> Case:
        tags = [checkpoint.tag for checkpoint in self.checkpoints]
        if tags != self.skills or len(tags) != self.k or len(set(tags)) != self.k:
            raise ValueError(f"k={self.k}, skills {self.skills} and checkpoints {tags} do not agree")
        order = {tag: place for place, tag in enumerate(tags)}
        for coupling in self.couplings:
            if not order.get(coupling.src, 99) < order.get(coupling.dst, -1):
                raise ValueError(f"coupling {coupling.id} does not run forward along {tags}")
        if (self.kind == "twin") != (self.settlement is None) or (self.kind == "twin") != (self.k == 1):
            raise ValueError(f"a {self.kind} with k={self.k} {'with' if self.settlement else 'without'} a settlement")
        return self

    @property
    def entities(self) -> list[str]:
        """Codes of the entities in play, sorted."""
        return sorted(self.checkpoints[0].values)

    def checkpoint(self, tag: str) -> Checkpoint:
        """The checkpoint of a skill of this case."""
        return next(checkpoint for checkpoint in self.checkpoints if checkpoint.tag == tag)


class Page(Strict):
    """One page of a handbook.

    Attributes:
        id: document number, for instance ``"HB-0417"``; says nothing about content or order.
        title: headline.
        text: body in markdown, header line with revision, status and scope included.
    """

    id: str
    title: str
    text: str


class Manifest(Strict):
    """Names and hashes of everything in a task set.

    Attributes:
        name: for instance ``"v0"``.
        version: task version.
        generator: version of the package that built it.
        salted: True when a secret salt made the set unpredictable from the source.
        chains: number of chains.
        cases: number of cases.
        sha256: path inside the set to hash; every file but the manifest is listed.
    """

    name: str
    version: str
    generator: str
    salted: bool
    chains: int
    cases: int
    sha256: dict[str, str]
    canary: str = CANARY

    @property
    def digest(self) -> str:
        """One hash for the whole set, recorded in every log."""
        return sha256_of(canonical_json(self.sha256).encode())


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spare spaces; floats in Python's shortest round-trip form."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def sha256_of(data: bytes) -> str:
    """Hex digest."""
    return hashlib.sha256(data).hexdigest()
