"""Rules of the order as functions, log line by line."""
import csv
import json
import os


def figures(folder):
    with open(os.path.join(folder, "roles.json")) as file:
        rules = json.load(file)
    with open(os.path.join(folder, "tokens.csv"), newline="") as file:
        tokens = {r["token"]: r for r in csv.DictReader(file)}
    with open(os.path.join(folder, "access.csv"), newline="") as file:
        log = list(csv.DictReader(file))

    def may(r):
        method, path = r["call"].split()
        if path == "/prices":
            return True
        if not r["token"] or r["time"] >= rules["revoked"].get(r["token"], "9"):
            return False
        _, kind, who, what = path.split("/")
        token, day = tokens[r["token"]], r["time"][:10]
        word = rules["calls"][f"{method} /{kind}/{{{kind[0]}}}/{what}"].get(token["role"])
        low, high = rules["consent"].get(who, ("9", "0"))
        return {None: False, "any": True, "own": token["bound_to"] == who, "own elevator": token["bound_to"] == who,
                "consent": low <= day <= high, "june": "2026-06-01" <= day <= "2026-06-30"}[word]

    wrong = [r for r in log if r["status"][0] == "2" and not may(r)]
    refused = [r for r in log if r["status"][0] == "4" and may(r)]
    count = {}
    for r in wrong:
        count[r["token"]] = count.get(r["token"], 0) + 1
    after = [r for r in log if r["token"] == "t-clerk-2" and r["time"] >= rules["revoked"]["t-clerk-2"] and r["status"][0] == "2"]
    top = max(count.values())
    return {
        "let_in_wrongly": len(wrong), "refused_wrongly": len(refused), "after_revocation": len(after),
        "bank_wrongly": sum("/bank" in r["call"] for r in wrong), "most_wrong_token": ",".join(sorted(k for k, v in count.items() if v == top)),
        "first_wrong": wrong[0]["time"],
    }
