"""The facts an answer rests on: pages cited, parameters stated, and which of them exist nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from skillbench.core.schema import Case, Checkpoint, Page
from skillbench.judge.answer import Section, plain
from skillbench.judge.notation import (
    in_another_unit,
    near_number,
    readings,
    rounded_from,
    same,
    same_but_for_the_year,
    statements,
    transposed,
)
from skillbench.skills.contract import Param

_UNDATED = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}"
    r"|[0-9]{1,2}\.?(?: of)? [a-z]{3,9}\.? [0-9]{4}|[a-z]{3,9} [0-9]{1,2}, [0-9]{4}"
)
_TOKEN = re.compile(r"(?<![a-z0-9.])([a-z]{0,12})(\W{0,3}|_)([a-z]?[0-9]+)(?![0-9])")
_WORD = re.compile(r"[a-z0-9]+")
_COMPOUND = re.compile(r"[a-z0-9]+(?:[-_./:#][a-z0-9]+)+")
_DECIMAL = re.compile(r"[.,][0-9]")
_CALLED = frozenset({"page", "pages", "p", "pp", "sheet", "sheets", "handbook"})
_NOTHING = frozenset({"", "n a", "na", "none", "null", "unknown", "not stated", "see page", "tbd", "not given"})
_DENIAL = re.compile(r"\b(?:no|not|never|missing|does|without|isn t|nonexistent)\b")
_HIDING = str.maketrans("oil", "011")

Use = Literal["used", "idle", "wrong", "ignored", "altered"]


@dataclass(frozen=True)
class Fact:
    """What became of one fact: a rule parameter, or the page that states it.

    Attributes:
        tag: the skill it belongs to.
        name: the parameter, or ``"page"``.
        use: ``used``; ``idle`` when stated right but no figure follows from it; ``wrong`` when it is another
            page's, another parameter's, in another unit or a slip of the pen; ``ignored`` when left out; ``altered``
            when no such page or value exists anywhere.
    """

    tag: str
    name: str
    use: Use


@dataclass(frozen=True)
class Invention:
    """A page or a value that exists nowhere.

    Attributes:
        where: the skill or field.
        what: the parameter, or the page as cited.
        certain: a page that is no misprint of the one meant; any other single one may be a slip.
    """

    where: str
    what: str
    certain: bool

    def __str__(self) -> str:
        """The sentence for the ledger."""
        return f"{self.where}: {self.what} is not on the page cited, nor on any other"


class Handbook:
    """The pages of a case, with the parameter tables parsed when they are first asked for.

    Args:
        pages: every page an agent may open.
        seen: further texts the agent met, where names and numbers may come from.
    """

    def __init__(self, pages: Iterable[Page], seen: Iterable[str] = ()) -> None:
        self._pages = tuple(pages)
        self._seen = tuple(seen)
        self._numbers = {_digits(page.id): _alnum(page.id) for page in self._pages}
        self._prefixes = {re.sub(r"[^a-z]", "", page) for page in self._numbers.values()} - {""}
        self._titles: dict[str, list[str]] = {}
        for page in self._pages:
            self._titles.setdefault(_alnum(page.title), []).append(_alnum(page.id))

    def cited(self, citation: str) -> list[str]:
        """The existing pages that a citation means: by number, however spelt, or by title; at most three numbers.

        ``"page HB-0417, rev. C"``, ``"HB0417"``, ``"417"`` and ``"0417"`` are ``"HB-0417"``.
        """
        if titled := self._titles.get(_alnum(citation)):
            return titled
        found = (self._page(number) for _, _, number in _tokens(citation)[:3])
        return [page for page in found if page]

    def unknown(self, citation: str) -> list[str]:
        """Document numbers in a citation that stand nowhere: ``"HB-9999"``, ``"ANX-1200"``, ``"page 7777"``.

        A revision, a date, or a name that the brief, the records or a page mention is no such number.
        """
        if _alnum(citation) in self._titles:
            return []
        tokens = _tokens(citation)
        alone = len(tokens) == 1 and _alnum(citation) == tokens[0][2]
        return ["".join(token) for token in tokens if self._nowhere(*token, alone=alone)]

    def states(self, name: str, value: Param) -> bool:
        """Whether the parameter table of any page, in force or not, gives a parameter of this name this value."""
        return any(same(cell, value) or rounded_from(value, cell) for cell in self._tables.get(_alnum(name), ()))

    def mentions(self, value: Param) -> bool:
        """Whether a value of three digits or more, or a text, stands anywhere the agent looked."""
        if any(reading.significant < 3 for reading in readings(value)):
            return True
        return plain(str(value)) in self._everything

    @cached_property
    def _tables(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for page in self._pages:
            for name, cell in _table(page.text):
                found.setdefault(_alnum(name), []).append(cell)
        return found

    @cached_property
    def _everything(self) -> frozenset[str]:
        """Every word and every compound of words that the agent could have read."""
        text = "\n".join([*(page.text for page in self._pages), *self._seen]).casefold()
        return frozenset(_WORD.findall(text)) | frozenset(_COMPOUND.findall(text))

    def _page(self, number: str) -> str | None:
        if page := self._numbers.get(number) or self._numbers.get(number.translate(_HIDING)):
            return page
        bare = number.lstrip("0")
        return next((page for digits, page in self._numbers.items() if bare and digits.lstrip("0") == bare), None)

    def _nowhere(self, prefix: str, mark: str, number: str, *, alone: bool) -> bool:
        if self._page(number):
            return False
        if prefix in self._prefixes:
            return True
        if len(number) < 3:
            return False
        if alone or (prefix in _CALLED and len(number) == 4 and not _is_year(number)):
            return True
        if prefix and not mark.isspace():
            return f"{prefix}{mark}{number}" not in self._everything
        return not _is_year(number) and number not in self._everything


def facts_of(
    case: Case, sections: Mapping[str, Section], engaged: Mapping[str, bool], book: Handbook
) -> tuple[Fact, ...]:
    """Every fact the key needs, and its use.

    Args:
        case: the case.
        sections: by skill tag.
        engaged: by skill tag, whether a right figure follows from what the section states.
        book: the pages.
    """
    facts = []
    for point in case.checkpoints:
        section = sections[point.tag]
        page = _page_use(point, section, book)
        uses = {"page": page} | {name: _param_use(case, point, name, section, book) for name in point.params}
        for name, use in uses.items():
            facts.append(Fact(point.tag, name, "idle" if use == "used" and not engaged[point.tag] else use))
    return tuple(facts)


def inventions(
    case: Case, sections: Mapping[str, Section], strangers: Mapping[str, Section], note: str, book: Handbook
) -> tuple[Invention, ...]:
    """Pages and values of an answer that exist nowhere, each once however often it is repeated.

    Args:
        case: the case.
        sections: by skill tag.
        strangers: sections under keys that nobody asked for.
        note: the text for the reader.
        book: the pages.
    """
    found: dict[str, Invention] = {}
    meant = {_digits(page) for page in [*case.needed_pages, *(point.page for point in case.checkpoints)]}
    for point in case.checkpoints:
        section = sections[point.tag]
        for number in _invented_pages(section, book, meant):
            near = near_number(_digits(number), _digits(point.page))
            found.setdefault(number, Invention(point.tag, number, certain=not near))
        for name in point.params:
            if _param_use(case, point, name, section, book) == "altered":
                stated = next(v for n, v in section.parameters.items() if _alnum(n) == _alnum(name))
                moved = any(same_but_for_the_year(value, point.params[name]) for value in stated)
                found.setdefault("years" if moved else f"{name} {stated}", Invention(point.tag, name, certain=False))
        asked = {_alnum(name) for name in point.params}
        found |= _extras(point.tag, {n: v for n, v in section.parameters.items() if _alnum(n) not in asked}, case, book)
    for key, section in strangers.items():
        found |= {n: Invention(key[:40], n, certain=True) for n in _invented_pages(section, book, meant)}
        found |= _extras(key[:40], section.parameters, case, book)
    for sentence in re.split(r"(?<=[.!?;])\s", note[:4000]):
        said = plain(sentence)
        numbers = [n for n in book.unknown(said) if n.startswith("hb") and not _misprint(n, meant)]
        if not _DENIAL.search(said):
            found |= {n: Invention("note", n, certain=True) for n in numbers}
    return tuple(found.values())


def fabrications(made: Iterable[Invention], facts: Iterable[Fact]) -> tuple[str, ...]:
    """The inventions that are no slip: a page out of nothing, two of any kind, or one and little else."""
    listed = list(made)
    right = sum(fact.use in {"used", "idle"} for fact in facts)
    if any(one.certain for one in listed) or len(listed) > 1 or (listed and right < 2):
        return tuple(str(one) for one in listed)
    return ()


def _page_use(point: Checkpoint, section: Section, book: Handbook) -> Use:
    cited = [page for citation in section.citations for page in book.cited(citation)]
    unknown = [number for citation in section.citations for number in book.unknown(citation)]
    if [number for number in unknown if not _misprint(number, {_digits(point.page)})]:
        return "altered"
    if _alnum(point.page) in cited:
        return "used"
    return "wrong" if cited or unknown else "ignored"


def _param_use(case: Case, point: Checkpoint, name: str, section: Section, book: Handbook) -> Use:
    stated = next((values for said, values in section.parameters.items() if _alnum(said) == _alnum(name)), ())
    truth = point.params[name]
    # A unit or a remark beside the figure is no statement of its own.
    figures = [value for value in stated if any(c.isdigit() for c in str(value))] or [
        value for value in stated if _words(value) not in _NOTHING and isinstance(truth, str)
    ]
    if not figures:
        return "ignored"
    if all(_is_it(value, truth) for value in figures):
        return "used"
    others = [value for value in figures if not _is_it(value, truth)]
    return "wrong" if all(_explained(value, truth, name, case, book) for value in others) else "altered"


def _is_it(value: Param, truth: Param) -> bool:
    """The value in force, or a rounding of it that keeps two digits; what a remark adds to it does not count."""
    value = statements(value)[0]
    if same(value, truth):
        return True
    return rounded_from(value, truth) and any(reading.significant >= 2 for reading in readings(value))


def _explained(value: Param, truth: Param, name: str, case: Case, book: Handbook) -> bool:
    """Whether a wrong value comes from somewhere: a slip of pen, unit or place is no invention."""
    if any(_is_it(one, truth) for one in statements(value)):
        return True
    if rounded_from(value, truth) or in_another_unit(value, truth) or transposed(value, truth):
        return True
    if any(same(value, other) for point in case.checkpoints for other in point.params.values()):
        return True
    return book.states(name, value)


def _extras(where: str, stated: Mapping[str, tuple[Param, ...]], case: Case, book: Handbook) -> dict[str, Invention]:
    """Parameters that nobody asked for, with values that stand nowhere."""
    known = [value for point in case.checkpoints for value in point.params.values()]
    return {
        f"{name} {value}": Invention(where, f"{name} {value}"[:60], certain=False)
        for name, values in stated.items()
        for value in values
        if readings(value) and not book.mentions(value) and not any(_is_it(value, truth) for truth in known)
    }


def _invented_pages(section: Section, book: Handbook, meant: set[str]) -> list[str]:
    unknown = [number for citation in section.citations for number in book.unknown(citation)]
    return [number for number in unknown if not _misprint(number, meant)]


def _misprint(number: str, meant: Iterable[str]) -> bool:
    """Two neighbouring digits of a page that is needed changed places."""
    return any(transposed(number, page) for page in meant)


def _tokens(citation: str) -> list[tuple[str, str, str]]:
    """Prefix, mark between, and number of everything that looks like a document number; dates and decimals are none."""
    text = _UNDATED.sub(" ", plain(citation))
    return [
        (found[1], found[2], found[3])
        for found in _TOKEN.finditer(text)
        if len(found[1]) > 1 or (len(found[3]) > 1 and not _DECIMAL.match(text, found.end()))
    ]


def _is_year(number: str) -> bool:
    return len(number) == 4 and number.startswith(("19", "20"))


def _alnum(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", plain(text))


def _words(value: Param) -> str:
    return " ".join(re.sub(r"[^a-z]", " ", plain(str(value))).split())


def _digits(page: str) -> str:
    return re.sub(r"[^0-9]", "", page)


def _table(text: str) -> Iterable[tuple[str, str]]:
    """Names and values in the ``| parameter | value |`` tables of a page."""
    inside = False
    for line in text.splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if not line.strip().startswith("|") or len(cells) < 2:
            inside = False
        elif [cell.casefold() for cell in cells[:2]] == ["parameter", "value"]:
            inside = True
        elif inside:
            yield cells[0], cells[1]
