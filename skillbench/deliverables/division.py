"""A fund shared by compound claim."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

from skillbench.core.closeness import Closeness, closeness, distances
from skillbench.core.findings import Findings
from skillbench.core.numbers import numbers
from skillbench.core.schema import Code, canonical_json
from skillbench.core.standing import standing
from skillbench.core.streams import Stream
from skillbench.core.strict import Tolerance
from skillbench.deliverables.base.contract import MOVED, Decision, Deliverable, Fields, Ground, Harm, Part

FIELD = "allocation"

DIGITS = 2
TOLERANCE = Tolerance(absolute=0.01, relative=1e-3)
"""A cent, or 0.1 %."""

LARGEST_SHARE = 0.4
"""Most of the fund that one entity may take, so that no coupling decides alone."""

SCRIPT = """
favours = json.loads({favours!r})
claims = {{row["code"]: float(row["priority"]) for row in rows}}
for field, values in measures.items():
    mean = math.fsum(values.values()) / len(values)
    for code, value in values.items():
        standing = (value + mean) / (2 * mean) if mean else 1.0
        claims[code] *= math.sqrt(standing if favours[field] else 1 / standing)
total = math.fsum(claims.values())
fields = {{"{field}": {{code: round({fund} * claim / total, {digits}) for code, claim in claims.items()}}}}
"""


class Division(Deliverable):
    """A fund is shared among the entities by compound claim, and every amount is reported.

    The claim of an entity starts from its priority; each measure multiplies or divides it by the root of the entity's
    standing. So every measure reaches every amount, and an error in one is carried into all.

    Attributes:
        fund: the amount to share, in currency.
        currency: ISO code.
        favours: per measure key, True when a high standing raises the claim.
        priority: per entity, the register's priority points.
        digits: decimals to report.
        tolerance: how far a reported amount may lie from the key.
        amounts: the key: what each entity receives.
    """

    kind: ClassVar[str] = "division"
    sought: ClassVar[str] = "sharing the fund claim priority standing"
    named: ClassVar[str] = "allocation amounts fund"

    fund: float
    currency: str
    favours: dict[str, bool]
    priority: dict[Code, int]
    digits: int
    tolerance: Tolerance
    amounts: dict[Code, float]

    @classmethod
    def drawn(cls, ground: Ground) -> Self:
        """Nothing is left to chance: fund, priorities and directions are the chain's."""
        bare = cls(
            page=ground.page,
            fund=ground.fund,
            currency=ground.words["currency"],
            favours={measure.key: measure.favours for measure in ground.measures},
            priority=dict(ground.priority),
            digits=DIGITS,
            tolerance=TOLERANCE,
            amounts={},
        )
        return bare.after(ground.found)

    @classmethod
    def sheet(cls, ground: Ground) -> tuple[str, str]:
        """One row per measure of the chain."""
        rows = sorted(ground.measures, key=lambda measure: measure.title)
        return f"Sharing the {ground.words['fund_title']}", cls.prose("sheet", ground.words, rows=rows)

    def brief(self, words: Mapping[str, str]) -> str:
        """One field, an amount for every entity."""
        return self.prose("brief", words, field=FIELD)

    def after(self, found: Mapping[str, Findings]) -> Self:
        """The division that follows from findings, over the measures asked for."""
        values = {key: found[key].values for key in self.favours if key in found}
        return self.model_copy(update={"amounts": self.shared(values)})

    def shared(self, values: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
        """Share the fund: claim = priority times the square roots of standings (or divided by them) over the measures.

        The root keeps seven standings from piling up on one entity; it halves an error's reach and hides none.

        Args:
            values: per measure key, the value of every entity.

        Returns:
            The amount of every entity, full precision; sums to the fund.
        """
        claims = {code: float(points) for code, points in self.priority.items()}
        for key, measured in values.items():
            for code, factor in standing(measured).items():
                claims[code] *= math.sqrt(factor if self.favours[key] else 1 / factor)
        total = math.fsum(claims.values())
        return {code: self.fund * claim / total for code, claim in claims.items()}

    def moved(self, other: Self, times: float = 1.0) -> bool:
        """Whether any amount lies far from where it was."""
        least = times * MOVED
        return other.amounts.keys() != self.amounts.keys() or any(
            abs(other.amounts[code] - one) > least * self.tolerance.at(one) for code, one in self.amounts.items()
        )

    def doubt(self) -> str:
        """The entity that takes more of the fund than one entity may."""
        most = max(self.amounts, key=lambda code: self.amounts[code])
        taken = self.amounts[most] > LARGEST_SHARE * self.fund
        return f"{most} takes {self.amounts[most] / self.fund:.0%} of the fund" if taken else ""

    def properties(self) -> Fields:
        """An object with an amount per entity."""
        codes = sorted(self.priority)
        return {
            FIELD: {
                "type": "object",
                "properties": {code: {"type": "number", "minimum": 0} for code in codes},
                "required": codes,
                "additionalProperties": False,
            }
        }

    def read(self, document: Mapping[str, Any]) -> Part:
        """The amounts that could be read, strangers' included."""
        if FIELD not in document:
            return Part()
        amounts, wrong = numbers(document[FIELD])
        return Part({FIELD: amounts} if amounts else {}, (f"{FIELD}: {wrong}",) if wrong else ())

    def compare(self, part: Part, own: Mapping[str, Findings] | None) -> Decision:
        """Amount by amount; an equal split shows no work."""
        given: dict[str, float] = part.fields.get(FIELD, {})
        to_key = self._held(given)
        to_own = self.after(own)._held(given) if own else to_key  # noqa: SLF001  another division
        exact = set(given) == set(self.amounts)
        stands = exact and any(held.worked and held.near == held.asked for held in (to_key, to_own))
        return Decision(
            to_key=to_key,
            right=exact and to_key.worked and to_key.all_right,
            stands=stands,
            worked=to_key.worked or to_own.worked,
            formed=stands and self._sums(given),
            figures={self.digits: sorted(given.values())},
        )

    def _held(self, given: Mapping[str, float]) -> Closeness:
        return closeness(distances(self.tolerance, self.amounts, given), self.amounts)

    def _sums(self, given: Mapping[str, float]) -> bool:
        """Amounts rounded to cents add up to the fund within a cent each."""
        return bool(given) and abs(math.fsum(given.values()) - self.fund) <= 0.01 * len(given) + 1e-9

    @property
    def asked(self) -> int:
        """One amount per entity."""
        return len(self.amounts)

    def figures(self) -> list[float]:
        """The amounts and the fund."""
        return [*self.amounts.values(), self.fund]

    def perfect(self) -> Fields:
        """The amounts to the cent."""
        return {FIELD: {code: round(self.amounts[code], self.digits) for code in sorted(self.amounts)}}

    def harmed(self, how: Harm) -> Fields:
        """Amounts changed in one way."""
        amounts: dict[str, float] = self.perfect()[FIELD]
        low, high = (pick(amounts, key=lambda code: amounts[code]) for pick in (min, max))
        half = dict(list(amounts.items())[: len(amounts) // 2])
        match how:
            case Harm.ONE_WRONG:
                amounts = amounts | {high: round(amounts[high] * 1.13, self.digits)}
            case Harm.SWAPPED:
                amounts = amounts | {low: amounts[high], high: amounts[low]}
            case Harm.ALL_NEAR:
                amounts = {code: round(amount * 1.005, self.digits) for code, amount in amounts.items()}
            case Harm.HALF_LEFT_OUT:
                amounts = half
            case Harm.HALF_MADE_UP:
                amounts = {code: round(17.31 + 3.77 * place, 2) for place, code in enumerate(amounts)} | half
            case Harm.WORTHLESS:
                amounts = dict.fromkeys(amounts, round(self.fund / len(amounts), self.digits))
        return {FIELD: amounts}

    def worthless(self, draw: Stream) -> Fields:
        """The fund shared by arbitrary weights."""
        codes = sorted(self.amounts)
        weights = [draw.integer(1, 9) if draw.chance(1, 2) else 1 for _ in codes]
        return {FIELD: {c: round(self.fund * w / sum(weights), 2) for c, w in zip(codes, weights, strict=True)}}

    def script(self) -> str:
        """The method of the page, over the register's priorities."""
        return SCRIPT.format(favours=canonical_json(self.favours), fund=self.fund, digits=self.digits, field=FIELD)

    def trimmed(self, part: Part) -> Fields:
        """The amounts of the entities in play."""
        given = part.fields.get(FIELD, {})
        return {FIELD: {code: given[code] for code in sorted(self.amounts) if code in given}}

    def shown(self, codes: Iterable[str]) -> str:
        """A table of amounts."""
        lines = ["| entity | amount |", "| --- | --- |"]
        return "\n".join([*lines, *(f"| {code} | {self.amounts[code]:.{self.digits}f} |" for code in codes)])
