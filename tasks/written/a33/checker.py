"""The log run step by step, once as it was and once with refusals."""
import csv
import os


def figures(folder):
    with open(os.path.join(folder, "ring_log.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    stand, best, version, seen, went, refused = {}, {}, {}, {}, [], []
    strict, strict_seen, kept = {}, {}, {}
    for r in rows:
        lot, bid, euro = r["lot"], r["bid"], int(r["euro"])
        if r["op"] == "read":
            seen[bid], strict_seen[bid] = version.get(lot, 0), strict.get(lot, 0)
            continue
        if version.get(lot, 0) != seen[bid]:
            went.append(bid)
        version[lot] = version.get(lot, 0) + 1
        stand[lot], best[lot] = euro, max(best.get(lot, 0), euro)
        if strict.get(lot, 0) != strict_seen[bid]:
            refused.append(bid)
        else:
            strict[lot], kept[lot] = strict.get(lot, 0) + 1, euro
    return {
        "gone_wrong": ",".join(went), "refused": len(refused), "final_13": stand["13"],
        "lots_short": ",".join(sorted(k for k in stand if stand[k] < best[k])),
        "to_pay": sum(best[k] - stand[k] for k in stand), "lock_ms_per_s": 31 * 40,
    }
