"""Commits found by what their lines take away; bills by closed formulas, differences case by case."""
import re
from pathlib import Path


def figures(folder):
    here = Path(folder)
    commits, name = {}, ""
    for line in (here / "history.txt").read_text().splitlines():
        head = re.match(r"^[| ]*\*[| ]+([0-9a-f]{4})\b", line)
        if head:
            name = head[1]
        commits.setdefault(name, []).append(line)
    body = {k: "\n".join(v) for k, v in commits.items()}
    roll = [k for k, t in body.items() if re.search(r"-\s+return \(now - before\) %", t)]
    block = [k for k, t in body.items() if re.search(r"\+.*20\) - 6", t)]
    right = lambda n: 1200 + 300 * n if n <= 5 else 2700 + 550 * (n - 5) if n <= 20 else 10950 + 900 * (n - 20)
    gaps, true = {}, {}
    for line in (here / "readings.csv").read_text().splitlines()[1:]:
        customer, digits, _, may, june, _ = line.split(",")
        n = int(june) - int(may)
        wrapped = n < 0
        real = n + 10 ** int(digits) if wrapped else n
        shown = -n if wrapped else n
        # Wherever more than five cubic metres are billed the June run leaves out one at 550.
        gaps[customer] = right(shown) - (550 if shown > 5 else 0) - right(real)
        true[customer] = right(real)
    more = [g for g in gaps.values() if g > 0]
    less = [-g for g in gaps.values() if g < 0]
    return {
        "commit_rollover": roll[0], "commit_block": block[0], "june_overbilled": len(more), "june_over_sum": sum(more),
        "june_underbilled": len(less), "june_under_sum": sum(less), "right_c07": true["C07"], "right_c05": true["C05"],
    }
