"""Probability Calculation: how likely is a hidden fault, and what will it cost?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import World
from skillbench.skills.contract import Block, Dials, Drive, Fact, Findings, Margins, Measure, Param, Sheet, Skill, Terms
from skillbench.skills.formats import markdown_table

TESTS, HISTORY, REPORTS = "test_register.md", "check_history.md", "report_log.md"
NAMES = ("spot check", "paper audit", "night visit", "walk-through", "sample test", "user survey")
YEARS = (2021, 2022, 2023, 2024, 2025)
FIRST_SAMPLE = date(2026, 3, 2)
HEAD = "head office"
OFFICES = ("north desk", "south desk", HEAD)


@dataclass(frozen=True)
class Trial:
    """One test: times in a hundred it is positive at faulty and at sound entities; ``clear`` if the rest is told."""

    name: str
    faulty: int
    sound: int
    clear: bool


@dataclass(frozen=True)
class Year:
    """One entity's checks of one year before the period; ``faults`` is None where they were lost."""

    code: str
    year: int
    checks: int
    faults: int | None


@dataclass(frozen=True)
class Report:
    """One report of a test, the offices that passed it on, and those of them that withdrew it."""

    number: int
    sampled: date
    code: str
    test: str
    outcome: str
    offices: tuple[str, ...]
    withdrawn: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """Test register, check history and report log."""

    trials: tuple[Trial, ...]
    years: tuple[Year, ...]
    reports: tuple[Report, ...]


class Slip(StrEnum):
    """Usual mistakes with Bayes' rule."""

    BASE_RATE_IGNORED = "base-rate-ignored"
    ODDS_TAKEN = "odds-for-probability"
    RATES_SWAPPED = "rates-swapped"
    COPIES_COUNTED = "copies-counted"
    CLEAR_MISREAD = "clear-rate-misread"


class ProbabilityCalculation(Skill):
    """Update the probability of a hidden fault from reports, then price it.

    Past checks give the base rate, tests of known error rates give the evidence. The register states rates
    as percentages, decimals or counts, and of positive or of clear outcomes; reports are copied between
    offices, withdrawn, repeated and unreadable. The posterior weighs a full loss against a residual one.
    """

    tag = "Probability Calculation"
    measure = Measure(
        key="expected_loss",
        title="Expected fault loss",
        unit="{{ currency }}",
        digits=2,
        meaning="what a hidden fault at each {{ entity }} must be expected to cost",
    )
    signal = "its probability of a hidden fault, or what that costs, is high by the rules"
    exception = "its reports or its base rate are taken otherwise"
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
    sheets: ClassVar[tuple[Sheet, ...]] = (
        Sheet(
            "Where a fault's probability starts and which reports count",
            {
                "history": {
                    "": """
                        << Each {{ entity }} either has a hidden fault or is sound; the expected fault loss rests on how
                        probable a fault is. Its base rate, the probability before any report, comes from the check
                        history, which has one line per {{ entity }} and year with the checks made and the faults found.
                        || A {{ entity }} is sound or has a hidden fault, and the expected fault loss depends on how
                        probable the fault is. Before any report that probability is the base rate. It follows from the
                        check history, where a line tells how many checks were made at one {{ entity }} in one year and
                        how many faults they found. >>
                    """,
                },
                "years": {
                    "from": """
                        << Of the check history only the years from `first_year` on count, that year included.
                        || Years of the check history before `first_year` are left out; `first_year` itself and all
                        later ones count. >>
                    """,
                    "last": """
                        << Of the check history only the two latest years that it holds count, whether or not a
                        {{ entity }}'s faults of these years were lost.
                        || Only the last two years that stand in the check history count, be a {{ entity }}'s faults of
                        these years lost or not. >>
                    """,
                    "halved": """
                        << All years of the check history count; of a year before `first_year` half of the checks and
                        half of the faults count.
                        || The whole check history counts, but of the years before `first_year` only with half of the
                        checks and half of the faults. >>
                    """,
                },
                "lost": {
                    "out": """
                        Where the faults of a {{ entity }}'s year read `-`, the year was lost: neither its checks nor
                        its faults count.
                    """,
                    "assumed": """
                        Where the faults of a {{ entity }}'s year read `-`, they were lost: the checks of the year
                        count, and its faults are taken to be `lost_rate` times its checks.
                    """,
                    "none": """
                        Where the faults of a {{ entity }}'s year read `-`, nobody found any: the year counts with its
                        checks and with no fault.
                    """,
                },
                "base": {
                    "counts": """
                        The base rate is (faults + `prior_faults`) / (checks + `prior_checks`), faults and checks each
                        added up over what counts of the {{ entity }}'s years; where nothing counts it is
                        `prior_faults` / `prior_checks`.
                    """,
                    "bounds": """
                        The base rate is faults / checks, each added up over what counts of the {{ entity }}'s years,
                        but never less than `base_low` and never more than `base_high`; where no check counts it is
                        `base_low`.
                    """,
                    "house": """
                        The base rate is the mean of two rates, each faults / checks over what counts: that of the
                        {{ entity }}'s own years, and that of all lines of the check history added up, whosever they
                        are. Where none of the {{ entity }}'s own checks counts it is the second rate alone.
                    """,
                },
                "report": {
                    "": """
                        << A report is identified by its number. Lines of the report log with one number are copies of
                        one report, passed on by different offices: they differ in office and status alone and together
                        are one report. A report counts when it was sampled on or after `evidence_from` and no other
                        clause leaves it out.
                        || In the report log a number stands for one report. Several lines with that number are copies
                        which offices passed on; apart from office and status they are alike, and together they are
                        still one report. It counts if it was sampled on `evidence_from` or later, unless another clause
                        leaves it out. >>
                    """,
                },
                "withdrawn": {
                    "any": """
                        << A report of which at least one line has the status `withdrawn` does not count, whatever its
                        other lines say.
                        || One line with the status `withdrawn` is enough for a report not to count, and no other line
                        can save it. >>
                    """,
                    "all": """
                        << A report does not count when all of its lines have the status `withdrawn`; while one office
                        upholds it as `final`, it stands.
                        || Only a report all of whose lines have the status `withdrawn` does not count; as long as a
                        line of it reads `final`, it stands. >>
                    """,
                    "head": """
                        << A report does not count when its line from the `head office` has the status `withdrawn`. No
                        other office can withdraw a report, and one without a line from there stands.
                        || Only the `head office` withdraws reports: one does not count when its line from there has the
                        status `withdrawn`. It stands where there is no such line, whatever other offices did. >>
                    """,
                },
                "void": {
                    "silent": """
                        << A report whose outcome is `void` says nothing and does not count.
                        || Nothing follows from an outcome `void`: such a report does not count. >>
                    """,
                    "positive": """
                        << An outcome `void` is a test that could not be read: as a precaution it is treated as if it
                        were `positive`.
                        || As a precaution a test that could not be read, with the outcome `void`, is treated as if it
                        had been `positive`. >>
                    """,
                    "clear": """
                        << An outcome `void` is a test that found nothing to read: it is treated as if it were `clear`.
                        || Where a test found nothing to read, its outcome is `void`, and it is treated as if that were
                        `clear`. >>
                    """,
                },
                "repeat": {
                    "separate": """
                        Reports with different numbers are separate evidence, each in full, even where they are of one
                        test at one {{ entity }} on one day.
                    """,
                    "latest": """
                        Of several reports of one test at one {{ entity }} that would count, only the one sampled last
                        counts; of those sampled on that day, the one with the highest number.
                    """,
                    "weaker": """
                        Several reports of one test at one {{ entity }} depend on each other: of those that count, the
                        one sampled first enters with its ratio and each of the others with the square root of its
                        ratio; of those sampled on one day the lowest number comes first.
                    """,
                },
                "exception": {
                    "contested": """
                        << A {{ entity }} under exception contests its reports: none of them counts, and the base rate
                        stands as its probability of a fault.
                        || Reports about a {{ entity }} under exception are contested and none of them counts, so that
                        its probability of a fault is its base rate. >>
                    """,
                    "defended": """
                        << Of a {{ entity }} under exception only those reports count whose outcome is `clear` or is
                        treated as such; the others are under appeal and do not count.
                        || Reports about a {{ entity }} under exception are under appeal and do not count, but for those
                        whose outcome is `clear` or is treated as `clear`. >>
                    """,
                    "primed": """
                        << A {{ entity }} under exception starts from higher odds: those of its base rate are multiplied
                        by `odds_factor` before any report enters.
                        || Before any report enters, the odds that belong to the base rate are multiplied by
                        `odds_factor` for a {{ entity }} under exception. >>
                    """,
                },
            },
        ),
        Sheet(
            "From reports to a probability and a sum of money",
            {
                "register": {
                    "": """
                        << The test register states for every test how often it had an outcome at {{ entities }} known
                        to be faulty (`if faulty`) and at {{ entities }} known to be sound (`if sound`). The column
                        `counted` names the outcome that was counted; the other one of `positive` and `clear` has the
                        rest. A rate is written as a percentage (`82 %`), as a decimal (`0.82`) or as a count (`41 of
                        50`); all three mean the same.
                        || How often a test had an outcome stands in the test register, under `if faulty` for
                        {{ entities }} known to have a fault and under `if sound` for {{ entities }} known to have none.
                        Which outcome that was, `positive` or `clear`, is said in the column `counted`; the rest up to
                        one belongs to the other. Rates come as percentages (`82 %`), decimals (`0.82`) or counts (`41
                        of 50`), and these three are equal. >>
                    """,
                },
                "ratio": {
                    "": """
                        << A report's ratio is how often its outcome occurs at faulty {{ entities }} divided by how
                        often it occurs at sound ones. The odds that belong to a probability p are p / (1 - p), and the
                        probability that belongs to odds is odds / (1 + odds).
                        || To find the ratio of a report, how often its outcome occurs at faulty {{ entities }} is
                        divided by how often it occurs at sound ones. A probability p and its odds belong together by
                        odds = p / (1 - p) and p = odds / (1 + odds). >>
                    """,
                },
                "update": {
                    "plain": """
                        The odds of a fault are the odds of the base rate times the ratios of all reports that count:
                        given the state of the {{ entity }}, different tests are independent.
                    """,
                    "capped": """
                        The odds of a fault are the odds of the base rate times the ratios of all reports that count.
                        No report decides alone: a ratio above `ratio_cap` is replaced by `ratio_cap`, and one below
                        1 / `ratio_cap` by that, before any square root of it is taken.
                    """,
                    "damped": """
                        Different tests of one {{ entity }} go back to the same hands and depend on each other: the
                        odds of a fault are the odds of the base rate times the product, raised to the power `damping`,
                        of the ratios of all reports that count.
                    """,
                },
                "loss": {
                    "even": "The full loss is the {{ entity }}'s {{ exposure }} times its {{ unit_cost }}.",
                    "band": """
                        The full loss prices the first `near_exposure` of the {{ entity }}'s {{ exposure }} at its
                        {{ unit_cost }} and what goes beyond at `far_rate` times it.
                    """,
                },
                "residual": {
                    "": """
                        << A fault costs the full loss; a sound {{ entity }} still costs `residual_share` of it. The
                        expected fault loss is the probability of a fault times the former plus the probability of
                        soundness times the latter. Nothing is rounded on the way.
                        || The full loss is what a fault costs, and even soundness costs `residual_share` of the full
                        loss. Each of the two costs times its probability, added up, make the expected fault loss.
                        Nothing is rounded on the way to it. >>
                    """,
                },
                "flag": {
                    "alarm": """
                        << Flag a {{ entity }} when its probability of a fault is above `alarm_level`.
                        || A {{ entity }} gets a flag when a fault there is more probable than `alarm_level`. >>
                    """,
                    "tests": """
                        << Flag a {{ entity }} when at least `alarm_reports` of its reports that count have the outcome
                        `positive` or are treated as if they had.
                        || A {{ entity }} gets a flag when `alarm_reports` or more of its reports that count are
                        `positive` or treated as if they were. >>
                    """,
                    "loss": """
                        << Flag a {{ entity }} when its expected fault loss is more than `alarm_share` times the mean of
                        this figure over all {{ entities }} in scope.
                        || A {{ entity }} gets a flag when its expected fault loss is above `alarm_share` times the mean
                        that all {{ entities }} in scope have of it. >>
                    """,
                },
            },
        ),
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.BASE_RATE_IGNORED: "fault and soundness start out equally likely",
        Slip.ODDS_TAKEN: "the odds of a fault are taken for its probability",
        Slip.RATES_SWAPPED: "the rates of faulty and of sound are exchanged",
        Slip.COPIES_COUNTED: "every copy of a report is a report of its own",
        Slip.CLEAR_MISREAD: "a rate of clear outcomes is read as a rate of positive ones",
    }
    kind = Evidence

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Base rate's window, counts and bounds, date from which reports count, weights, losses, alarms."""
        return {
            "first_year": stream.choice(YEARS[1:3]),
            "lost_rate": stream.number("0.22", "0.40", 2),
            "prior_faults": stream.number("1.0", "2.5", 1),
            "prior_checks": stream.number("5.0", "9.0", 1),
            "base_low": stream.number("0.14", "0.17", 2),
            "base_high": stream.number("0.19", "0.24", 2),
            "evidence_from": (FIRST_SAMPLE + timedelta(days=stream.integer(6, 20))).isoformat(),
            "odds_factor": stream.number("2.2", "4.0", 1),
            "ratio_cap": stream.number("1.8", "2.6", 1),
            "damping": stream.number("0.55", "0.80", 2),
            "near_exposure": stream.integer(70, 130),
            "far_rate": stream.number("0.55", "0.80", 2),
            "residual_share": stream.number("0.04", "0.12", 2),
            "alarm_level": stream.number("0.18", "0.32", 2),
            "alarm_reports": stream.integer(1, 2),
            "alarm_share": stream.number("0.65", "0.95", 2),
        }

    def records(self, stream: Stream, world: World, level: int) -> Evidence:
        """Six tests, five years of checks before the period, and about four reports per entity within it."""
        trials = [
            Trial(name, stream.integer(29, 46) * 2, stream.integer(5, 19) * 2, place % 3 == 0)
            for place, name in enumerate(stream.shuffled(NAMES))
        ]
        years: list[Year] = []
        reports: list[Report] = []
        number = stream.integer(300, 900)
        span = (world.last - world.first).days
        for entity in world.everyone:
            # About one check a year for every ten units of exposure; one in six of them finds something.
            usual = max(6, round(world.figure(Quantity.EXPOSURE, entity.code) / 10))
            for year in YEARS:
                checks = max(5, usual * stream.integer(60, 140) // 100)
                faults = None if stream.chance(1 + level, 8) else stream.integer(0, checks // 3)
                years.append(Year(entity.code, year, checks, faults))
            faulty = stream.chance(1, 2)
            for _ in range(stream.integer(3, 4) + level):
                number += stream.integer(1, 9)
                sampled = world.first + timedelta(days=stream.integer(0, span))
                reports.append(self._report(stream, number, sampled, entity.code, stream.choice(trials), faulty=faulty))
        return Evidence(tuple(trials), tuple(years), tuple(reports))

    @staticmethod
    def _report(stream: Stream, number: int, sampled: date, code: str, trial: Trial, *, faulty: bool) -> Report:
        found = stream.chance(trial.faulty if faulty else trial.sound, 100)
        outcome = "void" if stream.chance(1, 5) else "positive" if found else "clear"
        offices = tuple(stream.sample(OFFICES, stream.choice((1, 1, 2, 2, 3))))
        withdrawn = tuple(stream.sample(offices, stream.integer(1, len(offices)))) if stream.chance(1, 3) else ()
        return Report(number, sampled, code, trial.name, outcome, offices, withdrawn)

    def render(self, stream: Stream, records: Evidence) -> dict[str, str]:
        """Three tables, shuffled; rates in three notations, a report once for each office that passed it on."""

        def rate(positive: int, *, clear: bool) -> str:
            percent = 100 - positive if clear else positive
            return stream.choice((f"{percent} %", f"0.{percent:02d}", f"{percent // 2} of 50"))

        tests = [
            (
                one.name,
                "clear" if one.clear else "positive",
                *(rate(p, clear=one.clear) for p in (one.faulty, one.sound)),
            )
            for one in records.trials
        ]
        history = [(one.code, one.year, one.checks, "-" if one.faults is None else one.faults) for one in records.years]
        lines = [
            (f"R{one.number}", one.sampled, one.code, one.test, one.outcome, status, office)
            for one in records.reports
            for office in one.offices
            for status in ["withdrawn" if office in one.withdrawn else "final"]
        ]
        columns = ("report", "sampled", "code", "test", "outcome", "status", "office")
        return {
            TESTS: markdown_table(("test", "counted", "if faulty", "if sound"), stream.shuffled(tests)),
            HISTORY: markdown_table(("code", "year", "checks", "faults"), stream.shuffled(history)),
            REPORTS: markdown_table(columns, stream.shuffled(lines)),
        }

    def facts(self, records: Evidence) -> Sequence[Fact]:
        """The outcome of every report, and the faults of every year that was not lost."""
        outcomes = [
            Fact("reports", place, "outcome", one.outcome, one.code, one.sampled, f"report R{one.number}")
            for place, one in enumerate(records.reports)
        ]
        return outcomes + [
            Fact("years", place, "faults", one.faults, one.code, None, f"the faults found in {one.year}")
            for place, one in enumerate(records.years)
            if one.faults is not None
        ]

    def live_slips(self, terms: Terms) -> list[StrEnum]:
        """Where one report of a test counts, its copies change nothing."""
        dead = {Slip.COPIES_COUNTED} if terms.says("repeat", "latest") else set()
        return [slip for slip in self.slips if slip not in dead]

    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """Odds of the base rate times the ratios that count, then the mean of full and residual loss."""
        margins = margins or Margins()
        evidence: Evidence = block.records
        trials = {one.name: one for one in evidence.trials}
        own: dict[str, list[Report]] = {code: [] for code in dials.entities}
        for report in evidence.reports:
            if report.code in own:
                own[report.code].append(report)
        positives, fault, values = {}, {}, {}
        for code in dials.entities:
            terms, excepted = block.terms.at(code), code in dials.exceptions
            start = 0.5 if slip is Slip.BASE_RATE_IGNORED else _base_rate(code, evidence.years, terms)
            odds = start / (1 - start)
            counting = _counting(own[code], terms, slip, excepted=excepted)
            positives[code] = sum(_outcome(report, terms) == "positive" for report, _ in counting)
            if excepted and terms.says("exception", "primed"):
                odds *= terms.number("odds_factor")
            for report, power in counting:
                odds *= _ratio(report, trials[report.test], terms, slip) ** power
            fault[code] = odds if slip is Slip.ODDS_TAKEN else odds / (1 + odds)
            read = dials.quantities
            full = _full_loss(read[Quantity.EXPOSURE][code], read[Quantity.UNIT_COST][code], terms)
            values[code] = full * (fault[code] + terms.number("residual_share") * (1 - fault[code]))
        mean = math.fsum(values.values()) / len(values)
        flagged = set()
        for code in dials.entities:
            terms = block.terms.at(code)
            compared = {
                "alarm": (fault[code], terms.number("alarm_level")),
                "loss": (values[code], terms.number("alarm_share") * mean),
                "tests": (positives[code] + 0.5, terms.number("alarm_reports")),  # half a report: counts never lie near
            }[terms.clauses["flag"]]
            if margins.above(f"alarm at {code}", *compared):
                flagged.add(code)
        return Findings(values, frozenset(flagged))


def _base_rate(code: str, years: Sequence[Year], terms: Terms) -> float:
    """The probability of a fault before any report."""
    faults, checks = _history([year for year in years if year.code == code], terms)
    if terms.says("base", "counts"):
        return (faults + terms.number("prior_faults")) / (checks + terms.number("prior_checks"))
    if terms.says("base", "bounds"):
        low, high = terms.number("base_low"), terms.number("base_high")
        return min(max(faults / checks if checks else low, low), high)
    all_faults, all_checks = _history(years, terms)
    house = all_faults / all_checks
    return (faults / checks + house) / 2 if checks else house


def _history(years: Sequence[Year], terms: Terms) -> tuple[float, float]:
    """Faults and checks that count."""
    faults = checks = 0.0
    first = YEARS[-2] if terms.says("years", "last") else terms.number("first_year")
    for year in years:
        weight = 1.0
        if year.year < first:
            weight = 0.5 if terms.says("years", "halved") else 0.0
        if year.faults is None and terms.says("lost", "out"):
            weight = 0.0
        lost = terms.number("lost_rate") * year.checks if terms.says("lost", "assumed") else 0.0
        faults += weight * (lost if year.faults is None else year.faults)
        checks += weight * year.checks
    return faults, checks


def _counting(
    reports: Sequence[Report], terms: Terms, slip: StrEnum | None, *, excepted: bool
) -> list[tuple[Report, float]]:
    """The reports of one entity that count, each with the power its ratio enters with."""
    if excepted and terms.says("exception", "contested"):
        return []
    since = date.fromisoformat(str(terms.params["evidence_from"]))
    clear_only = excepted and terms.says("exception", "defended")
    by_test: dict[str, list[Report]] = {}
    for report in sorted(reports, key=lambda one: (one.sampled, one.number)):
        outcome = _outcome(report, terms)
        left_out = report.sampled < since or _is_withdrawn(report, terms) or outcome == "void"
        if not (left_out or (clear_only and outcome != "clear")):
            copies = len(report.offices) if slip is Slip.COPIES_COUNTED else 1
            by_test.setdefault(report.test, []).extend([report] * copies)
    power = terms.number("damping") if terms.says("update", "damped") else 1.0
    if terms.says("repeat", "latest"):
        return [(same[-1], power) for same in by_test.values()]
    further = 0.5 if terms.says("repeat", "weaker") else 1.0
    return [(one, power * (further if place else 1.0)) for same in by_test.values() for place, one in enumerate(same)]


def _is_withdrawn(report: Report, terms: Terms) -> bool:
    if terms.says("withdrawn", "head"):
        return HEAD in report.withdrawn
    return len(report.withdrawn) >= (len(report.offices) if terms.says("withdrawn", "all") else 1)


def _outcome(report: Report, terms: Terms) -> str:
    treated = terms.clauses["void"]
    return treated if report.outcome == "void" and treated != "silent" else report.outcome


def _ratio(report: Report, trial: Trial, terms: Terms, slip: StrEnum | None) -> float:
    """How often the outcome occurs at faulty entities over how often at sound ones."""
    positive = _outcome(report, terms) == "positive"
    if trial.clear and slip is Slip.CLEAR_MISREAD:
        positive = not positive
    ratio = trial.faulty / trial.sound if positive else (100 - trial.faulty) / (100 - trial.sound)
    ratio = 1 / ratio if slip is Slip.RATES_SWAPPED else ratio
    if not terms.says("update", "capped"):
        return ratio
    cap = terms.number("ratio_cap")
    return min(max(ratio, 1 / cap), cap)


def _full_loss(exposure: float, price: float, terms: Terms) -> float:
    if terms.says("loss", "even"):
        return exposure * price
    near = terms.number("near_exposure")
    return (min(exposure, near) + terms.number("far_rate") * max(exposure - near, 0.0)) * price
