"""What the pipelines cost without model time, and whether memory grows with the number of tasks.

    python benchmarks/synthesis/run.py [--tasks 1000,10000] [--only annotate]

Each size runs in a process of its own with the instant rehearsal model. Printed are processor seconds beyond start-up,
milliseconds a task, and the peak of resident memory: flat means that the larger size needs no more than the smaller.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BAR_MS = 15.0


def measure(what: str, tasks: int) -> None:
    """Run one pipeline in this process and print what it took, as JSON."""
    from skillbench.core.assets import asset_dir  # noqa: PLC0415  after the environment is set
    from skillbench.synthesis.annotating import annotate  # noqa: PLC0415
    from skillbench.synthesis.asker import Settings  # noqa: PLC0415
    from skillbench.synthesis.dialogue_plan import DialoguePlan, parse_mix  # noqa: PLC0415
    from skillbench.synthesis.synthesizing import synthesize  # noqa: PLC0415
    from skillbench.taxonomy import induce, read_corpus  # noqa: PLC0415
    from skillbench.taxonomy.atoms import read_atoms  # noqa: PLC0415

    seed = asset_dir("tasks") / "corpus" / "seed.jsonl"
    settings = Settings("skillbench-rehearsal/plain")
    atoms, tree = list(read_atoms([str(seed)])), induce(read_corpus(seed).graph())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["INSPECT_CACHE_DIR"] = str(folder / "cache")

        def play(count: int) -> None:
            if what == "annotate":
                rows = folder / f"rows{count}.jsonl"
                with rows.open("w", encoding="utf-8") as out:
                    for number in range(count):
                        row = {
                            "instruction": f"Row {number} of {count}: clean the readings. " * 8,
                            "output": "Done. " * 60,
                        }
                        out.write(json.dumps(row) + "\n")
                annotate(
                    [str(rows)], folder / f"tagged{count}.jsonl", settings, vocabulary=["Data Cleaning", "Querying"]
                )
            else:
                plan = DialoguePlan(tree, atoms, count, parse_mix("1-6"), seed=str(count))
                synthesize(plan, folder / f"set{count}", settings, "seed.jsonl")

        play(20)  # what loads at the first run is not a task's cost
        start, spent = time.perf_counter(), time.process_time()
        play(tasks)
        took, cpu = time.perf_counter() - start, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"what": what, "tasks": tasks, "wall": took, "cpu": cpu, "peak": peak}))


def main() -> None:
    """Measure every pipeline at every size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", default="500,2000")
    parser.add_argument("--only", choices=["annotate", "synthesize"])
    parser.add_argument("--child", nargs=2)
    given = parser.parse_args()
    if given.child:
        measure(given.child[0], int(given.child[1]))
        return
    print(f"{'pipeline':12} {'tasks':>7} {'wall s':>8} {'cpu s':>8} {'ms/task':>8} {'peak MB':>8}")
    for what in [given.only] if given.only else ["annotate", "synthesize"]:
        for tasks in map(int, given.tasks.split(",")):
            command = [sys.executable, __file__, "--child", what, str(tasks)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  our own program
            got = json.loads(done.stdout.splitlines()[-1])
            each = 1000 * got["cpu"] / tasks
            mark = "" if each <= BAR_MS else f"  above the bar of {BAR_MS} ms"
            print(f"{what:12} {tasks:7} {got['wall']:8.1f} {got['cpu']:8.1f} {each:8.2f} {got['peak']:8.0f}{mark}")


if __name__ == "__main__":
    main()
