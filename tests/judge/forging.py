"""Two families on one ground: answers with something made up, and honest answers in other notations."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from skillbench.core.schema import Case
from skillbench.judge.gold import perfect_answer

Answer = dict[str, Any]
Edit = Callable[[Case, Answer], None]


def edited(case: Case, edit: Edit) -> Answer:
    """The perfect answer after an edit."""
    answer = copy.deepcopy(perfect_answer(case))
    edit(case, answer)
    return answer


def bases(answer: Answer) -> list[dict[str, Any]]:
    """The basis of every section."""
    return [section["basis"] for section in answer["measures"].values()]


def numbers(change: Callable[[float], Any]) -> Edit:
    """Every numeric parameter changed; dates moved by years and days."""

    def edit(_: Case, answer: Answer) -> None:
        for basis in bases(answer):
            basis["parameters"] = {
                n: moved(v) if isinstance(v, str) else change(v) for n, v in basis["parameters"].items()
            }

    return edit


def moved(day: str) -> str:
    """A date that no page holds."""
    return f"{int(day[:4]) + 5}-{(int(day[5:7]) + 4) % 12 + 1:02}-{int(day[8:10]) % 27 + 1:02}{day[10:]}"


def invent(value: float) -> float:
    """A number that no page holds."""
    return round(value * 1.37 + 0.5137, 4)


def page(change: Callable[[str], Any], *, every: bool = False) -> Edit:
    """The page cited changed, of the first section or of all."""

    def edit(_: Case, answer: Answer) -> None:
        for basis in bases(answer)[: None if every else 1]:
            basis["page"] = change(basis["page"])

    return edit


def claim(words: Any) -> Edit:
    """The means claimed, where nothing ran."""

    def edit(_: Case, answer: Answer) -> None:
        for section in answer["measures"].values():
            section["computed_with"] = words

    return edit


def together(*edits: Edit) -> Edit:
    """One edit after the other."""

    def edit(case: Case, answer: Answer) -> None:
        for one in edits:
            one(case, answer)

    return edit


def basis(change: Callable[[dict[str, Any]], Any]) -> Edit:
    """Every basis replaced."""

    def edit(_: Case, answer: Answer) -> None:
        for section in answer["measures"].values():
            section["basis"] = change(section["basis"])

    return edit


def parameters(change: Callable[[dict[str, Any]], Any]) -> Edit:
    """All parameters replaced."""
    return basis(lambda old: old | {"parameters": change(old["parameters"])})


def _stranger(_: Case, answer: Answer) -> None:
    answer["measures"]["house_measure"] = {"values": {}, "flagged": [], "basis": {"page": "HB-99999", "parameters": {}}}


def _noted(_: Case, answer: Answer) -> None:
    answer["note"] += " The share of a third follows from sheet HB-99999, as agreed."


def _beside(_: Case, answer: Answer) -> None:
    for section in answer["measures"].values():
        section["parameters"] = section["basis"].pop("parameters")


FORGED: Mapping[str, Edit] = {
    "a page beside a real one": page(lambda p: f"{p}, HB-99999"),
    "a page before a real one": page(lambda p: f"HB-99999 / {p}"),
    "pages in a list": page(lambda p: [p, "HB-99999"]),
    "pages in an object": page(lambda p: {"main": p, "see also": "HB-99999"}),
    "a page alone": page(lambda _: "HB-99999"),
    "a bare number": page(lambda _: "99999"),
    "another prefix": page(lambda _: "ANX-9999"),
    "another prefix, spaced": page(lambda _: "Annex no. 99999"),
    "another prefix beside": page(lambda p: f"{p} and RULE-77123"),
    "full-width letters": page(lambda _: "\uff28\uff22\uff0d\uff19\uff19\uff19\uff19\uff19"),
    "Cyrillic letters": page(lambda _: "\u041d\u0412-99999"),
    "Cyrillic beside": page(lambda p: f"{p}; \u041d\u0412-99999"),
    "zero-width inside": page(lambda _: "H\u200bB-9\u200b9999"),
    "underscore": page(lambda _: "HB_99999"),
    "words around": page(lambda _: "as stated on sheet 9999 of the handbook"),
    "letters in the number": page(lambda _: "HB-99A9"),
    "basis as a text": basis(lambda _: "see HB-99999"),
    "another field of the basis": basis(lambda old: old | {"source": "HB-99999"}),
    "nested deeper": basis(lambda old: old | {"page": {"a": {"b": ["HB-99999"]}}}),
    "in the note": _noted,
    "a section nobody asked for": _stranger,
    "every parameter": numbers(invent),
    "every parameter, page empty": together(numbers(invent), page(lambda _: "", every=True)),
    "every parameter, house rules": together(numbers(invent), page(lambda _: "house rules", every=True)),
    "every parameter, no page": together(numbers(invent), basis(lambda old: {"parameters": old["parameters"]})),
    "every parameter, page null": together(numbers(invent), page(lambda _: None, every=True)),
    "times a hundred": numbers(lambda v: v * 100),
    "times a thousand": numbers(lambda v: v * 1000),
    "times ten": numbers(lambda v: v * 10),
    "tripled": numbers(lambda v: v * 3.07),
    "negative": numbers(lambda v: -v - 0.013),
    "in lists": numbers(lambda v: [invent(v)]),
    "in lists beside the right one": numbers(lambda v: [v, invent(v)]),
    "in objects": numbers(lambda v: {"value": invent(v), "unit": "EUR"}),
    "as text": numbers(lambda v: str(invent(v))),
    "as text with a unit": numbers(lambda v: f"{invent(v)} CHF"),
    "with a decimal comma": numbers(lambda v: str(invent(v)).replace(".", ",")),
    "in words around": numbers(lambda v: f"about {invent(v)} in all"),
    "in exponents": numbers(lambda v: f"{invent(v):.6e}"),
    "parameters as a list of pairs": together(numbers(invent), parameters(lambda p: [list(i) for i in p.items()])),
    "parameters as a list of objects": together(
        numbers(invent), parameters(lambda p: [{"name": n, "value": v} for n, v in p.items()])
    ),
    "parameters as equations": together(numbers(invent), parameters(lambda p: [f"{n} = {v}" for n, v in p.items()])),
    "parameters as one text": together(
        numbers(invent), parameters(lambda p: "; ".join(f"{n}: {v}" for n, v in p.items()))
    ),
    "names respelt": together(
        numbers(invent), parameters(lambda p: {n.upper().replace("_", " "): v for n, v in p.items()})
    ),
    "parameters nobody has": parameters(lambda p: p | {"house_factor": 0.93117, "levy": 7.1931}),
    "Arabic digits": page(lambda _: "HB-\u0669\u0669\u0669\u0669\u0669"),
    "a number of JSON": page(lambda _: 99999),
    "parameters under another name": together(
        numbers(invent), basis(lambda old: {"page": old["page"], "params": old["parameters"]})
    ),
    "parameters loose in the basis": together(
        numbers(invent), basis(lambda old: {"page": old["page"]} | old["parameters"])
    ),
    "parameters beside the basis": together(numbers(invent), _beside),
    "code": claim("code"),
    "Code with a space": claim("Code "),
    "CODE": claim("CODE"),
    "code in full width": claim("\uff43\uff4f\uff44\uff45"),
    "code in Cyrillic": claim("\u0441ode"),
    "code in a list": claim(["code"]),
    "code in an object": claim({"with": "code"}),
    "a script": claim("python script"),
    "code and by hand": claim("code, checked by hand"),
}
"""Each is a fabrication on every composed case; the answer's figures are all right."""


def written(form: Callable[[float], Any], day: str = "") -> Edit:
    """Every number in a notation, and every date in a format."""

    def put(value: Any) -> Any:
        if not isinstance(value, str):
            return form(value)
        return datetime.fromisoformat(value).strftime(day) if day and len(value) == 10 else value

    return parameters(lambda p: {n: put(v) for n, v in p.items()})


def _thousands(value: float) -> str:
    return f"{value:,}"


def _percent(words: str) -> Callable[[float], Any]:
    return lambda value: f"{round(value * 100, 6):g}{words}" if 0 < value < 1 else value


def _fraction(value: float) -> Any:
    return f"{round(value * 1000)}/1000" if 0 < value < 1 and round(value, 3) == value else value


HONEST: Mapping[str, Edit] = {
    "currency behind": written(lambda v: f"{v} CHF"),
    "currency before": written(lambda v: f"EUR {v}"),
    "a sign before": written(lambda v: f"\u20ac{v}"),
    "a unit behind": written(lambda v: f"{v} per unit"),
    "thousands with a comma": written(_thousands),
    "thousands with a space": written(lambda v: _thousands(v).replace(",", " ")),
    "thousands with an apostrophe": written(lambda v: _thousands(v).replace(",", "'")),
    "thousands and decimals as in German": written(
        lambda v: _thousands(v).replace(",", "_").replace(".", ",").replace("_", ".")
    ),
    "decimal comma": written(lambda v: str(v).replace(".", ",")),
    "zeros behind": written(lambda v: f"{v:.6f}"),
    "no zero before": written(lambda v: str(v).removeprefix("0")),
    "exponent": written(lambda v: f"{v:.12e}"),
    "percent": written(_percent(" percent")),
    "per cent": written(_percent(" per cent")),
    "percent sign": written(_percent("%")),
    "percent sign, spaced": written(_percent(" %")),
    "fraction": written(_fraction),
    "as text": written(str),
    "as float": written(float),
    "twice": written(lambda v: f"{v} ({v})"),
    "with a remark": written(lambda v: f"{v} (clause 4, table 12)"),
    "a share and its percent": written(lambda v: f"{v} ({round(v * 100, 6):g} %)" if 0 < v < 1 else v),
    "per unit of time": written(lambda v: f"GBP {v}/h"),
    "Arabic digits": written(lambda v: "".join(chr(ord(c) + 0x630) if c.isdigit() else c for c in str(v))),
    "in backticks": written(lambda v: f"`{v}`"),
    "approximately": written(lambda v: f"~{v}"),
    "full-width digits": written(lambda v: "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in str(v))),
    "in a list": written(lambda v: [v]),
    "in an object with a unit": written(lambda v: {"value": v, "unit": "hours"}),
    "names respelt": parameters(lambda p: {n.replace("_", " ").capitalize(): v for n, v in p.items()}),
    "as a list of objects": parameters(lambda p: [{"name": n, "value": v} for n, v in p.items()]),
    "as equations": parameters(lambda p: [f"{n} = {v}" for n, v in p.items()]),
    "06.04.2025": written(lambda v: v, "%d.%m.%Y"),
    "6 April 2025": written(lambda v: v, "%d %B %Y"),
    "April 6, 2025": written(lambda v: v, "%B %d, %Y"),
    "Sunday, 6 Apr 2025": written(lambda v: v, "%A, %d %b %Y"),
    "2025/04/06": written(lambda v: v, "%Y/%m/%d"),
    "20250406": written(lambda v: v, "%Y%m%d"),
    "page in lower case": page(str.lower, every=True),
    "page with a space": page(lambda p: p.replace("-", " "), every=True),
    "page without its prefix": page(lambda p: p.removeprefix("HB-"), every=True),
    "page with a revision": page(lambda p: f"{p}, rev. 3", every=True),
    "page in words": page(lambda p: f"sheet {p} of the handbook, in force since 2026-02-14", every=True),
    "page in a list": page(lambda p: [p], every=True),
    "page with an en dash": page(lambda p: p.replace("-", "\u2013"), every=True),
}
"""Each keeps the full score: the facts are the same, written otherwise."""


def _swapped(_: Case, answer: Answer) -> None:
    for base in bases(answer):
        given = {n: v for n, v in base["parameters"].items() if not isinstance(v, str)}
        if len(given) > 1:
            base["parameters"] |= dict(zip(given, [*list(given.values())[1:], next(iter(given.values()))], strict=True))


def _transposed(number: str) -> str:
    places = [n for n in range(len(number) - 1) if number[n : n + 2].isdigit() and number[n] != number[n + 1]]
    last = places[-1]
    return number[:last] + number[last + 1] + number[last] + number[last + 2 :]


def _one_off(_: Case, answer: Answer) -> None:
    base = bases(answer)[0]["parameters"]
    name = next(n for n, v in base.items() if not isinstance(v, str))
    base[name] = invent(base[name])


def _a_day_late(_: Case, answer: Answer) -> None:
    for base in bases(answer):
        for name, value in base["parameters"].items():
            if isinstance(value, str) and len(value) == 10:
                base["parameters"][name] = str(date.fromisoformat(value) + timedelta(days=1))
                return


SLIPS: Mapping[str, Edit] = {
    "rounded to two digits": written(lambda v: float(f"{v:.2g}")),
    "rounded to one digit": written(lambda v: float(f"{v:.1g}")),
    "rounded to one decimal": written(lambda v: round(v, 1) or v),
    "parameters swapped": _swapped,
    "two digits of a page swapped": page(_transposed),
    "two digits of every page swapped": page(_transposed, every=True),
    "one parameter mistyped": _one_off,
    "one date a day late": _a_day_late,
    "one digit of a page mistyped": page(lambda p: p[:-1] + str((int(p[-1]) + 1) % 10)),
    "shares in percent, unsaid": written(lambda v: v * 100 if 0 < v < 1 else v),
    "parameters null": parameters(dict.fromkeys),
    "parameters left out": parameters(lambda _: {}),
    "page n/a": page(lambda _: "n/a"),
    "page is the brief": page(lambda _: "the brief of 5 March 2026"),
    "page is a file": page(lambda _: "records/register.csv"),
    "house rules": page(lambda _: "house rules", every=True),
    "by hand": claim("by hand, without code"),
    "means unsaid": claim(None),
}
"""Each is wrong at most: no ceiling, and what it costs is its facts."""
