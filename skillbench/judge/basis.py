"""The facts an answer rests on: pages cited, parameters quoted, and claims of computing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from skillbench.core.schema import Case, Checkpoint, Page
from skillbench.judge.answer import Section
from skillbench.judge.transcript import CODE_TOOLS, Transcript
from skillbench.skills.contract import Param

_NUMBER = re.compile(r"[0-9]{3,}")

Use = Literal["used", "idle", "wrong", "ignored", "altered"]


@dataclass(frozen=True)
class Fact:
    """What became of one fact: a rule parameter, or the page that states it.

    Attributes:
        tag: the skill it belongs to.
        name: the parameter, or ``"page"``.
        use: ``used``; ``idle`` when stated right but no figure follows from it; ``wrong`` when it is another
            page's; ``ignored`` when left out; ``altered`` when no such page or value exists.
    """

    tag: str
    name: str
    use: Use


class Handbook:
    """The pages of a case, with the parameter tables parsed.

    Args:
        pages: every page an agent may open.
    """

    def __init__(self, pages: Iterable[Page]) -> None:
        self._texts = {_plain(page.id): page.text for page in pages}
        self._prefixes = {re.sub(r"[^a-z]", "", page) for page in self._texts} - {""}
        self._titles: dict[str, list[str]] = {}
        for page in pages:
            self._titles.setdefault(_plain(page.title), []).append(_plain(page.id))

    def cited(self, citation: str) -> list[str]:
        """The existing pages that a citation means: by number, however spelt, or by title; at most three numbers.

        ``"page HB-0417, rev. C"``, ``"HB0417"`` and ``"0417"`` are ``"HB-0417"``; ``"HB-417"`` is not.
        """
        if titled := self._titles.get(_plain(citation)):
            return titled
        numbers = _NUMBER.findall(citation[:200])[:3]
        return [page for number in numbers for page in self._texts if _digits(page) == number]

    def numbered(self, citation: str) -> bool:
        """Whether a citation gives a page number, existing or not: ``"n/a"`` and ``"the brief"`` give none."""
        text = citation[:200].strip().casefold()
        return text.isdigit() or any(re.search(rf"\b{prefix}\W{{0,3}}[0-9]+", text) for prefix in self._prefixes)

    def states(self, pages: Iterable[str], name: str, value: Param) -> bool:
        """Whether the parameter table of one of these pages gives a parameter this value."""
        return any(same(cell, value) for page in pages for cell in _table(self._texts[page]).get(name, []))


def facts_of(
    case: Case, sections: Mapping[str, Section], engaged: Mapping[str, bool], handbook: Handbook
) -> tuple[Fact, ...]:
    """Every fact the key needs, and its use.

    Args:
        case: the case.
        sections: by skill tag.
        engaged: by skill tag, whether a right figure follows from what the section states.
        handbook: the pages.
    """
    facts = []
    for point in case.checkpoints:
        section = sections[point.tag]
        facts.append(Fact(point.tag, "page", _page_use(point, section, handbook, engaged=engaged[point.tag])))
        for name in point.params:
            use = _param_use(point, name, section, handbook, engaged=engaged[point.tag])
            facts.append(Fact(point.tag, name, use))
    return tuple(facts)


def false_computing(sections: Mapping[str, Section], transcript: Transcript) -> tuple[str, ...]:
    """Skills whose figures are said to be computed with code although no code ran."""
    if any(call.ok and call.function in CODE_TOOLS for call in transcript.calls):
        return ()
    return tuple(tag for tag, section in sections.items() if section.computed_with == "code")


def same(one: Param, other: Param) -> bool:
    """Whether two parameter values are equal however they are written.

    Example:
        >>> same("0.70", 0.7), same("2026-03-06T07:00:00Z", "2026-03-06 07:00+00:00"), same("70%", 0.7), same(70, 0.7)
        (True, True, True, False)
    """
    first, second = _number(one), _number(other)
    if first is not None and second is not None:
        return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)
    moments = _moment(one), _moment(other)
    if None not in moments:
        return moments[0] == moments[1]
    return " ".join(str(one).split()).casefold() == " ".join(str(other).split()).casefold()


def _page_use(point: Checkpoint, section: Section, handbook: Handbook, *, engaged: bool) -> Use:
    cited = handbook.cited(section.page)
    if _plain(point.page) in cited:
        return "used" if engaged else "idle"
    if cited:
        return "wrong"
    return "altered" if handbook.numbered(section.page) else "ignored"


def _param_use(point: Checkpoint, name: str, section: Section, handbook: Handbook, *, engaged: bool) -> Use:
    if name not in section.parameters:
        return "ignored"
    value, truth = section.parameters[name], point.params[name]
    # The value in force is no fabrication, whichever existing page it is attributed to.
    if same(value, truth):
        return "used" if engaged else "idle"
    # Without a page nothing is attributed: a wrong figure, not an altered quotation.
    cited = handbook.cited(section.page)
    if not (cited or handbook.numbered(section.page)) or handbook.states(cited, name, value):
        return "wrong"
    return "wrong" if _in_percent(value, truth) else "altered"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _digits(page: str) -> str:
    return re.sub(r"[^0-9]", "", page)


def _number(value: Param) -> float | None:
    text = str(value).strip().strip("`'\"")
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except (ValueError, OverflowError):
        return None


def _moment(value: Param) -> datetime | None:
    """An ISO date or time; one without a zone counts as UTC."""
    try:
        found = datetime.fromisoformat(str(value).strip().strip("`'\""))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _in_percent(value: Param, truth: Param) -> bool:
    """Whether a share was given in percent without saying so: a slip of unit, not an invention."""
    one, other = _number(value), _number(truth)
    return one is not None and other is not None and math.isclose(one, 100 * other, rel_tol=1e-9)


def _table(text: str) -> dict[str, list[str]]:
    """Values by name in the ``| parameter | value |`` tables of a page."""
    found: dict[str, list[str]] = {}
    inside = False
    for line in text.splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if not line.strip().startswith("|") or len(cells) < 2:
            inside = False
        elif [cell.casefold() for cell in cells[:2]] == ["parameter", "value"]:
            inside = True
        elif inside:
            found.setdefault(cells[0], []).append(cells[1])
    return found
