"""Decision Tree Inference: route each entity through a trained tree, missing values included."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import World
from skillbench.skills.contract import Block, Dials, Drive, Fact, Findings, Margins, Measure, Param, Sheet, Skill, Terms
from skillbench.skills.formats import csv_text

TREE, SURVEY = "fault_tree.json", "survey.tsv"
MISSING = ("", "NA", "?")
UNITS = {"y": Decimal(12), "mo": Decimal(1), "km": Decimal(1000), "m": Decimal(1), "%": Decimal("0.01"), "": Decimal(1)}
# What is surveyed: lowest and highest grid point, the grid's step (months, metres, fraction of one), ways to write it.
FEATURES: dict[str, tuple[int, int, Decimal, tuple[str, ...]]] = {
    "age": (5, 48, Decimal(6), ("y", "mo")),
    "distance": (4, 95, Decimal(100), ("km", "m")),
    "usage": (40, 130, Decimal("0.01"), ("%", "")),
    "score": (38, 88, Decimal(1), ("",)),
    "complaints": (0, 12, Decimal(1), ("",)),
}
FEWEST = 6


@dataclass(frozen=True)
class Node:
    """A node of the tree, ``yes`` and ``no`` being places in it; a leaf has no feature, but a rate and hours."""

    cases: tuple[int, ...]
    feature: str = ""
    test: str = ""
    at: Decimal = Decimal(0)
    unit: str = ""
    missing: str = ""
    yes: int = 0
    no: int = 0
    rate: Decimal = Decimal(0)
    hours: Decimal = Decimal(0)


@dataclass(frozen=True)
class Row:
    """One survey, in months, metres, fractions of one and points; None is a missing value."""

    code: str
    day: date
    age: Decimal | None
    distance: Decimal | None
    usage: Decimal | None
    score: Decimal | None
    complaints: Decimal | None
    units: tuple[str, ...]


@dataclass(frozen=True)
class Survey:
    """The tree, root first, and the surveys it is applied to."""

    nodes: tuple[Node, ...]
    rows: tuple[Row, ...]


Values = Mapping[str, tuple[Decimal, str] | None]
Reached = Sequence[tuple[Node, float]]


class Slip(StrEnum):
    """Usual mistakes with a tree."""

    STRICT_ONLY = "strict-only"
    MISSING_AS_ZERO = "missing-as-zero"
    HEAVIER_BRANCH = "heavier-branch"
    UNITS_IGNORED = "units-ignored"
    OTHER_ROW = "other-row"


class DecisionTreeInference(Skill):
    """Apply a trained decision tree to surveys and price the leaves it reaches.

    The tree is grown from drawn cases by least squares, so its counts add up. Nodes test with < or <= against
    thresholds in units of their own, surveys come in other units, and many values sit exactly on a threshold. A
    missing value, a contested score or a value near a threshold may take both branches. Surveys supersede each other.
    """

    tag = "Decision Tree Inference"
    measure = Measure(
        key="fault_cost",
        title="Predicted fault cost",
        unit="{{ currency }}",
        digits=2,
        meaning="what the faults that the tree predicts at each {{ entity }} will cost in a quarter",
    )
    signal = "what the tree predicts for it is above the watch limit that the rules set"
    exception = "its score is contested: the tree does not go by it"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.EXPOSURE: "a leaf's fault rate counts faults per hundred of the {{ exposure }}",
        Quantity.UNIT_COST: "an hour of repair is priced at the {{ unit_cost }}",
        Quantity.LEAD_TIME: "a fault stays open for the {{ lead_time }} and is charged for it",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.DEMAND: Drive(raises=True, reason="each predicted fault turns into a request at the {{ entity }}"),
        Quantity.EXPOSURE: Drive(raises=True, reason="costly faults reach more people than cheap ones do"),
        Quantity.CAPACITY: Drive(raises=False, reason="plant that is expected to fail is not counted on"),
        Quantity.CREW: Drive(raises=True, reason="repair teams are posted where the tree foresees the dearest faults"),
    }
    sheets: ClassVar[tuple[Sheet, ...]] = (
        Sheet(
            "Walking a trained tree with a survey",
            {
                "layout": {
                    "": """
                        << The predicted fault cost rests on a tree and a survey. The survey has one row per
                        {{ entity }} and survey day, in no order, with dates written day.month.year; no {{ entity }} is
                        surveyed twice on one day. An empty cell, `NA` or `?` is a missing value; a zero is a value.
                        || A tree and a survey are what the predicted fault cost is read from. In the survey, whose
                        order means nothing, each row is one {{ entity }} on one day; dates are written day.month.year,
                        and one {{ entity }} never has two rows of one day. A value is missing where the cell is empty
                        or reads `NA` or `?`; zero is a value like any other. >>
                    """,
                },
                "row": {
                    "latest": """
                        Of a {{ entity }}'s rows only the most recent counts; what it leaves open is not filled from
                        the others and stays a missing value.
                    """,
                    "filled": """
                        Of a {{ entity }}'s rows the most recent counts. A value missing in it is taken from the
                        most recent of the {{ entity }}'s other rows that has this value; it is a missing value only
                        where none has.
                    """,
                    "first": """
                        Of a {{ entity }}'s rows only the earliest counts: later surveys wait for the next quarter.
                        What the earliest leaves open is not filled from the others and stays a missing value.
                    """,
                },
                "units": {
                    "": """
                        << A quantity carries its unit behind the number: age in years (`y`, twelve months) or months
                        (`mo`), distance in `km` or `m`, usage in per cent (`%`) or, without a sign, as a fraction of
                        one. Score and complaints are plain numbers. Thresholds in the tree (`at`) are written in the
                        same manner and not always in the survey's unit. Values are compared in a common unit and
                        exactly: 0.29 equals 29 %.
                        || Behind a number stands its unit: `y` for years of twelve months or `mo` for months where it
                        is an age, `km` or `m` where it is a distance, `%` for per cent where it is a usage, or no sign
                        at all for a usage as a fraction of one. Complaints and the score have no unit. The tree's
                        thresholds (`at`) follow the same manner, but not always in the unit of the survey. Before two
                        values are compared they are brought to one unit, and nothing is rounded: 29 % and 0.29 are
                        equal. >>
                    """,
                },
                "start": {
                    "": """
                        << The outermost node of the tree file is where every {{ entity }} starts, with weight 1. A node
                        leads to what stands under `yes` or under `no`, another node or a leaf, or to both. Its `cases`
                        are the numbers of training cases that went to `yes` and to `no`, in this order. Where both
                        branches are taken by cases, the node's weight is divided between them in proportion to these
                        two numbers.
                        || Every {{ entity }} enters the tree file at its outermost node, with weight 1. From a node the
                        way goes on to what stands under `yes`, or under `no`, or to both; that is a leaf or another
                        node. The two numbers in a node's `cases` say how many training cases went to `yes` and, second,
                        to `no`. Where both branches are taken by cases, each gets the part of the node's weight that
                        its number has in the sum of the two. >>
                    """,
                },
                "test": {
                    "exact": """
                        A node asks whether the feature stands in the relation `test` to the threshold `at`, where
                        `<=` includes equality and `<` does not. If so the `yes` branch is taken, otherwise `no`,
                        however small the difference.
                    """,
                    "near": """
                        A value that differs from a node's threshold `at` by at most `near_share` of that threshold,
                        equality included, takes both branches by cases. Any other value takes `yes` when it is
                        below the threshold and `no` when it is above, whether `test` reads `<=` or `<`.
                    """,
                },
                "missing": {
                    "node": """
                        Where the feature that a node asks for is a missing value, the node's entry `missing`
                        decides: `yes` and `no` take that branch, `split` takes both by cases.
                    """,
                    "split": """
                        Where the feature that a node asks for is a missing value, both branches are taken by cases,
                        whatever the node's entry `missing` says; the entry served an older tool.
                    """,
                    "larger": """
                        Where the feature that a node asks for is a missing value, the branch with more training
                        cases is taken, and `yes` where the two numbers are equal, whatever the node's entry
                        `missing` says; the entry served an older tool.
                    """,
                },
                "exception": {
                    "both": """
                        The score of a {{ entity }} under exception is contested: at every node that asks for the
                        score it takes both branches by cases, whatever its survey and the node's entry `missing`
                        say.
                    """,
                    "even": """
                        The score of a {{ entity }} under exception is contested: at every node that asks for the
                        score it takes both branches with half of the node's weight each, whatever its survey, the
                        training cases and the node's entry `missing` say.
                    """,
                    "worse": """
                        The score of a {{ entity }} under exception is contested: at every node that asks for the
                        score nine tenths of the node's weight take the worse branch and one tenth the other,
                        whatever its survey and the node's entry `missing` say. The worse branch is the one with the
                        higher mean of `rate` over the leaves in it, however deep, each leaf weighted with its
                        `cases`; where the two means are equal, it is `yes`.
                    """,
                },
            },
        ),
        Sheet(
            "Leaves, their price and the watch list",
            {
                "leaf": {
                    "": """
                        << A leaf gives a fault rate (`rate`, faults per hundred of the {{ exposure }} and quarter) and
                        the hours of repair per fault (`hours`); its `cases` are the training cases that ended there.
                        The weights by which a {{ entity }} reaches leaves sum to one. The predicted fault cost is not
                        rounded on the way.
                        || In a leaf, `rate` is the fault rate, in faults per hundred of the {{ exposure }} and quarter,
                        `hours` are the hours of repair that a fault takes, and `cases` are the training cases that
                        ended in the leaf. One {{ entity }} may reach several leaves, with weights whose sum is one.
                        Nothing is rounded on the way to the predicted fault cost. >>
                    """,
                },
                "exposure": {
                    "all": """
                        A rate makes this number of faults: the rate times the {{ entity }}'s {{ exposure }} over
                        one hundred.
                    """,
                    "half": """
                        A rate makes this number of faults: the rate over one hundred times the {{ entity }}'s {{
                        exposure }}, of which only half of what lies above `full_exposure` is taken: beyond it
                        people hear of the same fault.
                    """,
                },
                "open": {
                    "daily": """
                        The charged hours of a fault are its hours of repair plus `open_day_hours` times the {{
                        entity }}'s {{ lead_time }} in days.
                    """,
                    "free": """
                        The charged hours of a fault are its hours of repair plus twice `open_day_hours` for each
                        day, parts of a day in proportion, by which the {{ entity }}'s {{ lead_time }} exceeds
                        `free_days`; nothing where it does not.
                    """,
                    "grows": """
                        The charged hours of a fault are its hours of repair times the sum of one and `open_share`
                        times the {{ entity }}'s {{ lead_time }} in days.
                    """,
                },
                "mean": {
                    "costs": """
                        The cost at a leaf is the number of faults that its rate makes, times the charged hours of
                        its `hours`, times the {{ entity }}'s {{ unit_cost }}. The predicted fault cost is the mean
                        of the costs at all leaves reached, with the weights by which they are reached.
                    """,
                    "apart": """
                        The mean of the rates and the mean of the hours of repair of all leaves reached are formed
                        apart, each with the weights by which the leaves are reached. The predicted fault cost is
                        the number of faults that the mean rate makes, times the charged hours of the mean hours of
                        repair, times the {{ entity }}'s {{ unit_cost }}.
                    """,
                    "careful": """
                        The cost at a leaf is the number of faults that its rate makes, times the charged hours of
                        its `hours`, times the {{ entity }}'s {{ unit_cost }}. The predicted fault cost lies halfway
                        between two figures: the mean of the costs at all leaves reached, with the weights by which
                        they are reached, and the highest of these costs.
                    """,
                },
                "flag": {
                    "rate": """
                        Flag a {{ entity }} when the mean of the rates at the leaves it reaches, with the weights by
                        which it reaches them, is above `watch_rate`.
                    """,
                    "weight": """
                        Flag a {{ entity }} when the leaves it reaches whose rate is above `high_rate` have together
                        a weight of more than `high_weight`.
                    """,
                    "cost": """
                        Flag a {{ entity }} when its predicted fault cost is above `cost_share` times the mean of
                        the predicted fault costs of all {{ entities }} in scope.
                    """,
                },
            },
        ),
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.STRICT_ONLY: "a test with <= is read as <",
        Slip.MISSING_AS_ZERO: "a missing value is compared as a zero",
        Slip.HEAVIER_BRANCH: "where both branches are taken by cases, the one with more training cases is taken alone",
        Slip.UNITS_IGNORED: "numbers are compared without their units",
        Slip.OTHER_ROW: "an entity's earliest survey is used where its most recent counts, and the other way round",
    }
    kind = Survey

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """What an open fault costs, how near is near, the limit of exposure, and the watch limits."""
        return {
            "near_share": stream.number("0.04", "0.12", 3),
            "full_exposure": stream.integer(60, 130),
            "open_day_hours": stream.number("0.12", "0.45", 2),
            "free_days": stream.integer(2, 5),
            "open_share": stream.number("0.020", "0.060", 3),
            "watch_rate": stream.number("5.71", "7.19", 2),
            "high_rate": stream.number("5.65", "7.05", 2),
            "high_weight": stream.number("0.31", "0.48", 2),
            "cost_share": stream.number("0.65", "0.95", 2),
        }

    def records(self, stream: Stream, world: World, level: int) -> Survey:
        """A tree of depth four (five from level 3 on), grown from some hundred cases, and one to three surveys each."""
        nodes: list[Node] = []
        _grow(stream, nodes, _cases(stream, stream.integer(220, 300)), 4 + (level > 2))
        cuts = {name: [node.at for node in nodes if node.feature == name] for name in FEATURES}
        rows: list[Row] = []
        for entity in world.everyone:
            load = world.figure(Quantity.DEMAND, entity.code) / world.figure(Quantity.CAPACITY, entity.code)
            # Age and distance are the same in every survey of the quarter; ages are kept in half years.
            fixed = {name: _amount(stream, name, cuts[name]) for name in ("age", "distance")}
            for place in sorted(stream.sample(range(len(world.days)), stream.choice((1, 2, 2, 3)))):
                row: dict[str, Decimal | None] = {name: _amount(stream, name, cuts[name]) for name in FEATURES}
                usage = Decimal(round(load * 100) + stream.integer(-5, 5)) / 100
                close = [at for at in cuts["usage"] if abs(at - usage) <= Decimal("0.06")]
                row |= fixed | {"usage": stream.choice([*close, usage])}
                row |= {name: None for name in stream.sample(list(FEATURES), 2) if stream.chance(1 + level, 6)}
                units = tuple(stream.choice(units) for _, _, _, units in FEATURES.values())
                rows.append(Row(entity.code, world.days[place], **row, units=units))
        return Survey(tuple(nodes), tuple(rows))

    def render(self, stream: Stream, records: Survey) -> dict[str, str]:
        """The tree as JSON, one node in another; the survey as TSV, shuffled, missing values in three notations."""
        lines = []
        for row in records.rows:
            cells = [
                stream.choice(MISSING) if value is None else _written(*value)
                for value in _values([row], "first").values()
            ]
            lines.append((row.code, f"{row.day.day}.{row.day.month}.{row.day.year}", *cells))
        survey = csv_text(("code", "surveyed", *FEATURES), stream.shuffled(lines), delimiter="\t")
        return {TREE: json.dumps(_nested(records.nodes, 0), indent=1) + "\n", SURVEY: survey}

    def facts(self, records: Survey) -> Sequence[Fact]:
        """Every value surveyed but the age, whose months not every unit can write."""
        return [
            Fact(
                "rows", place, name, value, row.code, row.day, f"the {name} in the survey of {row.day.day} {row.day:%B}"
            )
            for place, row in enumerate(records.rows)
            for name in FEATURES
            if name != "age" and (value := getattr(row, name)) is not None
        ]

    def live_slips(self, terms: Terms) -> list[StrEnum]:
        """Near values make equality meaningless; where the larger branch is the rule, taking it is no mistake."""
        dead = {Slip.STRICT_ONLY} if terms.says("test", "near") else set()
        dead |= {Slip.HEAVIER_BRANCH} if terms.says("missing", "larger") else set()
        return [slip for slip in self.slips if slip not in dead]

    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """Weights of the leaves each entity reaches, then the price of these leaves."""
        margins = margins or Margins()
        nodes: tuple[Node, ...] = block.records.nodes
        worse = _worse(nodes)
        rows: dict[str, list[Row]] = {code: [] for code in dials.entities}
        for row in block.records.rows:
            if row.code in rows:
                rows[row.code].append(row)
        values, reached = {}, {}
        for code in dials.entities:
            terms = block.terms.at(code)
            surveyed = _values(rows[code], _which(terms, slip))
            walk = _Walk(nodes, worse, surveyed, terms, slip, contested=code in dials.exceptions)
            reached[code] = list(walk.leaves(0, 1.0))
            values[code] = _cost(code, reached[code], terms, dials)
        mean = math.fsum(values.values()) / len(values)
        flagged = set()
        for code in dials.entities:
            terms = block.terms.at(code)
            if terms.says("flag", "rate"):
                stands, limit = math.fsum(w * float(leaf.rate) for leaf, w in reached[code]), terms.number("watch_rate")
            elif terms.says("flag", "weight"):
                high = terms.number("high_rate")
                stands = math.fsum(weight for leaf, weight in reached[code] if float(leaf.rate) > high)
                limit = terms.number("high_weight")
            else:
                stands, limit = values[code], terms.number("cost_share") * mean
            flagged |= {code} if margins.above(f"watch limit of {code}", stands, limit) else set()
        return Findings(values, frozenset(flagged))


@dataclass(frozen=True)
class _Walk:
    """One entity's way through the tree under its terms."""

    nodes: Sequence[Node]
    worse: Sequence[bool]
    values: Values
    terms: Terms
    slip: StrEnum | None
    contested: bool

    def leaves(self, place: int, weight: float) -> Iterator[tuple[Node, float]]:
        """Leaves under a node with the weights by which they are reached."""
        node = self.nodes[place]
        if not node.feature:
            yield node, weight
            return
        to_yes = self._to_yes(place, node)
        if to_yes > 0:
            yield from self.leaves(node.yes, weight * to_yes)
        if to_yes < 1:
            yield from self.leaves(node.no, weight * (1 - to_yes))

    def _to_yes(self, place: int, node: Node) -> float:
        """The share of a node's weight that goes to yes."""
        if self.contested and node.feature == "score":
            if self.terms.says("exception", "both"):
                return self._by_cases(node)
            return 0.5 if self.terms.says("exception", "even") else 0.9 if self.worse[place] else 0.1
        held = self.values[node.feature]
        if held is None and self.slip is Slip.MISSING_AS_ZERO:
            held = (Decimal(0), node.unit)
        if held is not None:
            return self._compared(node, *held)
        if self.terms.says("missing", "larger"):
            return float(node.cases[0] >= node.cases[1])
        by_cases = self.terms.says("missing", "split") or node.missing == "split"
        return self._by_cases(node) if by_cases else float(node.missing == "yes")

    def _compared(self, node: Node, value: Decimal, unit: str) -> float:
        at = node.at
        if self.slip is Slip.UNITS_IGNORED:
            value, at = value / UNITS[unit], at / UNITS[node.unit]
        if self.terms.says("test", "near"):
            near = abs(value - at) <= Decimal(str(self.terms.params["near_share"])) * at
            return self._by_cases(node) if near else float(value < at)
        return float(value < at or (value == at and node.test == "<=" and self.slip is not Slip.STRICT_ONLY))

    def _by_cases(self, node: Node) -> float:
        yes, no = node.cases
        return float(yes > no) if self.slip is Slip.HEAVIER_BRANCH else yes / (yes + no)


def _which(terms: Terms, slip: StrEnum | None) -> str:
    """Which of an entity's surveys counts."""
    if slip is Slip.OTHER_ROW:
        return "latest" if terms.says("row", "first") else "first"
    return terms.clauses["row"]


def _values(rows: Sequence[Row], which: str) -> Values:
    """What counts of an entity's surveys, with the unit it is written in."""
    ordered = sorted(rows, key=lambda row: row.day, reverse=which != "first")
    looked = ordered if which == "filled" else ordered[:1]
    held: dict[str, tuple[Decimal, str] | None] = dict.fromkeys(FEATURES)
    for place, name in enumerate(FEATURES):
        known = [(value, row.units[place]) for row in looked if (value := getattr(row, name)) is not None]
        held[name] = known[0] if known else None
    return held


def _cost(code: str, reached: Reached, terms: Terms, dials: Dials) -> float:
    """The predicted fault cost of one entity."""
    exposure, lead = (dials.quantities[quantity][code] for quantity in (Quantity.EXPOSURE, Quantity.LEAD_TIME))
    if terms.says("exposure", "half"):
        exposure -= max(exposure - terms.number("full_exposure"), 0.0) / 2

    def price(rate: float, hours: float) -> float:
        if terms.says("open", "grows"):
            charged = hours * (1 + terms.number("open_share") * lead)
        elif terms.says("open", "free"):
            charged = hours + 2 * terms.number("open_day_hours") * max(lead - terms.number("free_days"), 0.0)
        else:
            charged = hours + terms.number("open_day_hours") * lead
        return rate / 100 * exposure * charged * dials.quantities[Quantity.UNIT_COST][code]

    leaves = [(float(leaf.rate), float(leaf.hours), weight) for leaf, weight in reached]
    if terms.says("mean", "apart"):
        return price(math.fsum(rate * w for rate, _, w in leaves), math.fsum(hours * w for _, hours, w in leaves))
    costs = [(price(rate, hours), weight) for rate, hours, weight in leaves]
    mean = math.fsum(cost * weight for cost, weight in costs)
    return (mean + max(costs)[0]) / 2 if terms.says("mean", "careful") else mean


def _worse(nodes: Sequence[Node]) -> list[bool]:
    """Per node, whether its yes branch has no lower mean rate than its no branch; exact."""
    totals, worse = [Decimal(0)] * len(nodes), [False] * len(nodes)
    for place in reversed(range(len(nodes))):
        node = nodes[place]
        if node.feature:
            totals[place] = totals[node.yes] + totals[node.no]
            worse[place] = totals[node.yes] * node.cases[1] >= totals[node.no] * node.cases[0]
        else:
            totals[place] = node.cases[0] * node.rate
    return worse


def _amount(stream: Stream, name: str, cuts: Sequence[Decimal]) -> Decimal:
    """A value of a feature, on a threshold of the tree about every other time."""
    low, high, step, _ = FEATURES[name]
    if cuts and stream.chance(1, 2):
        return stream.choice(cuts)
    return stream.integer(low, high) * step


def _written(amount: Decimal, unit: str) -> str:
    return f"{format((amount / UNITS[unit]).normalize(), 'f')} {unit}".strip()


def _nested(nodes: Sequence[Node], place: int) -> dict[str, Any]:
    node = nodes[place]
    if not node.feature:
        return {"rate": float(node.rate), "hours": float(node.hours), "cases": node.cases[0]}
    return {
        "feature": node.feature,
        "test": node.test,
        "at": _written(node.at, node.unit),
        "missing": node.missing,
        "cases": f"{node.cases[0]}/{node.cases[1]}",
        "yes": _nested(nodes, node.yes),
        "no": _nested(nodes, node.no),
    }


def _cases(stream: Stream, count: int) -> list[tuple[int, ...]]:
    """Training cases: a grid point per feature, then faults per hundred and hours of repair, both in tenths."""
    weights = [*stream.shuffled((1, 2, 2)), 8, stream.integer(1, 3)]
    longer = [stream.integer(1, 4) for _ in FEATURES]
    out = []
    for _ in range(count):
        points = [stream.integer(low, high) for low, high, _, _ in FEATURES.values()]
        spans = [
            (point - low) / (high - low) for point, (low, high, _, _) in zip(points, FEATURES.values(), strict=True)
        ]
        spans[3] = 1 - spans[3]
        risk = sum(weight * span for weight, span in zip(weights, spans, strict=True)) / sum(weights)
        work = sum(weight * span for weight, span in zip(longer, spans, strict=True)) / sum(longer)
        rate = 10 + round(105 * risk) + stream.integer(-9, 9)
        out.append((*points, rate, 10 + round(85 * work) + stream.integer(-9, 9)))
    return out


def _grow(stream: Stream, nodes: list[Node], cases: Sequence[tuple[int, ...]], depth: int) -> int:
    """Add the least-squares tree of these cases to the nodes, root first, and say where its root stands."""
    place, cut = len(nodes), _best_cut(cases) if depth else None
    if cut is None:
        rate, hours = (Decimal(round(sum(case[one] for case in cases) / len(cases))) / 10 for one in (-2, -1))
        nodes.append(Node((len(cases),), rate=rate, hours=hours))
        return place
    feature, below, above = cut
    name = list(FEATURES)[feature]
    _, _, step, units = FEATURES[name]
    yes, no = ([case for case in cases if (case[feature] <= below) is side] for side in (True, False))
    test, at = ("<", above) if stream.chance(1, 3) else ("<=", below)
    missing = stream.choice(("yes", "no", "split", "split"))
    unit = stream.choice(units)
    nodes.append(Node(()))
    to_yes, to_no = (_grow(stream, nodes, side, depth - 1) for side in (yes, no))
    nodes[place] = Node((len(yes), len(no)), name, test, at * step, unit, missing, to_yes, to_no)
    return place


def _best_cut(cases: Sequence[tuple[int, ...]]) -> tuple[int, int, int] | None:
    """Feature and the two neighbouring values between which a cut explains most of the rate; None where none may be."""
    best: tuple[int, int, int] | None = None
    most, total, count = 0, sum(case[-2] for case in cases), len(cases)
    for feature in range(len(FEATURES)):
        ordered, left = sorted((case[feature], case[-2]) for case in cases), 0
        for place in range(1, count):
            left += ordered[place - 1][1]
            below, above = ordered[place - 1][0], ordered[place][0]
            if below == above or not FEWEST <= place <= count - FEWEST:
                continue
            # In whole numbers, so that every platform grows the same tree.
            explained = left * left * 1000 // place + (total - left) ** 2 * 1000 // (count - place)
            if explained > most:
                best, most = (feature, below, above), explained
    return best
