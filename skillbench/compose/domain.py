"""Domains: organisations with a voice, a world and a causal graph, one YAML file each under ``prompts/domains``.

A file's text enters; validated, immutable :class:`Domain` records leave. Measures are named by key and looked up by
nobody here: ``tests/compose/test_domains.py`` holds the graph against the skills that exist.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Self

import yaml
from pydantic import AfterValidator, Field, model_validator

from skillbench.compose.period import Calendar
from skillbench.core.assets import asset_dir
from skillbench.core.errors import InputError
from skillbench.core.quantities import Quantity, Words
from skillbench.core.schema import Strict
from skillbench.skills.catalogue import render
from skillbench.skills.contract import Drive, Skill

SENTENCE = re.compile(r"[A-Z][^.!?{}`]*\.")
SENTENCE_WORDS = (8, 40)


def _sentence(text: str) -> str:
    fewest, most = SENTENCE_WORDS
    count = len(text.split())
    if not SENTENCE.fullmatch(text) or not fewest <= count <= most:
        raise ValueError(f"{text!r} is not one plain sentence of {fewest} to {most} words ({count} words); rewrite it")
    return text


Sentence = Annotated[str, AfterValidator(_sentence)]
"""One sentence of 8 to 40 words, from capital to full stop, with nothing to be filled in."""


class QuantityName(Strict):
    """How a domain calls a quantity, and its unit."""

    label: str
    unit: str


class Fund(Strict):
    """The sum to be shared: its title and the range it is drawn from, in whole currency units."""

    title: str
    low: int
    high: int
    step: int


class GeneralPage(Strict):
    """A handbook page that has nothing to do with any measure."""

    title: str
    text: str


class Band(Strict):
    """A closed range of decimals; the bounds are text in the file, so they are exact."""

    low: Decimal
    high: Decimal

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if not 0 < self.low < self.high:
            raise ValueError(f"low {self.low} and high {self.high}: both must be positive and low below high")
        return self


class Figure(Band):
    """The plausible range of a quantity in a domain, in the unit of its label, and its places after the point."""

    places: int = Field(ge=0, le=4)


class Link(Strict):
    """A measure moves a quantity of later work: up with the measure or down, and why."""

    raises: bool
    why: Sentence


class Seat(StrEnum):
    """Where a person works: at one of the entities in play, or for the whole organisation."""

    ENTITY = "entity"
    CENTRAL = "central"


class Person(Strict):
    """Somebody who writes, is quoted or decides; ``voice`` says how they write."""

    name: str
    role: str
    seat: Seat
    voice: str


class Domain(Strict):
    """One organisation and how it speaks.

    Attributes:
        sisters: organisations whose pages stand in the same handbook.
        names: entity names without digits; a case draws its entities from them.
        colloquial: what staff call each of them when they talk; never another one's name.
        objectives: openings of a brief, with ``{{ fund }}`` and ``{{ amount }}``.
        twins: openings of a single-measure brief.
        general: pages about anything else.
        figures: plausible range per quantity, in the label's unit.
        load: share of an entity's capacity that its demand takes.
        links: by measure key, the quantities of later work it may move; reviewed, see ``docs/domains.md``.
        flags: by measure key, then by the key of another measure: why an entity flagged under the first comes under
            the exception of the second. The reason is printed, so it must hold however the first flags and whatever
            the second's exception does.
    """

    name: str
    organisation: str
    sisters: list[str] = Field(min_length=6)
    entity: str
    entities: str
    work: str
    currency: str
    labels: dict[Quantity, QuantityName]
    priority: QuantityName
    fund: Fund
    names: list[str] = Field(min_length=30)
    colloquial: dict[str, str]
    sender: str
    reader: str
    objectives: list[str] = Field(min_length=6)
    twins: list[str] = Field(min_length=4)
    general: list[GeneralPage] = Field(min_length=12)
    figures: dict[Quantity, Figure]
    load: Band
    calendar: Calendar
    people: list[Person] = Field(min_length=14)
    links: dict[str, dict[Quantity, Link]]
    flags: dict[str, dict[str, Sentence]]

    @property
    def words(self) -> Words:
        """The domain's words for skills' templates."""
        labels = {quantity: label.label for quantity, label in self.labels.items()}
        return Words(self.entity, self.entities, labels, self.work, self.currency)

    def drives(self, skill: Skill) -> Mapping[Quantity, Drive]:
        """Which quantities of later work a skill's measure may move here, and why.

        A skill that the reviewed graph does not know brings its own reasons, so that a private skill needs one file.
        """
        reviewed = self.links.get(skill.measure.key)
        if reviewed is not None:
            return {quantity: Drive(link.raises, _clause(link.why)) for quantity, link in reviewed.items()}
        own = skill.drives.items()
        return {quantity: Drive(drive.raises, render(drive.reason, self.words)) for quantity, drive in own}

    def flags_into(self, src: Skill, dst: Skill) -> bool:
        """Whether entities flagged under one measure may come under the exception of another here."""
        return bool(self.why_flagged(src, dst))

    def why_flagged(self, src: Skill, dst: Skill) -> str:
        """Why they do; empty where they do not."""
        return _clause(self.flags.get(src.measure.key, {}).get(dst.measure.key, ""))

    def reasons(self) -> Iterator[str]:
        """Every sentence of the causal graph, links first."""
        for moves in self.links.values():
            yield from (link.why for link in moves.values())
        for targets in self.flags.values():
            yield from targets.values()

    @model_validator(mode="after")
    def _everybody_knows_who_is_meant(self) -> Self:
        if set(self.colloquial) != set(self.names):
            odd = sorted(set(self.colloquial) ^ set(self.names))
            raise ValueError(f"{odd[0]!r} stands in names or in colloquial alone; every name needs one colloquial name")
        spoken = Counter(name.lower() for name in (*self.names, *self.colloquial.values()))
        twice = [name for name, count in spoken.items() if count > 1]
        if twice:
            raise ValueError(f"{twice[0]!r} may mean two entities; give one of them another colloquial name")
        return self

    @model_validator(mode="after")
    def _graph_is_sound(self) -> Self:
        repeated = [text for text, count in Counter(self.reasons()).items() if count > 1]
        if repeated:
            raise ValueError(f"{repeated[0]!r} stands twice in the causal graph; each link needs a reason of its own")
        own = [key for key, targets in self.flags.items() if key in targets]
        if own:
            raise ValueError(f"{own[0]} flags into its own exception; name another measure")
        return self


def _clause(sentence: str) -> str:
    """A sentence as it stands behind a colon."""
    return sentence.removesuffix(".")


@cache
def load_domains() -> dict[str, Domain]:
    """Every domain by name, in name order.

    Raises:
        InputError: a file is malformed.
    """
    domains = {}
    for path in sorted((asset_dir("prompts") / "domains").glob("*.yaml")):
        try:
            domains[path.stem] = Domain.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (yaml.YAMLError, ValueError) as error:
            raise InputError(f"{path}: {error}") from error
    return domains
