"""Orders as flat paths: a null strikes every path that begins with it, a value strikes what stood below it."""
import json
from pathlib import Path


def flat(node, path=()):
    if isinstance(node, dict):
        for key, value in node.items():
            yield from flat(value, (*path, key))
    else:
        yield path, node


def figures(folder):
    base = dict(flat(json.loads(Path(folder, "order_base.json").read_text())))
    lines = [json.loads(l) for l in Path(folder, "patches.jsonl").read_text().splitlines()]

    def state(closing):
        held = dict(base)
        for line in sorted(lines, key=lambda l: l["at"]):
            if line["at"] > closing:
                continue
            for path, value in flat(line["patch"]):
                held = {p: v for p, v in held.items() if p[: len(path)] != path}
                if value is not None:
                    held[path] = value
        return held

    tue, thu = state("2026-10-12T10:00"), state("2026-10-14T10:00")
    special = lambda s, day: {p[2]: v for p, v in s.items() if p[:2] == (day, "special")}
    on_tue, on_thu = special(tue, "tuesday"), special(thu, "thursday")
    return {
        "tuesday_meals": tue["tuesday", "meals"], "tuesday_plain": tue["tuesday", "meals"] - sum(on_tue.values()),
        "tuesday_labels": sum(on_tue.values()), "thursday_plain": thu["thursday", "meals"] - sum(on_thu.values()),
        "thursday_keys": ",".join(sorted({p[1] for p in thu if p[0] == "thursday"})),
        "diets_lost_thursday": len([k for k in special(base, "thursday") if k not in on_thu]),
    }
