"""A reader of circulars: from pages and register to the terms of every entity, as somebody does who has only those.

Reads text alone, never an amendment of the case. It shares no line with what wrote the circulars.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from skillbench.core.quantities import Words
from skillbench.core.schema import Page
from skillbench.skills.catalogue import render
from skillbench.skills.contract import Skill

DAY = r"(?P<day>\d{1,2} [A-Z][a-z]+ \d{4})"
SCOPE = r"(?P<scope>.+?)"
TEXT = r"\n\n> (?P<text>.+)"
CLAUSE = r'clause (?P<number>\d+) (?:takes the place of the one on|of) (?:the sheet )?"(?P<sheet>.+?)"'
CHANGES = (
    rf"^With effect from {DAY}, {CLAUSE} reads as follows for {SCOPE}:{TEXT}",
    rf"From {DAY} on another {CLAUSE}\. It concerns {SCOPE}, and it says:{TEXT}",
    rf"note: {CLAUSE} is replaced for {SCOPE} as of {DAY}\. In its place stands:{TEXT}",
    rf"^With effect from {DAY} the parameter `\w+` .+ for {SCOPE}\. It bears on",
    rf"From {DAY} on `\w+`, which stands in the table .+\. It concerns {SCOPE}\.$",
    rf"note: `\w+` is set to .+? for {SCOPE} as of {DAY}, in place",
)
AGAIN = (
    rf"^Circular (?P<other>HB-\d+) .+ is amended: with effect from {DAY}",
    rf"what circular (?P<other>HB-\d+) of .+ says is changed as of {DAY}\.",
    rf"^Circular (?P<other>HB-\d+) .+ has been found wanting\. From {DAY} on",
)
REPEALS = (
    rf"^Circular (?P<other>HB-\d+) of .+ is repealed with effect from {DAY}\.",
    rf"^As of {DAY} circular (?P<other>HB-\d+) of .+ is no longer in force",
    rf"that circular (?P<other>HB-\d+) of .+ made is taken back: that circular ceases on {DAY}\.",
)
BRIEF_DAY = re.compile(r"^Date: (.+)$", re.MULTILINE)

Clauses = dict[str, str]
Params = dict[str, Any]
Flags = Callable[[str], set[str]]
"""Whom the measure of a title flags."""


class Circular(NamedTuple):
    """What one circular says: for whom, from when, and another clause or other parameters."""

    day: date
    scope: str
    title: str
    number: int
    text: str
    params: Params


def terms_by_entity(
    skill: Skill,
    sheet: tuple[Params, Mapping[str, str]],
    pages: Iterable[Page],
    rows: list[dict[str, str]],
    words: Words,
    today: date,
    flags: Flags,
) -> dict[str, tuple[Params, Clauses]]:
    """Parameters and clauses of every entity in scope, circulars read as their guide says."""
    own = {row["code"]: (dict(sheet[0]), dict(sheet[1])) for row in rows}
    for one in sorted(in_force(skill, pages, today), key=lambda one: one.day):
        for code in concerned(one.scope, rows, words, flags):
            own[code][0].update(one.params)
            if one.text:
                own[code][1].update(stated(skill, one, words))
    return own


def in_force(skill: Skill, pages: Iterable[Page], today: date) -> list[Circular]:
    """The circulars on a skill's measure that count on a day: begun, not repealed, as amended."""
    subject = re.compile(rf'(?:[Oo]n|about|work out|to) the "{re.escape(skill.measure.title)}"')
    mine = {page.id: page for page in pages if page.kind == "circular" and subject.search(page.body)}
    found = {number: read for number, page in mine.items() if (read := circular(page))}
    later = [(one, page) for page in mine.values() if (one := matched(AGAIN, page)) and begun(one) <= today]
    for one, page in sorted(later, key=lambda pair: begun(pair[0])):
        old, text = found[one["other"]], re.search(TEXT, page.body)
        new = text["text"] if text else ""
        found[one["other"]] = old._replace(day=begun(one), text=new, params=dict(page.parameters))
    for page in mine.values():
        one = matched(REPEALS, page)
        if one and begun(one) <= today:
            del found[one["other"]]
    return [one for one in found.values() if one.day <= today]


def circular(page: Page) -> Circular | None:
    """What a circular changes; None for one about another circular."""
    found = matched(CHANGES, page)
    if found is None:
        assert matched(AGAIN, page) or matched(REPEALS, page), f"{page.id} cannot be read: {page.body}"
        return None
    parts = {"sheet": "", "number": "0", "text": ""} | found.groupdict()
    day, params = begun(found), dict(page.parameters)
    return Circular(day, parts["scope"], parts["sheet"], int(parts["number"]), parts["text"], params)


def matched(patterns: Iterable[str], page: Page) -> re.Match[str] | None:
    """The first pattern that a page follows."""
    return next((found for pattern in patterns if (found := re.search(pattern, page.body, re.MULTILINE))), None)


def begun(found: re.Match[str]) -> date:
    """The day on which it takes effect."""
    return datetime.strptime(found["day"], "%d %B %Y").date()  # noqa: DTZ007  a day has no zone


def stated(skill: Skill, one: Circular, words: Words) -> Clauses:
    """The slot that a clause fills, and the alternative that it states."""
    sheet = next(sheet for sheet in skill.sheets if sheet.title == one.title)
    slot = list(sheet.clauses)[one.number - 1] if one.number else ""
    texts = {render(text, words): alternative for alternative, text in sheet.clauses[slot].items()}
    return {slot: texts[one.text]}


def concerned(scope: str, rows: list[dict[str, str]], words: Words, flags: Flags) -> set[str]:
    """The codes of those whom a scope names."""
    everyone = {row["code"] for row in rows}
    names = {row["name"]: row["code"] for row in rows}
    every = f"every {words.entity}"
    if not scope.startswith(every):
        return {names[name] for name in re.split(r", | and ", scope)}
    rest = scope.removeprefix(every).strip()
    if not rest:
        return everyone
    if rest.startswith("except "):
        return everyone - {names[name] for name in re.split(r", | and ", rest.removeprefix("except "))}
    if flagged := re.fullmatch(r'flagged under "(.+)"', rest):
        return flags(flagged[1]) & everyone
    column = re.fullmatch(r"whose `(\w+)` in the register is (?:(below|above) ([\d.]+)|(\d+) or more)", rest)
    assert column, scope
    name, side, limit, least = column.groups()
    if least:
        return {row["code"] for row in rows if float(row[name]) >= float(least)}
    return {row["code"] for row in rows if (float(row[name]) < float(limit)) is (side == "below")}
