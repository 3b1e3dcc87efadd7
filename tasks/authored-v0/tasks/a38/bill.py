"""Water bills, as in the June run. Amounts in kwacha."""

FIXED = 1200


def used(before, now, digits=5):
    return abs(now - before)


def amount(m3):
    low = min(m3, 5) * 300
    middle = max(0, min(m3, 20) - 6) * 550
    high = max(0, m3 - 20) * 900
    return FIXED + low + middle + high


def bill(row, before, now):
    return amount(used(int(row[before]), int(row[now]), int(row["digits"])))
