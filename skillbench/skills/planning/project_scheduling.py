"""Project Scheduling: the critical path of each entity's refit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import World
from skillbench.skills.contract import Block, Dials, Drive, Fact, Findings, Margins, Measure, Param, Sheet, Skill, Terms
from skillbench.skills.formats import markdown_table

PLAN = "refit_plan.md"
HEADER = ("code", "task", "activity", "effort", "after")
SURVEY, ORDER, REBUILD = "survey", "order parts", "rebuild"
TASKS = (
    ("A", SURVEY, "", ("2.0", "4.0")),
    ("B", ORDER, "A", None),
    ("C", "strip out", "A", ("3.0", "7.0")),
    ("D", REBUILD, "C", ("7.0", "15.0")),
    ("E", "install parts", "B", ("4.0", "9.0")),
    ("F", "rewire", "C", ("5.0", "14.0")),
    ("G", "commission", "DEF", ("2.5", "5.0")),
)
MORE_TASKS = (("H", "landscape", "D", ("2.0", "4.0")), ("I", "train operators", "EH", ("3.0", "6.0")))
WEEK = 7 / 5
"""Calendar days that five days' work takes."""


@dataclass(frozen=True)
class Task:
    """One task of a refit.

    Attributes:
        effort: person-days; None for the order of parts.
        after: letters of its predecessors, in the order listed.
        cured: those of them that carry a waiting time.
    """

    code: str
    letter: str
    activity: str
    effort: Decimal | None
    after: tuple[str, ...]
    cured: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The refit plan."""

    tasks: tuple[Task, ...]


class Slip(StrEnum):
    """Usual mistakes with a plan."""

    SERIAL_SUM = "serial-sum"
    WAIT_IGNORED = "wait-ignored"
    FIRST_PREDECESSOR = "first-predecessor"
    HANDOVER_ON_ORDER = "handover-on-order"


class ProjectScheduling(Skill):
    """Find when each entity's refit ends: precedence, crew-dependent durations, waiting times.

    A refit is a small network of tasks. Crew tasks take effort divided by crew, the order of parts takes the
    lead time, and some links carry a waiting time. The finish is the longest path through the network.
    """

    tag = "Project Scheduling"
    measure = Measure(
        key="refit_days",
        title="Refit duration",
        unit="days",
        digits=3,
        meaning="how long the refit of each {{ entity }} takes",
    )
    signal = "the order of parts governs its refit, as the rules define it"
    exception = "its refit is fast-tracked"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.CREW: "a crew task takes its effort divided by the {{ crew }}",
        Quantity.LEAD_TIME: "the order of parts takes the {{ lead_time }}",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.CAPACITY: Drive(raises=False, reason="a {{ entity }} in a long refit runs on part of its plant"),
        Quantity.CREW: Drive(raises=False, reason="a long refit ties up the people who work at the {{ entity }}"),
        Quantity.UNIT_COST: Drive(raises=True, reason="work is dearer at a {{ entity }} while its refit drags on"),
        Quantity.LEAD_TIME: Drive(raises=True, reason="suppliers serve a {{ entity }} in refit later than others"),
    }
    sheets: ClassVar[tuple[Sheet, ...]] = (
        Sheet(
            "Reading a refit plan: tasks, links and durations",
            {
                "layout": {
                    "": """
                        << The refit plan has one row per task of a {{ entity }}, in no order; the refit duration rests
                        on it. A row gives the code, a letter that is the task's name within the {{ entity }}, the
                        activity, the effort in person-days, and the tasks it comes after, its predecessors, separated
                        by `;`. A task starts as soon as all its predecessors have ended and every waiting time before
                        it has passed; with nothing in the last column it starts on day 0. Time is continuous and
                        nothing is rounded.
                        || The refit duration is worked out from the refit plan, where every row is a task of one
                        {{ entity }} and the order of the rows means nothing. The columns give the {{ entity }}'s code,
                        the task's letter, which names it within that {{ entity }}, the activity, the effort in
                        person-days, and the task's predecessors with `;` between them, the tasks it comes after. Once
                        all predecessors have ended and every waiting time before the task is over, it starts without
                        delay; where the last column is empty, it starts on day 0. Days have fractions, and nothing is
                        rounded. >>
                    """,
                },
                "crew_task": {
                    "all": """
                        Every task but `order parts` is a crew task: its work takes the effort divided by the {{
                        entity }}'s {{ crew }}, in working days. Its duration is that work in calendar days, and
                        the hand-over days due to it.
                    """,
                    "share": """
                        Every task but `order parts` is a crew task. Only `team_share` of the figure for the
                        {{ entity }}'s {{ crew }} finds room at a task, so that its work takes the effort divided by
                        `team_share` times the {{ crew }}, in working days. Its duration is that work in calendar days,
                        and the hand-over days due to it.
                    """,
                },
                "side": {
                    "full": """
                        << Crew tasks that run side by side do not slow each other down: each is worked with the same
                        number of people as if it ran alone.
                        || A crew task takes as long beside others as it would alone: the number of people at it is the
                        same, and no task slows another. >>
                    """,
                    "slowed": """
                        << Crew tasks of one {{ entity }} that list the same predecessors, in any order and with or
                        without waiting times, get in each other's way: the work of each takes `side_factor` times as
                        long. The task `order parts` slows no other.
                        || Where several crew tasks of one {{ entity }} have the same predecessors, whatever their order
                        and their waiting times, they are in each other's way, and the work of each takes `side_factor`
                        times as long. `order parts` slows none of them. >>
                    """,
                },
                "calendar": {
                    "seven": """
                        << Crews work on every day of the week: a working day is a calendar day. All durations and
                        waiting times are in calendar days.
                        || There is work on all days of the week, so working days are calendar days. Durations and
                        waiting times are all in calendar days. >>
                    """,
                    "five": """
                        << Crews work five days in seven: five working days make seven calendar days, evenly, so that
                        work takes 7/5 as many calendar days as working days. Hand-over days, waiting times, and the
                        order of parts are in calendar days already.
                        || There is work on five days in seven, spread evenly, so that five working days last seven
                        calendar days and work takes 7/5 of its working days in calendar days. Hand-over days, waiting
                        times and the order of parts are in calendar days from the outset. >>
                    """,
                },
                "handover": {
                    "every": """
                        To every crew task, the first included, `handover_days` calendar days are added for handing
                        over. The task `order parts` has no hand-over.
                    """,
                    "passed": """
                        To every crew task that is a predecessor, `handover_days` calendar days are added for
                        handing over, once, however many tasks it is a predecessor of. Neither a task that is the
                        predecessor of none nor the task `order parts` has any hand-over.
                    """,
                    "link": """
                        To every crew task, `handover_days` calendar days are added for each of its predecessors,
                        as each hands over by itself; a task without predecessors has no hand-over, and neither has
                        the task `order parts`.
                    """,
                },
                "order": {
                    "lead": """
                        The task `order parts` has no effort (`-`). It takes exactly the {{ entity }}'s {{ lead_time
                        }}, in calendar days.
                    """,
                    "approval": """
                        The task `order parts` has no effort (`-`). It takes the {{ entity }}'s {{ lead_time }} and
                        `approval_days` more for signing the order, in calendar days.
                    """,
                    "frame": """
                        The task `order parts` has no effort (`-`). A framework contract lets it start on day 0,
                        whatever it is listed after; it takes exactly the {{ entity }}'s {{ lead_time }}, in
                        calendar days.
                    """,
                },
            },
        ),
        Sheet(
            "Waiting times, fast track and the end of a refit",
            {
                "wait": {
                    "link": """
                        `+wait` behind a predecessor means that `curing_wait` calendar days must pass between the
                        end of that predecessor and the start of the task.
                    """,
                    "last": """
                        `+wait` behind one or several predecessors of a task means that `curing_wait` calendar days
                        must pass, once, between the end of the last of all its predecessors, marked or not, and
                        the start of the task.
                    """,
                    "scaled": """
                        `+wait` behind a predecessor means that between the end of that predecessor and the start
                        of the task as many calendar days must pass as `cure_share` times the duration of that
                        predecessor.
                    """,
                },
                "exception": {
                    "dry": """
                        << A {{ entity }} under exception is fast-tracked: its waiting times are zero, and its work is
                        done in `fast_share` of the time it takes otherwise. Hand-over days stay.
                        || Fast track for a {{ entity }} under exception means that its waiting times fall to zero and
                        that its work takes only `fast_share` of its usual time. Hand-over days are as usual. >>
                    """,
                    "bare": """
                        << A {{ entity }} under exception is fast-tracked: no hand-over days are added to its tasks.
                        Waiting times stay.
                        || Fast track for a {{ entity }} under exception means that its tasks have no hand-over days.
                        Waiting times are as usual. >>
                    """,
                    "double": """
                        << A {{ entity }} under exception is fast-tracked: its work is done in `fast_share` of the time
                        it takes otherwise. Hand-over days and waiting times stay.
                        || Fast track for a {{ entity }} under exception means that its work takes only `fast_share` of
                        its usual time. Waiting times and hand-over days are as usual. >>
                    """,
                },
                "span": {
                    "zero": """
                        The refit ends when the task that ends last has ended. The refit duration is the number of
                        days from day 0 to that end.
                    """,
                    "survey": """
                        The refit ends when the task that ends last has ended. The refit duration is the number of
                        days from the end of the task `survey` to that end: the survey belongs to the planning.
                    """,
                },
                "flag": {
                    "critical": """
                        << Flag a {{ entity }} when its task `order parts` is critical: when that task ending a moment
                        later, with its duration unchanged, would make the refit end as much later. Path lengths within
                        a billionth of a day are equal.
                        || A {{ entity }} gets a flag when `order parts` is critical for its refit: were that task, of
                        unchanged duration, to end a moment later, the refit would end later by as much. Paths whose
                        lengths differ by less than a billionth of a day are equally long. >>
                    """,
                    "late": """
                        << Flag a {{ entity }} when its task `order parts` ends later than its task `rebuild`, both in
                        days from day 0, whether or not either of them holds anything up.
                        || A {{ entity }} gets a flag when, counted in days from day 0, its task `rebuild` ends before
                        its task `order parts` does, even if neither holds anything up. >>
                    """,
                    "share": """
                        << Flag a {{ entity }} when the duration of its task `order parts` is more than `order_share` of
                        its refit duration, whether or not that task holds anything up.
                        || A {{ entity }} gets a flag when its task `order parts` lasts longer than `order_share` of its
                        refit duration, even if it holds nothing up. >>
                    """,
                },
            },
        ),
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.SERIAL_SUM: "tasks are added up as if nothing ran side by side",
        Slip.WAIT_IGNORED: "the waiting time behind a predecessor is not observed",
        Slip.FIRST_PREDECESSOR: "a task waits only for the first predecessor listed",
        Slip.HANDOVER_ON_ORDER: "hand-over days are added to the order of parts too",
    }
    kind = Plan

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Waits and hand-overs in days, shares of crew and time, and the flag's limits."""
        return {
            "team_share": stream.number("0.74", "0.88", 2),
            "side_factor": stream.number("1.15", "1.35", 2),
            "handover_days": stream.number("0.6", "2.0", 1),
            "approval_days": stream.number("1.5", "5.0", 1),
            "curing_wait": stream.number("3.5", "7.0", 1),
            "cure_share": stream.number("0.20", "0.45", 2),
            "fast_share": stream.number("0.60", "0.80", 2),
            "order_share": stream.number("0.43", "0.55", 2),
        }

    def records(self, stream: Stream, world: World, level: int) -> Plan:
        """Seven tasks for each entity, two more from level 2 on; efforts keep its crew busy for days, not months."""
        tasks = []
        for entity in world.everyone:
            crew = world.figures[Quantity.CREW][entity.code]
            for letter, activity, before, days in TASKS + (MORE_TASKS if level > 1 else ()):
                effort = None if days is None else round(stream.decimal(*days, 2) * crew, 1)
                after = tuple(stream.shuffled(before))
                waits = 6 if activity == "install parts" else 1 + level
                cured = tuple(name for name in after if before != "A" and stream.chance(waits, 6))
                tasks.append(Task(entity.code, letter, activity, effort, after, cured))
        return Plan(tuple(tasks))

    def render(self, stream: Stream, records: Plan) -> dict[str, str]:
        """The plan as a markdown table in shuffled rows."""
        rows = [
            (
                task.code,
                task.letter,
                task.activity,
                "-" if task.effort is None else task.effort,
                ";".join(name + ("+wait" if name in task.cured else "") for name in task.after),
            )
            for task in records.tasks
        ]
        return {PLAN: "Refit plan, effort in person-days.\n\n" + markdown_table(HEADER, stream.shuffled(rows))}

    def facts(self, records: Plan) -> Sequence[Fact]:
        """The effort of every crew task."""
        return [
            Fact("tasks", place, "effort", task.effort, task.code, None, f"the effort of task {task.letter}")
            for place, task in enumerate(records.tasks)
            if task.effort is not None
        ]

    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """The longest paths to every task, through the order of parts and around it."""
        margins = margins or Margins()
        plans: dict[str, dict[str, Task]] = {code: {} for code in dials.entities}
        for task in block.records.tasks:
            if task.code in plans:
                plans[task.code][task.letter] = task
        values, flagged = {}, set()
        for code in dials.entities:
            terms, tasks, excepted = block.terms.at(code), plans[code], code in dials.exceptions
            days = {
                letter: self._days(task, tasks, terms, dials, slip, excepted=excepted) for letter, task in tasks.items()
            }
            ends = self._ends(tasks, days, terms, slip, excepted=excepted)
            by_activity = {task.activity: days[letter] for letter, task in tasks.items()}
            length = math.fsum(days.values()) if slip is Slip.SERIAL_SUM else max(map(max, ends.values()))
            values[code] = length - (by_activity[SURVEY] if terms.says("span", "survey") else 0.0)
            if self._governs(code, ends, by_activity[ORDER] / values[code], terms, margins):
                flagged.add(code)
        return Findings(values, frozenset(flagged))

    @staticmethod
    def _days(
        task: Task, tasks: Mapping[str, Task], terms: Terms, dials: Dials, slip: StrEnum | None, *, excepted: bool
    ) -> float:
        """Duration of a task in calendar days."""
        followed = any(task.letter in other.after for other in tasks.values())
        links = {"every": 1, "passed": int(followed), "link": len(task.after)}[terms.clauses["handover"]]
        bare = excepted and terms.says("exception", "bare")
        handover = 0.0 if bare else links * terms.number("handover_days")
        if task.effort is None:
            extra = terms.number("approval_days") if terms.says("order", "approval") else 0.0
            late = handover if slip is Slip.HANDOVER_ON_ORDER else 0.0
            return dials.quantities[Quantity.LEAD_TIME][task.code] + extra + late
        work = float(task.effort) / dials.quantities[Quantity.CREW][task.code]
        if terms.says("crew_task", "share"):
            work /= terms.number("team_share")
        if terms.says("side", "slowed"):
            beside = [
                other.letter
                for other in tasks.values()
                if other.effort is not None and set(other.after) == set(task.after)
            ]
            work *= terms.number("side_factor") if len(beside) > 1 else 1.0
        if excepted and not bare:
            work *= terms.number("fast_share")
        return work * (WEEK if terms.says("calendar", "five") else 1.0) + handover

    @staticmethod
    def _ends(
        tasks: Mapping[str, Task], days: Mapping[str, float], terms: Terms, slip: StrEnum | None, *, excepted: bool
    ) -> dict[str, tuple[float, float]]:
        """By activity, its longest path through the order of parts and around it, waiting times included."""
        dry = slip is Slip.WAIT_IGNORED or (excepted and terms.says("exception", "dry"))
        curing = terms.number("curing_wait")

        def wait(task: Task, before: str) -> float:
            if dry or not task.cured or (before not in task.cured and not terms.says("wait", "last")):
                return 0.0
            return terms.number("cure_share") * days[before] if terms.says("wait", "scaled") else curing

        @cache
        def paths(letter: str) -> tuple[float, float]:
            """Longest path to the end of a task through the order of parts, and longest around it."""
            task = tasks[letter]
            after = task.after[:1] if slip is Slip.FIRST_PREDECESSOR else task.after
            if task.activity == ORDER and terms.says("order", "frame"):
                after = ()
            before = [(*paths(name), wait(task, name)) for name in after]
            through = max((path + pause for path, _, pause in before), default=-math.inf)
            around = max((path + pause for _, path, pause in before), default=0.0)
            if task.activity == ORDER:
                return max(through, around) + days[letter], -math.inf
            return through + days[letter], around + days[letter]

        return {task.activity: paths(letter) for letter, task in tasks.items()}

    @staticmethod
    def _governs(
        code: str, ends: Mapping[str, tuple[float, float]], order_share: float, terms: Terms, margins: Margins
    ) -> bool:
        if terms.says("flag", "share"):
            return margins.above(f"share of the order of {code}", order_share, terms.number("order_share"))
        if terms.says("flag", "late"):
            return margins.above(f"end of the order of {code}", max(ends[ORDER]), max(ends[REBUILD]))
        through, around = (max(paths) for paths in zip(*ends.values(), strict=True))
        return margins.above(f"critical path of {code}", through + 1e-9, around)
