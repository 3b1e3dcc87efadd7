"""What a deliverable is: its key, its words, its comparison and its specimens, all in one class of one file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Self

from skillbench.core.closeness import Closeness
from skillbench.core.findings import Findings
from skillbench.core.jobs import Job, Run
from skillbench.core.prompts import render_prompt
from skillbench.core.streams import Stream
from skillbench.core.strict import Strict, Tolerance

Fields = dict[str, Any]
"""Fields of an answer, or properties of its JSON schema, by name."""

MOVED = 5.0
"""How many tolerances a mistake must move something of a product."""


@dataclass(frozen=True)
class Measure:
    """A measure that a product rests on.

    Attributes:
        key: its field in the answer.
        title: how the house calls it.
        digits: decimals to report.
        tolerance: how far a reported value may lie from the expected one.
        favours: whether a high standing raises an entity's claim.
    """

    key: str
    title: str
    digits: int
    tolerance: Tolerance
    favours: bool


@dataclass(frozen=True)
class Misstep:
    """A named mistake and what follows from it.

    Attributes:
        key: the measure that goes wrong.
        name: the mistake, unique within the measure.
        text: the mistake in plain words.
        found: findings of every measure, those built on the wrong one included.
    """

    key: str
    name: str
    text: str
    found: Mapping[str, Findings]


@dataclass(frozen=True)
class Unseen:
    """Other records of one measure under the same rules, which no agent sees before it has handed in.

    Attributes:
        files: by name, a register among them that carries what other measures hand over.
        found: what the measure is on them.
        missed: what each usual mistake would find.
    """

    files: Mapping[str, str]
    found: Findings
    missed: Sequence[Findings]


@dataclass(frozen=True)
class Ground:
    """What the composer hands in when a product is drawn.

    Attributes:
        draw: the only source of randomness; the page of a chain and its cases have streams of their own.
        names: the entities in play, code to name.
        priority: points of every entity in play, from the register.
        measures: in chain order.
        found: the key of every measure.
        missteps: makes the named mistakes, which takes time; only kinds that need them ask.
        unseen: draws other records of the last measure, by number; this takes time too.
        fund: the amount at stake, in currency.
        page: number of the handbook page with the method.
        words: the domain's words, ``fund_title``, ``currency`` and ``priority_label`` among them.
    """

    draw: Stream
    names: Mapping[str, str]
    priority: Mapping[str, int]
    measures: tuple[Measure, ...]
    found: Mapping[str, Findings]
    missteps: Callable[[], Sequence[Misstep]]
    unseen: Callable[[int], Unseen]
    fund: float
    page: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """What could be read of a product in an answer.

    Attributes:
        fields: by name, as read; a field that is missing or unreadable is left out.
        defects: what is wrong, each a sentence that begins with the field.
        runs: what became of its jobs, as far as they were run.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    defects: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What became of a product.

    Attributes:
        to_key: its parts held against the key.
        right: every part, and nothing else, is the key's.
        stands: every part is near the key's, or near what follows from the agent's own figures.
        worked: it shows work; whatever garbage else counts as not handed in.
        formed: it holds together in itself, as its kind asks.
        figures: its numbers as reported, by their decimals.
    """

    to_key: Closeness
    right: bool
    stands: bool
    worked: bool
    formed: bool
    figures: Mapping[int, Sequence[float]]


class Harm(StrEnum):
    """How specimens of a product are damaged; every kind knows each way."""

    ONE_WRONG = "one part wrong"
    SWAPPED = "two parts swapped"
    ALL_NEAR = "every part 0.5 % off"
    HALF_LEFT_OUT = "the second half left out"
    HALF_MADE_UP = "the second half made up"
    WORTHLESS = "well-formed, no work in it"


class Deliverable(Strict, ABC):
    """The key of one product; a subclass is the only one of its file ``skillbench/deliverables/<kind>.py``.

    The subclass's fields are the frozen key, its docstring is its entry in ``docs/deliverables.md``. A product has a
    number of parts. All right earn a point each; once one is wrong, half a point for each right one
    (:class:`skillbench.core.closeness.Closeness`).

    Attributes:
        kind: the name of its file.
        sought: words with which the handbook's search finds its method.
        named: words by which prose speaks of it.
        runs: whether something of it is run in the sandbox.
        page: number of the handbook page with the method.
    """

    kind: ClassVar[str]
    sought: ClassVar[str]
    named: ClassVar[str]
    runs: ClassVar[bool] = False
    page: str

    @classmethod
    @abstractmethod
    def drawn(cls, ground: Ground) -> Self:
        """A product over some measures, key included; a pure function of the ground."""

    @classmethod
    @abstractmethod
    def sheet(cls, ground: Ground) -> tuple[str, str]:
        """Title and body of its page in the handbook, over every measure of a chain."""

    @abstractmethod
    def brief(self, words: Mapping[str, str]) -> str:
        """What the brief asks for: its fields, in the domain's words."""

    def files(self) -> dict[str, str]:
        """Files that the agent gets with it, by name."""
        return {}

    @abstractmethod
    def after(self, found: Mapping[str, Findings]) -> Self:
        """The key had these been the findings; a measure that is missing is left out of it."""

    @abstractmethod
    def moved(self, other: Self, times: float = 1.0) -> bool:
        """Whether any part of another key lies more than ``times`` five tolerances from this one's."""

    @abstractmethod
    def doubt(self) -> str:
        """Why the key is no fair one, a sentence; empty for a sound one."""

    @abstractmethod
    def properties(self) -> Fields:
        """JSON schema (2020-12) of each of its fields."""

    @abstractmethod
    def read(self, document: Mapping[str, Any]) -> Part:
        """What of an answer is this product; total over any document."""

    def jobs(self, part: Part) -> list[Job]:
        """What of it must be run in a sandbox before it can be compared."""
        del part
        return []

    @abstractmethod
    def compare(self, part: Part, own: Mapping[str, Findings] | None) -> Decision:
        """A product held against the key, and against what follows from the agent's own figures.

        Args:
            part: what was read.
            own: the agent's findings by measure; None where one is missing or comes from nowhere.
        """

    @property
    @abstractmethod
    def asked(self) -> int:
        """How many parts it has."""

    @abstractmethod
    def figures(self) -> list[float]:
        """Every number of the key that its reader may know or learn: nobody invents them."""

    @abstractmethod
    def perfect(self) -> Fields:
        """The key as an agent reports it."""

    @abstractmethod
    def harmed(self, how: Harm) -> Fields:
        """The perfect fields damaged in one way; nothing where the damage leaves none."""

    @abstractmethod
    def worthless(self, draw: Stream) -> Fields:
        """Fields that are well-formed and hold no work, in some variety."""

    def script(self) -> str:
        """Python that works out what it can: assigns ``fields`` from ``measures`` and the register's ``rows``."""
        return ""

    @abstractmethod
    def trimmed(self, part: Part) -> Fields:
        """What was read under the key's own names alone: not a word of the agent's."""

    @abstractmethod
    def shown(self, codes: Iterable[str]) -> str:
        """The key of some entities as markdown, for a person."""

    def missing(self, part: Part) -> list[str]:
        """Its fields that an answer does not hold."""
        return [name for name in self.properties() if not part.fields.get(name)]

    @classmethod
    def prose(cls, name: str, words: Mapping[str, str], **values: object) -> str:
        """One of its templates, ``prompts/deliverables/<kind>.<name>.md.j2``."""
        return render_prompt(f"deliverables/{cls.kind}.{name}.md.j2", **words, **values).strip()
