"""One value, however it is written: numbers, shares, dates and words as people and models put them."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from skillbench.judge.answer import plain
from skillbench.skills.contract import Param

_NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?:[0-9]{1,3}(?:([,.'\u2019_ ])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]+)?|[0-9]*[.,]?[0-9]+)"
    r"(?:e[-+]?[0-9]{1,3})?(?![0-9])"
)
_FRACTION = re.compile(r"(?<![\w.])(?:([0-9]{1,4})\s+)?([0-9]{1,6})\s*/\s*([0-9]{1,6})(?![\w/])")
_PERCENT = re.compile(r"^\s*(%|percent|per cent|pct|procent|prozent)")
_PER_MILLE = re.compile("^\\s*(\u2030|permille|per mille|per mil)")
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th)\b")
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:mon|tue|wed|thu|fri|sat|sun)\b")
_ZONE = re.compile(r"\s*(?:\(?(?:utc|gmt|z)\)?|utc\s*\+0|\+00:?00)$")
_DIGIT_RUN = re.compile(r"[0-9]+")

_DATED = re.compile(r"^[0-9]{8}\b|[0-9]([./-])[0-9]{1,2}\1[0-9]|[0-9] [a-z]{3,9} [0-9]|[a-z]{3,9} [0-9]{1,2} [0-9]{4}")

_DAYS = (
    "%d.%m.%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d %Y",
    "%b %d %Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d-%b-%Y",
    "%Y %B %d",
    "%d.%m.%y",
    "%Y-%m-%d",
    "%Y%m%d",
)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I %p", " %I:%M %p", " %Hh", " %H.%M", " %H%M")
_WORDS: dict[str, float] = {
    word: number
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
} | {"half": 0.5, "a half": 0.5, "a quarter": 0.25, "one quarter": 0.25, "three quarters": 0.75}
_UNITS = (
    (
        re.compile(r"\b(?:s|secs?|seconds?|min|mins|minutes?|h|hrs?|hours?|d|days?|wks?|weeks?|months?|years?)\b"),
        (60.0, 3600.0, 24.0, 1440.0, 7.0, 168.0, 12.0, 365.0),
    ),
    (
        re.compile(
            r"\b(?:ms|kg|g|t|tonnes?|km|m|cm|mm|l|ml|cl|kb|mb|gb|k|tsd|thousand|million|cents?|pence|rappen|centimes?"
            r"|bps?|basis points)\b"
        ),
        (100.0, 1000.0, 1024.0, 1e4, 1e6),
    ),
)
"""Words for units of time, and of metric measures and money, with the factors between them."""


@dataclass(frozen=True)
class Number:
    """One reading of a written number.

    Attributes:
        value: what it says.
        step: the place value of the last digit written; half of it is what rounding may hide.
        significant: digits that say something.
    """

    value: float
    step: float
    significant: int


def same(one: Param, other: Param) -> bool:
    """Whether two parameter values are equal however they are written.

    Example:
        >>> same("0.70", 0.7), same("12.5 CHF", 12.5), same("1,200", 1200), same("0,25", 0.25), same("1/4", 0.25)
        (True, True, True, True, True)
        >>> same("25 percent", 0.25), same("6 April 2025", "2025-04-06"), same("06.04.2025", "2025-04-06")
        (True, True, True)
        >>> same(70, 0.7), same("2026-03-05", "2026-03-06"), same("nearest", "linear")
        (False, False, False)
    """
    if _moments(str(one)) & _moments(str(other)):
        return True
    if _is_moment(one) or _is_moment(other):
        return False
    for first in readings(one):
        for second in readings(other):
            if math.isclose(first.value, second.value, rel_tol=1e-9, abs_tol=1e-12):
                return True
    # Figures decide where there are any: "up to 3" is not "up to 4".
    return not readings(one) and not readings(other) and bool(_words(one)) and _words(one) == _words(other)


def rounded_from(stated: Param, truth: Param) -> bool:
    """Whether a stated number is the true one with fewer digits: 0.13 for 0.125, 0.4 for 0.37, 1900 for 1926.

    Example:
        >>> rounded_from("0.13", 0.125), rounded_from(1900, 1926), rounded_from(0.0, 0.3), rounded_from(0.5, 0.37)
        (True, True, False, False)
    """
    return any(
        reading.value != 0 and abs(reading.value - known.value) <= reading.step / 2 * (1 + 1e-9)
        for reading in readings(stated)
        for known in readings(truth)
    )


def in_another_unit(stated: Param, truth: Param) -> bool:
    """Whether a stated number is the true one in another unit: a share in percent, or minutes where they are named.

    Example:
        >>> in_another_unit(25, 0.25), in_another_unit("90 min", 1.5), in_another_unit(150, 1.5)
        (True, True, False)
    """
    unit = re.sub(r"[0-9.,]+(?:e[-+]?[0-9]+)?", " ", plain(str(stated)))
    factors = [factor for words, factors in _UNITS if words.search(unit) for factor in factors]
    for reading in readings(stated):
        for known in readings(truth):
            if 0 < known.value <= 1 and math.isclose(reading.value, 100 * known.value, rel_tol=1e-9):
                return True
            if known.value and any(_scaled(reading.value, known.value, factor) for factor in factors):
                return True
    return False


def transposed(stated: Param, truth: Param) -> bool:
    """Whether two neighbouring digits of the true value, and nothing else, changed places.

    Example:
        >>> transposed("HB-0471", "HB-0417"), transposed(0.78, 0.87), transposed("HB-9417", "HB-0417")
        (True, True, False)
    """
    said, known = (re.sub(r"[^0-9]", "", plain(str(value))) for value in (stated, truth))
    if len(said) != len(known) or said == known:
        return False
    differing = [place for place, pair in enumerate(zip(said, known, strict=True)) if pair[0] != pair[1]]
    first, last = differing[0], differing[-1]
    return len(differing) == 2 and last == first + 1 and said[first] == known[last] and said[last] == known[first]


def near_number(said: str, known: str) -> bool:
    """Whether one digit was mistyped, left out or doubled in a row of digits.

    Example:
        >>> near_number("0418", "0417"), near_number("417", "0417"), near_number("9999", "0417")
        (True, True, False)
    """
    if len(said) == len(known):
        return sum(a != b for a, b in zip(said, known, strict=True)) <= 1
    short, long = sorted((said, known), key=len)
    return len(long) == len(short) + 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def same_but_for_the_year(stated: Param, truth: Param) -> bool:
    """Whether two dates differ in the year alone."""
    known = {moment.replace(year=2000) for moment in _moments(str(truth))}
    return any(moment.replace(year=2000) in known for moment in _moments(str(stated)))


def readings(value: Param) -> tuple[Number, ...]:
    """Every way to read the one number of a value; empty where there is none or more than one.

    Example:
        >>> sorted(reading.value for reading in readings("1,200"))
        [1.2, 1200.0]
        >>> readings("between 3 and 4"), readings("nearest rank")
        ((), ())
    """
    return _readings(str(value))


def statements(value: Param) -> tuple[Param, ...]:
    """A text with several numbers, cut before each of them but the first; anything else as it is.

    Example:
        >>> statements("0.25 (25 %)"), statements("6 April 2025"), statements(3)
        (('0.25 (', '25 %)'), ('6 April 2025',), (3,))
    """
    if not isinstance(value, str) or readings(value) or _moments(value):
        return (value,)
    text = plain(value)
    cuts = [0, *[found.start() for found in list(_NUMBER.finditer(text))[1:9]], len(text)]
    return tuple(text[start:end] for start, end in itertools.pairwise(cuts))


@lru_cache(maxsize=4096)
def _readings(written: str) -> tuple[Number, ...]:
    text = plain(written).strip("`'\"~\u2248=<>*() ")
    if text in _WORDS:
        return (Number(_WORDS[text], 0.0, 3),)
    if fraction := _FRACTION.search(text):
        return _fraction(fraction, text[: fraction.start()] + text[fraction.end() :])
    found = list(_NUMBER.finditer(text))
    if len(found) != 1 or not found[0][0].strip("+-"):
        return ()
    after = text[found[0].end() :]
    read = tuple(number for form in _spellings(found[0][0].strip()) if (number := _number(form)) is not None)
    if _PER_MILLE.match(after):
        return tuple(Number(n.value / 1000, n.step / 1000, n.significant) for n in read)
    shares = tuple(Number(n.value / 100, n.step / 100, n.significant) for n in read) if _PERCENT.match(after) else ()
    return read + shares


def _fraction(found: re.Match[str], rest: str) -> tuple[Number, ...]:
    under = int(found[3])
    if not under or _DIGIT_RUN.search(rest):
        return ()
    return (Number(int(found[1] or 0) + int(found[2]) / under, 0.0, 3),)


def _spellings(written: str) -> Iterable[str]:
    """A number's plain forms: separators of thousands left out, a decimal comma as a point."""
    bare = re.sub(r"['\u2019_ ]", "", written)
    commas, points = bare.count(","), bare.count(".")
    forms = set()
    if commas <= 1 and points <= 1 and not (commas and points):
        forms.add(bare.replace(",", "."))
    for thousands, decimal in ((",", "."), (".", ",")):
        pattern = rf"[-+]?[0-9]{{1,3}}(?:\{thousands}[0-9]{{3}})+(?:\{decimal}[0-9]+)?(?:e[-+]?[0-9]+)?"
        if re.fullmatch(pattern, bare):
            forms.add(bare.replace(thousands, "").replace(decimal, "."))
    return forms


def _number(form: str) -> Number | None:
    if len(form) > 60:
        return None
    value = float(form)
    if not math.isfinite(value):
        return None
    mantissa, _, exponent = form.partition("e")
    mantissa = re.sub(r"\.0+$", "", mantissa)  # 7.0 is how a program writes a rounded 7
    digits = mantissa.lstrip("+-").replace(".", "").lstrip("0")
    places = len(mantissa.partition(".")[2])
    # The zeros behind a whole number may be digits or the mark of a rounding.
    blanks = len(digits) - len(digits.rstrip("0")) if "." not in mantissa else 0
    step = 10.0 ** min(blanks - places + int(exponent or 0), 300)
    return Number(value, step, max(len(digits) - blanks, 0))


def _scaled(one: float, other: float, factor: float) -> bool:
    return math.isclose(one, other * factor, rel_tol=1e-3) or math.isclose(one * factor, other, rel_tol=1e-3)


def _words(value: Param) -> str:
    return " ".join(re.sub(r"[^\w\s]|_", " ", plain(str(value))).split())


def _is_moment(value: Param) -> bool:
    return isinstance(value, str) and bool(_moments(value))


@lru_cache(maxsize=4096)
def _moments(written: str) -> frozenset[datetime]:
    """The moments a text may mean: ISO, or a day as people write it with or without a time; no zone means UTC."""
    text = written.strip().strip("`'\" ")[:60]
    if len(text) < 6 or not _DIGIT_RUN.search(text):
        return frozenset()
    try:
        found = datetime.fromisoformat(text) if "-" in text or ":" in text else None
    except ValueError:
        found = None
    if found:
        return frozenset({_in_utc(found)})
    bare = _ORDINAL.sub("", _WEEKDAY.sub("", _ZONE.sub("", plain(text))))
    bare = " ".join(re.sub(r"\bof\b|\bat\b|,|(?<=[0-9])t(?=[0-9])", " ", bare).replace("sept ", "sep ").split())
    bare = re.sub(r"(?<=[a-z])\.|(?<=[0-9])\.(?= )", "", bare)
    if not _DATED.search(bare):
        return frozenset()
    return frozenset(moment for moment in (_parsed(bare, day, clock) for day in _DAYS for clock in _CLOCKS) if moment)


def _parsed(text: str, day: str, clock: str) -> datetime | None:
    try:
        return datetime.strptime(text, day + clock).replace(tzinfo=UTC)
    except ValueError:
        return None


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
