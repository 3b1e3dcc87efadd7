"""What a judge may say about an answer that has a key: readings of its prose with quotes, never a number.

Code decides everything it can by itself; here stands only what needs reading. Every claim is checked in
:mod:`skillbench.judge.evidence`; what cannot be verified counts for nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sized
from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict

T = TypeVar("T", bound=Sized)


def at_most(most: int) -> AfterValidator:
    """A bound that code checks; providers' structured output knows no lengths, so the schema leaves it out."""

    def check(value: T) -> T:
        if len(value) > most:
            raise ValueError(f"{len(value)} long, at most {most} are read")
        return value

    return AfterValidator(check)


Quote = Annotated[str, at_most(600)]
Name = Annotated[str, at_most(120)]


class Status(StrEnum):
    """How far a skill was used: applied, only named, or not there; code decides which."""

    APPLIED = "applied"
    NOMINAL = "nominal"
    ABSENT = "absent"


class Observation(BaseModel):
    """Base: unknown fields and coerced types are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Report(Observation, ABC):
    """Everything one judge says about one answer."""

    @abstractmethod
    def said(self) -> dict[str, bool]:
        """Each question that every judge of a panel answers, with this one's yes or no."""


class Allegation(Observation):
    """A claim of the answer's prose that the judge holds to be made up, and what speaks against it."""

    kind: Literal["altered", "absent", "unsupported"]
    claim_quote: Quote
    against_quote: Quote


class Admission(Observation):
    """Whether the prose owns up to one part that is not there, with the words that do; none means it does not."""

    part: Name
    quote: Quote


class Vagueness(Observation):
    """Whether the answer stays general, with the words that show it."""

    flag: bool
    quotes: Annotated[list[Quote], at_most(4)]


class Observations(Report):
    """One judge's reading of one answer: exactly one admission per part that is missing."""

    allegations: Annotated[list[Allegation], at_most(20)]
    admissions: list[Admission]
    vague: Vagueness

    def said(self) -> dict[str, bool]:
        """Made-up claims, vagueness, and every part owned up to."""
        owned = {f"owned: {admission.part}": bool(admission.quote) for admission in self.admissions}
        return {"made up": bool(self.allegations), "vague": self.vague.flag, **owned}
