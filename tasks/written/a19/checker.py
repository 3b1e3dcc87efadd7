"""Fill the hours by gain per hour, for wilted and wet mint; the highest price by bisection."""
import csv
import os


def figures(folder):
    with open(os.path.join(folder, "crops.csv"), newline="") as file:
        lines = list(csv.DictReader(file))
    rows = {r["crop"]: r for r in lines}
    tonnes_of = {crop: sum(float(r["fresh_tonnes_a_week"]) for r in lines if r["crop"] == crop) for crop in rows}

    def plan(price, wilted, most=60.0, least=40.0):
        options = []
        for name in ("lavender", "mint", "lemon balm"):
            hours, here = float(rows[name]["hours_per_tonne"]), float(rows[name]["leva_per_tonne_dried_here"])
            other = 105.0 if name == "lemon balm" else float(rows[name]["leva_per_tonne_other_outlet"])
            if name == "mint" and wilted:
                hours, here = hours * 0.75, here - 9
            options.append(((here - other) / hours, name, hours, tonnes_of[name]))
        used, gain, tonnes = 0.0, 0.0, {}
        for rate, name, hours, amount in sorted(options, reverse=True):
            # Up to the least rent an hour costs nothing more; above it, it costs the price.
            free = max(0.0, least - used)
            take = min(amount * hours, (most - used) if rate > price else min(free, most - used))
            used, gain = used + take, gain + take * rate
            tonnes[name] = take / hours
        return gain - price * max(least, used), tonnes, used

    wet, dry = plan(38, False), plan(38, True)
    best = max(wet, dry, key=lambda p: p[0])
    low, high = 0.0, 100.0
    for _ in range(100):
        mid = (low + high) / 2
        low, high = (mid, high) if max(plan(mid, False)[0], plan(mid, True)[0]) > 0 else (low, mid)
    return {
        "hours_a_week": round(best[2], 2),
        "balm_tonnes": round(best[1]["lemon balm"], 2),
        "gain_wet": round(wet[0], 2),
        "gain_wilted": round(dry[0], 2),
        "leave_above": round(low, 2),
        "mill_margin": round(best[2] * (38 - 21.40), 2),
    }
