"""The tables themselves in SQLite; the agreement as one condition of a query."""
import csv
import sqlite3
from pathlib import Path


def figures(folder):
    db = sqlite3.connect(":memory:")
    for name in ("register", "beaches", "people", "access_log"):
        head, *body = csv.reader(Path(folder, name + ".csv").read_text().splitlines())
        cols = ",".join(f'"{c}"' for c in head)
        db.execute(f"create table {name} ({cols})")
        db.executemany(f"insert into {name} values ({','.join('?' * len(head))})", body)
    db.execute("""create view animal as select substr(found_on,1,4) year, stranding, min(found_on) found_on,
        min(beach) beach, count(distinct species) kinds,
        max(species in ('humpback dolphin','pygmy right whale')) shielded from register group by 1, 2""")
    one = lambda q: db.execute(q).fetchone()[0]
    refused = db.execute("""select l.person, l.view from access_log l
        join animal a on a.year = l.year and a.stranding = l.stranding
        join beaches b on b.beach = a.beach
        where not exists (select 1 from people p where p.person = l.person and l.day between p."from" and p."until" and (
            p.role = 'coordinator'
            or p.role = 'ranger' and l.view = 'species'
            or p.role = 'ranger' and l.view = 'place' and (a.shielded = 0 or b.reserve = p.body)
            or p.role = 'ranger' and l.view = 'finder' and b.reserve = p.body and
               l.day <= date(a.found_on, case when l.day < '2026-03-01' then '+30 days' else '+14 days' end)
            or p.role = 'lab' and l.view in ('samples', 'species') and exists (select 1 from register r
               where substr(r.found_on,1,4) = a.year and r.stranding = a.stranding and r.lab = p.body)
            or p.role = 'student' and (l.view in ('samples', 'species') or l.view = 'place' and a.shielded = 0)
            or p.role = 'press' and l.day >= date(a.found_on, '+7 days')
               and (l.view = 'species' or l.view = 'place' and a.shielded = 0)))""").fetchall()
    tally = {}
    for who, _ in refused:
        tally[who] = tally.get(who, 0) + 1
    return {
        "animals": one("select count(*) from animal"),
        "finders": one("select count(distinct substr(replace(replace(phone,' ',''),'-',''), -9)) from register"),
        "species_disputed": one("select count(*) from animal where kinds > 1"),
        "protected_animals": one("select sum(shielded) from animal"),
        "refused": len(refused),
        "refused_finder": sum(view == "finder" for _, view in refused),
        "most_refused": sorted(tally, key=lambda w: (-tally[w], w))[0],
    }
