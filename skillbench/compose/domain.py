"""Domains: organisations with a voice of their own, one YAML file each under ``prompts/domains``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import yaml
from pydantic import Field

from skillbench.core.assets import asset_dir
from skillbench.core.errors import InputError
from skillbench.core.quantities import Quantity, Words
from skillbench.core.schema import Coupling, Strict
from skillbench.skills.catalogue import render, skill_named
from skillbench.skills.contract import Drive, Skill


class Label(Strict):
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


class Domain(Strict):
    """One organisation and how it speaks.

    Attributes:
        sisters: organisations whose pages stand in the same handbook.
        names: entity names without digits; a case draws its entities from them.
        objectives: openings of a brief, with ``{{ fund }}`` and ``{{ amount }}``.
        twins: openings of a single-measure brief.
        general: pages about anything else.
    """

    name: str
    organisation: str
    sisters: list[str] = Field(min_length=2)
    entity: str
    entities: str
    work: str
    currency: str
    labels: dict[Quantity, Label]
    priority: Label
    fund: Fund
    names: list[str] = Field(min_length=16)
    sender: str
    reader: str
    objectives: list[str] = Field(min_length=2)
    twins: list[str] = Field(min_length=1)
    general: list[GeneralPage] = Field(min_length=4)

    @property
    def words(self) -> Words:
        """The domain's words for skills' templates."""
        labels = {quantity: label.label for quantity, label in self.labels.items()}
        return Words(self.entity, self.entities, labels, self.work, self.currency)

    def drives(self, skill: Skill) -> Mapping[Quantity, Drive]:
        """Which quantities of later work a skill's measure may move here, reasons in this domain's words."""
        return {
            quantity: Drive(drive.raises, render(drive.reason, self.words)) for quantity, drive in skill.drives.items()
        }

    def flag_reason(self, src: Skill, dst: Skill) -> str:
        """Why entities flagged under one measure come under the exception of another; empty where they do not."""
        return f"{render(src.signal, self.words)}; so {render(dst.exception, self.words)}"

    def reason(self, coupling: Coupling) -> str:
        """Why a coupling holds here, one sentence without its full stop."""
        src, dst = skill_named(coupling.src), skill_named(coupling.dst)
        if coupling.quantity is None:
            return self.flag_reason(src, dst)
        return self.drives(src)[coupling.quantity].reason


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
