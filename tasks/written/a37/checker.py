"""Acks kept as highest index per leader's term; settled when three have it."""
import csv
import os


def figures(folder):
    with open(os.path.join(folder, "nodes.csv"), newline="") as file:
        ahead = {r["replica"]: int(r["clock_ahead_s"]) for r in csv.DictReader(file)}
    with open(os.path.join(folder, "replica_log.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    for r in rows:
        h, m, s = map(int, r["local_time"].split(":"))
        r["t"] = 3600 * h + 60 * m + s - ahead[r["replica"]]
    rows.sort(key=lambda r: r["t"])
    leader, has, entry, settled, votes, elected = {}, {}, {}, {}, 0, None
    for r in rows:
        term, index = r["term"], int(r["index"]) if r["index"] else 0
        if r["event"] == "leader":
            leader[term] = r["replica"]
        elif r["event"].startswith("vote"):
            votes += 1
            if votes == 3:
                elected = r["t"]
        elif r["event"] == "append":
            entry[term, index] = r["value"]
            has.setdefault(term, {})[r["replica"]] = index
        elif r["event"] == "ack":
            held = has.setdefault(term, {})
            held[r["replica"]] = max(held.get(r["replica"], 0), index)
        for (t, i) in entry:
            if (t, i) not in settled and sum(v >= i for v in has[t].values()) >= 3:
                settled[t, i] = r["t"]
    down = next(r["t"] for r in rows if r["event"] == "step_down")
    clock = lambda t: f"{t // 3600:02d}:{t % 3600 // 60:02d}:{t % 60:02d}"
    lost = [entry[k] for k in entry if k[0] == "7" and k not in settled]
    return {
        "elected_at": clock(elected), "two_leaders_s": down - elected, "never_settled": len(lost),
        "settled_44": clock(settled["8", 44]), "settled_45": clock(settled["8", 45]),
        "told_wrongly_at": clock(next(r["t"] for r in rows if r["event"] == "tell_operator" and (r["term"], int(r["index"])) not in settled)),
    }
