"""Refit durations in exact fractions: starts are pushed later until every link holds, and the order is delayed to see.

Written by one person with the reference, in another method: relaxation to a fixed point instead of longest paths,
and the flag by really ending the order of parts later and looking at the end of the refit.
"""

from __future__ import annotations

from fractions import Fraction

Row = dict[str, str]
MOMENT = Fraction(1, 10**6)


def read_plan(text: str) -> dict[str, list[Row]]:
    """Rows by code."""
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]
    plans: dict[str, list[Row]] = {}
    for cells in table[2:]:
        row = dict(zip(table[0], cells, strict=True))
        plans.setdefault(row["code"], []).append(row)
    return plans


def predecessors(row: Row) -> dict[str, bool]:
    """Letters a task comes after, and whether each carries a waiting time."""
    links = [link for link in row["after"].split(";") if link]
    return {link.split("+")[0]: "+" in link for link in links}


class Refit:
    """One entity's refit under the rules in force."""

    def __init__(
        self,
        rows: list[Row],
        params: dict[str, Fraction],
        clauses: dict[str, str],
        figures: tuple[Fraction, Fraction],
        fast: str,
    ) -> None:
        """``figures`` are crew and lead time; ``fast`` is the exception clause, or empty."""
        self.rows, self.params, self.clauses, self.fast = rows, params, clauses, fast
        self.crew, self.lead = figures
        self.days = {row["task"]: self.duration(row) for row in rows}
        self.order = next(row["task"] for row in rows if row["activity"] == "order parts")

    def duration(self, row: Row) -> Fraction:
        """Calendar days of one task."""
        if row["activity"] == "order parts":
            return self.lead + (self.params["approval_days"] if self.clauses["order"] == "approval" else 0)
        room = self.params["team_share"] if self.clauses["crew_task"] == "share" else Fraction(1)
        work = Fraction(row["effort"]) / (self.crew * room)
        mine = frozenset(predecessors(row))
        rivals = [r for r in self.rows if r["effort"] != "-" and frozenset(predecessors(r)) == mine and r is not row]
        if rivals and self.clauses["side"] == "slowed":
            work *= self.params["side_factor"]
        if self.fast in {"dry", "double"}:
            work *= self.params["fast_share"]
        if self.clauses["calendar"] == "five":
            work = work * 7 / 5
        last = not any(row["task"] in predecessors(other) for other in self.rows)
        times = {"every": 1, "passed": 0 if last else 1, "link": len(mine)}[self.clauses["handover"]]
        return work + (0 if self.fast == "bare" else times * self.params["handover_days"])

    def ends(self, delay: Fraction = Fraction(0)) -> dict[str, Fraction]:
        """End of every task when the order of parts ends later by ``delay``."""
        start = {row["task"]: Fraction(0) for row in self.rows}
        end = dict(start)
        moved = True
        while moved:
            moved = False
            for row in self.rows:
                name = row["task"]
                start[name] = self.earliest(row, end)
                late = start[name] + self.days[name] + (delay if name == self.order else 0)
                moved |= late != end[name]
                end[name] = late
        return end

    def earliest(self, row: Row, end: dict[str, Fraction]) -> Fraction:
        """The earliest start of a task, given the ends of the others."""
        links = predecessors(row)
        if not links or (row["task"] == self.order and self.clauses["order"] == "frame"):
            return Fraction(0)
        if self.clauses["wait"] == "last":
            return max(end[name] for name in links) + (self.pause(row["task"]) if any(links.values()) else 0)
        return max(end[name] + (self.pause(name) if marked else 0) for name, marked in links.items())

    def pause(self, before: str) -> Fraction:
        """Waiting time behind a predecessor."""
        if self.fast == "dry":
            return Fraction(0)
        scaled = self.clauses["wait"] == "scaled"
        return self.params["cure_share"] * self.days[before] if scaled else self.params["curing_wait"]

    def answer(self) -> tuple[Fraction, bool]:
        """Refit duration and flag."""
        ends = self.ends()
        end = max(ends.values())
        survey, rebuild = (
            next(row["task"] for row in self.rows if row["activity"] == name) for name in ("survey", "rebuild")
        )
        length = end - (self.days[survey] if self.clauses["span"] == "survey" else 0)
        if self.clauses["flag"] == "share":
            return length, self.days[self.order] > self.params["order_share"] * length
        if self.clauses["flag"] == "late":
            return length, ends[self.order] > ends[rebuild]
        return length, max(self.ends(MOMENT).values()) == end + MOMENT


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    clauses: dict[str, str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the refit durations and the flagged entities."""
    plans = read_plan(files["refit_plan.md"])
    exact = {name: Fraction(str(value)) for name, value in params.items()}
    values, flagged = {}, set()
    for code, crew in quantities["crew"].items():
        figures = Fraction(crew), Fraction(quantities["lead_time"][code])
        fast = clauses["exception"] if code in exceptions else ""
        length, governs = Refit(plans[code], exact, clauses, figures, fast).answer()
        values[code] = float(length)
        flagged |= {code} if governs else set()
    return values, flagged
