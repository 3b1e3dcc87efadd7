"""A set of what the order permits is built first, then the log is looked up in it."""
import json
import re
from datetime import date, timedelta
from pathlib import Path


def figures(folder):
    here = Path(folder)
    order = json.loads((here / "roles.json").read_text())
    bound = {t: (role, to) for t, role, to in (l.split(",") for l in (here / "tokens.csv").read_text().splitlines()[1:])}
    days = [(date(2026, 6, 1) + timedelta(n)).isoformat() for n in range(40)]
    log = [l.split(",") for l in (here / "access.csv").read_text().splitlines()[1:]]
    names = set(re.findall(r"/([ME]\d+)/", " ".join(l[2] for l in log)))
    right = set()
    for t, (role, to) in bound.items():
        for call, who in order["calls"].items():
            for name in names:
                for d in days:
                    told = who.get(role, "")
                    span = order["consent"].get(name)
                    if (told == "any" or told.startswith("own") and to == name or told == "june" and d[5:7] == "06"
                            or told == "consent" and span and span[0] <= d <= span[1]):
                        right.add((t, re.sub(r"\{\w\}", name, call), d))
    wrong, back = [], 0
    for time, t, call, status in log:
        end = order["revoked"].get(t)
        lawful = call == "GET /prices" or ((t, call, time[:10]) in right and not (end and time >= end))
        if status.startswith("2") and not lawful:
            wrong.append((time, t, call))
        back += status.startswith("4") and lawful
    tally = sorted({t: sum(w[1] == t for w in wrong) for _, t, _ in wrong}.items(), key=lambda p: -p[1])
    return {
        "let_in_wrongly": len(wrong), "refused_wrongly": back,
        "after_revocation": len([1 for time, t, _, s in log if t in order["revoked"] and time >= order["revoked"][t] and int(s) < 300]),
        "bank_wrongly": len([w for w in wrong if w[2].endswith("bank")]), "most_wrong_token": ",".join(sorted(t for t, n in tally if n == tally[0][1])),
        "first_wrong": min(w[0] for w in wrong),
    }
