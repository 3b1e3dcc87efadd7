"""Fees in decimals; the letter by the sheet."""
import csv
import datetime as dt
import math
import os
from decimal import ROUND_HALF_UP, Decimal as D


def cents(x):
    return x.quantize(D("0.01"), ROUND_HALF_UP)


def figures(folder):
    def rows(name):
        with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    when = dt.datetime.fromisoformat
    small = {r["translator"] for r in rows("jobs.csv") if r["certificate"] == "yes"}
    owed, tax = {}, D(0)
    for j in rows("jobs.csv"):
        new = j["ordered"] >= "2026-02-01"
        rate = D(50) if new else D(46)
        fee = D(j["characters"]) / 1800 * rate
        if not new:
            fee = max(fee, rate)
        if j["state"] == "called off":
            fee *= D("0.4")
        else:
            if when(j["deadline"]) - when(j["ordered"]) < dt.timedelta(hours=72):
                fee *= D("1.25")
            late = (when(j["delivered"]) - when(j["deadline"])).total_seconds() / 3600
            if late > 0 and j["text_sent"] == "on time":
                fee *= 1 - D(min(20, 2 * math.ceil(late))) / 100
        owed[j["job"]] = cents(fee)
        if j["translator"] not in small:
            tax += cents(owed[j["job"]] * D("0.2"))
    letters = "ABCDEFGHJKLMNPQRSTUVWXZ"
    bad_ref, bad_sum = [], []
    for i in rows("invoices.csv"):
        a, b, c = map(int, i["job"])
        if i["reference"].upper() != f"LF-{i['job']}-{letters[(7 * a + 3 * b + c) % 23]}":
            bad_ref.append(i["invoice"])
        if D(i["amount"]) != owed[i["job"]]:
            bad_sum.append(i["invoice"])
    total = sum(owed.values())
    return {
        "fees_610": float(total), "tax_240": float(tax), "translators_220": float(total - tax),
        "wrong_reference": ",".join(bad_ref), "wrong_amount": ",".join(bad_sum),
        "owed_102": float(owed["102"]), "owed_108": float(owed["108"]),
        "asked": float(sum(D(i["amount"]) for i in rows("invoices.csv"))),
    }
