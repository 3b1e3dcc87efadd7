"""Planted agents: models with known weaknesses that play the real loop, to test the instrument itself.

``skillbench/reference`` searches, opens pages, runs code in the sandbox and submits the right answer.
``skillbench/planted`` makes mistakes at stated rates; ``skillbench/careless`` and ``skillbench/overloaded`` are two
settings of it under names of their own. All return token usage, so that no tokenizer is downloaded.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from inspect_ai.log._samples import sample_active  # Inspect has no public way for a model to learn its epoch
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageTool,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    modelapi,
)
from inspect_ai.tool import ToolCall, ToolChoice, ToolInfo
from inspect_ai.util import store

from skillbench.core.errors import InputError
from skillbench.core.schema import Case, Page
from skillbench.core.streams import stream
from skillbench.core.taskset import TaskSet
from skillbench.deliverables.base.registry import product_of
from skillbench.harness.boundary import plain_errors
from skillbench.harness.planted_open import written_answer
from skillbench.harness.purse import without_line
from skillbench.harness.sets import STORED, opened
from skillbench.harness.unread import left_out, unread_pages
from skillbench.harness.weakness import Weakness, check_misread, fabricated, findings_with
from skillbench.harness.written import WRITTEN, under_way
from skillbench.judge.gold import parts_of, perfect_answer
from skillbench.skills.contract import Findings

NAMED = {
    "reference": Weakness(),
    "planted": Weakness(),
    "careless": Weakness(error=0.15, slips=True),
    "overloaded": Weakness(error=0.02, tax=0.25, slips=True),
    WRITTEN: Weakness(),  # no agent but an author, which gives written tasks back
}

PROGRAM = """
import csv, json, math
rows = [row for row in csv.DictReader(open("records/register.csv")) if row["status"] == "active"]
measures = json.loads({measures!r})
digits = json.loads({digits!r})
fields = {{}}
{product}
rounded = {{f: {{code: round(v, digits[f]) for code, v in values.items()}} for f, values in measures.items()}}
print(json.dumps({{"measures": rounded, **fields}}))
"""


@modelapi(name="skillbench")
class PlantedAPI(ModelAPI):
    """An Inspect model provider whose models are planted agents.

    Args:
        model_name: one of :data:`NAMED`.
        base_url: unused; part of Inspect's interface.
        api_key: unused; part of Inspect's interface.
        config: generation settings; nothing in them changes a planted agent.
        settings: fields of :class:`Weakness`; they override the named setting.

    Raises:
        PrerequisiteError: Inspect's, for an unknown name, an unknown setting, or a probability outside 0..1.
    """

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config or GenerateConfig())
        with plain_errors():
            self.weakness = self._weakness(model_name, settings)

    @staticmethod
    def _weakness(model_name: str, settings: dict[str, Any]) -> Weakness:
        if model_name not in NAMED:
            raise InputError(f"no planted agent {model_name!r}; there are: {', '.join(NAMED)}")
        allowed = Weakness.__dataclass_fields__
        unknown = sorted(set(settings) - set(allowed))
        if unknown:
            raise InputError(f"-M {unknown[0]}: planted agents take {', '.join(allowed)}")
        if model_name in {"reference", WRITTEN} and settings:
            raise InputError(f"skillbench/{model_name} makes no mistakes; use skillbench/planted with -M settings")
        return replace(NAMED[model_name], **settings)

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002  Inspect's name
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """The next move: search, open, compute, submit; which one follows from the moves so far."""
        del tool_choice
        if self.model_name == WRITTEN:
            return self._used(ModelOutput.from_content(self.model_name, under_way(config)), input)
        task_set, case = _played()
        check_misread(self.weakness, task_set.cases)
        available = {info.name for info in tools}
        turn = sum(isinstance(message, ChatMessageAssistant) for message in input)
        if case.authored:
            draw = stream(*self._name(case), "written")
            return self._used(self._handed_in(available, written_answer(case.authored, self.weakness, draw)), input)
        found = findings_with(self.weakness, case, task_set.material(case), stream(*self._name(case), "findings"))
        pages = task_set.handbook(case)
        moves = self._moves(case, pages, available, found)
        done = turn >= len(moves)
        output = self._submission(case, pages, available, found, input) if done else self._calls(moves[turn])
        return self._used(output, input)

    @staticmethod
    def _used(output: ModelOutput, messages: list[ChatMessage]) -> ModelOutput:
        """The output with what it cost."""
        written = sum(len(message.text) for message in messages) // 4
        said = len(output.model_dump_json()) // 4
        output.usage = ModelUsage(input_tokens=written, output_tokens=said, total_tokens=written + said)
        return output

    def _moves(
        self, case: Case, pages: Sequence[Page], available: set[str], found: dict[str, Findings]
    ) -> list[list[tuple[str, dict[str, Any]]]]:
        """Calls of every turn before the submission, as far as there are tools and the agent cares to use them."""
        moves: list[list[tuple[str, dict[str, Any]]]] = []
        if self.weakness.tools and "search" in available:
            moves.append([("search", {"query": point.title}) for point in case.checkpoints])
            idle = [page.id for page in pages if page.id not in case.needed_pages]
            moves.append([("open", {"page": page}) for page in self.weakness.opened(case.needed_pages, idle)])
        if self.weakness.tools and "python" in available:
            moves.append([("python", {"code": program(case, found)})])
        return moves

    def _name(self, case: Case) -> tuple[str, ...]:
        """Every case and epoch has draws of its own, whatever order samples run in."""
        active = sample_active()
        place = f"{case.chain}/{case.kind}/{case.k}/{case.skills[-1]}"  # not the id: wording must not change draws
        return ("planted", repr(self.weakness), place, str(active.epoch if active else 1))

    def _calls(self, calls: list[tuple[str, dict[str, Any]]]) -> ModelOutput:
        output = ModelOutput.for_tool_call(self.model_name, *calls[0])
        output.choices[0].message.tool_calls = [
            ToolCall(id=f"call_{place}_{function}", function=function, arguments=arguments)
            for place, (function, arguments) in enumerate(calls)
        ]
        return output

    def _submission(
        self,
        case: Case,
        pages: Sequence[Page],
        available: set[str],
        found: dict[str, Findings],
        messages: list[ChatMessage],
    ) -> ModelOutput:
        computed = printed(messages)
        answer = perfect_answer(case, "code" if computed else "hand", found)
        answer |= {name: computed[name] for name in parts_of(case) if name in computed} if computed else {}
        answer = left_out(case, pages, unread_pages(messages), answer)
        text = json.dumps(fabricated(self.weakness, answer, stream(*self._name(case), "fabricate")))
        return self._handed_in(available, text)

    def _handed_in(self, available: set[str], text: str) -> ModelOutput:
        if "submit" in available:
            return ModelOutput.for_tool_call(self.model_name, "submit", {"answer": text})
        return ModelOutput.from_content(self.model_name, text)


def _played() -> tuple[TaskSet, Case]:
    """The case under way, in the task set that its run plays.

    Raises:
        InputError: no sample of the skillbench task is under way.
    """
    active, noted = sample_active(), store().get(STORED)
    if active is None or noted is None:
        raise InputError(
            "a planted agent knows the answers of the set that its run plays, and no sample of the skillbench task is "
            "under way here; run one: inspect eval skillbench --model skillbench/planted -T tasks=SET"
        )
    task_set = opened(noted)
    return task_set, task_set.case(str(active.sample.id))


def program(case: Case, found: dict[str, Findings]) -> str:
    """What the agent runs in the sandbox: the product over its own findings, by the register."""
    points = {point.tag: point for point in case.checkpoints}
    product = product_of(case)
    return PROGRAM.format(
        measures=json.dumps({points[tag].key: dict(findings.values) for tag, findings in found.items()}),
        digits=json.dumps({point.key: point.digits for point in case.checkpoints}),
        product=product.script().strip() if product else "",
    )


def printed(messages: list[ChatMessage]) -> dict[str, Any] | None:
    """What the agent's own program printed, or None when none ran well."""
    for message in reversed(messages):
        if isinstance(message, ChatMessageTool) and message.function == "python" and message.error is None:
            try:
                value: dict[str, Any] = json.loads(without_line(message.text))
            except ValueError:
                return None
            return value
    return None
