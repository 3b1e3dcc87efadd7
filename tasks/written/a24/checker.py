"""Key by trying all, the script's faults replayed, means from the latest counts, the query run in SQLite."""
import csv
import os
import sqlite3


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="") as file:
            return list(csv.DictReader(file))

    lab, tank = rows("lab_cardiff.csv"), rows("tank_counts.csv")
    a, b = next((a, b) for a in range(1009) for b in range(1009) if (a * 104 + b) % 1009 == 193 and (a * 110 + b) % 1009 == 917)
    pair = str.maketrans("ACGT", "TGCA")
    letter = {}
    for r in lab:
        s = r["marker"] if r["strand"] == "+" else r["marker"][::-1].translate(pair)
        letter[int(r["batch"])] = "V" if s[9:11] == "GT" else "A"
    last = {}
    for r in tank:
        last[int(r["code"])] = max(last.get(int(r["code"]), ("", 0)), (r["counted_on"], int(r["alive_per_1000"])))
    alive = {n: last[(a * n + b) % 1009][1] for n in letter}
    mean = lambda x: round(sum(alive[n] for n in letter if letter[n] == x) / sum(v == x for v in letter.values()), 1)
    by_text = {r["code"]: r for r in tank}
    printed = 0
    for r in lab:
        found = by_text.get(f"{(a * int(r['batch']) + b) % 1009:03d}")
        s = r["marker"][::-1] if r["strand"] == "-" else r["marker"]
        printed += bool(found and int(found["alive_per_1000"]) and s[9:11] in ("GT", "GC"))
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE geno(batch INTEGER, letter TEXT)")
    base.execute("CREATE TABLE codes(batch INTEGER, code INTEGER)")
    base.execute("CREATE TABLE counts(code INTEGER, counted_on TEXT, alive INTEGER)")
    base.executemany("INSERT INTO geno VALUES(?,?)", letter.items())
    base.executemany("INSERT INTO codes VALUES(?,?)", [(n, (a * n + b) % 1009) for n in letter])
    base.executemany("INSERT INTO counts VALUES(?,?,?)", [(int(r["code"]), r["counted_on"], int(r["alive_per_1000"])) for r in tank])
    with open(os.path.join(folder, "report.sql")) as file:
        told = dict(base.execute(file.read()).fetchall())
    return {"key_a": a, "key_b": b, "lines_printed": printed, "mean_v": mean("V"), "mean_a": mean("A"), "sql_v": round(told["V"], 1), "sql_a": round(told["A"], 1)}
