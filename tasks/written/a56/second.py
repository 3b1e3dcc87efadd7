"""SQLite does the cleaning and the counting."""
import csv
import sqlite3
from pathlib import Path


def figures(folder):
    db = sqlite3.connect(":memory:")
    for name in ("bookings", "riders"):
        head, *body = csv.reader(Path(folder, name + ".csv").read_text().splitlines())
        db.execute(f"create table {name} ({','.join(head)})")
        db.executemany(f"insert into {name} values ({','.join('?' * len(head))})", body)
    db.execute("""create table kept as select booking, upper(min(rider)) rider, min(made) made,
        min(case when substr(trip,3,1)='.' then substr(trip,7,4)||'-'||substr(trip,4,2)||'-'||substr(trip,1,2)||substr(trip,11)
        else trip end) trip, min(lower(replace(status,'-',''))) status
        from bookings where upper(rider) <> 'TEST' group by booking""")
    db.execute("delete from kept where trip <= made")
    db.execute("""create table ran as select k.*, (strftime('%s',trip)-strftime('%s',made)) >= 86400 lengthy,
        status='noshow' miss, (select count(*) from kept o where o.rider=k.rider and o.status='noshow'
        and o.trip < k.made) past from kept k where status <> 'cancelled'""")
    one = lambda q: db.execute(q).fetchone()[0]
    pct = lambda where: round(one(f"select 100.0*sum(miss)/count(*) from ran where {where}"), 1)
    otto = """select 100.0*sum(b.status='noshow')/count(*) from bookings b join riders r on r.rider=b.rider"""
    return {
        "bookings_kept": one("select count(*) from kept"), "noshows": one("select sum(miss) from ran"),
        "share_all": pct("1"), "share_long": pct("lengthy"), "share_short": pct("not lengthy"),
        "bookings_with_past": one("select count(*) from ran where past > 0"), "share_with_past": pct("past > 0"),
        "share_otto": round(one(otto), 1),
    }
