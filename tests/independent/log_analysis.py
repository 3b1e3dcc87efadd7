"""Access risks by sweeping over time: sessions step a counter up and down, windows are one matrix of differences.

Written by one person with the reference, in another method: the log's text is parsed line by line, hours come from
a sweep over all openings and closings, bursts from numpy comparisons.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime

import numpy as np

LINE = re.compile(r"(\S+) (\S+) authd: (.*)")
REPEATED = re.compile(r"last message repeated (\d+) times")
Login = tuple[float, str, str]


def read_log(text: str) -> tuple[dict[tuple[str, str], dict[str, str | float]], list[tuple[Login, str, float, int]]]:
    """Sessions by gateway and number; failed logins with the stamp and number of their repeating line, 0 if none."""
    sessions: dict[tuple[str, str], dict[str, str | float]] = defaultdict(dict)
    failures: list[tuple[Login, str, float, int]] = []
    latest: dict[str, int] = {}
    for line in text.splitlines():
        stamp, gateway, message = LINE.fullmatch(line).groups()  # type: ignore[union-attr]
        when, words = datetime.fromisoformat(stamp).timestamp(), message.split()
        if found := REPEATED.fullmatch(message):
            login, code, _, _ = failures[latest[gateway]]
            failures[latest[gateway]] = (login, code, when, int(found[1]))
        elif words[0] == "closed":
            sessions[gateway, words[2]]["closed"] = when
        elif words[0] == "opened":
            account, code = words[3].split("@")
            sessions[gateway, words[2]].update(opened=when, account=account, code=code)
        else:
            account, code = words[2].split("@")
            latest[gateway] = len(failures)
            failures.append(((when, account, gateway), code, 0.0, 0))
    return dict(sessions), failures


def hours_open(spans: list[tuple[float, float]], rule: str) -> float:
    """Open hours by a sweep over the ends of the spans."""
    steps = sorted(
        [(start, 1) for start, end in spans if end > start] + [(end, -1) for start, end in spans if end > start]
    )
    total = depth = 0.0
    before = 0.0
    for when, step in steps:
        total += (when - before) * (min(depth, 1) if rule == "covered" else depth)
        depth, before = depth + step, when
    return total / 3600


def span_of(session: dict[str, str | float], cutoff: float, timeout: float, rule: str) -> tuple[float, float]:
    """Start and end of a session that was opened in time."""
    start, end = float(session["opened"]), session.get("closed")
    if end is None or float(end) > cutoff:
        return start, min(cutoff, start + timeout) if rule != "cutoff" else cutoff
    return start, min(float(end), start + timeout) if rule == "always" else float(end)


def copies(failure: tuple[Login, str, float, int], rule: str) -> list[Login]:
    """A failed login and its copies."""
    (when, account, gateway), _, again, times = failure
    if not times:
        return [failure[0]]
    moment = when if rule == "original" else again
    return [failure[0]] + [(moment, account, gateway)] * (1 if rule == "once" else times)


def count_hot(logins: list[Login], params: dict[str, float], clauses: dict[str, str]) -> int:
    """Number of hot failed logins."""
    if not logins:
        return 0
    times = np.array([login[0] for login in logins])
    late = times[:, None] - times[None, :]
    reach = 60 * params["window_minutes"]
    inside = (late >= 0) & ((late <= reach) if clauses["window"] == "closed" else (late < reach))
    if clauses["scope"] != "entity":
        names = np.array([login[1 if clauses["scope"] == "account" else 2] for login in logins])
        inside &= names[:, None] == names[None, :]
    burst = inside.sum(axis=1) >= params["burst_count"]
    return int(inside[burst].any(axis=0).sum() if clauses["hot"] == "all" else burst.sum())


def watch_hours(hours: float, hot: int, special: str, params: dict[str, float], clauses: dict[str, str]) -> float:
    """Watch hours of an entity; ``special`` is its exception or empty."""
    added = hot * params["burst_hours"]
    if clauses["weight"] == "first" and hot:
        added = params["burst_hours"] + (hot - 1) * params["later_hours"]
    if special == "test":
        return hours
    if special == "trusted":
        return hours * params["trusted_share"] + added
    return (hours + added) * (params["alarm_factor"] if special == "alarmed" else 1)


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    clauses: dict[str, str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the access risks and the flagged entities."""
    cutoff = datetime.fromisoformat(str(params["cutoff"])).timestamp()
    number = {name: float(value) for name, value in params.items() if name != "cutoff"}
    sessions, failures = read_log(files["gateway_auth.log"])
    risks, flagged = {}, set()
    for code, exposure in quantities["exposure"].items():
        spans = [
            span_of(session, cutoff, number["timeout_hours"] * 3600, clauses["unclosed"])
            for session in sessions.values()
            if session.get("code") == code
            and float(session["opened"]) <= cutoff
            and (clauses["service"] == "sessions" or not str(session["account"]).startswith("svc-"))
        ]
        hours = hours_open(spans, clauses["hours"])
        logins = [
            login
            for failure in failures
            for login in copies(failure, clauses["repeats"])
            if failure[1] == code
            and login[0] <= cutoff
            and (clauses["service"] == "logins" or not login[1].startswith("svc-"))
        ]
        hot = count_hot(logins, number, clauses)
        special = clauses["exception"] if code in exceptions else ""
        watch = watch_hours(hours, hot, special, number, clauses)
        risks[code] = watch * exposure / quantities["crew"][code]
        if {
            "hot": hot > number["hot_limit"],
            "names": len({account for _, account, _ in logins}) > number["name_limit"],
            "hours": hours > number["open_limit"] * len(spans),
        }[clauses["flag"]]:
            flagged.add(code)
    return risks, flagged
