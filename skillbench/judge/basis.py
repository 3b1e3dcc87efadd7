"""The facts an answer rests on: pages cited, parameters quoted, and claims of computing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from skillbench.core.schema import Case, Checkpoint, Page
from skillbench.judge.answer import Section
from skillbench.judge.transcript import CODE_TOOLS, Transcript
from skillbench.skills.contract import Param

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
        self._texts = {_page_id(page.id): page.text for page in pages}

    def finds(self, cited: str) -> str:
        """The id of the page that a citation means, ``""`` for none: ``"hb-0417"`` and ``"page HB-0417"`` are one."""
        words = (cited, *re.split(r"[\s,;:()]+", cited[:200]))
        return next((page for page in map(_page_id, words) if page in self._texts), "")

    def states(self, page: str, name: str, value: Param) -> bool:
        """Whether a page's parameter table gives a parameter this value."""
        return any(same(cell, value) for cell in _table(self._texts.get(page, "")).get(name, []))


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
    """Whether two parameter values are equal however they are written: 0.70 and 0.7, ``"2026-03-05"`` and itself."""
    first, second = _number(one), _number(other)
    if first is not None and second is not None:
        return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)
    return str(one).strip().casefold() == str(other).strip().casefold()


def _page_use(point: Checkpoint, section: Section, handbook: Handbook, *, engaged: bool) -> Use:
    if not section.page.strip():
        return "ignored"
    cited = handbook.finds(section.page)
    if cited == _page_id(point.page):
        return "used" if engaged else "idle"
    return "wrong" if cited else "altered"


def _param_use(point: Checkpoint, name: str, section: Section, handbook: Handbook, *, engaged: bool) -> Use:
    if name not in section.parameters:
        return "ignored"
    value = section.parameters[name]
    # The value in force is no fabrication, whichever existing page it is attributed to.
    if same(value, point.params[name]):
        return "used" if engaged else "idle"
    cited = handbook.finds(section.page)
    # Without a page nothing is attributed: a wrong figure, not an altered quotation.
    return "wrong" if not section.page.strip() or handbook.states(cited, name, value) else "altered"


def _page_id(text: str) -> str:
    return re.sub(r"[\s_\u2010-\u2015-]+", "-", text.strip().strip(".`'\"")).casefold()


def _number(value: Param) -> float | None:
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


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
