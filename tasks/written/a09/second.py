"""All paths through the network by hand of the text, and a numbered calendar written out as a list."""
from datetime import date, datetime, timedelta
from pathlib import Path


def figures(folder):
    lines = [l.split(",") for l in Path(folder, "programme.csv").read_text().splitlines()[1:]]
    follows = {l[0]: set(filter(None, l[4].split("+"))) for l in lines}
    closed = {"2026-04-03", "2026-04-06", "2026-04-27"}
    days = [d for d in (date(2026, 3, 16) + timedelta(n) for n in range(120)) if d.isoweekday() <= 5 and str(d) not in closed]

    def paths(node):
        for before in follows[node] or [None]:
            yield from ((p + node for p in paths(before)) if before else (node,))

    routes = list(paths("I"))
    longest = lambda length: max(sum(length[a] for a in route) for route in routes)
    plan = {l[0]: int(l[2]) for l in lines}
    built = {l[0]: int(l[3]) for l in lines}
    good, grown = [], dict(plan)
    for line in Path(folder, "notices.csv").read_text().splitlines()[1:]:
        cause, _, place, added, learned, came = line.split(",")
        owner = cause in {"X1", "X3", "X4"}
        when = datetime.strptime(came, "%Y-%m-%d %H:%M")
        limit = [d for d in days if str(d) > learned][4]
        # In time if it came by 17:00 of the fifth working day.
        if owner and when <= datetime(limit.year, limit.month, limit.day, 17, 0):
            good.append(cause)
            grown[place] += int(added)
    ends = [days[longest(x) - 1] for x in (plan, grown, built)]
    return {
        "completion_planned": str(ends[0]),
        "completion_actual": str(ends[2]),
        "extension_days": longest(grown) - longest(plan),
        "completion_extended": str(ends[1]),
        "damages_nzd": 1150 * (ends[2].toordinal() - ends[1].toordinal()),
        "valid_causes": ",".join(good),
    }
