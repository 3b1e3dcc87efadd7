"""Every neighbour of a false tag written out and looked up."""
import csv
import os
import re


def cures(tail):
    out = set()
    for i, old in enumerate(tail):
        out |= {tail[:i] + d + tail[i + 1 :] for d in "0123456789" if d != old}
    for i in range(9):
        if tail[i] != tail[i + 1]:
            out.add(tail[:i] + tail[i + 1] + tail[i] + tail[i + 2 :])
    return {t for t in out if int(t) % 97 == 1}


def figures(folder):
    with open(os.path.join(folder, "issued.csv"), newline="") as file:
        issued = {r["tag"] for r in csv.DictReader(file)}
    with open(os.path.join(folder, "counted.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    verdict, seen, n9 = {}, set(), 0
    for r in rows:
        tag = re.sub(r"[ .\-]", "", r["tag_as_written"]).upper()
        tag = tag[:-10] + tag[-10:].replace("O", "0").replace("I", "1")
        line = int(r["line"])
        if not re.fullmatch(r"MN(AR|BU|KH|UV)\d{10}", tag):
            verdict[line] = "malformed"
        elif int(tag[4:]) % 97 == 1:
            verdict[line] = "struck" if tag in seen else "sound"
            seen.add(tag)
        else:
            found = cures(tag[4:])
            n9 = len(found) if line == 9 else n9
            verdict[line] = "righted" if sum(tag[:4] + f in issued for f in found) == 1 else "ask"
    lines = lambda what: ",".join(str(n) for n, v in verdict.items() if v == what)
    kinds = list(verdict.values())
    return {
        "sound": kinds.count("sound"),
        "false_tags": kinds.count("righted") + kinds.count("ask"),
        "struck_lines": lines("struck"),
        "righted_lines": lines("righted"),
        "ask_lines": lines("ask"),
        "malformed_lines": lines("malformed"),
        "cures_9": n9,
    }
