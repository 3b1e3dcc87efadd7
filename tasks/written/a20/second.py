"""Minutes since the first of July, and hours of the day ticked one by one."""
import re
from pathlib import Path

FIRST = {7: 0, 8: 31, 9: 62, 10: 92}  # days from 1 July to the first of the month


def minutes(text):
    month, day, hour, minute = map(int, re.match(r"2026-(\d\d)-(\d\d)(?: (\d\d):(\d\d))?", text + " 00:00" * (len(text) == 10)).groups())
    return ((FIRST[month] + day - 1) * 24 + hour) * 60 + minute


def stamp(total):
    day, rest = divmod(total, 1440)
    month = max(m for m, f in FIRST.items() if f <= day)
    return f"2026-{month:02d}-{day - FIRST[month] + 1:02d} {rest // 60:02d}:{rest % 60:02d}"


def figures(folder):
    read = lambda name: [l.split(",") for l in Path(folder, name).read_text().splitlines()[1:]]
    now, gone, running, answer = minutes("2026-09-20 12:00"), [], [], ""
    for no, _, happened, reported, follow in read("incidents.csv"):
        t = minutes(happened)
        short = 72 * 60 if happened[5:7] >= "09" else 7 * 1440
        held = bool(reported) and minutes(reported) - t <= short
        begun = re.search(r"begun (\S+)", follow)
        asked = re.search(r"on (\S+ \S+)$", follow) if "copy" in follow else None
        if held and begun and minutes(begun[1]) - t <= 30 * 1440:
            continue
        if asked and minutes(asked[1]) - t <= short:
            # Two full weeks from a weekday are ten working days.
            answer = stamp(minutes(asked[1]) + 14 * 1440)[:10]
            continue
        end = t + (30 * 1440 if held else short)
        if end > now:
            running.append(end)
        else:
            gone.append(no)
    ticks = {}
    for camera, place, does, span, _ in read("cameras.csv"):
        a, b = map(int, span.split("-"))
        on = [h for h in range(24) if (a <= h < b if a < b else h >= a or h < b)]
        if "keeps no picture" not in does:
            ticks[camera] = on
    barred = sum(10 <= h < 18 for h in ticks["C4"]) + len(ticks["C8"])
    return {
        "must_go": ",".join(gone), "next_to_go": stamp(min(running)), "answer_by": answer,
        "personal_hours": sum(map(len, ticks.values())), "forbidden_hours": barred,
    }
