"""Data Cleaning: a delivery ledger with the mess that real ledgers have."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Measure, Param, Skill
from skillbench.skills.formats import csv_rows, csv_text

LEDGER = "delivery_ledger.csv"
HEADER = ("ticket", "rev", "date", "code", "quantity", "unit")
FIRST_DAY = date(2026, 3, 2)
SENTINELS = ("-999", "9999", "n/a")


class DataCleaning(Skill):
    """Settle a delivery ledger: revisions, sentinels, decimal commas and mixed units.

    The ledger holds one ticket per entity and day. Tickets are corrected later under a higher revision,
    meters fail and write sentinels, one office writes decimal commas, another books in dozens. The settled
    charge needs the clean total, fills failed days from the demand, and prices the sum.
    """

    tag = "Data Cleaning"
    measure = Measure(
        key="settled_charge",
        title="Settled charge",
        unit="{{ currency }}",
        digits=2,
        meaning="what each {{ entity }} is charged for the deliveries of the ledger period",
    )
    signal = "more than `failed_days_limit` of the {{ entity }}'s days in the ledger are failed days"
    exception = "its failed days are not filled: they count as zero"
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
    rules: ClassVar[Mapping[str, str]] = {
        "Settled charge: which tickets count": """
The delivery ledger has one line per ticket and revision. A ticket number identifies one delivery day of one
{{ entity }}. Where a ticket appears more than once, only the line with the highest `rev` counts, wherever it stands
in the file; `rev` is an integer and is compared as a number. Lines that are identical in every column are one line;
no two lines of one ticket and revision differ.

Quantities are booked in {{ work }} (unit `u`) or in dozens of {{ work }} (unit `dz`, twelve each). Some offices
write a decimal comma: `3,5` is three and a half. No quantity in the ledger has a thousands separator. Only lines
whose date lies from `period_start` to `period_end`, both days included, count; the date of the line that counts
decides, not that of an earlier revision.
""",
        "Settled charge: failed days and the charge": """
A line that counts and whose quantity reads `-999`, `9999` or `n/a` is a failed day (the meter wrote no reading),
whatever its unit. Each failed day is filled with `fill_share` times one seventh of the {{ entity }}'s {{ demand }}.
A {{ entity }} under exception gets no filling: its failed days count as zero.

The settled quantity is the sum of the readings in {{ work }} and of the fillings. The settled charge is the settled
quantity times the {{ entity }}'s {{ unit_cost }}. Nothing is rounded on the way.

Flag a {{ entity }} when more than `failed_days_limit` of its lines that count are failed days, filled or not.
""",
    }
    slips: ClassVar[Mapping[str, str]] = {
        "sentinel-kept": "-999 and 9999 are added up as readings",
        "first-revision": "the first line of a ticket is kept instead of the highest revision",
        "dozen-missed": "quantities in dozens are added without conversion",
        "text-revision": "revisions are compared as text, so 9 beats 10",
    }

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Period, share of demand that fills a failed day, and the flag's limit."""
        start = FIRST_DAY + timedelta(days=stream.integer(1, 3))
        return {
            "period_start": start.isoformat(),
            "period_end": (start + timedelta(days=stream.integer(9, 10))).isoformat(),
            "fill_share": stream.number("0.55", "0.95", 2),
            "failed_days_limit": stream.integer(1, 2),
        }

    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """One ticket per entity and day over two weeks; level adds revisions, failures and duplicates."""
        lines: list[tuple[object, ...]] = []
        number = stream.integer(41000, 69000)
        for entity in roster.everyone:
            for offset in range(14):
                number += stream.integer(1, 7)
                lines += self._ticket(stream, f"T{number}", FIRST_DAY + timedelta(days=offset), entity.code, level)
        return Block({LEDGER: csv_text(HEADER, stream.shuffled(lines))}, self.draw_params(stream))

    @staticmethod
    def _ticket(stream: Stream, ticket: str, day: date, code: str, level: int) -> list[tuple[object, ...]]:
        def booked() -> tuple[str, str]:
            if stream.chance(1 + level, 16):
                return stream.choice(SENTINELS), "u"
            if stream.chance(1, 5):
                return str(stream.integer(2, 9)), "dz"
            reading = str(stream.decimal("18.0", "96.0", 1))
            return (reading.replace(".", ",") if stream.chance(1, 4) else reading), "u"

        rev = stream.integer(1, 2)
        out: list[tuple[object, ...]] = [(ticket, rev, day.isoformat(), code, *booked())]
        if stream.chance(level, 9):
            rev = stream.choice((rev + 1, 9))
            out.append((ticket, rev, day.isoformat(), code, *booked()))
            if rev == 9 and stream.chance(2, 3):
                out.append((ticket, 10, day.isoformat(), code, *booked()))
        if stream.chance(1, 12):
            out.append(out[-1])
        return out

    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """Latest revision per ticket, then sum, fill and price."""
        del margins  # every comparison here is between integers or dates
        latest: dict[str, dict[str, str]] = {}
        for row in csv_rows(block.files[LEDGER]):
            held = latest.get(row["ticket"])
            if held is None or (slip != "first-revision" and self._later(row, held, slip)):
                latest[row["ticket"]] = row
        readings: dict[str, list[float]] = {code: [] for code in dials.entities}
        failed = dict.fromkeys(dials.entities, 0)
        for row in latest.values():
            code, quantity = row["code"], row["quantity"]
            if code not in readings or not self._in_period(row["date"], block.params):
                continue
            if quantity in SENTINELS and not (slip == "sentinel-kept" and quantity != "n/a"):
                failed[code] += 1
                continue
            dozen = 12 if row["unit"] == "dz" and slip != "dozen-missed" else 1
            readings[code].append(float(quantity.replace(",", ".")) * dozen)
        fill = float(block.params["fill_share"])
        values = {}
        for code in dials.entities:
            filled = 0 if code in dials.exceptions else failed[code]
            settled = math.fsum(readings[code]) + filled * fill * dials.quantities[Quantity.DEMAND][code] / 7
            values[code] = max(settled, 0.0) * dials.quantities[Quantity.UNIT_COST][code]
        limit = int(block.params["failed_days_limit"])
        return Findings(values, frozenset(code for code in dials.entities if failed[code] > limit))

    @staticmethod
    def _later(row: dict[str, str], held: dict[str, str], slip: str | None) -> bool:
        if slip == "text-revision":
            return row["rev"] > held["rev"]
        return int(row["rev"]) > int(held["rev"])

    @staticmethod
    def _in_period(day: str, params: Mapping[str, Param]) -> bool:
        return str(params["period_start"]) <= day <= str(params["period_end"])
