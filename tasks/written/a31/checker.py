"""Layer by layer, three variants of the inputs."""
import csv
import json
import math
import os


def figures(folder):
    with open(os.path.join(folder, "network.json")) as file:
        net = json.load(file)
    with open(os.path.join(folder, "applicants.csv"), newline="") as file:
        rows = list(csv.DictReader(file))

    def score(r, hill=None, own=None):
        x = [float(r["audition"]) / 10, min(float(r["years_lessons"]) / 10, 1), float(r["own_instrument"]) if own is None else own, float(r["hill"]) if hill is None else hill]
        h = [max(0.0, sum(w * v for w, v in zip(ws, x)) + b) for ws, b in zip(net["hidden_weights"], net["hidden_bias"])]
        return 1 / (1 + math.exp(-sum(w * v for w, v in zip(net["output_weights"], h)) - net["output_bias"]))

    names = lambda test: ",".join(r["child"] for r in rows if test(r))
    by = {r["child"]: r for r in rows}
    return {
        "admitted": names(lambda r: score(r) >= 0.5),
        "score_k03": round(score(by["K03"]), 3),
        "score_k03_elsewhere": round(score(by["K03"], hill=0), 3),
        "score_k05": round(score(by["K05"]), 3),
        "changed_hill": names(lambda r: (score(r) >= 0.5) != (score(r, hill=0) >= 0.5)),
        "changed_both": names(lambda r: (score(r) >= 0.5) != (score(r, hill=0, own=1) >= 0.5)),
    }
