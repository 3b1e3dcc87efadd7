"""What each boat is paid for the day (built into the hall's till by make)."""
import sqlite3
from fractions import Fraction

from built import SETTINGS  # written by make from build.ini

QUERY = """
SELECT l.lot, l.boat, l.gross_hg, l.boxes, b.cents
FROM lots l JOIN bids b ON b.lot = l.lot
WHERE b.cents = (SELECT MAX(cents) FROM bids WHERE lot = l.lot)
  AND b.cents >= l.reserve
ORDER BY l.lot, b.bid
"""


def due(gross_hg, boxes, cents):
    net = Fraction(gross_hg, 10) - boxes * Fraction(SETTINGS["tare_kg"])
    paid = net * (100 - Fraction(SETTINGS["ice_percent"])) / 100
    amount = paid * cents * (10000 - Fraction(SETTINGS["fee_bp"])) / 10000
    return int(amount + Fraction(1, 2))


def payout(path):
    total = {}
    for _lot, boat, gross_hg, boxes, cents in sqlite3.connect(path).execute(QUERY):
        total[boat] = total.get(boat, 0) + due(gross_hg, boxes, cents)
    return total
