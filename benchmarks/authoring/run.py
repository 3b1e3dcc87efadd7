"""What the authoring pipeline costs beside the model and the sandbox: time a task, and memory over many tasks.

    python benchmarks/authoring/run.py --parts 300 --tasks 10000

``--parts`` times each part of our own on so many scripted tasks. ``--tasks`` has an instant scripted author write so
many through Inspect, without a sandbox, so that every one is examined, quarantined and listed, and prints the resident
memory after every tenth. Starting a sandbox and running the two programs of a task in it come on top.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import skillbench.authoring.writing
from skillbench.authoring.draft import Exam
from skillbench.authoring.gates import examine
from skillbench.authoring.means import Means
from skillbench.authoring.plan import CORPUS, draw_plan, orders
from skillbench.authoring.prompts import author_messages, second_messages
from skillbench.authoring.reading import read_draft, read_program
from skillbench.authoring.record import case_of
from skillbench.authoring.rehearsal import scripted_task
from skillbench.authoring.run import Commission, author_set, run_place
from skillbench.core.errors import InputError
from skillbench.core.streams import stream
from skillbench.stats.alike import seen_in, signature
from skillbench.synthesis.asker import Settings

BAR_MS = 15.0


@contextmanager
def timed(spent: dict[str, float], part: str) -> Iterator[None]:
    """Add the processor time of a block to its part: other people share this machine."""
    begun = time.process_time()
    yield
    spent[part] = spent.get(part, 0.0) + time.process_time() - begun


def parts(count: int) -> None:
    """Time each part of our own."""
    rows = draw_plan(CORPUS, range(2, 8), (count + 5) // 6, "sweet-spot", "benchmark")[:count]
    spent: dict[str, float] = {}
    asyncio.run(examine(Exam(rows[0], read_draft(json.dumps(scripted_task(rows[0].skills, stream("warm"))))), Means()))
    second = json.dumps({"program": scripted_task(rows[0].skills, stream("warm"))["checker"]})
    source = orders(rows, CORPUS, "benchmark")
    first = next(source)  # reads the corpus
    with seen_in(None) as seen:
        for number in range(count):
            with timed(spent, "pick samples"):
                order = first if number == 0 else next(source)
            with timed(spent, "render prompts"):
                author_messages(order)
            text = json.dumps(scripted_task(order.row.skills, stream("benchmark", str(number))))
            with timed(spent, "read completions"):
                draft = read_draft(text)
                program = read_program(second)
            with timed(spent, "render prompts"):
                second_messages(draft)
            with timed(spent, "gates"):
                exam = Exam(order.row, draft)
                passages = asyncio.run(examine(exam, Means()))
            with timed(spent, "near-duplicates"):
                sketch = signature("\n".join([draft.brief, *draft.files.values()]))
                seen.nearest(sketch)
                seen.add(order.row.name, sketch)
            with timed(spent, "make the case"):
                exam.second, exam.values = program, {"units": 1.0}
                case_of(exam, passages, "benchmark", [], {})[0].model_dump_json()
    for part, seconds in spent.items():
        print(f"{part:18} {1000 * seconds / count:7.2f} ms a task")
    whole = 1000 * sum(spent.values()) / count
    print(f"{'all of it':18} {whole:7.2f} ms a task; bar {BAR_MS:.0f} ms: {'held' if whole <= BAR_MS else 'MISSED'}")


def resident() -> float:
    """Resident memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def many(count: int) -> None:
    """Have an instant author write many tasks."""
    skillbench.authoring.writing.ROUNDS = 1  # without a sandbox a repair cannot help
    rows = draw_plan(CORPUS, [2, 3], (count + 1) // 2, "sweet-spot", "benchmark")[:count]
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["INSPECT_CACHE_DIR"] = f"{scratch}/cache"
        out = Path(scratch) / "set"
        order = Commission(rows, CORPUS, "benchmark", Settings("skillbench-author/plain", stretch=250), None)
        begun, note = time.process_time(), telling(count)
        try:
            author_set(order, out, note)
        except InputError as error:  # nothing passes without a sandbox, as it should be
            print(str(error)[:80])
        listed = sum(1 for _ in (run_place(out) / "set" / "quarantine.jsonl").open("rb"))
        spent = 1000 * (time.process_time() - begun) / count
    print(f"{listed} of {count} listed; {spent:.1f} ms of processor a task with Inspect's own logging and caching")


def telling(count: int) -> Callable[[int], None]:
    """Prints memory after every tenth of the tasks."""
    done, shown = 0, 0

    def note(more: int) -> None:
        nonlocal done, shown
        done += more
        if done * 10 // count > shown:
            shown = done * 10 // count
            print(f"{done:7} tasks  {resident():7.0f} MiB", flush=True)

    return note


def main() -> None:
    """Read the options."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--parts", type=int, default=300)
    options.add_argument("--tasks", type=int, default=0)
    given = options.parse_args()
    if given.parts:
        parts(given.parts)
    if given.tasks:
        many(given.tasks)


if __name__ == "__main__":
    main()
