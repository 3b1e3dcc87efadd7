"""Project Scheduling: the critical path of each entity's refit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Measure, Param, Skill
from skillbench.skills.formats import markdown_rows, markdown_table

PLAN = "refit_plan.md"
HEADER = ("code", "task", "activity", "effort", "after")
ACTIVITIES = (
    ("A", "survey", ""),
    ("B", "order parts", "A"),
    ("C", "strip out", "A"),
    ("D", "rebuild", "C"),
    ("E", "install parts", "B+wait"),
    ("F", "rewire", "C"),
    ("G", "commission", "D;E;F"),
)


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
        meaning="how long the refit of each {{ entity }} takes from the first survey to the end of commissioning",
    )
    signal = "the order of parts lies on the critical path"
    exception = "its refit is fast-tracked: waiting times between tasks are not observed"
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
    rules: ClassVar[Mapping[str, str]] = {
        "Refit duration: reading the plan": """
The refit plan lists the tasks of every {{ entity }}: its code, a task letter, the activity, the effort in
person-days, and the tasks it comes after. Several predecessors are separated by `;` and all of them must have
ended. `+wait` behind a predecessor means that `curing_wait` days must pass between the end of that predecessor and
the start of the task. An empty cell means that the task may start on day 0. Time is continuous: there are no
weekends and no half-day steps. Rows stand in no particular order.

The activity `order parts` has no effort (`-`): it takes exactly the {{ entity }}'s {{ lead_time }}, in days. Every
other task takes its effort divided by the {{ entity }}'s {{ crew }}, plus `handover_days` days for handing over.
The same crew figure serves every task, also tasks that run side by side.
""",
        "Refit duration: finish, fast track and flag": """
Every task starts as soon as all its predecessors have ended and their waiting times have passed. The refit duration
is the end of the task that ends last, in days from day 0.

A {{ entity }} under exception is fast-tracked: its waiting times are zero. Hand-over days still apply.

Flag a {{ entity }} when its activity `order parts` lies on the critical path, that is, when delaying the end of
that order by a moment would delay the end of the refit by as much.
""",
    }
    slips: ClassVar[Mapping[str, str]] = {
        "serial-sum": "tasks are added up as if nothing ran side by side",
        "wait-ignored": "the waiting time behind a predecessor is not observed",
        "first-predecessor": "a task waits only for the first predecessor listed",
        "handover-on-order": "hand-over days are added to the order of parts too",
    }

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Waiting time and hand-over time, in days."""
        return {
            "curing_wait": stream.number("3.5", "8.0", 1),
            "handover_days": stream.number("0.6", "2.4", 1),
        }

    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """Seven tasks for each entity, two more from level 2 on, in shuffled rows."""
        rows: list[tuple[object, ...]] = []
        for entity in roster.everyone:
            for task, activity, after in ACTIVITIES:
                effort = "-" if activity == "order parts" else str(stream.decimal("20.0", "260.0", 1))
                links = ";".join(stream.shuffled(after.split(";")))
                if stream.chance(1 + level, 6) and after in {"C", "D;E;F"}:
                    links += "+wait"
                rows.append((entity.code, task, activity, effort, links))
            if level > 1:
                rows.append((entity.code, "H", "landscape", str(stream.decimal("20.0", "160.0", 1)), "D"))
                rows.append((entity.code, "I", "train operators", str(stream.decimal("20.0", "160.0", 1)), "E;H"))
        text = "Refit plan, effort in person-days.\n\n" + markdown_table(HEADER, stream.shuffled(rows))
        return Block({PLAN: text}, self.draw_params(stream))

    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """Longest path by recursion over predecessors; the order is critical when it carries that path."""
        tasks: dict[str, dict[str, dict[str, str]]] = {code: {} for code in dials.entities}
        for row in markdown_rows(block.files[PLAN]):
            if row["code"] in tasks:
                tasks[row["code"]][row["task"]] = row
        values, flagged = {}, set()
        for code in dials.entities:
            finish = self._finish(tasks[code], block.params, dials, code, slip)
            values[code] = finish
            without = self._finish(tasks[code], block.params, dials, code, slip, order_days=0.0)
            if finish - without > 1e-9:
                flagged.add(code)
            if margins is not None:
                self._note(margins, tasks[code], block.params, dials, code)
        return Findings(values, frozenset(flagged))

    @staticmethod
    def _finish(
        tasks: Mapping[str, Mapping[str, str]],
        params: Mapping[str, Param],
        dials: Dials,
        code: str,
        slip: str | None,
        order_days: float | None = None,
    ) -> float:
        crew = dials.quantities[Quantity.CREW][code]
        lead = dials.quantities[Quantity.LEAD_TIME][code] if order_days is None else order_days
        wait = 0.0 if code in dials.exceptions or slip == "wait-ignored" else float(params["curing_wait"])
        handover = float(params["handover_days"])

        def days(row: Mapping[str, str]) -> float:
            if row["effort"] == "-":
                return lead + (handover if slip == "handover-on-order" else 0.0)
            return float(row["effort"]) / crew + handover

        def end(task: str) -> float:
            links = [link for link in tasks[task]["after"].split(";") if link]
            if slip == "first-predecessor":
                links = links[:1]
            waits = [(link.removesuffix("+wait"), wait if link.endswith("+wait") else 0.0) for link in links]
            return max((end(name) + pause for name, pause in waits), default=0.0) + days(tasks[task])

        if slip == "serial-sum":
            return math.fsum(days(row) for row in tasks.values())
        return max(end(task) for task in tasks)

    def _note(
        self,
        margins: Margins,
        tasks: Mapping[str, Mapping[str, str]],
        params: Mapping[str, Param],
        dials: Dials,
        code: str,
    ) -> None:
        """The order must be clearly critical or clearly not: compare the paths through it and around it."""
        around = self._finish(tasks, params, dials, code, None, order_days=-1e6)
        lead = dials.quantities[Quantity.LEAD_TIME][code]
        through = self._finish(tasks, params, dials, code, None, order_days=lead + 1e6) - 1e6
        margins.above(f"critical path of {code}", through, around)
