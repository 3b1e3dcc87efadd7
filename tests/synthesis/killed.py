"""Kills a run again and again at random points, in processes of their own; prints what it found as JSON.

Run as a script: ``python killed.py FOLDER KILLS``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import datasketch  # noqa: F401  loaded once here, and not in every child
import inspect_ai._eval.task.run  # noqa: F401  likewise
from inspect_ai.model import GenerateConfig

import skillbench._registry  # noqa: F401  likewise
from skillbench.core.assets import given_or_shipped
from skillbench.core.streams import stream
from skillbench.synthesis.asker import Settings
from skillbench.synthesis.dialogue_plan import DialoguePlan, parse_mix
from skillbench.synthesis.synthesizing import synthesize
from skillbench.taxonomy import induce, read_corpus
from skillbench.taxonomy.atoms import read_atoms

TASKS, CONNECTIONS = 90, 4
SEED = given_or_shipped("tasks/corpus/seed.jsonl")


def play(folder: Path, plan: DialoguePlan, delay: float) -> None:
    """One run, in this process."""
    os.environ["INSPECT_CACHE_DIR"] = str(folder / "cache")
    given = {"receipts": str(folder / "receipts"), "delay": delay}
    settings = Settings(
        "skillbench-rehearsal/nonsense",
        model_args=given,
        config=GenerateConfig(max_connections=CONNECTIONS),
        stretch=30,
    )
    synthesize(plan, folder / "set", settings, "seed.jsonl")


def in_child(folder: Path, plan: DialoguePlan, delay: float, life: float | None) -> bool:
    """One run in a child, which is killed after so many seconds; whether it ended by itself."""
    child = os.fork()
    if not child:
        status = 1
        try:
            play(folder, plan, delay)
            status = 0
        finally:
            os._exit(status)
    end = None if life is None else time.monotonic() + life
    while end is None or time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            if status:
                raise SystemExit(f"the run failed by itself: {status}")
            return True
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def finals(folder: Path) -> list[str]:
    """Ids of the jobs that journals call finished, as often as they do."""
    lines = [
        line for part in (folder / "set" / "run" / "parts").glob("*.jsonl") for line in part.read_bytes().split(b"\n")
    ]
    whole = [json.loads(line) for line in lines if line.endswith(b"}")]
    return [one["id"] for one in whole if one["final"]]


def main(root: Path, kills: int) -> None:
    """An uninterrupted run beside one that is killed so often, with lives drawn from a named stream."""
    plan = DialoguePlan(induce(read_corpus(SEED).graph()), tuple(read_atoms([SEED])), TASKS, parse_mix("1-6"))
    whole, torn = root / "whole", root / "torn"
    for folder in (whole, torn):
        folder.mkdir()
    start = time.monotonic()
    in_child(whole, plan, 0.0, None)
    took = time.monotonic() - start
    draws = stream("tests", "killed")
    ended = 0
    for _ in range(kills):
        ended += in_child(torn, plan, 0.002, took * draws.integer(15, 45) / 100)
    in_child(torn, plan, 0.0, None)
    receipts = [(folder / "receipts").read_text(encoding="ascii").split() for folder in (whole, torn)]
    names = ("data/train.jsonl", "data/train.parquet", "quarantine.jsonl", "README.md")
    print(  # noqa: T201  what the test reads
        json.dumps(
            {
                "kills": kills - ended,
                "same": {
                    name: (whole / "set" / name).read_bytes() == (torn / "set" / name).read_bytes() for name in names
                },
                "needed": len(receipts[0]),
                "distinct": set(receipts[0]) == set(receipts[1]),
                "twice": len(receipts[1]) - len(set(receipts[1])),
                "finals": [len(finals(torn)), len(set(finals(torn)))],
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
