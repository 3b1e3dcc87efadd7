"""Blind solver for the refit duration rules: task network with waits and a critical order of parts."""

from functools import cache

EPS = 1e-9
Task = tuple[str, str, list[tuple[str, bool]]]


def read_plan(text: str) -> dict[str, dict[str, Task]]:
    """Tasks by code and letter: activity, effort cell and predecessors with their wait mark."""
    table = [line.strip()[1:-1].split("|") for line in text.splitlines() if line.strip().startswith("|")]
    heading = [cell.strip() for cell in table[0]]
    plans: dict[str, dict[str, Task]] = {}
    for cells in table[2:]:
        row = dict(zip(heading, (cell.strip() for cell in cells), strict=True))
        after = []
        for entry in filter(None, (part.strip() for part in row["after"].split(";"))):
            name, _, mark = entry.partition("+")
            after.append((name.strip(), mark.strip() == "wait"))
        plans.setdefault(row["code"], {})[row["task"]] = (row["activity"], row["effort"], after)
    return plans


def schedule(tasks: dict[str, Task], durations: dict[str, float], wait: float) -> tuple[float, set[str]]:
    """Return the end of the refit and the tasks whose delay would delay it."""

    @cache
    def end(name: str) -> float:
        begin = max((end(before) + wait * marked for before, marked in tasks[name][2]), default=0.0)
        return begin + durations[name]

    @cache
    def tail(name: str) -> float:
        """Longest time from the end of the task to the end of a task that follows from it."""
        following = [(later, marked) for later, task in tasks.items() for before, marked in task[2] if before == name]
        return max((wait * marked + durations[later] + tail(later) for later, marked in following), default=0.0)

    finish = max(end(name) for name in tasks)
    return finish, {name for name in tasks if end(name) + tail(name) >= finish - EPS}


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the refit duration of every pumping station in scope and the flagged codes."""
    plans = read_plan(files["refit_plan.md"])
    finishes: dict[str, float] = {}
    flagged: set[str] = set()
    for code, crew in quantities["crew"].items():
        tasks = plans[code]
        durations = {
            name: quantities["lead_time"][code]
            if activity == "order parts"
            else float(effort) / crew + params["handover_days"]
            for name, (activity, effort, _) in tasks.items()
        }
        wait = 0.0 if code in exceptions else params["curing_wait"]
        finishes[code], critical = schedule(tasks, durations, wait)
        if any(tasks[name][0] == "order parts" for name in critical):
            flagged.add(code)
    return finishes, flagged
