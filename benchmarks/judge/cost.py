"""What judging costs: milliseconds of an audit, and the length of a rubric's prompt, by k and kind of answer.

Run: python benchmarks/judge/cost.py [TASKS]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict

from skillbench.core.streams import stream
from skillbench.core.taskset import load_task_set
from skillbench.harness.prepared import prompt_length
from skillbench.judge.attacks import honest_attempts
from skillbench.judge.audit import audit
from skillbench.judge.profile import load_profile
from skillbench.judge.transcript import Transcript


def main(tasks: str) -> None:
    """Print two tables."""
    task_set, profile = load_task_set(tasks), load_profile("rubric-2026-11-21")
    times: dict[tuple[int, str], list[float]] = defaultdict(list)
    ratios: dict[int, list[float]] = defaultdict(list)
    for case in task_set.cases:
        records, pages = task_set.truth(case), task_set.handbook(case)
        for kind, attempt in honest_attempts(case, stream("cost", case.id)).items():
            session = Transcript(attempt.calls, attempt.text, case.prompt)
            start = time.perf_counter()
            audit(case, records, pages, attempt.text, session)
            times[case.k, kind].append((time.perf_counter() - start) * 1000)
            prompt, given = prompt_length(task_set, case, attempt, profile)
            ratios[case.k].append(prompt / given)
    kinds = list(dict.fromkeys(kind for _, kind in times))
    print("audit, median ms   k", *(f"{kind:>16}" for kind in kinds))
    for k in sorted(ratios):
        print(f"{k:>20}", *(f"{statistics.median(times[k, kind]):>16.1f}" for kind in kinds))
    print(f"all samples: median {statistics.median([t for some in times.values() for t in some]):.1f} ms")
    print(
        "rubric prompt / (case + answer), characters, most:", {k: round(max(r), 2) for k, r in sorted(ratios.items())}
    )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "v0")
