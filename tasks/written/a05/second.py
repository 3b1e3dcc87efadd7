"""Sets of ids, and year-month-day triples compared instead of dates."""
import re
from pathlib import Path


def figures(folder):
    here = Path(folder)
    table = [line.split(",") for line in (here / "talks.csv").read_text().splitlines()[1:]]
    gone = {t[0] for t in table if re.search(r"\d", t[8])}
    left = {t[0]: t for t in table if t[0] not in gone}
    english = {i for i, t in left.items() if t[3] == "en"}
    taped = {i for i, t in left.items() if t[5] == "y"}

    def due(day, months):
        y, m, d = map(int, day.split("-"))
        total = y * 12 + m - 1 + months
        return (total // 12, total % 12 + 1, d)

    overdue = {i for i in taped if due(left[i][4], 12 if i in english else 6) <= (2026, 6, 1)}
    contact = english & {i for i, t in left.items() if t[7] == "y"}
    quoted = [(t[1], t[2]) for t in left.values() if t[6] == "y"]
    role_only = [q for q in quoted if quoted.count(q) <= 3]
    noted = {f[0] for f in (line.split(",") for line in (here / "codes.csv").read_text().splitlines()[1:]) if f[1:3] == ["1", "1"]}
    short = 0
    for role in {t[1] for t in table}:
        here_now = len([i for i in contact if left[i][1] == role])
        short += 0 if here_now > 7 else 7 - here_now
    return {
        "overdue_recordings": len(overdue),
        "may_contact": len(contact),
        "role_only": len(role_only),
        "handover_percent": round(len(noted & set(left)) / len(left) * 100, 1),
        "new_to_recruit": short,
    }
