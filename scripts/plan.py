"""Choose the skill tuples of the written tasks: ``tasks/written/plan.jsonl``, one row a task.

Usage: scripts/plan.py [--check]

The taxonomy is induced from the seed corpus and the corpus of practice. Each start skill serves one task at most, and
no task's skills contain another's. Starts are taken one by one, hardest k first: the one whose skills have been used
least so far, with a preference for skills of practice (those tags.csv lacks, which no code keys) and for coherence; the
seed orders ties. Names run through the
k's in turn, so that any ten of them hold every k.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from pathlib import Path

from skillbench.core.streams import stream
from skillbench.taxonomy import Sampler, SkillTuple, induce, read_corpus

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tasks" / "corpus"
PLAN = ROOT / "tasks" / "written" / "plan.jsonl"
KS = range(2, 8)
PER_K = 10
SEED = "written-v0"


def choose(sampler: Sampler, practice: frozenset[str]) -> dict[int, list[SkillTuple]]:
    """Ten tuples for each k, from sixty different starts."""
    starts = stream("written", "starts", SEED).shuffled(list(sampler.tree.names))
    used, chosen = Counter[str](), dict[int, list[SkillTuple]]({k: [] for k in KS})
    taken: list[SkillTuple] = []
    for _ in range(PER_K):
        for k in reversed(KS):
            free = [sampler.draw(start, k) for start in starts if start not in {item.start for item in taken}]
            apart = [item for item in free if not item.short and not any(_nested(item, other) for other in taken)]
            best = min(apart, key=lambda item: _burden(item, used, practice))
            taken.append(best)
            chosen[k].append(best)
            used.update(best.skills)
    return chosen


def _nested(one: SkillTuple, other: SkillTuple) -> bool:
    small, large = sorted((set(one.skills), set(other.skills)), key=len)
    return small <= large


def _burden(item: SkillTuple, used: Counter[str], practice: frozenset[str]) -> float:
    """How often its skills were used already, per skill; skills of practice lighten it, as does coherence."""
    worn = sum(used[skill] for skill in item.skills) / len(item.skills)
    of_practice = practice.intersection(item.skills)
    return worn - sum(used[skill] == 0 for skill in of_practice) - 2 * bool(of_practice) - item.coherence


def rows() -> list[dict[str, object]]:
    """The plan's rows, a01 and on."""
    with (CORPUS / "tags.csv").open(encoding="utf-8", newline="") as table:
        keyed = {row["skill"] for row in csv.DictReader(table)}
    tree = induce(read_corpus([CORPUS / "seed.jsonl", CORPUS / "practice.jsonl"]).graph())
    chosen = choose(Sampler(tree), frozenset(tree.names) - keyed)
    in_turn = [chosen[k][i] for i in range(PER_K) for k in KS]
    return [
        {
            "name": f"a{number:02d}",
            "k": len(item.skills),
            "skills": list(item.skills),
            "method": item.method,
            "schedule": item.schedule,
            "start": item.start,
            "seed": SEED,
            "joint_entropy": round(item.joint_entropy, 6),
            "coherence": round(item.coherence, 6),
        }
        for number, item in enumerate(in_turn, start=1)
    ]


def held(name: str) -> dict[str, list[str]]:
    """Who read the finished task besides its author, as people wrote it into the plan; the draw leaves it as it is."""
    lines = PLAN.read_text(encoding="utf-8").splitlines() if PLAN.exists() else []
    kept = {row["name"]: row["readers"] for row in map(json.loads, lines) if "readers" in row}
    return {"readers": kept[name]} if name in kept else {}


def main(*, check: bool) -> int:
    """Write the plan, or say that it is stale; the exit status is 1 when a check finds it so."""
    fresh = "".join(json.dumps(row | held(row["name"]), ensure_ascii=False) + "\n" for row in rows()).encode()
    if PLAN.exists() and PLAN.read_bytes() == fresh:
        return 0
    sys.stdout.write("tasks/written/plan.jsonl is stale; run: scripts/plan.py\n" if check else "wrote plan.jsonl\n")
    if not check:
        PLAN.write_bytes(fresh)
    return int(check)


if __name__ == "__main__":
    raise SystemExit(main(check="--check" in sys.argv[1:]))
