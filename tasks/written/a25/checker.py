"""Merge by recursion over the patches that came before closing."""
import json
import os


def merge(base, patch):
    if not isinstance(patch, dict):
        return patch
    out = dict(base) if isinstance(base, dict) else {}
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = merge(out.get(key), value)
    return out


def figures(folder):
    with open(os.path.join(folder, "order_base.json")) as file:
        base = json.load(file)
    with open(os.path.join(folder, "patches.jsonl")) as file:
        patches = sorted((json.loads(line) for line in file), key=lambda p: p["at"])

    def order(until):
        state = base
        for p in patches:
            if p["at"] <= until:
                state = merge(state, p["patch"])
        return state

    tuesday, thursday = order("2026-10-12T10:00")["tuesday"], order("2026-10-14T10:00")["thursday"]
    return {
        "tuesday_meals": tuesday["meals"],
        "tuesday_plain": tuesday["meals"] - sum(tuesday["special"].values()),
        "tuesday_labels": sum(tuesday["special"].values()),
        "thursday_plain": thursday["meals"] - sum(thursday["special"].values()),
        "thursday_keys": ",".join(sorted(thursday)),
        "diets_lost_thursday": len(set(base["thursday"]["special"]) - set(thursday["special"])),
    }
