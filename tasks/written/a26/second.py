"""Walk back from each tag to the newest commit that touched the zone; settings by a text reading of the build file."""
import re
from pathlib import Path


def figures(folder):
    here = Path(folder)
    parent, tags, puts, takes = {}, {}, set(), set()
    for line in (here / "commits.csv").read_text().splitlines()[1:]:
        name, parents, tag, _, message = line.split(",", 4)
        parent[name] = parents.split(" ")[0]
        if tag:
            tags[tag] = name
        if re.search(r"Revert", message):
            takes.add(name)
        elif re.search(r"Read the zone every hour|Wake once an hour for the zone", message):
            puts.add(name)

    def holds(name):
        while name:
            if name in puts | takes:
                return name in puts
            name = parent[name]
        return False

    text = (here / "build.toml").read_text()
    own = lambda variant: re.search(rf"\[variant\.{variant}\]\n((?:\w.*\n?)*)", text)[1]

    def knows(variant, tag):
        body = own(variant)
        source = re.search(r'tz_source = "(\w+)"', body)
        if (source[1] if source else "system" if 'family = "wall"' in body else "bundled") == "system":
            return True
        table = re.search(r'tz_tables = "(\w+)"', body)
        return (table[1] if table else "2025b" if tag == "v4.3" else "2024a") in ("2025a", "2025b")

    wrong, far, van, coast, n = 0, 0, [], 0, 0
    for line in (here / "fleet.csv").read_text().splitlines()[1:]:
        station, customer, variant, tag, many, remote = line.split(",")
        if not (holds(tags[tag]) and knows(variant, tag)):
            n, wrong = n + 1, wrong + int(many)
            coast += int(many) * (customer == "Coast line")
            if remote == "yes" and knows(variant, "v4.3"):
                far += int(many)
            else:
                van.append(station)
    return {
        "tags_good": ",".join(t for t in tags if holds(tags[t])), "displays_wrong": wrong, "stations_wrong": n,
        "displays_remote": far, "van_stations": ",".join(sorted(van)), "wrong_coast": coast,
    }
