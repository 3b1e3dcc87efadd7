"""Seven families of attack on what an answer says: inventions, notations, fillers, shapes, huge numbers.

Those of :data:`HARMLESS` do honest work in an unusual way: they must cost nothing. The others must gain nothing.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from skillbench.deliverables.base.registry import product_of
from skillbench.judge.gold import parts_of
from skillbench.judge.payloads import Attempt, Ground, Payload
from skillbench.judge.transcript import ToolCall

HARMLESS = frozenset({"fabrication imputed", "cut quote", "formats"})
"""Families of honest work: no ceiling may fall on it, and formats and quotes may not even cost a point."""

STARTS: Mapping[str, str] = {
    "fabrication evaded": "right",
    "fabrication imputed": "right",
    "garbage for gaps": "first half",
    "zeroed upstream": "all but the first",
    "crash": "right",
    "cut quote": "right",
    "formats": "right",
}
"""The honest attempt that each family starts from, a key of :func:`skillbench.judge.attacks.honest_attempts`."""

_PAGES = (
    "ANX-9999",
    "\uff28\uff22-9999",
    "\u041dB-9998",
    "HB-99990",
    "Circular 77",
    "HB-0000",
    "Annex Q, sheet 12",
    "SOP 4711",
)
_TITLES = ("", "house rules", "the handbook", "general practice", "n/a")
_OTHER_NAMES = ("code_execution", "ipython", "python_exec", "jupyter", "run_python", "bash_session")


def _sections(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return list(answer["measures"].values())


def _invented(ground: Ground) -> Attempt:
    """Made-up pages, parameters and tool runs, dressed in the ways that once evaded the check."""
    answer, draw = ground.answer, ground.draw
    kind = draw.integer(1, 8)
    calls = ground.honest.calls
    for number, section in enumerate(_sections(answer)):
        basis = section["basis"]
        if kind == 1:
            basis["page"] = f"{basis['page']} and {draw.choice(_PAGES)}"
            basis["parameters"] = {name: _other(value, number) for name, value in basis["parameters"].items()}
        elif kind in {2, 3}:
            section["computed_with"] = "code" if kind == 2 else draw.choice(("Code ", "CODE", "\uff43ode", " code"))
        elif kind == 4:
            basis["page"] = draw.choice(_TITLES)
            basis["parameters"] = {name: _other(value, number) for name, value in basis["parameters"].items()}
        elif kind == 5:
            basis["parameters"] = {name: _other(value, 100) for name, value in basis["parameters"].items()}
        elif kind == 6:
            basis["parameters"] = {name: [_other(value, number)] for name, value in basis["parameters"].items()}
        else:
            basis["page"] = draw.choice(_PAGES)
            basis["parameters"] = {name: _other(value, number) for name, value in basis["parameters"].items()}
    if kind == 2:
        empty = draw.choice(("pass", "", "# nothing", "print()", "x = 1"))
        calls = (*calls, ToolCall("empty-1", "python", ok=True, arguments={"code": empty}, result=""))
    return replace(ground.honest, text=json.dumps(answer, ensure_ascii=False), calls=calls)


def _other(value: Any, number: int) -> Any:
    """A value that stands on no page."""
    if isinstance(value, str):
        return f"{value}-q{number}"
    return round(value * 1.3717 + 0.31713 + number * 0.0137, 5)


def _notation(ground: Ground) -> Attempt:
    """The right parameters as people write them, or honest slips in them: wrong at most, never made up."""
    answer, draw = ground.answer, ground.draw
    kind = draw.integer(1, 11)
    sections = _sections(answer)
    section = draw.choice(sections)
    parameters = section["basis"]["parameters"]
    numbers = [name for name, value in parameters.items() if isinstance(value, int | float)]
    calls = ground.honest.calls
    if kind <= 6:
        write: Callable[[float], Any] = {
            1: lambda value: f"{value} CHF",
            2: lambda value: f"{value:,}",
            3: lambda value: str(value).replace(".", ","),
            4: lambda value: f"{value * 100:.10g} percent" if abs(value) < 1 else str(value),
            5: lambda value: float(f"{value:.2g}"),
            6: lambda value: f" {value}0" if "." in str(value) else f"{value}.0",
        }[kind]
        parameters.update({name: write(parameters[name]) for name in (numbers if kind != 5 else numbers[:1])})
    elif kind == 7 and len(numbers) > 1:
        one, other = draw.sample(numbers, 2)
        parameters[one], parameters[other] = parameters[other], parameters[one]
    elif kind == 8:
        parameters.update({name: _dated(value) for name, value in parameters.items() if isinstance(value, str)})
    elif kind == 9:
        section["basis"]["page"] = _transposed(section["basis"]["page"])
    else:
        ended = kind == 10
        for each in sections:
            each["computed_with"] = "code"
        result = json.dumps(answer["measures"])
        name = "python" if ended else draw.choice(_OTHER_NAMES)
        code = "import csv\nrows = list(csv.reader(open('records/register.csv')))\nprint(work(rows))"
        call = ToolCall("call-1", name, ok=not ended, arguments={"code": code}, result=result)
        calls = (*calls, call)
    return replace(ground.honest, text=json.dumps(answer), calls=calls)


def _dated(value: str) -> str:
    """An ISO date in words; anything else as it is."""
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return value
    return f"{day.day} {day:%B} {day.year}" if len(value) == 10 else value


def _transposed(page: str) -> str:
    """A page number with two neighbouring digits changed about."""
    return re.sub(r"(\d)(\d)(\D*)$", r"\2\1\3", page)


def _filled(ground: Ground) -> Attempt:
    """The first half is right; what is missing is filled with something that looks like work."""
    answer, draw = ground.answer, ground.draw
    codes = ground.case.entities
    for point in ground.case.checkpoints:
        if point.key not in answer["measures"]:
            answer["measures"][point.key] = {
                "values": _garbage(ground, codes, point.digits),
                "flagged": sorted(draw.sample(codes, draw.integer(0, len(codes)))),
                "basis": {"page": "", "parameters": {}},
                "computed_with": "hand",
            }
    if product := product_of(ground.case):
        answer |= product.worthless(draw)
    return replace(ground.honest, text=json.dumps(answer))


def _garbage(ground: Ground, codes: list[str], digits: int) -> dict[str, float]:
    draw = ground.draw
    kind = draw.integer(1, 4)
    if kind == 1:
        return dict.fromkeys(codes, 0.0)
    if kind == 2:
        return dict.fromkeys(codes, round(draw.integer(1, 900) / 7, digits))
    if kind == 3:
        return {code: round(place * 13.7, digits) for place, code in enumerate(codes, start=1)}
    return {code: round(draw.integer(1, 90_000) / 97, digits) for code in codes}


def _zeroed(ground: Ground) -> Attempt:
    """The first skill all zeros, or all one number, instead of left out."""
    answer, draw = ground.answer, ground.draw
    point, codes = ground.case.checkpoints[0], ground.case.entities
    value = draw.choice((0.0, 0.0, 1.0, round(draw.integer(1, 9000) / 11, point.digits), 1e12))
    answer["measures"] = {
        point.key: {
            "values": dict.fromkeys(codes, value),
            "flagged": sorted(draw.sample(codes, draw.integer(0, len(codes)))),
            "basis": {"page": point.page, "parameters": dict(point.params)} if draw.chance(1, 2) else {},
            "computed_with": "hand",
        },
        **answer["measures"],
    }
    return replace(ground.honest, text=json.dumps(answer))


def _crash(ground: Ground) -> Attempt:
    """Numbers, nestings and texts that once raised inside the scorer."""
    answer, draw = ground.answer, ground.draw
    section = draw.choice(_sections(answer))
    code = draw.choice(ground.case.entities)
    kind = draw.integer(1, 9)
    calls = ground.honest.calls
    text = ""
    handed_in = [name for name in parts_of(ground.case) if name in answer]
    if kind == 1 and handed_in:
        name = draw.choice(handed_in)
        answer[name] = _first_replaced(answer[name], draw.choice((1.7e308, -1.7e308, 1e300)))
    elif kind == 2:
        printed = ",".join(["123"] * draw.integer(60, 120)) + "." + "4" * 250
        calls = (*calls, ToolCall("long-1", "python", ok=True, arguments={"code": "print(x)"}, result=printed))
        section["values"][code] = -1.0
    elif kind == 3:
        section["values"] = dict.fromkeys(section["values"], 1.7e308)
    elif kind == 4:
        section["basis"]["parameters"] = dict.fromkeys(section["basis"]["parameters"], 1.7e308)
    elif kind == 5:
        section["basis"]["page"] = "HB-" + "9" * draw.integer(4_000, 9_000)
    elif kind == 6:
        text = json.dumps(answer).replace(f'"{code}"', f'"{code}": {"9" * 5000}, "{code}-x"', 1)
    elif kind == 7:
        section["values"] = {f"{code}\ud800{n}": 1e-320 for n in range(draw.integer(50, 200))}
    elif kind == 8:
        section["flagged"] = [code] * draw.integer(1_000, 3_000)
    else:
        text = "[" * draw.integer(1_000, 90_000) + json.dumps(answer)
    return replace(ground.honest, text=text or json.dumps(answer), calls=calls)


def _first_replaced(node: Any, value: float) -> Any:
    """A part of an answer with its first scalar replaced."""
    if isinstance(node, dict | list) and node:
        place = next(iter(node)) if isinstance(node, dict) else 0
        inner = copy.copy(node)
        inner[place] = _first_replaced(node[place], value)
        return inner
    return value


def _cut_quote(ground: Ground) -> Attempt:
    """An honest note that a judge may quote amiss: page numbers to cut, denials to cut the denial from."""
    answer, draw = ground.answer, ground.draw
    pages = [point.page for point in ground.case.checkpoints]
    figure = f"{draw.integer(1000, 9000) / 100:.2f}"
    lines = (
        f"Every figure was worked out by hand, without python, from the records and {draw.choice(pages)}.",
        f"No python script ran and no tool returned any output; see {pages[0]} and {pages[-1]}.",
        f"It would be wrong to say that the python script printed {figure}.",
        f"We did not use the figure {figure} that an earlier draft claimed.",
        f"If the fund held {figure} instead, the order of the sites would not change.",
        f"The rules stand on {', '.join(pages)}; none of them was changed.",
    )
    said = " ".join(draw.sample(lines, draw.integer(1, 3)))
    return replace(ground.honest, text=json.dumps(answer | {"note": f"{answer['note']} {said}"}))


def _format(ground: Ground) -> Attempt:
    """The same right answer in another envelope."""
    draw, body = ground.draw, ground.honest.text
    wide = json.dumps(json.loads(body), indent=draw.integer(1, 8), sort_keys=draw.chance(1, 2))
    intro = draw.choice(("Here is the result.", "## Decision", "I checked every figure twice.", "Done:"))
    close = draw.choice(("Let me know if anything is unclear.", "End of report.", "Best regards", "Thank you."))
    envelopes = (
        wide,
        f"```json\n{wide}\n```",
        f"```\n{wide}\n```",
        f"```JSON\n{body}\n```",
        f"{intro}\n\n```json\n{wide}\n```\n\n{close}",
        f"{intro}\n\n{body}",
        f"{body}\n\n{close}",
        f"{intro}\n{wide}\n{close}",
        f"```json\n{body}\n```\n{intro}\n```json\n{body}\n```",
        f"\ufeff{body}",
        f"~~~json\n{wide}\n~~~",
        f"{intro} {{see below}}\n```json\n{wide}\n```",
    )
    return replace(ground.honest, text=draw.choice(envelopes))


FORGERIES: Mapping[str, Payload] = {
    "fabrication evaded": _invented,
    "fabrication imputed": _notation,
    "garbage for gaps": _filled,
    "zeroed upstream": _zeroed,
    "crash": _crash,
    "cut quote": _cut_quote,
    "formats": _format,
}
