"""Ordinal days of the year by hand and free times as sets of half hours."""
from pathlib import Path


def figures(folder):
    oct_ = lambda d: d  # days counted from 30 September
    nov = lambda d: 31 + d
    # 6 October 2026 is a Tuesday (thread.txt), so Fridays are 2, 9, 16, 23, 30 October.
    due = {1: oct_(8 + 14), 2: oct_(31), 3: oct_(16), 4: oct_(2 + 14), 5: nov(3) - 1, 6: oct_(13), 7: oct_(26), 8: oct_(29), 9: oct_(30)}
    open_tasks = [n for n in due if n not in (3, 4, 6, 8)]
    late = [26 - due[n] for n in open_tasks if due[n] < 26]
    common = set(range(-48, 96))
    for line in Path(folder, "people.csv").read_text().splitlines()[1:]:
        _, _, now, then, begin, end = line.split(",")[:6]
        shift = 2 * (int((then if then[0] in "+-" else now)[:3]) - (then[0] not in "+-"))
        half = lambda t: 2 * int(t[:2]) + int(t[3:]) // 30
        free = {48 * d + h - shift for d in (-1, 0, 1, 2) for h in range(half(begin), half(end))}
        common &= free
    starts = [h for h in range(48) if {h, h + 1} <= common]
    start = starts[0] / 2
    assert len(starts) == 1
    suva = start + 12
    left = (6 - 3) * 24 + 17 + 9 - (start + 1)
    return {
        "tasks_open": len(open_tasks), "tasks_overdue": len(late), "days_overdue": sum(late), "due_a3": f"2026-10-{due[3]:02d}",
        "call_utc": f"{int(start):02d}:{int(start % 1 * 60):02d}", "call_suva": f"2026-11-{3 + int(suva // 24):02d} {int(suva % 24):02d}:{int(suva % 1 * 60):02d}",
        "hours_to_offer": left,
    }
