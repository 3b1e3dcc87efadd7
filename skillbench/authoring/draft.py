"""A task as its author hands it in, before any gate has spoken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from skillbench.authoring.plan import PlanRow
from skillbench.core.authored import Criterion, Figure, Handover, Need
from skillbench.core.strict import Strict

LONGEST = 60_000
"""Characters that one text of a task may have."""

Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,40}(\.[A-Za-z0-9]{1,8}){1,2}$")]


class Draft(Strict):
    """What a completion holds; the fields of a written task's ``task.yaml`` with its files, checker and reference.

    Attributes:
        title: a few words.
        setting: trade and place.
        skills: tags in the order of the tuple.
        brief: the instruction, without the data blocks.
        needs: why no skill can be left out.
        handovers: results that travel.
        figures: what the data determine; their values come from the checker.
        headings: sections of the answer, in order.
        criteria: the rubric.
        files: data blocks by file name.
        checker: Python source that computes the figures.
        reference: an excellent answer.
    """

    title: Annotated[str, Field(min_length=3, max_length=120)]
    setting: Annotated[str, Field(min_length=3, max_length=300)]
    skills: Annotated[list[str], Field(min_length=1, max_length=16)]
    brief: Text
    needs: Annotated[list[Need], Field(min_length=1, max_length=40)]
    handovers: Annotated[list[Handover], Field(max_length=30)]
    figures: Annotated[list[Figure], Field(min_length=1, max_length=20)]
    headings: Annotated[list[Annotated[str, Field(min_length=1, max_length=120)]], Field(min_length=1, max_length=12)]
    criteria: Annotated[list[Criterion], Field(min_length=6, max_length=20)]
    files: Annotated[dict[FileName, Text], Field(min_length=1, max_length=12)]
    checker: Text
    reference: Text

    def named_skills(self) -> set[str]:
        """Tags that needs, figures, hand-overs and criteria name."""
        named = {need.skill for need in self.needs} | {figure.skill for figure in self.figures}
        named |= {tag for one in self.handovers for tag in (one.src, one.dst)}
        return named | {tag for criterion in self.criteria for tag in criterion.of}


@dataclass
class Exam:
    """A draft before the gates.

    Attributes:
        row: what was asked for.
        draft: what was handed in.
        second: the second author's program; filled by the gate that asks for it.
        values: what the checker computed, by figure; filled by the gate that runs it.
    """

    row: PlanRow
    draft: Draft
    second: str = ""
    values: Mapping[str, float | str] = field(default_factory=dict)
