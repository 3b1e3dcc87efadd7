"""A whole case from its files, its brief and its handbook: the second solvers strung together, one after another.

Reads what an agent reads (register, records, pages in force), never a coupling, a direction or a key of the case. Only
the clauses are given by the caller, as the second solvers want them: which alternative a text states is reading, and
no program does that.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from circulars import BRIEF_DAY, terms_by_entity

from skillbench.compose.domain import load_domains
from skillbench.core.schema import Case, Page
from skillbench.skills.agreement import Second, load_second
from skillbench.skills.catalogue import load_catalogue, skill_named
from skillbench.skills.contract import Skill

MOVING = re.compile(r'^- "(.+)" (raises|lowers) the .+ \(`(\w+)`\)', re.MULTILINE)
FLAGGING = re.compile(r'^- .* flagged under "(.+?)"', re.MULTILINE)
SHARING = re.compile(r"^\| (.+) \| \w+ \| (multiplies|divides) the claim \|", re.MULTILINE)

Clauses = Mapping[str, Mapping[str, str]]
"""By tag of the skill, the alternative of every slot."""


class Found(NamedTuple):
    """What a second solver hands over: a value per code, and the codes flagged."""

    values: Mapping[str, float]
    flagged: set[str]


class Acting(NamedTuple):
    """A finding that acts on a measure: its title, ``raises``, ``lowers`` or ``flags``, and the quantity it moves."""

    source: str
    verb: str
    quantity: str


class Desk(NamedTuple):
    """What is on the table: case, entities in scope, pages in force and measures asked for by title, files by skill."""

    case: Case
    rows: list[dict[str, str]]
    pages: Mapping[str, Page]
    asked: Mapping[str, Skill]
    files: Mapping[str, dict[str, str]]


def answered(case: Case, files: Mapping[str, str], handbook: tuple[Page, ...], clauses: Clauses) -> dict[str, Any]:
    """The answer to a case under some clauses, which need not be those in force."""
    rows = [row for row in csv.DictReader(io.StringIO(files["register.csv"])) if row["status"] == "active"]
    pages = {page.title: page for page in handbook if page.withdrawn is None and page.owner == case.organisation}
    asked = {point.title: skill_named(point.tag) for point in case.checkpoints}
    own = {point.tag: {name: files[name] for name in point.files} for point in case.checkpoints}
    desk = Desk(case, rows, pages, asked, own)
    found: dict[str, Found] = {}
    while len(found) < len(asked):  # a measure is worked out after those that act on it
        for title, skill in asked.items():
            if title not in found and {one.source for one in incoming(desk, skill)} <= set(found):
                found[title] = measured(desk, skill, found, clauses[skill.tag])
    answer: dict[str, Any] = {
        "measures": {skill.measure.key: section(desk, skill, found[title]) for title, skill in asked.items()},
        "note": "All figures follow from the records. See the measures.",
    }
    if case.product:  # of it only the fund is read, which the brief states too
        amounts = shared(desk, found, float(str(case.product.key["fund"])))
        answer["allocation"] = {code: round(amount, 2) for code, amount in amounts.items()}
    return answer


def incoming(desk: Desk, skill: Skill) -> list[Acting]:
    """Every finding asked for that acts on a measure."""
    out = []
    for title, page in desk.pages.items():
        if title.startswith("Findings that act on others") and f"(field `{skill.measure.key}`)" in page.body:
            out += [Acting(*one) for one in MOVING.findall(page.body)]
            out += [Acting(source, "flags", "") for source in FLAGGING.findall(page.body)]
    return [one for one in out if one.source in desk.asked]


def measured(desk: Desk, skill: Skill, found: Mapping[str, Found], clauses: Mapping[str, str]) -> Found:
    """One measure by its second solver, on revised figures."""
    acting = incoming(desk, skill)
    quantities = {str(quantity): revised(desk, quantity, acting, found) for quantity in skill.reads}
    exceptions = {row["code"] for row in desk.rows if skill.measure.key in row["clauses"].split(";")}
    for one in acting:
        exceptions |= found[one.source].flagged if one.verb == "flags" else set()
    return merged(desk, skill, found, clauses, (quantities, exceptions))


def merged(
    desk: Desk,
    skill: Skill,
    found: Mapping[str, Found],
    clauses: Mapping[str, str],
    dials: tuple[Mapping[str, Mapping[str, float]], set[str]],
) -> Found:
    """The second solver once for every set of terms that circulars make, of which each entity takes its own."""

    def flags(title: str) -> set[str]:
        if title in desk.asked:
            return found[title].flagged
        key = next(one.measure.key for one in load_catalogue().values() if one.measure.title == title)
        return {row["code"] for row in desk.rows if key in row["flags"].split(";")}

    sheet = (dict(desk.pages[skill.sheets[0].title].parameters), clauses)
    today = datetime.strptime(BRIEF_DAY.findall(desk.case.prompt)[0], "%d %B %Y").date()  # noqa: DTZ007  a day
    words = load_domains()[desk.case.domain].words
    own = terms_by_entity(skill, sheet, desk.pages.values(), desk.rows, words, today, flags)
    values, flagged = dict[str, float](), set[str]()
    for terms in [terms for place, terms in enumerate(own.values()) if terms not in list(own.values())[:place]]:
        some, marked = second_solver(skill.tag)(desk.files[skill.tag], dict(terms[0]), dict(terms[1]), *dials)
        mine = {code for code, held in own.items() if held == terms}
        values |= {code: value for code, value in some.items() if code in mine}
        flagged |= set(marked) & mine
    return Found(values, flagged)


def revised(desk: Desk, quantity: str, acting: list[Acting], found: Mapping[str, Found]) -> dict[str, float]:
    """The register's figures times the geometric mean of what acts on them."""
    moving = [one for one in acting if one.quantity == quantity]
    out = {}
    for row in desk.rows:
        places = [standing(found[one.source], row["code"]) ** (1 if one.verb == "raises" else -1) for one in moving]
        out[row["code"]] = float(row[quantity]) * (math.prod(places) ** (1 / len(places)) if places else 1)
    return out


def section(desk: Desk, skill: Skill, found: Found) -> dict[str, Any]:
    """What the answer says about one measure."""
    page = desk.pages[skill.sheets[0].title]
    return {
        "values": {code: round(float(value), skill.measure.digits) for code, value in sorted(found.values.items())},
        "flagged": sorted(found.flagged),
        "basis": {"page": page.id, "parameters": page.parameters},
        "computed_with": "hand",
    }


def shared(desk: Desk, found: Mapping[str, Found], fund: float) -> dict[str, float]:
    """The fund by compound claim."""
    (page,) = (page for title, page in desk.pages.items() if title.startswith("Sharing the "))
    claims = {row["code"]: float(row["priority"]) for row in desk.rows}
    for title, verb in SHARING.findall(page.body):
        for code in claims if title in found else ():
            claims[code] *= standing(found[title], code) ** (0.5 if verb == "multiplies" else -0.5)
    return {code: fund * claim / sum(claims.values()) for code, claim in claims.items()}


def standing(found: Found, code: str) -> float:
    """Relative standing of an entity on a measure."""
    mean = sum(found.values.values()) / len(found.values)
    return (found.values[code] + mean) / (2 * mean)


@cache
def second_solver(tag: str) -> Second:
    """``solve`` of a skill's file under ``tests/independent``."""
    return load_second(Path(__file__).with_name("independent") / f"{tag.lower().replace(' ', '_')}.py")
