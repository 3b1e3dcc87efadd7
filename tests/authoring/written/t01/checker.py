"""Each flight once; works by recursion."""

import csv
import json
from pathlib import Path


def figures(folder):
    with (Path(folder) / "flights.csv").open(newline="", encoding="utf-8") as stream:
        flown = {row["flight"]: float(row["freight_kg"]) for row in csv.DictReader(stream)}
    works = json.loads((Path(folder) / "works.json").read_text(encoding="utf-8"))

    def end(code):
        return works[code]["days"] + max((end(before) for before in works[code]["waits_for"]), default=0)

    last = max(works, key=end)
    return {"flights": len(flown), "freight_kg": sum(flown.values()), "days": end(last), "last_work": last}
