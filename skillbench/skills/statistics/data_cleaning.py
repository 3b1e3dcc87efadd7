"""Data Cleaning: a delivery ledger with the mess that real ledgers have."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import World
from skillbench.skills.contract import Block, Dials, Drive, Fact, Findings, Margins, Measure, Param, Sheet, Skill, Terms
from skillbench.skills.formats import csv_text

LEDGER = "delivery_ledger.csv"
HEADER = ("ticket", "rev", "booked", "date", "code", "quantity", "unit")
SENTINELS = ("-999", "9999", "n/a")
DAYS = 14


@dataclass(frozen=True)
class Line:
    """One line of the ledger; ``quantity`` is None on a failed day, whose ``mark`` says how the meter wrote it."""

    ticket: str
    rev: int
    booked: date
    day: date
    code: str
    quantity: Decimal | None
    unit: str
    mark: str = ""


@dataclass(frozen=True)
class Ledger:
    """The delivery ledger."""

    lines: tuple[Line, ...]


class Slip(StrEnum):
    """Usual mistakes with a ledger."""

    SENTINEL_KEPT = "sentinel-kept"
    OTHER_REVISION = "other-revision"
    PACKS_MISSED = "packs-missed"
    TEXT_REVISION = "text-revision"


class DataCleaning(Skill):
    """Settle a delivery ledger: revisions, sentinels, decimal commas and mixed units.

    The ledger holds one ticket per entity and day. Tickets are corrected later under a higher revision, some on
    another day; meters fail and write sentinels, one office writes decimal commas, another books in packs. The
    settled charge needs the clean total, fills failed days from the demand, and prices the sum.
    """

    tag = "Data Cleaning"
    measure = Measure(
        key="settled_charge",
        title="Settled charge",
        unit="{{ currency }}",
        digits=2,
        meaning="what each {{ entity }} is charged for the {{ work }} settled in the ledger period",
    )
    signal = "failed days in the ledger pass the limit that the rules set"
    exception = "its failed days are filled differently"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.DEMAND: "a failed day is filled from the {{ demand }}",
        Quantity.UNIT_COST: "the settled quantity is priced at the {{ unit_cost }}",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.DEMAND: Drive(
            raises=True,
            reason="deliveries that were really settled are the best forecast of what a {{ entity }} will ask for",
        ),
        Quantity.EXPOSURE: Drive(
            raises=True, reason="more settled business at a {{ entity }} means more people depend on it"
        ),
        Quantity.CAPACITY: Drive(
            raises=False, reason="a {{ entity }} that carries a large settled charge has less room left"
        ),
        Quantity.CREW: Drive(raises=False, reason="staff bound by settled deliveries are not free for other work"),
    }
    sheets: ClassVar[tuple[Sheet, ...]] = (
        Sheet(
            "Which lines of a delivery ledger count",
            {
                "layout": {
                    "": """
                        << The delivery ledger has one line per ticket and revision, in no order; the settled charge
                        rests on it. A ticket number identifies one delivery day of one {{ entity }}. Lines that agree
                        in every column are one line; no two lines of one ticket and revision differ otherwise.
                        || Behind the settled charge stands the delivery ledger: a line for each revision of a ticket,
                        in no order. One ticket number means one delivery day of one {{ entity }}. Where several lines
                        are the same in every column, they are one line; otherwise a ticket has one line for each of its
                        revisions. >>
                    """,
                },
                "revision": {
                    "highest": """
                        << Where a ticket appears more than once, only the line with the highest `rev` is left; `rev` is
                        a whole number and is compared as a number.
                        || Of several lines of one ticket only the one with the highest `rev` is left; `rev` is a whole
                        number, and as a number it is compared. >>
                    """,
                    "latest": """
                        << Where a ticket appears more than once, only the line with the latest `booked` day is left; of
                        several booked on one day, the one with the highest `rev`, compared as a number.
                        || Of several lines of one ticket only the one with the latest `booked` day is left; where that
                        day has several of them, it is the one with the highest `rev`, compared as a number. >>
                    """,
                    "lowest": """
                        << Where a ticket appears more than once, the line with the lowest `rev`, compared as a number,
                        is left and no other: corrections are settled with the next period.
                        || Corrections wait for the next period: of several lines of one ticket the one with the lowest
                        `rev`, compared as a number, is left and no other. >>
                    """,
                },
                "day": {
                    "own": """
                        << The line that is left of a ticket counts if its delivery day, its `date`, lies in the ledger
                        period; its `booked` day does not matter.
                        || Delivery days decide: the line that is left of a ticket counts if its `date` lies in the
                        ledger period, whenever it was `booked`. >>
                    """,
                    "booked": """
                        << The line that is left of a ticket counts if its `booked` day lies in the ledger period; its
                        delivery day, its `date`, does not matter.
                        || Booking days decide: the line that is left of a ticket counts if its `booked` day lies in the
                        ledger period, whatever its delivery day, the `date`, is. >>
                    """,
                    "timely": """
                        << The line that is left of a ticket counts if both its delivery day, its `date`, and its
                        `booked` day lie in the ledger period.
                        || For the line that is left of a ticket to count, two days must lie in the ledger period: its
                        `date`, which is the delivery day, and its `booked` day. >>
                    """,
                },
                "ends": {
                    "both": """
                        << The ledger period runs from `period_start` to `period_end`, both days included.
                        || `period_start` is the first day of the ledger period and `period_end` its last; both of them
                        count. >>
                    """,
                    "open": """
                        << The ledger period begins with `period_start` and ends on the evening before `period_end`,
                        which is the first day of the next.
                        || `period_start` is the first day of the ledger period. `period_end` is the first day of the
                        next one and does not count. >>
                    """,
                    "after": """
                        << `period_start` is the last day of the period before and does not count. The ledger period
                        runs from the day after it to `period_end`, and `period_end` itself counts.
                        || The ledger period goes from the day after `period_start`, which still belongs to the period
                        before, up to and including `period_end`. >>
                    """,
                },
                "packs": {
                    "plain": """
                        Quantities are booked in {{ work }} (unit `u`) or in packs (unit `pk`) of `pack_size` {{
                        work }} each. Some offices write a decimal comma: `3,5` is three and a half. No quantity has
                        a thousands separator.
                    """,
                    "tare": """
                        Quantities are booked in {{ work }} (unit `u`) or in packs (unit `pk`) of `pack_size` {{
                        work }} each, of which one twentieth is wrapping and not settled. A decimal comma is a
                        decimal point; no quantity has a thousands separator.
                    """,
                },
            },
        ),
        Sheet(
            "Failed meters, filling and the charge",
            {
                "failed": {
                    "marks": """
                        << A line that counts and reads `-999`, `9999` or `n/a` is a failed day: the meter wrote no
                        reading, whatever the unit. A reading of 0 is a reading.
                        || Three readings mark a failed day on a line that counts, whatever the unit: `-999`, `9999` and
                        `n/a`, where the meter wrote no reading. A reading of 0 is none of them and counts as it stands.
                        >>
                    """,
                    "zeros": """
                        << A line that counts and reads `-999`, `9999`, `n/a` or 0 is a failed day, whatever the unit: a
                        meter that stands still has failed.
                        || Four readings mark a failed day on a line that counts, whatever the unit: `-999`, `9999`,
                        `n/a` and 0, since a meter that stands still has failed too. >>
                    """,
                },
                "fill": {
                    "demand": """
                        A failed day is filled with `fill_share` times one seventh of the {{ entity }}'s {{ demand
                        }}.
                    """,
                    "half": """
                        A failed day is filled with `fill_share` times the mean of two figures: one seventh of the
                        {{ entity }}'s {{ demand }}, and the mean of its readings that count, failed days left out;
                        where it has no reading, of the first alone.
                    """,
                    "run": """
                        A failed day is filled with `fill_share` times one seventh of the {{ entity }}'s {{ demand
                        }} on one of the {{ entity }}'s failed days, and with half of that on every further one.
                    """,
                },
                "exception": {
                    "none": """
                        << A {{ entity }} under exception gets no filling: its failed days count as zero.
                        || Where a {{ entity }} is under exception nothing is filled in: its failed days count as zero.
                        >>
                    """,
                    "double": """
                        << A {{ entity }} under exception is filled with twice what the clause above gives.
                        || Where a {{ entity }} is under exception each failed day is filled with twice what it would be
                        filled with otherwise. >>
                    """,
                    "flat": """
                        << A {{ entity }} under exception gets `flat_fill` {{ work }} for every failed day, whatever its
                        {{ demand }}.
                        || Where a {{ entity }} is under exception each failed day is filled with `flat_fill`
                        {{ work }}, and its {{ demand }} plays no part in it. >>
                    """,
                },
                "price": {
                    "linear": """
                        << The settled quantity is the sum of readings and fillings; the settled charge is that quantity
                        times the {{ entity }}'s {{ unit_cost }}. Nothing is rounded on the way.
                        || Readings and fillings added up are the settled quantity. It is multiplied by the
                        {{ entity }}'s {{ unit_cost }} to give the settled charge, and nothing is rounded on the way. >>
                    """,
                    "tier": """
                        << The settled quantity is the sum of readings and fillings. Up to `tier_quantity` {{ work }}
                        are charged at the {{ entity }}'s {{ unit_cost }}, what is above at `tier_rate` times it.
                        Nothing is rounded on the way.
                        || Readings and fillings added up are the settled quantity. Its first `tier_quantity` {{ work }}
                        are charged at the {{ entity }}'s {{ unit_cost }}, any more at `tier_rate` times that, and
                        nothing is rounded on the way. >>
                    """,
                },
                "flag": {
                    "count": """
                        << Flag a {{ entity }} with more than `failed_limit` failed days among its lines that count,
                        filled or not.
                        || A {{ entity }} gets a flag when there are more than `failed_limit` failed days among its
                        lines that count, whether filled or not. >>
                    """,
                    "late": """
                        << Flag a {{ entity }} when at least one of its lines that count is a failed day, filled or not,
                        whose `date` is `late_from` or later.
                        || A {{ entity }} gets a flag when a failed day, whether filled or not, stands among its lines
                        that count with a `date` of `late_from` or later; one such line is enough. >>
                    """,
                },
            },
        ),
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.SENTINEL_KEPT: "-999 and 9999 are added up as readings",
        Slip.OTHER_REVISION: "the first line of a ticket is kept where a later one counts, and the other way round",
        Slip.PACKS_MISSED: "quantities in packs are added without conversion",
        Slip.TEXT_REVISION: "revisions are compared as text, so 9 beats 10",
    }
    kind = Ledger

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Period, pack, filling, price tier, and the flag's limits."""
        start = date(2026, 3, 3) + timedelta(days=stream.integer(0, 2))
        end = start + timedelta(days=stream.integer(9, 10))
        return {
            "period_start": start.isoformat(),
            "period_end": end.isoformat(),
            "pack_size": stream.choice((6, 8, 12, 16)),
            "fill_share": stream.number("0.55", "0.95", 2),
            "flat_fill": stream.integer(35, 90),
            "tier_quantity": stream.integer(220, 460),
            "tier_rate": stream.number("0.55", "0.80", 2),
            "failed_limit": stream.integer(1, 2),
            "late_from": (end - timedelta(days=stream.integer(2, 3))).isoformat(),
        }

    def records(self, stream: Stream, world: World, level: int) -> Ledger:
        """One ticket per entity and day over two weeks, about a seventh of the weekly demand each."""
        lines: list[Line] = []
        number = stream.integer(41000, 69000)
        for entity in world.everyone:
            daily = world.figures[Quantity.DEMAND][entity.code] / 7
            for offset in range(DAYS):
                number += stream.integer(1, 7)
                day = world.first + timedelta(days=offset)
                lines += self._ticket(stream, f"T{number}", day, entity.code, daily, level)
        return Ledger(tuple(lines))

    @staticmethod
    def _ticket(stream: Stream, ticket: str, day: date, code: str, daily: Decimal, level: int) -> list[Line]:
        def line(rev: int, lag: int, on: date) -> Line:
            booked, about = day + timedelta(days=lag), daily * stream.integer(62, 138) / 100
            if stream.chance(1 + level, 14):
                return Line(ticket, rev, booked, on, code, None, "u", stream.choice(SENTINELS))
            if stream.chance(1, 14):
                return Line(ticket, rev, booked, on, code, Decimal(0), "u")
            if stream.chance(1, 5):
                return Line(ticket, rev, booked, on, code, Decimal(max(1, round(about / 10))), "pk")
            return Line(ticket, rev, booked, on, code, round(about, 1), "u")

        rev, out = stream.integer(1, 2), []
        out.append(line(rev, stream.integer(0, 1), day))
        if stream.chance(1 + level, 6):
            # A correction may move the delivery to a neighbouring day, and may be booked out of turn.
            on = day + timedelta(days=stream.choice((-1, 0, 0, 1)))
            out.append(line(9 if stream.chance(1, 2) else rev + 1, stream.integer(2, 6), on))
            if out[-1].rev == 9 and stream.chance(2, 3):
                out.append(line(10, stream.integer(1, 8), on))
        return out

    def render(self, stream: Stream, records: Ledger) -> dict[str, str]:
        """The ledger as CSV, shuffled, a line in twelve twice, every fourth quantity with a decimal comma."""
        rows: list[tuple[object, ...]] = []
        for line in records.lines:
            written = line.mark if line.quantity is None else str(line.quantity)
            written = written.replace(".", ",") if stream.chance(1, 4) else written
            row = (line.ticket, line.rev, line.booked, line.day, line.code, written, line.unit)
            rows += [row] * (2 if stream.chance(1, 12) else 1)
        return {LEDGER: csv_text(HEADER, stream.shuffled(rows))}

    def facts(self, records: Ledger) -> Sequence[Fact]:
        """Every reading."""
        return [
            Fact("lines", place, "quantity", line.quantity, line.code, line.day, f"ticket {line.ticket}")
            for place, line in enumerate(records.lines)
            if line.quantity is not None
        ]

    def live_slips(self, terms: Terms) -> list[StrEnum]:
        """Where the lowest revision counts, comparing revisions as text changes nothing."""
        dead = {Slip.TEXT_REVISION} if not terms.says("revision", "highest") else set()
        return [slip for slip in self.slips if slip not in dead]

    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """The line that counts per ticket, then sum, fill and price."""
        margins = margins or Margins()
        tickets: dict[str, dict[str, list[Line]]] = {code: {} for code in dials.entities}
        for line in block.records.lines:
            if line.code in tickets:
                tickets[line.code].setdefault(line.ticket, []).append(line)
        values, flagged = {}, set()
        for code in dials.entities:
            terms = block.terms.at(code)
            lines = [self._left(own, terms, slip) for _, own in sorted(tickets[code].items())]
            read = [(line, self._reading(line, terms, slip)) for line in lines if self._counts(line, terms)]
            readings = [reading for _, reading in read if reading is not None]
            failures = [line.day for line, reading in read if reading is None]
            failed = len(failures)
            daily = dials.quantities[Quantity.DEMAND][code] / 7
            settled = math.fsum([*readings, *self._fillings(failed, readings, daily, terms, code in dials.exceptions)])
            values[code] = self._charge(max(settled, 0.0), dials.quantities[Quantity.UNIT_COST][code], terms)
            if terms.says("flag", "count"):
                over = failed > terms.number("failed_limit")
            else:
                over = any(day.isoformat() >= str(terms.params["late_from"]) for day in failures)
            flagged |= {code} if over else set()
        return Findings(values, frozenset(flagged))

    @staticmethod
    def _left(lines: list[Line], terms: Terms, slip: StrEnum | None) -> Line:
        """The one line that is left of a ticket."""
        by_rev = sorted(lines, key=lambda line: str(line.rev) if slip is Slip.TEXT_REVISION else line.rev)
        first = min(lines, key=lambda line: line.rev)
        line = by_rev[0] if terms.says("revision", "lowest") else by_rev[-1]
        if terms.says("revision", "latest"):
            line = max(lines, key=lambda line: (line.booked, line.rev))
        if slip is Slip.OTHER_REVISION:
            line = by_rev[-1] if terms.says("revision", "lowest") else first
        return line

    @classmethod
    def _counts(cls, line: Line, terms: Terms) -> bool:
        deciding = {"own": (line.day,), "booked": (line.booked,), "timely": (line.day, line.booked)}
        return all(cls._in_period(day, terms) for day in deciding[terms.clauses["day"]])

    @staticmethod
    def _in_period(day: date, terms: Terms) -> bool:
        start, end = (date.fromisoformat(str(terms.params[name])) for name in ("period_start", "period_end"))
        if terms.says("ends", "after"):
            return start < day <= end
        return start <= day <= end and not (terms.says("ends", "open") and day == end)

    @staticmethod
    def _reading(line: Line, terms: Terms, slip: StrEnum | None) -> float | None:
        """What was delivered, in single units; None on a failed day."""
        if line.quantity is None:
            kept = slip is Slip.SENTINEL_KEPT and line.mark != "n/a"
            return float(line.mark) if kept else None
        if line.quantity == 0 and terms.says("failed", "zeros"):
            return None
        if line.unit != "pk" or slip is Slip.PACKS_MISSED:
            return float(line.quantity)
        return float(line.quantity) * terms.number("pack_size") * (0.95 if terms.says("packs", "tare") else 1.0)

    @staticmethod
    def _fillings(failed: int, readings: list[float], daily: float, terms: Terms, excepted: bool) -> list[float]:
        usual = daily
        if terms.says("fill", "half") and readings:
            usual = (daily + math.fsum(readings) / len(readings)) / 2
        amounts = [usual * terms.number("fill_share")] * failed
        if terms.says("fill", "run"):
            amounts = [amount * (0.5 if place else 1.0) for place, amount in enumerate(amounts)]
        if not excepted:
            return amounts
        if terms.says("exception", "flat"):
            return [terms.number("flat_fill")] * failed
        return [2 * amount for amount in amounts] if terms.says("exception", "double") else []

    @staticmethod
    def _charge(settled: float, price: float, terms: Terms) -> float:
        if terms.says("price", "linear"):
            return settled * price
        tier = terms.number("tier_quantity")
        return (min(settled, tier) + terms.number("tier_rate") * max(settled - tier, 0.0)) * price
