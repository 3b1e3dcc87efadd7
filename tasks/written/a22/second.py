"""Cures by congruence: what must be added to reach rest 1, solved place by place; the issue list compared sign by sign."""
from pathlib import Path

DISTRICTS = {"AR", "BU", "KH", "UV"}


def figures(folder):
    read = lambda name: [l.split(",") for l in Path(folder, name).read_text().splitlines()[1:]]
    issued = [t for t, _ in read("issued.csv")]
    groups = {k: [] for k in ("sound", "struck", "righted", "ask", "malformed")}
    kept, cures = [], None
    for line, _, raw in read("counted.csv"):
        t = "".join(c for c in raw if c not in " .-").upper()
        t = t[:-10] + t[-10:].translate({79: 48, 73: 49})
        body = t[4:]
        if len(t) != 14 or t[:2] != "MN" or t[2:4] not in DISTRICTS or not body.isdigit():
            groups["malformed"].append(line)
            continue
        check = 98 - int(body[:8]) * 100 % 97
        if body[8:] == f"{check:02d}":
            groups["struck" if t in kept else "sound"].append(line)
            kept.append(t)
            continue
        near = 0
        for other in issued:
            if other[:4] == t[:4]:
                off = [i for i in range(4, 14) if other[i] != t[i]]
                swap = len(off) == 2 and off[1] == off[0] + 1 and other[off[0]] == t[off[1]] and other[off[1]] == t[off[0]]
                near += len(off) == 1 or swap
        groups["righted" if near == 1 else "ask"].append(line)
        if line == "9":
            lack = (1 - int(body)) % 97
            cures = 0
            for place in range(10):
                power = pow(10, place, 97)
                old = int(body[9 - place])
                step = lack * pow(power, -1, 97) % 97
                # A figure may move by -9 .. 9; 97 is too large for two moves to meet.
                cures += any(0 <= old + move <= 9 for move in (step, step - 97))
                if place < 9:
                    left = int(body[8 - place])
                    cures += left != old and (9 * (old - left) * power - lack) % 97 == 0
    text = {k: ",".join(v) for k, v in groups.items()}
    return {
        "sound": len(groups["sound"]), "false_tags": len(groups["righted"] + groups["ask"]), "struck_lines": text["struck"],
        "righted_lines": text["righted"], "ask_lines": text["ask"], "malformed_lines": text["malformed"], "cures_9": cures,
    }
