"""Probability Calculation: how likely is a hidden fault, and what will it cost?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Measure, Param, Skill
from skillbench.skills.formats import markdown_rows, markdown_table

TESTS, HISTORY, REPORTS = "test_register.md", "check_history.md", "report_log.md"
NAMES = ("spot check", "paper audit", "night visit", "walk-through", "sample test", "user survey")
YEARS = (2022, 2023, 2024, 2025)
FIRST_DAY = date(2026, 1, 5)
OFFICES = ("north desk", "south desk", "head office")


class ProbabilityCalculation(Skill):
    """Update the probability of a hidden fault from reports, then price it.

    Past checks give the base rate, tests of known error rates give the evidence. The register states rates
    as percentages, decimals or counts, and of positive or of clear outcomes; reports are copied between
    offices and withdrawn. The posterior weighs a full loss against a residual one.
    """

    tag = "Probability Calculation"
    measure = Measure(
        key="expected_loss",
        title="Expected fault loss",
        unit="{{ currency }}",
        digits=2,
        meaning="what a hidden fault at each {{ entity }} must be expected to cost",
    )
    signal = "the probability of a hidden fault at the {{ entity }} is above `alarm_level`"
    exception = "it contests its reports: none of them counts and its base rate stands"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.EXPOSURE: "the full loss grows with the {{ exposure }}",
        Quantity.UNIT_COST: "every unit of exposure is priced at the {{ unit_cost }}",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.CAPACITY: Drive(
            raises=False, reason="where a costly fault is likely, part of the plant is kept in reserve"
        ),
        Quantity.CREW: Drive(raises=True, reason="people are sent to where the expected loss is large"),
        Quantity.UNIT_COST: Drive(
            raises=True, reason="the insurer's premium follows the expected loss of a {{ entity }}"
        ),
        Quantity.LEAD_TIME: Drive(
            raises=True, reason="approvals pass one more desk when a {{ entity }} has much to lose from a fault"
        ),
    }
    rules: ClassVar[Mapping[str, str]] = {
        "Expected fault loss: base rate and reports that count": """
Each {{ entity }} either has a hidden fault or is sound. Its base rate, the probability of a fault before any
report, comes from the check history, which has one line per {{ entity }} and year with the number of checks and of
faults found. Years from `first_year` on count. A year whose faults read `-` was lost: neither its checks nor its
faults count. The base rate is (faults + `prior_faults`) / (checks + `prior_checks`), both summed over the years
that count; without any such year it is `prior_faults` / `prior_checks`.

A report is identified by its number. Lines of the report log with the same number are copies of one report, passed
on by different offices: they agree in all but office and status, and together they count once. A report counts when
it was sampled on or after `evidence_from`, its outcome is `positive` or `clear` (a `void` one says nothing), and
none of its lines has the status `withdrawn`. Two reports with different numbers are separate evidence, even of the
same test on the same day. For a {{ entity }} under exception no report counts.
""",
        "Expected fault loss: probability, price and flag": """
The test register states for every test how often it had an outcome at {{ entities }} known to be faulty (`if
faulty`) and at {{ entities }} known to be sound (`if sound`). The column `counted` names the outcome that was
counted; the other outcome has the rest, since a void test is not counted at all. A rate is written as a percentage
(`82 %`), as a decimal (`0.82`) or as a count (`41 of 50`); all three mean the same.

Given the state of the {{ entity }}, reports are independent of each other. The probability of a fault is the base
rate updated by Bayes' rule with all reports that count.

The full loss is the {{ entity }}'s {{ exposure }} times its {{ unit_cost }}. A fault costs the full loss; a sound
{{ entity }} still costs `residual_share` of it. The expected fault loss weighs the two by the probabilities of
fault and of soundness. Nothing is rounded on the way.

Flag a {{ entity }} when its probability of a fault, computed as above, is above `alarm_level`.
""",
    }
    slips: ClassVar[Mapping[str, str]] = {
        "base-rate-ignored": "fault and soundness start out equally likely",
        "not-normalised": "the joint probability of fault and reports is taken for the posterior",
        "rates-swapped": "the rates of faulty and of sound are exchanged",
        "copies-counted": "every copy of a report is new evidence",
        "clear-rate-misread": "a rate of clear outcomes is read as a rate of positive ones",
    }

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Base rate's window and pseudo-counts, date from which reports count, residual loss, alarm."""
        return {
            "first_year": stream.choice(YEARS[1:3]),
            "prior_faults": stream.number("1.0", "2.5", 1),
            "prior_checks": stream.number("5.0", "9.0", 1),
            "evidence_from": (FIRST_DAY + timedelta(days=stream.integer(6, 16))).isoformat(),
            "residual_share": stream.number("0.04", "0.12", 2),
            "alarm_level": stream.number("0.30", "0.50", 2),
        }

    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """A register of six tests, four years of checks, and about four reports per entity."""
        tests = [self._test(stream, name, clear=at % 3 == 0) for at, name in enumerate(stream.shuffled(NAMES))]
        history: list[tuple[object, ...]] = []
        reports: list[tuple[object, ...]] = []
        number = stream.integer(300, 900)
        for entity in roster.everyone:
            for year in YEARS:
                checks = stream.integer(6, 30)
                found = "-" if stream.chance(level, 6) else stream.integer(0, checks // 3)
                history.append((entity.code, year, checks, found))
            for _ in range(stream.integer(3, 4) + level - 1):
                number += stream.integer(1, 9)
                reports += self._report(stream, f"R{number}", entity.code, level)
        files = {
            TESTS: markdown_table(("test", "counted", "if faulty", "if sound"), stream.shuffled(tests)),
            HISTORY: markdown_table(("code", "year", "checks", "faults"), stream.shuffled(history)),
            REPORTS: markdown_table(
                ("report", "sampled", "code", "test", "outcome", "status", "office"), stream.shuffled(reports)
            ),
        }
        return Block(files, self.draw_params(stream))

    @staticmethod
    def _test(stream: Stream, name: str, *, clear: bool) -> tuple[object, ...]:
        percents = (stream.integer(29, 46) * 2, stream.integer(5, 19) * 2)
        written = [100 - percent if clear else percent for percent in percents]
        styles = [stream.choice((f"{p} %", f"0.{p:02d}", f"{p // 2} of 50")) for p in written]
        return (name, "clear" if clear else "positive", *styles)

    @staticmethod
    def _report(stream: Stream, number: str, code: str, level: int) -> list[tuple[object, ...]]:
        sampled = (FIRST_DAY + timedelta(days=stream.integer(0, 60))).isoformat()
        outcome = "void" if stream.chance(1, 10) else stream.choice(("positive", "positive", "clear"))
        line = (number, sampled, code, stream.choice(NAMES), outcome)
        offices = stream.sample(OFFICES, 1 + stream.chance(1 + level, 7))
        status = ["final" for _ in offices]
        if stream.chance(level, 9):
            status[-1] = "withdrawn"
        return [(*line, *rest) for rest in zip(status, offices, strict=True)]

    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """Bayes' rule per entity over the reports that count, then the mean of full and residual loss."""
        margins = margins or Margins()
        params = block.params
        rates = self._rates(block.files[TESTS], slip)
        prior = self._base_rates(block, dials)
        faulty = dict.fromkeys(dials.entities, 0.5) if slip == "base-rate-ignored" else dict(prior)
        sound = {code: 1 - rate for code, rate in faulty.items()}
        for row in self._evidence(block, slip):
            code = row["code"]
            if code not in faulty or code in dials.exceptions:
                continue
            hit, alarm = rates[row["test"]]
            positive = row["outcome"] == "positive"
            faulty[code] *= hit if positive else 1 - hit
            sound[code] *= alarm if positive else 1 - alarm
        residual, alarm_level = float(params["residual_share"]), float(params["alarm_level"])
        values, flagged = {}, set()
        for code in dials.entities:
            whole = 1.0 if slip == "not-normalised" else faulty[code] + sound[code]
            fault = faulty[code] / whole
            full = dials.quantities[Quantity.EXPOSURE][code] * dials.quantities[Quantity.UNIT_COST][code]
            values[code] = full * (fault + residual * (1 - fault))
            if margins.above(f"alarm at {code}", fault, alarm_level):
                flagged.add(code)
        return Findings(values, frozenset(flagged))

    @staticmethod
    def _rates(text: str, slip: str | None) -> dict[str, tuple[float, float]]:
        """Per test, how often it is positive at a faulty and at a sound entity."""

        def rate(cell: str) -> float:
            if cell.endswith("%"):
                return float(cell.removesuffix("%")) / 100
            part, _, whole = cell.partition(" of ")
            return float(part) / float(whole or 1)

        rates = {}
        for row in markdown_rows(text):
            pair = rate(row["if faulty"]), rate(row["if sound"])
            if row["counted"] == "clear" and slip != "clear-rate-misread":
                pair = 1 - pair[0], 1 - pair[1]
            rates[row["test"]] = pair[::-1] if slip == "rates-swapped" else pair
        return rates

    @staticmethod
    def _base_rates(block: Block, dials: Dials) -> dict[str, float]:
        checks = dict.fromkeys(dials.entities, float(block.params["prior_checks"]))
        faults = dict.fromkeys(dials.entities, float(block.params["prior_faults"]))
        for row in markdown_rows(block.files[HISTORY]):
            if row["code"] in checks and int(row["year"]) >= int(block.params["first_year"]) and row["faults"] != "-":
                checks[row["code"]] += int(row["checks"])
                faults[row["code"]] += int(row["faults"])
        return {code: faults[code] / checks[code] for code in dials.entities}

    @staticmethod
    def _evidence(block: Block, slip: str | None) -> list[dict[str, str]]:
        """One line per report that counts."""
        rows = markdown_rows(block.files[REPORTS])
        withdrawn = {row["report"] for row in rows if row["status"] == "withdrawn"}
        rows = rows if slip == "copies-counted" else list({row["report"]: row for row in rows}.values())
        return [
            row
            for row in rows
            if row["report"] not in withdrawn
            and row["outcome"] != "void"
            and row["sampled"] >= str(block.params["evidence_from"])
        ]
