"""Decision Tree Inference: route each entity through a trained tree, missing values included."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Measure, Param, Skill
from skillbench.skills.formats import csv_rows, csv_text

TREE, SURVEY = "fault_tree.json", "survey.tsv"
FEATURES = ("age", "distance", "usage", "score", "complaints")
MISSING = ("", "NA", "?")
UNITS = {"y": Decimal(12), "mo": Decimal(1), "km": Decimal(1000), "m": Decimal(1), "%": Decimal("0.01"), "": Decimal(1)}
FIRST_DAY = date(2025, 9, 1)


class DecisionTreeInference(Skill):
    """Apply a trained decision tree to surveys and price the leaves it reaches.

    Nodes test with < or <= against thresholds in units of their own, features come in other units, and
    many sit exactly on a threshold. A missing value takes the branch the node names, or both with the
    weights of its training cases. Older surveys of an entity are superseded.
    """

    tag = "Decision Tree Inference"
    measure = Measure(
        key="fault_cost",
        title="Predicted fault cost",
        unit="{{ currency }}",
        digits=2,
        meaning="what the faults that the tree predicts at each {{ entity }} will cost in a quarter",
    )
    signal = "the fault rate that the tree predicts for the {{ entity }} is above `watch_rate`"
    exception = "its score is contested: the tree takes it as missing"
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
    rules: ClassVar[Mapping[str, str]] = {
        "Predicted fault cost: reading tree and survey": """
The survey has one row per {{ entity }} and survey day, with dates written day.month.year. Only the {{ entity }}'s
most recent row counts; what it leaves open is not filled from older rows. An empty cell, `NA` or `?` is a missing
value; a zero is a value.

A quantity carries its unit behind the number: age in years (`y`, twelve months) or months (`mo`), distance in `km`
or `m`, usage in per cent (`%`) or, without a sign, as a fraction of one. Score and complaints are plain numbers.
Thresholds in the tree (`at`) are written in the same manner and not always in the survey's unit. Values are
compared in a common unit and exactly: 0.29 equals 29 %.

The outermost node of the tree file is where every {{ entity }} starts. A node asks whether the feature stands in
the relation `test` to the threshold, where `<=` includes equality and `<` does not; it leads to what stands under
`yes` if so and under `no` if not, another node or a leaf. When the feature is missing, the node's entry `missing`
decides: `yes` and `no` take that branch, `split` takes both, with weights in proportion to `cases`, the training
cases that went to `yes` and to `no`, in this order. Weights multiply along the way. For a {{ entity }} under
exception the score is a missing value, whatever the survey says.
""",
        "Predicted fault cost: leaves, price and flag": """
A leaf gives a fault rate (`rate`, faults per hundred of the {{ exposure }} and quarter) and the hours of repair per
fault (`hours`). At a leaf the number of faults is the rate times the {{ entity }}'s {{ exposure }} over one
hundred. A fault costs the {{ entity }}'s {{ unit_cost }} times the sum of the leaf's hours and `open_day_hours`
times the {{ entity }}'s {{ lead_time }} in days. The cost at the leaf is the number of faults times the cost of
one.

The predicted fault cost is the mean of the costs at all leaves the {{ entity }} reaches, with the weights by which
it reaches them; the weights sum to one. Nothing is rounded.

Flag a {{ entity }} when the mean of the rates at these leaves, with the same weights, is above `watch_rate`.
""",
    }
    slips: ClassVar[Mapping[str, str]] = {
        "strict-only": "a test with <= is read as <",
        "missing-as-zero": "a missing value is compared as a zero",
        "heavier-branch": "a split goes wholly to the branch with more training cases",
        "units-ignored": "numbers are compared without their units",
        "first-row": "an entity's first row in the file is used instead of its most recent survey",
    }

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Hours charged per day a fault stays open, and the rate from which to watch."""
        return {
            "open_day_hours": stream.number("0.12", "0.45", 2),
            "watch_rate": stream.number("5.51", "7.99", 2),
        }

    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """A complete tree of depth four (five from level 3 on) and one to three surveys per entity."""
        cuts = {feature: [self._amount(stream, feature) for _ in range(2)] for feature in FEATURES}
        tree = json.dumps(self._grow(stream, cuts, (), 4 + (level > 2)), indent=1) + "\n"
        rows: list[tuple[object, ...]] = []
        for entity in roster.everyone:
            for offset in stream.sample(range(150), stream.integer(1, 3)):
                day = FIRST_DAY + timedelta(days=offset)
                cells = [self._cell(stream, feature, cuts[feature], level) for feature in FEATURES]
                rows.append((entity.code, f"{day.day}.{day.month}.{day.year}", *cells))
        survey = csv_text(("code", "surveyed", *FEATURES), stream.shuffled(rows), delimiter="\t")
        return Block({TREE: tree, SURVEY: survey}, self.draw_params(stream))

    def _grow(
        self, stream: Stream, cuts: Mapping[str, list[Decimal]], used: tuple[str, ...], depth: int
    ) -> dict[str, Any]:
        if depth == 0:
            return {"rate": stream.number("1.8", "12.4", 1), "hours": stream.number("1.5", "9.5", 1)}
        feature = stream.choice([feature for feature in FEATURES if feature not in used])
        return {
            "feature": feature,
            "test": stream.choice(("<=", "<=", "<")),
            "at": self._written(stream, feature, stream.choice(cuts[feature])),
            "missing": stream.choice(("yes", "no", "split", "split", "split")),
            "cases": f"{stream.integer(14, 160)}/{stream.integer(14, 160)}",
            "yes": self._grow(stream, cuts, (*used, feature), depth - 1),
            "no": self._grow(stream, cuts, (*used, feature), depth - 1),
        }

    def _cell(self, stream: Stream, feature: str, cuts: list[Decimal], level: int) -> str:
        if stream.chance(1 + level, 8):
            return stream.choice(MISSING)
        return self._written(stream, feature, stream.choice((*cuts, *(self._amount(stream, feature) for _ in cuts))))

    @staticmethod
    def _amount(stream: Stream, feature: str) -> Decimal:
        """In months, metres, fractions of one, points or complaints."""
        ranges = {
            "age": ("3", "24", 6),
            "distance": ("4", "95", 100),
            "score": ("38", "88", 1),
            "complaints": ("1", "9", 1),
        }
        if feature == "usage":
            return stream.decimal("0.15", "0.85", 2)
        low, high, step = ranges[feature]
        return stream.decimal(low, high, 0) * step

    @staticmethod
    def _written(stream: Stream, feature: str, amount: Decimal) -> str:
        units = {"age": ("y", "mo"), "distance": ("km", "m"), "usage": ("%", "")}.get(feature, ("",))
        unit = stream.choice(units)
        number = format((amount / UNITS[unit]).normalize(), "f")
        return f"{number} {unit}".strip()

    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """Weights of the leaves each entity reaches, then the weighted mean of their costs."""
        margins = margins or Margins()
        tree = json.loads(block.files[TREE])
        surveys = self._surveys(block.files[SURVEY], slip)
        daily, watch = float(block.params["open_day_hours"]), float(block.params["watch_rate"])
        values, flagged = {}, set()
        for code in dials.entities:
            exposure, unit_cost, lead = (dials.quantities[quantity][code] for quantity in self.reads)
            row = surveys[code] | ({"score": ""} if code in dials.exceptions else {})
            cost = rate = 0.0
            for leaf, weight in self._leaves(tree, row, slip):
                rate += weight * leaf["rate"]
                cost += weight * leaf["rate"] / 100 * exposure * unit_cost * (leaf["hours"] + daily * lead)
            values[code] = cost
            if margins.above(f"rate of {code}", rate, watch):
                flagged.add(code)
        return Findings(values, frozenset(flagged))

    @staticmethod
    def _surveys(text: str, slip: str | None) -> dict[str, dict[str, str]]:
        surveys: dict[str, dict[str, str]] = {}
        for row in csv_rows(text, delimiter="\t"):
            held = surveys.get(row["code"])
            if held is None or (slip != "first-row" and _day(row) > _day(held)):
                surveys[row["code"]] = row
        return surveys

    def _leaves(
        self, node: Mapping[str, Any], row: Mapping[str, str], slip: str | None
    ) -> list[tuple[Mapping[str, float], float]]:
        """Leaves under a node with the weights by which the row reaches them."""
        if "rate" in node:
            return [(node, 1.0)]
        cell = row[node["feature"]]
        if cell in MISSING and slip == "missing-as-zero":
            cell = "0"
        yes, no = map(int, node["cases"].split("/"))
        if cell not in MISSING:
            value, at = _amount(cell, slip), _amount(node["at"], slip)
            to_yes = float(value < at or (value == at and node["test"] == "<=" and slip != "strict-only"))
        elif node["missing"] == "split":
            to_yes = float(yes > no) if slip == "heavier-branch" else yes / (yes + no)
        else:
            to_yes = float(node["missing"] == "yes")
        return [
            (leaf, weight * share)
            for branch, share in (("yes", to_yes), ("no", 1 - to_yes))
            if share
            for leaf, weight in self._leaves(node[branch], row, slip)
        ]


def _day(row: Mapping[str, str]) -> date:
    day, month, year = map(int, row["surveyed"].split("."))
    return date(year, month, day)


def _amount(cell: str, slip: str | None) -> Decimal:
    number, _, unit = cell.partition(" ")
    return Decimal(number) * (1 if slip == "units-ignored" else UNITS[unit])
