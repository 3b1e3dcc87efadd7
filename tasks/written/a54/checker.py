"""The statements run in SQLite, the settings read by configparser."""
import configparser
import os
import sqlite3
from fractions import Fraction


def figures(folder):
    db = sqlite3.connect(":memory:")
    with open(os.path.join(folder, "lots.sql")) as file:
        db.executescript(file.read())
    with open(os.path.join(folder, "payout.py")) as file:
        query = file.read().split('QUERY = """')[1].split('"""')[0]
    ini = configparser.ConfigParser()
    ini.read(os.path.join(folder, "build.ini"))

    def setting(profile, key):
        while key not in ini[profile]:
            profile = ini[profile]["inherits"]
        return Fraction(ini[profile][key])

    def boats(rows, profile):
        total = {}
        for _, boat, gross, boxes, cents in rows:
            net = Fraction(gross, 10) - boxes * setting(profile, "tare_kg")
            amount = net * (100 - setting(profile, "ice_percent")) / 100 * cents
            amount = amount * (10000 - setting(profile, "fee_bp")) / 10000
            total[boat] = total.get(boat, 0) + int(amount + Fraction(1, 2))
        return total

    right = """
        SELECT l.lot, l.boat, l.gross_hg, l.boxes, MAX(b.cents) FROM lots l JOIN bids b ON b.lot = l.lot
        WHERE b.withdrawn = 0 GROUP BY l.lot HAVING MAX(b.cents) >= l.reserve
    """
    bad, good = db.execute(query).fetchall(), db.execute(right).fetchall()
    was, half, due = boats(bad, ini["make"]["default"]), boats(good, ini["make"]["default"]), boats(good, "hall")
    worst = max(was, key=lambda b: was[b] - due.get(b, 0))
    return {
        "rows_till": len(bad), "lots_sold": len(good), "paid_till": sum(was.values()) / 100,
        "paid_query": sum(half.values()) / 100, "due_all": sum(due.values()) / 100,
        "due_petrel": due["Petrel"] / 100, "worst_boat": worst,
    }
