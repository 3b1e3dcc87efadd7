"""No exponentials for decisions: the sum before the logistic against nought; units with sums of tenths kept exact."""
from fractions import Fraction as F
from math import exp
from pathlib import Path


def figures(folder):
    import json

    net = json.loads(Path(folder, "network.json").read_text(), parse_float=F)
    children = {}
    for line in Path(folder, "applicants.csv").read_text().splitlines()[1:]:
        name, audition, years, own, _, hill = line.split(",")
        children[name] = (F(audition) / 10, min(F(years) / 10, F(1)), F(own), F(hill))

    def before(a, y, o, h):
        total = F(net["output_bias"])
        for (wa, wy, wo, wh), b, out in zip(net["hidden_weights"], net["hidden_bias"], net["output_weights"]):
            unit = wa * a + wy * y + wo * o + wh * h + b
            if unit > 0:
                total += out * unit
        return total

    told = {k: before(*x) >= 0 for k, x in children.items()}
    valley = {k: before(*x[:3], F(0)) >= 0 for k, x in children.items()}
    fair = {k: before(*x[:2], F(1), F(0)) >= 0 for k, x in children.items()}
    sigma = lambda z: round(exp(float(z)) / (1 + exp(float(z))), 3)
    return {
        "admitted": ",".join(k for k in told if told[k]), "score_k03": sigma(before(*children["K03"])),
        "score_k03_elsewhere": sigma(before(*children["K03"][:3], F(0))), "score_k05": sigma(before(*children["K05"])),
        "changed_hill": ",".join(k for k in told if told[k] != valley[k]), "changed_both": ",".join(k for k in told if told[k] != fair[k]),
    }
