"""Hours tied up at service desks, from the states of a birth-death process, one probability for each number of callers.

Written by one person with the reference, in another method: the stationary distribution is summed state by state
with numpy instead of Erlang's formulas, and the desk file is read as a list of keys.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

HOURS_PER_UNIT = {"s": 1 / 3600, "min": 1 / 60, "h": 1.0}
STATES = 1200

Keys = dict[str, list[str]]


class Desk(NamedTuple):
    """One open desk; ``servers`` is its staffing."""

    hours: float
    service: float
    requests: float
    servers: float


def read_desks(text: str) -> tuple[dict[str, Keys], Keys]:
    """Every value of every key by section, in file order, and those of the section DEFAULT."""
    sections: dict[str, Keys] = {}
    for body in re.split(r"^\[", text, flags=re.MULTILINE)[1:]:
        name, _, rest = body.partition("]")
        for line in rest.splitlines():
            if "=" in (bare := line.split(";")[0]):
                key, value = (part.strip() for part in bare.split("="))
                sections.setdefault(name, {}).setdefault(key, []).append(value)
    return sections, sections.pop("DEFAULT")


def in_hours(text: str) -> float:
    """A length of time in hours."""
    number, unit = text.split()
    return float(number) * HOURS_PER_UNIT[unit]


def weekly_hours(keys: Keys, defaults: Keys, pause: str) -> float:
    """Weekly hours under a clause about breaks."""
    minutes = [int(clock[:2]) * 60 + int(clock[3:]) for clock in keys["open"][-1].split("-")]
    daily = ((minutes[1] - minutes[0]) % 1440) / 60
    if pause == "default":
        daily -= in_hours((keys.get("break") or defaults["break"])[-1])
    elif pause == "own" and "break" in keys:
        daily -= in_hours(keys["break"][-1])
    return daily * int((keys.get("days") or defaults["days"])[-1])


def waiting(load: float, servers: int) -> float:
    """Mean number of callers in line, from the probabilities of 0, 1, 2, … callers at the desk."""
    rates = load / np.minimum(np.arange(1, STATES + servers), servers)
    logs = np.concatenate(([0.0], np.cumsum(np.log(rates))))
    chances = np.exp(logs - logs.max())
    line = np.maximum(np.arange(len(chances)) - servers, 0)
    return float((line * chances).sum() / chances.sum())


def in_line(load: float, servers: int, queue: str) -> float:
    """Mean number of callers in line under a clause about queues."""
    if queue == "own":
        return servers * waiting(load / servers, 1)
    return waiting(load, servers) * (0.5 if queue == "even" else 1)


def desks_of(
    sections: dict[str, Keys],
    defaults: Keys,
    code: str,
    figures: tuple[float, float],
    clauses: dict[str, str],
) -> list[Desk]:
    """The open desks of one entity before relief; ``figures`` are demand and crew."""
    own = [keys for name, keys in sections.items() if name.split(".")[0] == code]
    own = [keys for keys in own if (keys.get("status") or defaults["status"])[-1] == "open"]
    choose = {"last": lambda times: times[-1], "mean": np.mean, "longest": max}[clauses["service"]]
    services = [float(choose([in_hours(time) for time in keys["service"]])) for keys in own]
    hours = [weekly_hours(keys, defaults, clauses["pause"]) for keys in own]
    asks = np.array([int(keys["callers"][-1]) for keys in own], float)
    if clauses["requests"] == "hours":
        asks = asks * np.array(hours)
    requests = figures[0] * asks / asks.sum()
    weights = np.array([int(keys["staff"][-1]) for keys in own], float)
    if clauses["crew"] == "load":
        weights = requests * np.array(services)
    servers = np.maximum(figures[1] * weights / weights.sum(), 1)
    return [Desk(*row) for row in zip(hours, services, requests, servers, strict=True)]


def relieved(desk: Desk, number: dict[str, float], clause: str) -> Desk:
    """A desk of an entity under exception."""
    if clause == "each":
        return desk._replace(servers=desk.servers + number["relief_staff"])
    if clause == "share":
        return desk._replace(servers=desk.servers * (1 + number["relief_share"]))
    return desk._replace(hours=desk.hours * number["longer_factor"])


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    clauses: dict[str, str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the hours tied up per week and the flagged entities."""
    number = {name: float(value) for name, value in params.items()}
    sections, defaults = read_desks(files["service_desks.ini"])
    result, flagged = {}, set()
    for code, demand in quantities["demand"].items():
        desks = desks_of(sections, defaults, code, (demand, quantities["crew"][code]), clauses)
        if code in exceptions:
            desks = [relieved(desk, number, clauses["exception"]) for desk in desks]
        total, refused = 0.0, []
        for desk in desks:
            load = desk.requests * desk.service / desk.hours
            low = int(np.floor(desk.servers))
            lost = busy = line = 0.0
            for servers, part in ((low, low + 1 - desk.servers), (low + 1, desk.servers - low)):
                taken = min(load, number["ceiling"] * servers)
                busy += part * desk.hours * taken
                line += part * desk.hours * in_line(taken, servers, clauses["queue"])
                lost += part * desk.hours * (load - taken) / desk.service
            total += desk.servers * desk.hours if clauses["staff_hours"] == "paid" else busy
            total += number["caller_weight"] * (busy + line)
            total += lost * (
                number["turned_hours"] if clauses["turned"] == "flat" else number["turned_factor"] * desk.service
            )
            refused.append(lost)
        result[code] = total
        if {
            "two": sum(lost > 1e-9 for lost in refused) >= 2,
            "desk": any(lost > number["desk_limit"] * desk.requests for lost, desk in zip(refused, desks, strict=True)),
        }[clauses["flag"]]:
            flagged.add(code)
    return result, flagged
