"""What an authored task holds beside brief and files: needs, figures, criteria, a reference, what the gates said.

An authored task is written by a language model or a person from a sampled tuple of skills (DESIGN section 7). It has no
solver of ours; what code can decide stands in :class:`Figure` and in criteria whose ``decided_by`` is ``code``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from skillbench.core.strict import Strict, Tolerance

Weight = Annotated[int, Field(ge=1, le=5)]

FOLDER = "folder"
"""Key of an authoring sample's metadata: where written tasks lie, for the author that gives them back."""


class Asked(StrEnum):
    """What a call of the authoring pipeline asks for: the names of its structured outputs."""

    TASK = "authored_task"
    SOLUTION = "second_solution"
    NEEDS = "needs"


class Need(Strict):
    """Why a skill cannot be left out.

    Attributes:
        skill: tag of the skill.
        quote: the words of the task that need it, verbatim.
        file: name of the file the words stand in; empty for the brief.
    """

    skill: str
    quote: str
    file: str = ""


class Handover(Strict):
    """A result of one skill that another works on.

    Attributes:
        src: tag of the skill whose result it is.
        dst: tag of the skill that uses it.
        what: the result, in the house's words.
    """

    src: str
    dst: str
    what: str


class Figure(Strict):
    """A value that the task's data determine; both programs compute it, and the answer reports it by this name.

    Attributes:
        name: its field under ``figures`` in the JSON block that ends an answer.
        meaning: what it is, as the brief says it.
        unit: unit; empty for a text or a plain count.
        skill: tag of the skill whose result it is.
        tolerance: how far a reported number may lie from it; None for a text, which is compared word for word.
        value: what the checker computes; filled by the gate that runs it.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
    meaning: str
    unit: str
    skill: str
    tolerance: Tolerance | None
    value: float | str | None = None


class Criterion(Strict):
    """One statement about an answer that is either so or not.

    Attributes:
        id: ``c01`` and on.
        text: the statement, atomic and checkable.
        weight: 1 to 5.
        of: one tag for a skill, two for the hand-over between them, none for the whole.
        decided_by: ``code`` where ``check`` decides it, ``reader`` where a judge must read.
        must_not: True where the statement describes a fault, a fabrication for instance; it then counts against.
        check: what code looks for: ``figure`` (``target`` is a figure's name, which must be right), ``heading``
            (``target`` stands as a heading), ``contains`` and ``lacks`` (``target`` stands, or does not stand, in the
            answer, letter case and spacing apart), ``words`` (at most ``target`` words); empty for a reader.
        target: see ``check``.
    """

    id: Annotated[str, Field(pattern=r"^c\d{2}$")]
    text: str
    weight: Weight
    of: Annotated[list[str], Field(max_length=2)]
    decided_by: Literal["code", "reader"]
    must_not: bool = False
    check: Literal["", "figure", "heading", "contains", "lacks", "words"] = ""
    target: str = ""

    @model_validator(mode="after")
    def _code_has_a_check(self) -> Criterion:
        if (self.decided_by == "code") != bool(self.check) or bool(self.check) != bool(self.target):
            raise ValueError(
                f"criterion {self.id}: decided by {self.decided_by} with check {self.check!r} {self.target!r}"
            )
        return self


class Passage(Strict):
    """What one gate said of the task.

    Attributes:
        gate: its name.
        passed: its verdict.
        reason: what it found; empty where it passed without a remark.
    """

    gate: str
    passed: bool
    reason: str = ""


class Authored(Strict):
    """Everything an authored case holds beyond what every case has.

    Attributes:
        title: a few words.
        setting: trade and place.
        needs: at least one per skill.
        handovers: results that travel from skill to skill; at least k - 1 of them.
        figures: what the data determine.
        headings: sections the answer must have, in order.
        criteria: 6 to 20 of them.
        reference: an excellent answer, in the form asked for.
        checker: Python source with ``figures(folder: str) -> dict[str, float | str]``; standard library only.
        second: the same by an independent method.
        passages: what the gates said.
        author: who wrote it: a model's name, or ``people of the project``.
        readers: who read it besides.
        sources: ids of the atomic samples it grew from.
    """

    title: str
    setting: str
    needs: list[Need]
    handovers: list[Handover]
    figures: Annotated[list[Figure], Field(min_length=1, max_length=20)]
    headings: Annotated[list[str], Field(min_length=1, max_length=12)]
    criteria: Annotated[list[Criterion], Field(min_length=6, max_length=20)]
    reference: str
    checker: str
    second: str
    passages: list[Passage]
    author: str
    readers: list[str]
    sources: list[str]

    def strangers(self, skills: list[str]) -> list[str]:
        """Tags that a need, hand-over, figure or criterion names and that are none of ``skills``, sorted."""
        named = {need.skill for need in self.needs} | {figure.skill for figure in self.figures}
        named |= {tag for pass_on in self.handovers for tag in (pass_on.src, pass_on.dst)}
        named |= {tag for criterion in self.criteria for tag in criterion.of}
        return sorted(named - set(skills))
