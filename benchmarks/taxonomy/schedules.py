"""What each schedule picks on real tag sets: joint entropy, coherence, and how much the starts still tell at the end.

python benchmarks/taxonomy/schedules.py shared/data/onet_tech_commodity.jsonl debtags.jsonl:10 ...

A number behind a colon is the least rows a tag needs. Where to find the sets of the page: docs/taxonomy.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from skillbench.core.streams import stream
from skillbench.taxonomy import SCHEDULES, Sampler, SkillTuple, Tree, induce, read_corpus

K = 7
RANDOM = 1000


def figures(tuples: list[SkillTuple]) -> tuple[float, float, int]:
    """Mean joint entropy, mean coherence, distinct last threes."""
    whole = [item for item in tuples if not item.short]
    joint, coherence = (
        float(np.mean([getattr(item, name) for item in whole])) for name in ("joint_entropy", "coherence")
    )
    return joint, coherence, len({frozenset(item.skills[-3:]) for item in whole})


def table(tree: Tree, label: str) -> int:
    """Print a set's rows; how many of the three bars the default meets."""
    starts = tree.names
    random = Sampler(tree, "random")
    draws = stream("schedules")
    chance = figures([random.draw_random(draws, K) for _ in range(RANDOM)])
    print(f"\n{label}: {len(starts)} tags, {tree.graph.edge_count} pairs")
    print(f"  random    J {chance[0]:.3f}  coherence {chance[1]:.3f}")
    found = {}
    for schedule in SCHEDULES:
        sampler = Sampler(tree, schedule=schedule)
        rows = sampler.draw_leaves(sampler.leaves, K).tolist()
        found[schedule] = figures([sampler.describe(row, K) for row in rows if row[-1] >= 0])
    for schedule, (joint, coherence, last) in found.items():
        share = joint / found["level"][0]
        print(
            f"  {schedule:9} J {joint:.3f} ({share:.2f} of level's)  coherence {coherence:.3f} "
            f"({coherence / chance[1]:.1f} x random)  last threes {last} of {len(starts)}"
        )
    joint, coherence, last = found["affinity"]
    met = (coherence >= 2 * chance[1], joint >= 0.6 * found["level"][0], 3 * last >= len(starts))
    print("  bars of affinity (coherence, entropy, last threes):", ", ".join("met" if one else "MISSED" for one in met))
    return sum(met)


def main() -> None:
    """Measure the sets named on the command line."""
    whole = 0
    for place in sys.argv[1:]:
        path, _, support = place.partition(":")
        tree = induce(read_corpus(path, min_support=int(support or 1)).graph())
        whole += table(tree, Path(path).stem) == 3
    print(f"\nall three bars met on {whole} of {len(sys.argv) - 1} sets")


if __name__ == "__main__":
    main()
