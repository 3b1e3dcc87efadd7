"""Fill the sections in repeated passes, then strike safe builds from the whole list and fold the fleet by operator."""
import re
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from pathlib import Path


def figures(folder):
    here = Path(folder)
    text = re.sub(r"^;.*$", "", (here / "builds.ini").read_text(), flags=re.M)
    sections = {}
    for head, body in re.findall(r"\[([^\]]+)\]([^\[]*)", text):
        sections[head] = dict(re.findall(r"^(\w+) = (\S+)$", body, flags=re.M))
    for _ in sections:
        for values in sections.values():
            parent = sections.get(values.get("from", ""), {})
            for name in set(parent) - set(values) - {"from"}:
                values[name] = parent[name]
    builds = {name for name in sections if re.match(r"[BG]\d", name)}
    safe = {b for b in builds if sections[b]["session_cache"] == "internal"}
    safe |= {b for b in builds if sections[b]["tlscore"] in ("3.3.8", "3.4.7")}
    safe |= {b for b in builds if (sections[b]["tlscore"], sections[b].get("patch")) == ("3.4.4", "p2")}
    hit = builds - safe
    tally = defaultdict(lambda: [0, 0])
    for line in (here / "fleet.csv").read_text().splitlines()[1:]:
        operator, _, build, devices, uplink, remark = line.split(",")
        if build in hit and "warehouse" not in remark and "scrapped" not in remark:
            tally[operator][uplink == "mobile"] += int(devices)
    found = re.search(r"(\S+)Z  nadia   reproduced", (here / "channel.txt").read_text())[1]
    moment = datetime.fromisoformat(found + "+00:00").astimezone(timezone(timedelta(hours=-5)))
    return {
        "affected_builds": len(hit),
        "affected_devices": sum(map(sum, tally.values())),
        "reachable_devices": sum(pair[1] for pair in tally.values()),
        "operators_to_tell": len(tally),
        "notice_due": (moment + timedelta(days=2)).isoformat(" ")[:16],
    }
