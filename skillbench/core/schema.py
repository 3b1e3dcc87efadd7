"""The schema of a task set: one case per line, strict, frozen, hashed (DESIGN section 7)."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, JsonValue, SerializerFunctionWrapHandler, model_serializer, model_validator

from skillbench.core.authored import Authored
from skillbench.core.purse import Purse
from skillbench.core.quantities import Quantity
from skillbench.core.strict import Sparse, Strict, Tolerance

__all__ = [  # Strict and Tolerance are named from here by solvers, whose source is hashed into frozen sets
    "CANARY",
    "TASK_VERSION",
    "Amendment",
    "Authored",
    "Case",
    "CaseDials",
    "Checkpoint",
    "Code",
    "Coupling",
    "Manifest",
    "Page",
    "Product",
    "SamplerFacts",
    "SlipKey",
    "Strict",
    "Tolerance",
    "canonical_json",
    "sha256_of",
]

CANARY = "skillbench:canary:5f1c9f0e-7a43-4f0e-9d5b-1f2b8a6c4d7e"
"""Stands in every frozen file, so that training sets can leave benchmark data out."""

TASK_VERSION = "2-B"
"""``N-X``: N changes when scores stop being comparable, X when the interface does."""

Code = Annotated[str, Field(min_length=1, max_length=16)]


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


class SlipKey(Strict):
    """What a checkpoint would read had one named mistake been made."""

    values: dict[Code, float]
    flagged: list[Code]


class Amendment(Strict):
    """Other terms than the sheets' for some entities, as a circular puts them in force.

    Attributes:
        codes: the entities it is for, sorted.
        flagged_by: tag of the upstream skill whose flags say so, in place of ``codes`` wherever its findings are known;
            empty where the codes are fixed.
        clauses: slot to the alternative that is in force for them.
        params: parameter to the value that is in force for them.
        page: id of the page that says so.
    """

    codes: list[Code]
    flagged_by: str
    clauses: dict[str, str]
    params: dict[str, int | float | str]
    page: str


class Checkpoint(Sparse):
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
        clauses: which alternative of every varying clause is in force, by slot.
        page: id of the handbook page that holds the parameters.
        files: names of the record files the skill reads.
        exceptions: entities under the skill's exception by the register's ``clauses`` column, sorted.
        slips: named mistakes and what they would give.
        amendments: other terms for some entities, in the order in which they took effect: of two that change one thing
            the later holds.
        misread: per slip of a complication (``"amendment/sheet-believed"``), the amendments that somebody goes by who
            makes it.
    """

    spare: ClassVar[frozenset[str]] = frozenset({"amendments", "misread"})

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
    clauses: dict[str, str]
    page: str
    files: list[str]
    exceptions: list[Code]
    slips: dict[str, SlipKey]
    amendments: list[Amendment] = Field(default_factory=list)
    misread: dict[str, list[Amendment]] = Field(default_factory=dict)


class Product(Strict):
    """What a case hands in beside its measures, and its key.

    Attributes:
        kind: name of the deliverable's file in ``skillbench/deliverables``; that file alone knows the key's fields.
        revision: of the arithmetic that computed the key and may compute it again, on an agent's own figures.
        key: the frozen key.
    """

    kind: Annotated[str, Field(min_length=1)]
    revision: str
    key: dict[str, JsonValue]

    @model_validator(mode="after")
    def _finite(self) -> Product:
        try:
            canonical_json(self.key)
        except ValueError as error:
            raise ValueError(f"the key of a {self.kind} holds what is no finite number: {error}") from error
        return self


class SamplerFacts(Strict):
    """How the tuple was picked (DESIGN section 3)."""

    method: str
    start: str
    joint_entropy: float
    coherence: float
    lca_height: int


class CaseDials(Sparse):
    """The difficulty settings a case was built with.

    Attributes:
        deliverables: the kinds that its chain drew one from.
        complications: level of 1 to 3 by name.
    """

    spare: ClassVar[frozenset[str]] = frozenset({"complications"})

    entities: int
    level: int
    coupling_density: float
    library_pages: int
    deliverables: list[str] = Field(default=["division"], min_length=1)
    complications: dict[str, Annotated[int, Field(ge=1, le=3)]] = Field(default_factory=dict)


class Case(Strict):
    """One task: a prefix of a chain, the Skill@1 twin of one of its skills, or a task that was written.

    Attributes:
        id: chain, position and content hash.
        version: task version, see :data:`TASK_VERSION`.
        chain: name of the chain; the cluster of every estimate.
        kind: ``chain`` for Skill@2 to Skill@7 prefixes, ``twin`` for a single skill on the same data with
            upstream results already in its register; ``authored`` for a task that a model or a person wrote, which has
            neither checkpoints nor handbook and is a cluster of its own.
        k: number of skills.
        domain: name of the domain.
        organisation: name of the organisation whose handbook pages apply.
        skills: tags in chain order.
        prompt: the whole brief, records included as far as the length budget allows.
        inline: the records that the prompt leaves out or cuts, for agents without a sandbox; joined to the prompt.
        files: sandbox name to path inside the task set.
        truth: skill tag to path of its rows inside the task set, and ``"world"`` to that of its world. Judges and gates
            work from it; it never enters a sandbox or a prompt.
        handbook: path of the page library inside the task set.
        needed_pages: ids of the pages a solver needs; inlined where there is no search tool.
        deliverable: JSON schema of the answer.
        register_values: base value per quantity and entity in play, as the case's register file states it.
        checkpoints: one per skill, in chain order.
        couplings: rules between the case's skills.
        product: what is handed in beside the measures, with its key; None for a twin.
        dials: difficulty settings.
        sampler: how the tuple was picked.
        provenance: generator version, stream name parts and attempt numbers.
        canary: see :data:`CANARY`.
        purse: prices and the perfect worker's spending; None where no purse can be given.
        authored: what an authored case holds beyond the rest; None, and left out of dumps and hashes, for others.
    """

    id: str
    version: str
    chain: str
    kind: Literal["chain", "twin", "authored"]
    k: Annotated[int, Field(ge=1, le=16)]
    domain: str
    organisation: str
    skills: list[str]
    prompt: str
    inline: str
    files: dict[str, str]
    truth: dict[str, str]
    handbook: str
    needed_pages: list[str]
    deliverable: dict[str, Any]
    register_values: dict[Quantity, dict[Code, float]]
    checkpoints: list[Checkpoint]
    couplings: list[Coupling]
    product: Product | None
    dials: CaseDials
    sampler: SamplerFacts
    provenance: dict[str, str]
    canary: str = CANARY
    purse: Purse | None = None
    authored: Authored | None = None

    @model_validator(mode="after")
    def _parts_agree(self) -> Case:
        if (self.kind == "authored") != (self.authored is not None):
            raise ValueError(f"kind {self.kind!r} {'with' if self.authored else 'without'} an authored part")
        tags = [checkpoint.tag for checkpoint in self.checkpoints]
        if self.authored is None:
            self._keyed_parts_agree(tags)
        elif tags or self.couplings or self.product or self.handbook or self.needed_pages:
            raise ValueError("an authored case has no checkpoints, couplings, product or handbook")
        elif strangers := self.authored.strangers(self.skills):
            raise ValueError(f"an authored case of {self.skills} names other skills: {strangers}")
        if len(self.skills) != self.k or len(set(self.skills)) != self.k:
            raise ValueError(f"k={self.k} and skills {self.skills} do not agree")
        return self

    def _keyed_parts_agree(self, tags: list[str]) -> None:
        if tags != self.skills:
            raise ValueError(f"k={self.k}, skills {self.skills} and checkpoints {tags} do not agree")
        order = {tag: place for place, tag in enumerate(tags)}
        for coupling in self.couplings:
            if not order.get(coupling.src, 99) < order.get(coupling.dst, -1):
                raise ValueError(f"coupling {coupling.id} does not run forward along {tags}")
        if (self.kind == "twin") != (self.product is None) or (self.kind == "twin") != (self.k == 1):
            raise ValueError(f"a {self.kind} with k={self.k} {'with' if self.product else 'without'} a product")

    @model_serializer(mode="wrap")
    def _without_an_empty_part(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The record; keyed cases read, and hash, as they did before there were authored ones."""
        record: dict[str, Any] = plain(self)
        if self.authored is None:
            record.pop("authored", None)
        return record

    @property
    def entities(self) -> list[str]:
        """Codes of the entities in play, sorted; none in an authored case."""
        return sorted(self.checkpoints[0].values) if self.checkpoints else []

    def checkpoint(self, tag: str) -> Checkpoint:
        """The checkpoint of a skill of this case."""
        return next(checkpoint for checkpoint in self.checkpoints if checkpoint.tag == tag)


class Page(Sparse):
    """One page of a handbook.

    Attributes:
        id: document number, for instance ``"HB-0417"``; says nothing about content or order.
        title: headline; it names no measure, so that a search must read.
        owner: organisation it applies to.
        revision: its number among the pages of one title and owner.
        issued: ISO date.
        withdrawn: ISO date; None while it is in force.
        body: text below the header, in markdown.
        parameters: its table of parameters; empty where it has none.
        see: where the reader goes on; empty for nowhere.
        skill: tag of the skill whose sheet it is, empty for other pages; never shown.
        slots: which alternative of which clause it states; never shown, for gates.
        kind: a sheet, whose header says whether it counts, or a circular, which other pages may repeal.
    """

    spare: ClassVar[frozenset[str]] = frozenset({"kind"})

    id: str
    title: str
    owner: str
    revision: int
    issued: str
    withdrawn: str | None
    body: str
    parameters: dict[str, int | float | str]
    see: str
    skill: str
    slots: dict[str, str]
    kind: Literal["sheet", "circular"] = "sheet"

    @property
    def status(self) -> str:
        """The words of its header that say whether it counts; of a circular, only when it was issued."""
        if self.kind == "circular":
            return f"issued {self.issued}"
        return f"withdrawn on {self.withdrawn}" if self.withdrawn else f"in force since {self.issued}"

    @property
    def text(self) -> str:
        """The page as a reader sees it."""
        revision = f" · revision {self.revision}" if self.kind == "sheet" else ""
        header = f"{self.kind.capitalize()} {self.id}{revision} · {self.status} · applies to: {self.owner}"
        parts = [f"# {self.title}", header, self.body]
        if self.parameters:
            rows = [f"| {name} | {value} |" for name, value in self.parameters.items()]
            parts.append("\n".join(["| parameter | value |", "| --- | --- |", *rows]))
        return "\n\n".join([*parts, self.see] if self.see else parts) + "\n"


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
