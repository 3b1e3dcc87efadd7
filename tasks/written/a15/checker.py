"""All combinations of five, article by article."""
import csv
import os
from itertools import combinations

OUT = {"Bos", "Feys"}  # two terms in a row; Feys: exactly half is not less than half, and 2025's text comes later
KIN = [{"Claes", "Dams"}]


def figures(folder):
    with open(os.path.join(folder, "candidates.csv"), newline="") as file:
        rows = {r["candidate"]: r for r in csv.DictReader(file)}
    eligible = [n for n, r in rows.items() if int(r["votes"]) >= 20 and n not in OUT]

    def good(board, limit=2):
        lists = [rows[n]["list"] for n in board]
        polders = [rows[n]["polder"] for n in board]
        return (
            lists.count("A") >= 2
            and lists.count("B") >= 2
            and all(polders.count(p) <= limit for p in polders)
            and not any(k <= set(board) for k in KIN)
            and any(rows[n]["bookkeeping"] == "yes" for n in board)
        )

    votes = lambda board: sum(int(rows[n]["votes"]) for n in board)
    boards = sorted(filter(good, combinations(eligible, 5)), key=votes)
    first = boards[-1]
    return {
        "eligible": len(eligible),
        "boards": len(boards),
        "elected": ",".join(sorted(first)),
        "votes": votes(first),
        "lead": votes(first) - votes(boards[-2]),
        "boards_if_three": sum(good(b, limit=3) for b in combinations(eligible, 5)),
    }
