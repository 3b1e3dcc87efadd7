"""SQLite; what the diary says is put into small tables of its own, empty for the pharmacy's count."""
import csv
import sqlite3
from pathlib import Path

QUERY = """
with l as (select entry, card, witness, drawer, patient, taken,
    case when clock < (select coalesce(max(until), '') from shift) then strftime('%Y-%m-%d %H:%M', clock, '-8 minutes')
    else clock end t from cabinet_log)
select l.entry, l.drawer, l.taken from l join staff s on s.card = l.card
left join patients p on p.patient = l.patient
left join staff w on w.card = l.witness
where exists (select 1 from lost x where x.card in (l.card, l.witness) and l.t >= x.since)
   or (l.drawer = 'C' and s.role <> 'pharmacy' and s.role <> 'ward lead')
   or (l.drawer in ('A', 'B') and (
        l.t < p."from" or l.t > p.until or p.ward <> '3B'
        or s.role not in ('nurse', 'ward lead')
        or (s.ward <> '3B' and not exists (select 1 from lent where lent.card = l.card and lent.day = substr(l.t, 1, 10)))))
   or (l.drawer = 'A' and (s.opiates = 'no' or (
        l.entry not in (select entry from emergency) and (l.witness = '' or l.witness = l.card
        or (w.ward <> '3B' and not exists (select 1 from lent where lent.card = l.witness and lent.day = substr(l.t, 1, 10)))))))
order by l.entry"""


def figures(folder):
    def run(diary):
        db = sqlite3.connect(":memory:")
        for name in ("cabinet_log", "staff", "patients"):
            head, *body = csv.reader(Path(folder, name + ".csv").read_text().splitlines())
            db.execute(f"create table {name} ({','.join(chr(34) + c + chr(34) for c in head)})")
            db.executemany(f"insert into {name} values ({','.join('?' * len(head))})", body)
        db.executescript("create table lost(card, since); create table lent(card, day); create table shift(until); create table emergency(entry);")
        if diary:
            db.execute("insert into lost values ('N15', '2026-03-11 18:25')")
            db.executemany("insert into lent values (?, ?)", [("N21", "2026-03-10"), ("N21", "2026-03-11"), ("N22", "2026-03-12")])
            db.execute("insert into shift values ('2026-03-12 10:08')")
            db.execute("insert into emergency values ('710')")
        whole = db.execute("select sum(taken) from cabinet_log where drawer = 'A'").fetchone()[0]
        return db.execute(QUERY).fetchall(), whole

    (machine, whole), (left, _) = run(False), run(True)
    return {
        "count_pharmacy": len(machine), "count_diary": len(left), "cleared": len(set(machine) - set(left)),
        "added": len(set(left) - set(machine)), "entries_a": ",".join(e for e, d, _ in left if d == "A"),
        "ampoules_a": sum(int(n) for _, d, n in left if d == "A"), "taken_a": int(whole),
    }
