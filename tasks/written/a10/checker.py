"""Groups by spreading labels, then the agenda minute by minute."""
import csv
import os

STRIKE = {"M03": 2, "M06": 4, "M10": 1}


def hhmm(minutes):
    return f"{19 + minutes // 60:02d}:{minutes % 60:02d}"


def figures(folder):
    with open(os.path.join(folder, "motions.csv"), newline="") as file:
        motions = {r["id"]: r for r in csv.DictReader(file) if r["id"] != "M11"}
    words = {i: set(r["keywords"].split("|")) for i, r in motions.items()}
    label = {i: i for i in motions}
    changed = True
    while changed:
        changed = False
        for a in motions:
            for b in motions:
                if 2 * len(words[a] & words[b]) >= len(words[a] | words[b]) and label[b] > label[a]:
                    label[b], changed = label[a], True
    groups = {}
    for i in sorted(motions):
        groups.setdefault(label[i], []).append(i)
    time = {g: max(int(motions[i]["minutes"]) for i in m) + 3 * (len(m) - 1) for g, m in groups.items()}
    back = {g: sum(int(motions[i]["signatures"]) - STRIKE.get(i, 0) for i in m) for g, m in groups.items()}
    order = sorted(groups, key=lambda g: (-back[g] / time[g], g))
    guest = label["M03"]
    others = [g for g in order if g != guest]
    place = order.index(guest)
    while place and sum(time[g] for g in others[:place]) + time[guest] > 30:
        place -= 1
    order = others[:place] + [guest] + others[place:]
    now, broke, off, starts = 0, False, [], {}
    for g in order:
        if now + time[g] > 110:
            off += groups[g]
            continue
        starts[g] = now
        now += time[g]
        last = now
        if now >= 75 and not broke:
            now, broke = now + 10, True
    return {
        "groups": len(groups),
        "first_group": order[0],
        "guest_group_starts": hhmm(starts[guest]),
        "berth_list_starts": hhmm(starts[label["M14"]]),
        "put_off": len(off),
        "ends": hhmm(last),
    }
