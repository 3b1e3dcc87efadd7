"""Blind solver for the access risk rules: gateway log, sessions and hot failed logins."""

import re
from collections.abc import Iterator
from datetime import datetime

LINE = re.compile(r"(\S+)\s+(\S+)\s+authd:\s+(.*\S)")
FAILED = re.compile(r"failed login (\S+)@(\S+)")
OPENED = re.compile(r"opened session (\S+) (\S+)@(\S+)")
CLOSED = re.compile(r"closed session (\S+)")
REPEATED = re.compile(r"last message repeated (\d+) times?")


def count_hot(times: list[float], window: float, burst: float) -> int:
    """Number of failures that end a window (open at its start) with at least `burst` failures."""
    return sum(sum(0 <= now - other < window for other in times) >= burst for now in times)


def union_length(spans: list[tuple[float, float]]) -> float:
    """Total length covered by the spans, overlaps once."""
    total, reach = 0.0, float("-inf")
    for start, end in sorted(spans):
        if end > reach:
            total += end - max(start, reach)
            reach = end
    return total


def read_log(text: str, cutoff: float) -> Iterator[tuple[float, str, str, int]]:
    """Yield instant, gateway, message and count up to the cutoff, with every repeating line turned into its message."""
    latest: dict[str, str] = {}
    for raw in text.splitlines():
        if not (match := LINE.fullmatch(raw.strip())):
            continue
        stamp, gateway, message = match.groups()
        repeated = REPEATED.fullmatch(message)
        if not repeated:
            latest[gateway] = message
        copies = int(repeated[1]) if repeated else 1
        when = datetime.fromisoformat(stamp).timestamp()
        if when <= cutoff:
            yield when, gateway, latest.get(gateway, ""), copies


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the access risk of every pumping station in scope and the flagged codes."""
    cutoff = datetime.fromisoformat(str(params["cutoff"])).timestamp()
    failures: dict[str, list[float]] = {}
    opened: dict[tuple[str, str], tuple[float, str, str]] = {}
    closed: dict[tuple[str, str], float] = {}
    for when, gateway, message, copies in read_log(files["gateway_auth.log"], cutoff):
        if found := OPENED.fullmatch(message):
            opened[gateway, found[1]] = (when, found[2], found[3])
        elif found := CLOSED.fullmatch(message):
            closed[gateway, found[1]] = when
        elif (found := FAILED.fullmatch(message)) and not found[1].startswith("svc-"):
            failures.setdefault(found[2], []).extend([when] * copies)

    spans: dict[str, list[tuple[float, float]]] = {}
    for session, (start, account, code) in opened.items():
        if not account.startswith("svc-"):
            end = closed.get(session, min(start + params["timeout_hours"] * 3600, cutoff))
            spans.setdefault(code, []).append((start, end))

    window = round(params["window_minutes"] * 60, 6)
    risks: dict[str, float] = {}
    flagged: set[str] = set()
    for code, households in quantities["exposure"].items():
        times = failures.get(code, [])
        hot = count_hot(times, window, params["burst_count"])
        watch = union_length(spans.get(code, [])) / 3600
        if code not in exceptions:
            watch += params["burst_hours"] * hot
        risks[code] = watch * households / quantities["crew"][code]
        if hot > params["hot_limit"]:
            flagged.add(code)
    return risks, flagged
