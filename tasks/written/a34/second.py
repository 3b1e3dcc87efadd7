"""All codes that were possible are written out first; a payment's letters are then looked up among them."""
from pathlib import Path


def figures(folder):
    valid = {f"{x}{n:03d}{sum(map(int, f'{n:03d}')) % 10}" for x in "AB" for n in range(1000)}
    paid, unread = set(), 0
    for line in Path(folder, "payments.csv").read_text().splitlines()[1:]:
        text = line.split(",", 2)[2].lower()
        for word in ("for no. 4,", "tram", "again", "-", ".", " ", '"'):
            text = text.replace(word, "")
        text = text[:1].upper() + text[1:].replace("o", "0").replace("i", "1")
        if text in valid:
            paid.add(text)
        else:
            unread += 1
    a = sum(code[0] == "A" for code in paid)
    b = len(paid) - a
    # z squared is the chi-square of the two-by-two table without correction
    cells = a * (120 - b) - b * (120 - a)
    z = (240 * cells**2 / (120 * 120 * (a + b) * (240 - a - b))) ** 0.5 * (1 if b > a else -1)
    book = [l.split(",", 3) for l in Path(folder, "logbook.csv").read_text().splitlines()[1:]]
    fit = {r[0] for r in book if r[2] == "yes"}

    def find(*starts):
        return {r[0] for r in book if any((" " + r[3].replace('"', "").lower()).find(" " + s) >= 0 for s in starts)}

    one, two = find("brake"), find("child", "stop")
    return {
        "households_a": a, "households_b": b, "unread": unread, "z_value": round(z, 2), "precision_1": round(len(one & fit) / len(one), 2),
        "precision_2": round(len(two & fit) / len(two), 2), "recall_2": round(len(two & fit) / len(fit), 2),
    }
