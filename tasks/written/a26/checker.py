"""The state of clock.c carried from commit to commit; settings found table by table."""
import csv
import os
import tomllib


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    hourly, of_tag = {}, {}
    for r in rows("commits.csv"):
        first = r["parents"].split()[:1]
        state = hourly[first[0]] if first else False
        if r["commit"] in ("c03", "c07", "c15"):
            state = True
        if r["message"].startswith("Revert"):
            state = False
        hourly[r["commit"]] = state  # the merge was settled for main, its first parent
        if r["tag"]:
            of_tag[r["tag"]] = state
    with open(os.path.join(folder, "build.toml"), "rb") as file:
        build = tomllib.load(file)

    def setting(variant, tag, key):
        own = build["variant"][variant]
        layers = [own, build["family"][own["family"]], build["since"]["v4.3"] if tag == "v4.3" else {}, build["defaults"]]
        return next(x[key] for x in layers if key in x)

    wrong = []
    for r in rows("fleet.csv"):
        tables = setting(r["variant"], r["tag"], "tz_source") == "system" or setting(r["variant"], r["tag"], "tz_tables") >= "2025a"
        if not (of_tag[r["tag"]] and tables):
            wrong.append(r)
    count = lambda rs: sum(int(r["displays"]) for r in rs)
    remote = [r for r in wrong if r["remote"] == "yes" and "tz_tables" not in build["variant"][r["variant"]] or r["remote"] == "yes" and build["variant"][r["variant"]]["tz_tables"] >= "2025a"]
    return {
        "tags_good": ",".join(t for t, s in of_tag.items() if s),
        "displays_wrong": count(wrong),
        "stations_wrong": len(wrong),
        "displays_remote": count(remote),
        "van_stations": ",".join(sorted(r["station"] for r in wrong if r not in remote)),
        "wrong_coast": count(r for r in wrong if r["customer"] == "Coast line"),
    }
