"""Resolve inheritance by walking up, apply the note's rule, join with the fleet."""
import configparser
import csv
import datetime as dt
import os


def figures(folder):
    ini = configparser.ConfigParser(default_section="-none-", interpolation=None)
    ini.optionxform = str
    ini.read(os.path.join(folder, "builds.ini"))

    def key(section, name):
        while section:
            if name in ini[section]:
                return ini[section][name]
            section = ini[section].get("from")
        return ""

    def hit(build):
        release = tuple(int(part) for part in key(build, "tlscore").split("."))
        if key(build, "session_cache") != "external":
            return False
        if key(build, "patch") == "p2" and release == (3, 4, 4):
            return False
        return release == (3, 3, 9) or (3, 4, 0) <= release <= (3, 4, 6)

    builds = [s for s in ini.sections() if not s.startswith("profile") and hit(s)]
    with open(os.path.join(folder, "fleet.csv"), newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["build"] in builds and not r["remark"]]
    with open(os.path.join(folder, "channel.txt")) as file:
        stamp = next(line.split()[0] for line in file if "reproduced" in line)
    start = dt.datetime.strptime(stamp, "%Y-%m-%dT%H:%MZ")
    due = start + dt.timedelta(hours=48 - 5)
    return {
        "affected_builds": len(builds),
        "affected_devices": sum(int(r["devices"]) for r in rows),
        "reachable_devices": sum(int(r["devices"]) for r in rows if r["uplink"] == "mobile"),
        "operators_to_tell": len({r["operator"] for r in rows}),
        "notice_due": due.strftime("%Y-%m-%d %H:%M"),
    }
