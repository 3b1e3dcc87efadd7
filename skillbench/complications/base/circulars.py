"""Circulars about one skill: drawn one after the other, each moving the measure by itself, and written as pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from skillbench.complications.base.contract import WRITTEN, Clause, Effect, Ground, Notice, Value
from skillbench.complications.base.scopes import Scope, everyone, some
from skillbench.core.prompts import render_prompt
from skillbench.core.schema import Amendment
from skillbench.core.streams import Stream

TRIES = 12
"""Changes that are tried for each circular before the composer is asked for another draw."""

FIRST_DAY = date(2026, 4, 20)
"""Circulars came after every sheet: no reader wonders whether a later revision has undone one."""

WORDINGS = 3
"""Ways of saying one thing; desks do not all write alike."""


class Slip(StrEnum):
    """What somebody goes by who misses a part of it."""

    SHEET_BELIEVED = "sheet-believed"
    SCOPE_IGNORED = "scope-ignored"
    REPEALED_BELIEVED = "repealed-believed"
    SUPERSEDED_BELIEVED = "superseded-believed"
    TOO_EARLY = "too-early"
    OTHER_HOUSE = "other-house-believed"


@dataclass(frozen=True)
class Change:
    """What one circular changes: a clause, to one of its alternatives, or a parameter.

    Attributes:
        scope: for whom.
        day: when it takes effect.
        issued: the date of its page.
        page: the number of its page.
        clause: the clause; None for a parameter.
        alternative: what the clause then says.
        name: the parameter.
        value: what it then is.
    """

    scope: Scope
    day: date
    issued: date
    page: str
    clause: Clause | None
    alternative: str = ""
    name: str = ""
    value: Value = 0

    @property
    def matter(self) -> str:
        """What it is about: of two changes of one matter only one can hold."""
        return self.clause.slot if self.clause else f"`{self.name}`"

    @property
    def amendment(self) -> Amendment:
        """What it puts in force."""
        return Amendment(
            codes=list(self.scope.codes),
            flagged_by=self.scope.flagged_by,
            clauses={self.clause.slot: self.alternative} if self.clause else {},
            params={} if self.clause else {self.name: self.value},
            page=self.page,
        )


class Desk:
    """Draws the circulars about one skill; every method says whether it found what it was asked for.

    Args:
        draw: the only source of randomness.
        ground: the skill and its world.
    """

    def __init__(self, draw: Stream, ground: Ground) -> None:
        self._draw, self._ground = draw, ground
        self._pages = iter(ground.pages)
        self._held: list[Change] = []
        self._aside: dict[StrEnum, list[Change]] = {}
        self._notices: dict[str, Notice] = {}
        self._shared = False
        """Whether nothing could be said of some entities alone, so that no more is tried."""

    def put_in_force(self) -> bool:
        """One more circular that counts."""
        for change in self._candidates(FIRST_DAY, WRITTEN - timedelta(days=60)):
            wide = replace(change, scope=everyone(self._ground))
            if change.scope.everyone or self._ground.bites(_all([*self._held, change]), _all([*self._held, wide])):
                self._held.append(replace(change, page=next(self._pages)))
                self._write(self._held[-1], needed=True)
                return True
        return False

    def had_another_text(self) -> bool:
        """Let the first circular in force be one that was issued with another text and amended by a second."""
        held, *rest = self._held
        for _ in range(TRIES):
            old = self._change(held.scope, held.day, {held.matter})
            if old is None or not self._ground.bites(_all(self._held), _all([old, *rest])):
                continue
            old = replace(old, page=held.page, issued=held.issued)
            day = self._day(held.day + timedelta(days=20), WRITTEN)
            new = replace(held, day=day, issued=self._issued(day, held.issued), page=next(self._pages))
            self._write(old, needed=True)
            self._write(new, needed=True, amends=old)
            self._held = [new, *rest]
            self._aside[Slip.SUPERSEDED_BELIEVED] = [old, *rest]
            return True
        return False

    def put_aside(self, slip: StrEnum) -> bool:
        """One more circular that does not count, for the reason that this slip overlooks."""
        first, last = FIRST_DAY, WRITTEN - timedelta(days=40)
        if slip is Slip.TOO_EARLY:
            first, last = WRITTEN + timedelta(days=5), WRITTEN + timedelta(days=90)
        for found in self._candidates(first, last, foreign=slip is Slip.OTHER_HOUSE):
            change, owner = replace(found, page=next(self._pages)), self._ground.world.organisation
            if slip is Slip.TOO_EARLY:
                change = replace(change, issued=WRITTEN - timedelta(days=self._draw.integer(4, 40)))
            if slip is Slip.OTHER_HOUSE:
                owner = self._draw.choice(self._ground.sisters)
            self._aside[slip] = [*self._held, change]
            self._write(change, owner=owner, needed=slip is Slip.REPEALED_BELIEVED)
            if slip is Slip.REPEALED_BELIEVED:
                self._repeal(change)
            return True
        return False

    def effect(self) -> Effect:
        """Everything drawn so far."""
        aside = dict(self._aside)
        if any(not change.scope.everyone for change in self._held):
            aside[Slip.SCOPE_IGNORED] = [replace(change, scope=everyone(self._ground)) for change in self._held]
        misread: dict[StrEnum, tuple[Amendment, ...]] = {Slip.SHEET_BELIEVED: ()}
        misread |= {slip: _all(changes) for slip, changes in aside.items()}
        return Effect(_all(self._held), misread, tuple(self._notices.values()))

    def _candidates(self, first: date, last: date, *, foreign: bool = False) -> Iterator[Change]:
        """Changes of what no circular is about yet that move the measure, on top of those in force, for some of them.

        Where none is found for some, changes for everybody follow.
        """
        parted = False
        for turn in range(TRIES):
            wide = foreign or self._shared or turn >= TRIES * 2 // 3
            scope = everyone(self._ground) if wide else some(self._draw, self._ground)
            change = self._change(scope, self._day(first, last), self._untouched())
            both = _all([*self._held, change]) if change else ()
            parts = bool(change) and self._ground.parts(both)
            parted = parted or (parts and not wide)
            self._shared = self._shared or (wide and not foreign and not parted)
            if change and parts and self._ground.bites(_all(self._held), both):
                yield change

    def _change(self, scope: Scope, day: date, matters: set[str]) -> Change | None:
        """A change of one of these matters to anything but what the sheet and the circulars in force say."""
        rules, draw = self._ground.rules, self._draw
        now = {change.matter: change.alternative or change.value for change in self._held}
        blank = Change(scope, day, self._issued(day, FIRST_DAY - timedelta(days=10)), "", None)
        texts = [
            replace(blank, clause=clause, alternative=alternative)
            for clause in rules.clauses
            for alternative in clause.texts
            if clause.slot in matters and alternative not in {clause.held, now.get(clause.slot)}
        ]
        numbers = [
            replace(blank, name=name, value=value)
            for name, value in rules.redrawn(draw).items()
            if f"`{name}`" in matters and value not in {rules.params[name], now.get(f"`{name}`")}
        ]
        options = numbers if numbers and (not texts or draw.chance(1, 3)) else texts
        return draw.choice(options) if options else None

    def _untouched(self) -> set[str]:
        """What no circular is about yet: clauses that vary, and parameters that are numbers."""
        rules = self._ground.rules
        numbers = {f"`{name}`" for name, value in rules.params.items() if not isinstance(value, str)}
        taken = {change.matter for change in [*self._held, *(one for many in self._aside.values() for one in many)]}
        return ({clause.slot for clause in rules.clauses} | numbers) - taken

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self._draw.integer(0, (last - first).days))

    def _issued(self, day: date, after: date) -> date:
        return max(after + timedelta(days=1), day - timedelta(days=self._draw.integer(3, 24)))

    def _write(self, change: Change, *, needed: bool, owner: str = "", amends: Change | None = None) -> None:
        """The page of a circular, or of one that gives an earlier one another text."""
        clause = change.clause
        body = _text(
            "again" if amends else "change",
            wording=self._draw.integer(1, WORDINGS),
            day=spoken(change.day),
            scope=change.scope.text,
            title=self._ground.rules.title,
            sheet=clause.sheet if clause else self._ground.rules.table,
            number=clause.number if clause else 0,
            text=clause.texts[change.alternative] if clause else "",
            parameter=change.name,
            value=change.value,
            amends=amends and amends.page,
            of=amends and spoken(amends.issued),
        )
        params = {} if clause else {change.name: change.value}
        owner = owner or self._ground.world.organisation
        self._notices[change.page] = Notice(change.page, owner, change.issued, body, params, needed)

    def _repeal(self, change: Change) -> None:
        """The page of a circular that ends another one before the brief is written."""
        day = self._day(change.day + timedelta(days=15), WRITTEN)
        issued, page = self._issued(day, change.issued), next(self._pages)
        values = {"day": spoken(day), "title": self._ground.rules.title, "wording": self._draw.integer(1, WORDINGS)}
        body = _text("repeal", repeals=change.page, of=spoken(change.issued), **values)
        self._notices[page] = Notice(page, self._ground.world.organisation, issued, body, needed=True)


def spoken(day: date) -> str:
    """A day as people write it, for instance ``"3 March 2026"``."""
    return f"{day.day} {day:%B} {day.year}"


def _all(changes: Iterable[Change]) -> tuple[Amendment, ...]:
    """What some changes put in force together, in the order in which they take effect."""
    return tuple(change.amendment for change in sorted(changes, key=lambda change: change.day))


def _text(template: str, **values: Any) -> str:
    return render_prompt(f"complications/amendment/{template}.md.j2", **values).strip()
