"""Verdicts from words and numbers of the card pairs; binomial sums."""
import csv
import math
import os
import re
import statistics

PAIRS = {"frutos secos": "nuts", "apio": "celery", "gluten": "gluten", "crustáceos": "crustaceans", "moluscos": "molluscs",
         "huevo": "egg", "soja": "soy", "trigo": "wheat", "altramuz": "lupin", "mostaza": "mustard", "sésamo": "sesame"}


def false(es, en):
    es, en = es.lower(), en.lower()
    if re.findall(r"\d+", es) != re.findall(r"\d+", en):
        return True
    if any(a in es and b not in en for a, b in PAIRS.items()):
        return True
    denied = es.startswith("no ") != bool(re.search(r"\b(not|unsuitable)\b", en))
    return denied or ("antes de" in es) != bool(re.search("within|before|no later", en))


def passes(n, p, c=2):
    return sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(c + 1))


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    wrong = {r["card"] for r in rows("disputed.csv") if false(r["spanish"], r["english"])}
    back = [r["lot"] for r in rows("lots.csv") if int(r["false_so_far"]) + sum(c in wrong for c in r["open_cards"].split()) > 2]
    score = {"Mar": [], "Levante": []}
    for r in rows("pages.csv"):
        if "not delivered" not in r["remark"]:
            score[r["supplier"]].append((int(r["minor"]) + 5 * int(r["major"])) / int(r["words"]) * 1000)
    m, l = score["Mar"], score["Levante"]
    z = (statistics.fmean(l) - statistics.fmean(m)) / math.sqrt(statistics.variance(l) / len(l) + statistics.variance(m) / len(m))
    return {
        "false_cards": len(wrong), "lots_back": ",".join(back), "score_mar": round(statistics.fmean(m), 2),
        "score_levante": round(statistics.fmean(l), 2), "sd_levante": round(statistics.stdev(l), 2), "z_value": round(z, 2),
        "chance_pass": round(passes(40, 0.08), 3), "cards_needed": next(n for n in range(3, 500) if passes(n, 0.08) < 0.2),
    }
