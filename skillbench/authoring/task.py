"""A stretch of a plan as an Inspect task, one sample a tuple: logs, retries, limits, caching and cost are Inspect's.

There is no ``@task`` here: ``inspect eval skillbench`` runs every one that it finds in the package's folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import get_model, model_roles
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.util import sandbox

from skillbench.authoring.plan import Order
from skillbench.authoring.prompts import author_messages
from skillbench.authoring.writing import Desk, write_task
from skillbench.core.authored import FOLDER
from skillbench.sandbox.select import ResolvedSandbox
from skillbench.synthesis.asker import Settings
from skillbench.synthesis.journal import Journal, Outcome

JUDGE, SECOND = "grader", "second"
"""Model roles: who looks for needs, and who solves a task the second time where the author does not."""

REASONS = "skillbench:reasons"


def authoring_task(
    orders: Sequence[Order],
    journal: Journal,
    settings: Settings,
    home: ResolvedSandbox | None,
    name: str,
    folder: str = "",
) -> Task:
    """The task that has these tuples written.

    Args:
        orders: tuples with their samples.
        journal: where each outcome is kept when it is there.
        settings: limits and caching; the author itself is the model under evaluation.
        home: where programs run; None runs none, and no task then passes.
        name: what its log is called.
        folder: of written tasks, for ``skillbench/written``.
    """
    held = {order.row.name: order for order in orders}
    return Task(
        dataset=MemoryDataset([_sample(order, folder) for order in orders], name=name),
        solver=writing(held, journal, cached=settings.cache, boxed=home is not None),
        scorer=accepted(),
        sandbox=home.spec if home else None,
        name=name,
        time_limit=settings.time_limit,
        token_limit=settings.token_limit,
        metadata={"sandbox": home.facts if home else {"type": "none"}},
    )


def _sample(order: Order, folder: str) -> Sample:
    row = order.row
    facts = {"k": row.k, "skills": row.skills, "sources": [atom.id for _, atom in order.samples], FOLDER: folder}
    return Sample(id=row.name, input=author_messages(order), metadata=facts)


@solver
def writing(orders: Mapping[str, Order], journal: Journal, *, cached: bool, boxed: bool) -> Solver:
    """Has one task written and keeps its outcome, accepted or not."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        del generate  # the calls differ in model, schema and cache
        roles = model_roles()
        judge, second = roles.get(JUDGE), roles.get(SECOND)
        author = get_model()
        desk = Desk(
            author=author,
            second=author if second is None or isinstance(second, list) else second,
            judge=None if isinstance(judge, list) else judge,
            sandbox=sandbox() if boxed else None,
            cache=cached,
        )
        name = str(state.sample_id)
        try:
            attempt = await write_task(orders[name], desk)
        except BaseException as error:  # a limit, a fault of the wire, a stop: told in the log, asked again later
            told = f"no task came ({type(error).__name__}: {' '.join(str(error).split())[:300]})"
            journal.add(Outcome(name, reason=told, final=False))
            raise
        reasons = attempt.reasons
        journal.add(Outcome(name, attempt.record(), "; ".join(reasons), attempts=attempt.replies))
        state.messages = attempt.messages
        state.store.set(REASONS, reasons)
        return state

    return solve


@scorer(metrics=[mean()])
def accepted() -> Scorer:
    """1 for a task that passed every gate, 0 for one that is quarantined, with the reasons."""

    async def score(state: TaskState, target: Target) -> Score:
        del target
        reasons: list[str] = state.store.get(REASONS, [])
        return Score(value=0 if reasons else 1, explanation="; ".join(reasons)[:1000])

    return score
