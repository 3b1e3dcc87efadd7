"""A colleague's filled division, with slips in it, is reviewed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

from skillbench.core.closeness import Closeness
from skillbench.core.findings import Findings
from skillbench.core.numbers import Repeated, numbers
from skillbench.core.schema import Code
from skillbench.core.streams import Stream
from skillbench.core.strict import Strict, Tolerance
from skillbench.deliverables.base.contract import MOVED, Decision, Deliverable, Fields, Ground, Harm, Misstep, Part
from skillbench.deliverables.division import FIELD as AMOUNTS
from skillbench.deliverables.division import Division

FIELD = "review"
SHEET = "colleagues_sheet.csv"

RIGHT, FOLLOWS, UNKNOWN = "right", "follows", "unknown"
"""Verdicts beside the letters of the listed causes."""

MOST_CAUSES = 8
"""Causes that a brief lists at most."""

BASE, INDEX_DIGITS = 100.0, 3
"""The index of the entity with the smallest right figure, and decimals."""

CLEARLY = 2.0
"""A figure of the sheet so many tolerances off is wrong; one nearer than half a tolerance is right."""


class Column(Strict):
    """One measure of the colleague's sheet.

    It shows an index, not the measure: who copies it reports nothing right, who knows the measure can check it.

    Attributes:
        tolerance: of the measure.
        base: the entity whose right figure is 100.
        sheet: the sheet's figures.
        cause: what a reviewer must find: one of the verdicts, or the letter of a cause.
        wrong: entities whose figure is wrong.
        open: entities whose figure is off by so little that either is accepted.
    """

    tolerance: Tolerance
    base: Code
    sheet: dict[Code, float]
    cause: str
    wrong: list[Code]
    open: list[Code]

    def against(self, values: Mapping[str, float]) -> Column:
        """The column had these been the right figures; a cause is kept where figures are wrong."""
        unit = values[self.base] / BASE
        off = {code: abs(self.sheet[code] * unit - value) / self.tolerance.at(value) for code, value in values.items()}
        wrong = sorted(code for code, steps in off.items() if steps >= CLEARLY)
        cause = (self.cause if self.cause != RIGHT else UNKNOWN) if wrong else RIGHT
        near = sorted(code for code, steps in off.items() if CLEARLY > steps > 1 / CLEARLY)
        return self.model_copy(update={"wrong": wrong, "open": near, "cause": cause})

    def met(self, verdict: Mapping[str, Any]) -> tuple[bool, bool]:
        """Whether cause and wrong figures are as in the key."""
        named = set(verdict.get("wrong", ())) - set(self.open)
        return verdict.get("cause") == self.cause, bool(verdict) and named == set(self.wrong)


class Review(Deliverable):
    """A colleague's filled division is reviewed: what is wrong in it, by which cause, and what is right.

    The sheet shows every measure as an index, so that copying it reports nothing. One usual mistake was made in one
    measure and carried on into what builds on it; a figure of another measure may be mistyped. The brief lists possible
    causes in plain words, most of them innocent. For every measure the reviewer names the cause (a letter of the list,
    `right`, `follows` where only figures it builds on are wrong, `unknown` where nothing in the list explains it) and
    the entities whose figure is wrong. An error in the reviewer's own measures reaches the figures called wrong and the
    amounts.

    Attributes:
        division: the right division.
        columns: per measure key, the colleague's figures and the verdict they deserve.
        amounts: the colleague's amounts.
        causes: letter to the measure and the mistake in plain words.
    """

    kind: ClassVar[str] = "review"
    sought: ClassVar[str] = Division.sought
    named: ClassVar[str] = "review colleague sheet wrong cause corrected amounts fund"

    division: Division
    columns: dict[str, Column]
    amounts: dict[Code, float]
    causes: dict[str, tuple[str, str]]

    @classmethod
    def drawn(cls, ground: Ground) -> Self:
        """One usual mistake, what follows from it, and one figure mistyped where a measure is left untouched."""
        division, draw = Division.drawn(ground), ground.draw
        made = [one for one in ground.missteps() if one.name.startswith("slip ")]
        chosen = draw.choice(made)
        listed = _listed(draw, made, chosen)
        letters = {chr(ord("A") + place): one for place, one in enumerate(listed)}
        columns: dict[str, Column] = {}
        for measure in draw.shuffled(ground.measures):  # computing order would be a plan
            right, shown = ground.found[measure.key].values, chosen.found[measure.key].values
            base = min((code for code in sorted(right) if right[code]), key=lambda code: right[code])
            sheet = {code: round(BASE * shown[code] / right[base], INDEX_DIGITS) for code in sorted(right)}
            cause = next(x for x, one in letters.items() if one is chosen) if measure.key == chosen.key else FOLLOWS
            bare = Column(tolerance=measure.tolerance, base=base, sheet=sheet, cause=cause, wrong=[], open=[])
            columns[measure.key] = bare.against(right)
        spared = [key for key, column in columns.items() if column.cause == RIGHT and not column.open]
        if spared:
            key = draw.choice(spared)
            columns[key] = _mistyped(columns[key], ground.found[key].values, draw)
        # A standing has no unit, so that the index gives the amounts that the colleague's measures give.
        sheet_of = {key: Findings(column.sheet, frozenset()) for key, column in columns.items()}
        return cls(
            page=division.page,
            division=division,
            columns=columns,
            amounts={c: round(a, division.digits) for c, a in sorted(division.after(sheet_of).amounts.items())},
            causes={letter: (one.key, one.text) for letter, one in letters.items()},
        )

    @classmethod
    def sheet(cls, ground: Ground) -> tuple[str, str]:
        """The division's page: what is reviewed is a division."""
        return Division.sheet(ground)

    def brief(self, words: Mapping[str, str]) -> str:
        """One field with a verdict per measure and the right amounts; the causes are listed."""
        return self.prose(
            "brief",
            words,
            field=FIELD,
            file=SHEET,
            causes=self.causes,
            verdicts=(RIGHT, FOLLOWS, UNKNOWN),
            bases={key: column.base for key, column in self.columns.items()},
        )

    def files(self) -> dict[str, str]:
        """The colleague's sheet: a row per entity, a column per measure, the amounts last."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["code", *self.columns, "amount"])
        for code in sorted(self.amounts):
            figures = [f"{column.sheet[code]:.{INDEX_DIGITS}f}" for column in self.columns.values()]
            writer.writerow([code, *figures, f"{self.amounts[code]:.{self.division.digits}f}"])
        return {SHEET: out.getvalue()}

    def after(self, found: Mapping[str, Findings]) -> Self:
        """The verdicts and amounts of a reviewer with these findings of its own."""
        columns = {
            key: column.against(found[key].values) if key in found else column for key, column in self.columns.items()
        }
        return self.model_copy(update={"division": self.division.after(found), "columns": columns})

    def moved(self, other: Self, times: float = 1.0) -> bool:
        """Whether an amount moved."""
        return self.division.moved(other.division, times)

    def doubt(self) -> str:
        """What of the division is in doubt, or a mistake that cannot be diagnosed."""
        made = [key for key, column in self.columns.items() if column.cause in self.causes]
        if not made:
            return "no figure of the colleague's sheet is clearly wrong"
        if not any(
            abs(self.amounts[c] - a) > MOVED * self.division.tolerance.at(a) for c, a in self.division.amounts.items()
        ):
            return "the colleague's amounts are nearly right"
        return self.division.doubt()

    def properties(self) -> Fields:
        """An object with a verdict per measure and an amount per entity."""
        codes = sorted(self.amounts)
        verdict = _object(
            {
                "cause": {"enum": [RIGHT, FOLLOWS, UNKNOWN, *self.causes]},
                "wrong": {"type": "array", "items": {"enum": codes}, "uniqueItems": True},
            }
        )
        amounts = self.division.properties()[AMOUNTS]
        return {FIELD: _object({"verdicts": _object(dict.fromkeys(self.columns, verdict)), "amounts": amounts})}

    def read(self, document: Mapping[str, Any]) -> Part:
        """The verdicts and amounts that could be read."""
        raw = document.get(FIELD)
        if raw is None:
            return Part()
        if not isinstance(raw, dict) or isinstance(raw, Repeated):
            return Part(defects=(f"{FIELD}: not an object",))
        amounts, wrong = numbers(raw.get("amounts"))
        given = raw.get("verdicts")
        if not isinstance(given, dict) or isinstance(given, Repeated):
            given, wrong = {}, wrong or "no verdicts"
        verdicts = {key: read for key, one in given.items() if (read := _verdict(one))}
        fields = {FIELD: {"verdicts": verdicts, "amounts": amounts}} if verdicts or amounts else {}
        return Part(fields, (f"{FIELD}: {wrong}",) if wrong else ())

    def compare(self, part: Part, own: Mapping[str, Findings] | None) -> Decision:
        """Verdict by verdict and amount by amount; calling everything right shows no work."""
        given = part.fields.get(FIELD, {"verdicts": {}, "amounts": {}})
        amounts = Part({AMOUNTS: given["amounts"]})
        decision = self.division.compare(amounts, own)
        to_key = self._held(given["verdicts"], decision.to_key)
        by_own = self.after(own) if own else self
        to_own = by_own._held(given["verdicts"], by_own.division.compare(amounts, None).to_key)  # noqa: SLF001  another review
        stands = decision.stands and any(one.worked and one.near == one.asked for one in (to_key, to_own))
        exact = set(given["verdicts"]) == set(self.columns)
        return Decision(
            to_key=to_key,
            right=decision.right and exact and to_key.all_right,
            stands=stands and exact,
            worked=to_key.worked or to_own.worked,
            formed=stands
            and decision.formed
            and all(bool(one["wrong"]) == (one["cause"] != RIGHT) for one in given["verdicts"].values()),
            figures=decision.figures,
        )

    def _held(self, verdicts: Mapping[str, Mapping[str, Any]], amounts: Closeness) -> Closeness:
        """Verdicts beside amounts; of the verdicts only one on the mistake itself tells of work."""
        met = {key: column.met(verdicts.get(key, {})) for key, column in self.columns.items()}
        points = sum(sum(one) for one in met.values())
        telling = [2 * all(met[key]) for key, column in self.columns.items() if column.cause in self.causes]
        return replace(
            amounts,
            right=amounts.right + points,
            near=amounts.near + points,
            asked=self.asked,
            telling_right=amounts.telling_right + sum(telling),
            telling_near=amounts.telling_near + sum(telling),
            telling=amounts.telling + 2 * len(telling),
        )

    @property
    def asked(self) -> int:
        """A cause and a list for every measure, an amount for every entity."""
        return 2 * len(self.columns) + len(self.amounts)

    def figures(self) -> list[float]:
        """The amounts, the colleague's and the right ones, and the fund."""
        return [*self.amounts.values(), *self.division.figures()]

    def perfect(self) -> Fields:
        """Every verdict and amount of the key."""
        verdicts = {key: {"cause": one.cause, "wrong": list(one.wrong)} for key, one in self.columns.items()}
        return {FIELD: {"verdicts": verdicts, "amounts": self.division.perfect()[AMOUNTS]}}

    def harmed(self, how: Harm) -> Fields:
        """The amounts damaged; where half is gone, half of the verdicts too; everything called right is no work."""
        fields = self.perfect()[FIELD]
        verdicts: dict[str, Any] = fields["verdicts"]
        nothing = {"cause": RIGHT, "wrong": []}
        kept = dict(list(verdicts.items())[: len(verdicts) // 2])
        if how is Harm.HALF_LEFT_OUT:
            verdicts = kept
        elif how is Harm.HALF_MADE_UP:
            verdicts = {key: self._false(column) for key, column in self.columns.items()} | kept
        elif how is Harm.WORTHLESS:
            verdicts = dict.fromkeys(verdicts, nothing)
        return {FIELD: {"verdicts": verdicts, "amounts": self.division.harmed(how)[AMOUNTS]}}

    def _false(self, column: Column) -> dict[str, Any]:
        """A verdict in which nothing is true."""
        cause = FOLLOWS if column.cause == UNKNOWN else UNKNOWN
        return {"cause": cause, "wrong": sorted(set(self.amounts) - set(column.wrong))}

    def worthless(self, draw: Stream) -> Fields:
        """Verdicts at random and arbitrary amounts."""
        codes = sorted(self.amounts)
        verdicts = {
            key: {"cause": UNKNOWN, "wrong": sorted(draw.sample(codes, draw.integer(0, len(codes))))}
            for key in self.columns
        }
        return {FIELD: {"verdicts": verdicts, "amounts": self.division.worthless(draw)[AMOUNTS]}}

    def trimmed(self, part: Part) -> Fields:
        """Verdicts and amounts under the key's own names."""
        given = part.fields.get(FIELD, {"verdicts": {}, "amounts": {}})
        causes = {RIGHT, FOLLOWS, UNKNOWN, *self.causes}
        verdicts = {
            key: {
                "cause": one["cause"] if one["cause"] in causes else "",
                "wrong": [c for c in one["wrong"] if c in self.amounts],
            }
            for key, one in given["verdicts"].items()
            if key in self.columns
        }
        return {FIELD: {"verdicts": verdicts, "amounts": self.division.trimmed(Part({AMOUNTS: given["amounts"]}))}}

    def shown(self, codes: Iterable[str]) -> str:
        """The verdicts and the right amounts."""
        lines = ["| measure | cause | wrong |", "| --- | --- | --- |"]
        lines += [f"| {key} | {one.cause} | {', '.join(one.wrong)} |" for key, one in self.columns.items()]
        return "\n".join([*lines, "", self.division.shown(codes)])


def _listed(draw: Stream, made: Sequence[Misstep], chosen: Misstep) -> list[Misstep]:
    """The mistake made and others, shuffled; none that would leave the same figures as it."""
    figures = chosen.found[chosen.key].values
    others = [one for one in made if one.key != chosen.key or not _alike(one.found[one.key].values, figures)]
    others = [one for one in others if one is not chosen and one.text != chosen.text]
    return draw.shuffled([chosen, *draw.shuffled(others)[: MOST_CAUSES - 1]])


def _alike(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Whether two mistakes in one measure leave figures that nobody can tell apart."""
    return all(abs(value - other[code]) <= 0.005 * max(abs(value), 1.0) for code, value in one.items())


def _mistyped(column: Column, right: Mapping[str, float], draw: Stream) -> Column:
    """The column with one figure's first two differing digits changed about, where that is clearly wrong."""
    for code in draw.shuffled(sorted(column.sheet)):
        digits = f"{column.sheet[code]:.{INDEX_DIGITS}f}"
        pairs = [n for n in range(len(digits) - 1) if digits[n : n + 2].isdigit() and digits[n] != digits[n + 1]]
        if not pairs or digits[pairs[0] + 1] == "0":
            continue
        at = pairs[0]
        typed = float(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :])
        changed = column.model_copy(update={"sheet": {**column.sheet, code: typed}}).against(right)
        if changed.wrong == [code]:
            return changed
    return column


def _verdict(raw: Any) -> dict[str, Any]:
    """A verdict as far as it can be read; empty for none."""
    if not isinstance(raw, dict) or isinstance(raw, Repeated):
        return {}
    cause, wrong = raw.get("cause"), raw.get("wrong")
    codes = [code for code in wrong if isinstance(code, str)] if isinstance(wrong, list) else []
    return {"cause": cause if isinstance(cause, str) else "", "wrong": codes}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
