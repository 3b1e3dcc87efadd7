"""What a judge may say: statuses and quotes, never a number (DESIGN section 8).

Every claim is checked in :mod:`skillbench.judge.evidence`; what cannot be verified counts for nothing.
"""

from __future__ import annotations

from collections.abc import Sized
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

T = TypeVar("T", bound=Sized)


def _at_most(most: int) -> AfterValidator:
    """A bound that code checks; providers' structured output knows no lengths, so the schema leaves it out."""

    def check(value: T) -> T:
        if len(value) > most:
            raise ValueError(f"{len(value)} long, at most {most} are read")
        return value

    return AfterValidator(check)


Quote = Annotated[str, _at_most(600)]
Name = Annotated[str, _at_most(120)]


class Status(StrEnum):
    """How far a skill was used: applied, only named, or not there."""

    APPLIED = "applied"
    NOMINAL = "nominal"
    ABSENT = "absent"


class Observation(BaseModel):
    """Base: unknown fields and coerced types are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SkillUse(Observation):
    """How one required skill was used, with the words that show it."""

    tag: Name
    status: Annotated[Status, Field(strict=False)]
    quotes: Annotated[list[Quote], _at_most(4)]


class Handoff(Observation):
    """Whether one declared hand-over was made, with the words that show it; no quote means not seen."""

    id: Name
    quote: Quote


class FactUse(Observation):
    """What became of a fact of the task."""

    fact: Name
    use: Literal["used", "ignored", "altered"]
    response_quote: Quote
    task_quote: Quote


class ToolUse(Observation):
    """A tool result that reappears in the answer."""

    call_id: Name
    result_quote: Quote
    answer_quote: Quote


class Structure(Observation):
    """Whether a requested part of the deliverable is there."""

    id: Name
    present: bool


class Allegation(Observation):
    """A claim of the answer that the judge holds to be made up, and what speaks against it."""

    kind: Literal["altered", "absent", "unsupported"]
    claim_quote: Quote
    against_quote: Quote


class Vagueness(Observation):
    """Whether the answer stays general, with the words that show it."""

    flag: bool
    quotes: Annotated[list[Quote], _at_most(4)]


class Observations(Observation):
    """One judge's reading of one answer: exactly one record per declared skill, hand-over and structure."""

    skills: list[SkillUse]
    handoffs: list[Handoff]
    facts: Annotated[list[FactUse], _at_most(200)]
    tool_uses: Annotated[list[ToolUse], _at_most(40)]
    structures: list[Structure]
    allegations: Annotated[list[Allegation], _at_most(20)]
    vague: Vagueness
