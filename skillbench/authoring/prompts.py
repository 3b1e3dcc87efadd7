"""What authors and judges are told: our own wording of the rules of figure 6, rendered with strict undefined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from inspect_ai.model import (
    CachePolicy,
    ChatMessage,
    ChatMessageSystem,
    ChatMessageUser,
    GenerateConfig,
    ResponseSchema,
)
from inspect_ai.util import json_schema
from pydantic import BaseModel

from skillbench.authoring.draft import Draft, Exam
from skillbench.authoring.gates.length import SHORTEST_BRIEF, brief_budget, data_budget
from skillbench.authoring.plan import Order
from skillbench.core.assets import asset_dir
from skillbench.core.authored import Asked, Criterion, Figure, Handover, Need
from skillbench.core.prompts import render_prompt
from skillbench.core.schema import sha256_of

_TEMPLATES = ("system", "request", "repair", "second_system", "second", "needs_system", "needs")


class NamedFile(BaseModel):
    """One data block; structured output knows no free names."""

    name: str
    text: str


class Completion(BaseModel):
    """What an author gives, in the form that every provider's structured output can hold."""

    title: str
    setting: str
    skills: list[str]
    brief: str
    files: list[NamedFile]
    needs: list[Need]
    handovers: list[Handover]
    figures: list[Figure]
    headings: list[str]
    criteria: list[Criterion]
    checker: str
    reference: str


class Program(BaseModel):
    """What the second author gives."""

    program: str


class NeedsFound(BaseModel):
    """What a judge gives."""

    needs: list[Need]


@dataclass(frozen=True)
class Shown:
    """A data block between fences that nothing in it can close."""

    name: str
    text: str

    @property
    def fence(self) -> str:
        """Backticks, one more than the text has in a row, three at least."""
        return "`" * max([3, *(len(run) + 1 for run in re.findall(r"`+", self.text))])


def shown(files: dict[str, str]) -> list[Shown]:
    """Data blocks in the order given, each ended by a line feed."""
    return [Shown(name, text.rstrip("\n") + "\n") for name, text in files.items()]


@cache
def asks_for(asked: Asked) -> GenerateConfig:
    """Structured output where the provider has it; the completion is read as strictly without."""
    model = {Asked.TASK: Completion, Asked.SOLUTION: Program, Asked.NEEDS: NeedsFound}[asked]
    return GenerateConfig(response_schema=ResponseSchema(name=str(asked), json_schema=json_schema(model)))


def kept(call: str, *, wanted: bool = True) -> CachePolicy | bool:
    """Inspect's cache for a paid call, without end, so that a killed run pays for none again.

    Args:
        call: what is asked; the same words asked for another purpose are another call.
        wanted: False keeps nothing.
    """
    return CachePolicy(expiry=None, per_epoch=False, scopes={"authoring": call}) if wanted else False


def author_messages(order: Order) -> list[ChatMessage]:
    """The request for one tuple."""
    row = order.row
    user = render_prompt(
        "author/request.md.j2",
        skills=row.skills,
        samples=[
            {"skill": skill, "instruction": atom.instruction, "response": atom.response}
            for skill, atom in order.samples
        ],
        words=brief_budget(row.k),
        least=SHORTEST_BRIEF,
        characters=data_budget(row.k),
        handovers=max(1, row.k - 1),
    )
    return [ChatMessageSystem(content=render_prompt("author/system.md.j2")), ChatMessageUser(content=user)]


def repair_message(reasons: Sequence[str]) -> ChatMessage:
    """What was wrong with a task, told once."""
    return ChatMessageUser(content=render_prompt("author/repair.md.j2", reasons=list(reasons)))


def second_messages(draft: Draft) -> list[ChatMessage]:
    """The call for the second solution: brief, files, and what the figures mean; nothing of the first."""
    figures = [{"name": one.name, "meaning": one.meaning, "unit": one.unit} for one in draft.figures]
    user = render_prompt("author/second.md.j2", brief=draft.brief, files=shown(draft.files), figures=figures)
    return [ChatMessageSystem(content=render_prompt("author/second_system.md.j2")), ChatMessageUser(content=user)]


def need_messages(exam: Exam) -> list[ChatMessage]:
    """The call that has a judge name the words which need each skill."""
    draft = exam.draft
    user = render_prompt("author/needs.md.j2", brief=draft.brief, files=shown(draft.files), skills=exam.row.skills)
    return [ChatMessageSystem(content=render_prompt("author/needs_system.md.j2")), ChatMessageUser(content=user)]


def prompts_digest() -> str:
    """Sixteen hex digits that change with any prompt of the pipeline."""
    folder = asset_dir("prompts") / "author"
    return sha256_of(b"\0".join((folder / f"{name}.md.j2").read_bytes() for name in _TEMPLATES))[:16]
