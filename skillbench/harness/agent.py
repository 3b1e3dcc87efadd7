"""The default agent: Inspect's ``react`` loop with the case's tools and one submission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspect_ai.agent import AgentPrompt, AgentSubmit, as_solver, react
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import ToolDef

from skillbench.core.prompts import render_prompt
from skillbench.core.schema import Case, Page
from skillbench.core.taskset import TaskSet
from skillbench.harness.purse import NO_PURSE, Allowance, Till
from skillbench.harness.selection import Tools
from skillbench.harness.sets import STORED
from skillbench.harness.tools import agent_tools


@dataclass(frozen=True)
class DeskWords:
    """What an agent is told beside the case.

    Attributes:
        system: template of the system prompt.
        submit: the tool that hands in.
        go_on: the answer to a turn without a tool call.
    """

    system: str
    submit: AgentSubmit
    go_on: str


def _desk_words(system: str, thing: str) -> DeskWords:
    return DeskWords(
        system,
        AgentSubmit(
            name="submit",
            description=f"Hand in the {thing}. There is one attempt.",
            answer_only=True,
            keep_in_messages=True,
        ),
        f"Please go on. When the {thing} is complete, hand it in with submit().",
    )


KEYED = _desk_words("agent/system.md.j2", "JSON object")
AUTHORED = _desk_words("agent/authored.md.j2", "answer")


def words_for(case: Case) -> DeskWords:
    """The words that go with a case."""
    return AUTHORED if case.authored else KEYED


def instructions(tools: Tools, words: DeskWords = KEYED) -> str:
    """What the agent is told of its desk."""
    return render_prompt(words.system, search=tools.search, code=tools.code)


def offered(tools: Tools, pages: Sequence[Page]) -> frozenset[str]:
    """Names of everything the agent can call."""
    return frozenset({ToolDef(one).name for one in agent_tools(tools, pages)} | {KEYED.submit.name or ""})


@solver
def desk(task_set: TaskSet, tools: Tools, tasks: str | None = None, purse: Allowance = NO_PURSE) -> Solver:
    """Lay the case's tools on the desk; runs before any agent, also one given with ``--solver``.

    Args:
        task_set: where the case is found.
        tools: what the agent may use.
        tasks: the set's name or path as a person gave it, noted for whoever scores the log again.
        purse: what every case may spend.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        del generate
        case = task_set.case(str(state.sample_id))
        if tasks is not None:
            state.store.set(STORED, tasks)
        given = purse.of(case)
        till = Till(case.purse, given) if given is not None else Till()
        state.tools = agent_tools(tools, task_set.handbook(case), till)
        return state

    return solve


@solver
def analyst(tools: Tools, words: DeskWords = KEYED) -> Solver:
    """Inspect's react agent with our brief for the desk."""
    told = instructions(tools, words)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        prompt = AgentPrompt(instructions=told, handoff_prompt=None, assistant_prompt=None, submit_prompt=None)
        agent = react(prompt=prompt, tools=state.tools, submit=words.submit, on_continue=words.go_on)
        return await as_solver(agent)(state, generate)

    return solve
