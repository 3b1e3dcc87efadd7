"""Hours tied up at service desks: Erlang C in the two parts of each desk's week, solved from the rules text alone."""

from __future__ import annotations

import math
import re

HOURS_PER_UNIT = {"s": 1 / 3600, "min": 1 / 60, "h": 1.0}


def read_sections(text: str) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Return the keys of every desk section and those of the section DEFAULT; later lines overwrite earlier ones."""
    sections: dict[str, dict[str, str]] = {"DEFAULT": {}}
    current: dict[str, str] = sections["DEFAULT"]
    for raw in text.splitlines():
        line = raw.split(";", 1)[0].strip()
        if not line:
            continue
        if line.startswith("[") and line.endswith("]"):
            current = sections.setdefault(line[1:-1].strip(), {})
            continue
        key, value = re.split(r"[=:]", line, maxsplit=1)
        current[key.strip()] = value.strip()
    defaults = sections.pop("DEFAULT")
    return sections, defaults


def in_hours(text: str) -> float:
    """Return a length of time written with the unit s, min or h, in hours."""
    match = re.fullmatch(r"([\d.]+)\s*([a-z]+)", text)
    if match is None:
        raise ValueError(f"not a length of time: {text!r}")
    return float(match.group(1)) * HOURS_PER_UNIT[match.group(2)]


def daily_opening(text: str) -> float:
    """Return the hours between the two times of day; a second time that is earlier falls on the next day."""
    start, end = (int(part[0]) * 60 + int(part[1]) for part in (time.split(":") for time in text.split("-")))
    if end < start:
        end += 24 * 60
    return (end - start) / 60


def callers_present(load: float, servers: int) -> float:
    """Return the mean number of callers waiting or being served in an Erlang C queue."""
    blocking = 1.0
    for n in range(1, servers + 1):
        blocking = load * blocking / (n + load * blocking)
    waits = servers * blocking / (servers - load * (1 - blocking))
    return load + waits * load / (servers - load)


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the hours tied up per week and the flagged pumping stations."""
    (text,) = files.values()
    sections, defaults = read_sections(text)
    desks: dict[str, list[dict[str, str]]] = {}
    for name, keys in sections.items():
        desk = {**defaults, **keys}
        if desk["status"] == "open":
            desks.setdefault(name.split(".", 1)[0].strip(), []).append(desk)

    ceiling, turned_hours = float(params["ceiling"]), float(params["turned_hours"])
    result: dict[str, float] = {}
    flagged: set[str] = set()
    for code, demand in quantities["demand"].items():
        own = desks.get(code, [])
        all_callers = sum(float(desk["callers"]) for desk in own)
        all_staff = sum(float(desk["staff"]) for desk in own)
        total = all_turned = 0.0
        for desk in own:
            week = (daily_opening(desk["open"]) - in_hours(desk["break"])) * float(desk["days"])
            service = in_hours(desk["service"])
            requests = demand * float(desk["callers"]) / all_callers
            staffing = max(1.0, quantities["crew"][code] * float(desk["staff"]) / all_staff)
            if code in exceptions:
                staffing += float(params["relief_staff"])
            offered = requests / week * service
            low = math.floor(staffing)
            upper_share = staffing - low
            caller_hours = turned = 0.0
            for servers, share in ((low, 1 - upper_share), (low + 1, upper_share)):
                accepted = min(offered, ceiling * servers)
                caller_hours += callers_present(accepted, servers) * share * week
                turned += (offered - accepted) / service * share * week
            total += staffing * week + float(params["caller_weight"]) * caller_hours + turned_hours * turned
            all_turned += turned
        result[code] = total
        if all_turned > float(params["turned_limit"]) * demand:
            flagged.add(code)
    return result, flagged
