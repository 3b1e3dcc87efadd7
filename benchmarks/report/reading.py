"""Reading many logs: CPU time and peak memory of the board's reader against Inspect's own data frame.

    python benchmarks/report/reading.py --source LOG.eval

Copies one real log (its first 24 samples) under as many model names as asked, then measures each reader in
a process of its own: CPU seconds of the reading itself (imports left out) and the peak resident memory. Prints
the growth exponent over the sizes, and what the whole command takes.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from inspect_ai.analysis import samples_df  # also teaches zipfile the compression of .eval files

from skillbench import cli as command
from skillbench.evidence.cache import Shelf
from skillbench.evidence.collect import collect

SAMPLES = 24
ZSTANDARD = 93


def copies(source: Path, folder: Path, logs: int) -> None:
    """Write the logs: one file's samples under other names of model and evaluation."""
    with zipfile.ZipFile(source) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    summaries = json.loads(parts["summaries.json"])[:SAMPLES]
    kept = {f"samples/{one['id']}_epoch_{one['epoch']}.json" for one in summaries}
    header = json.loads(parts["header.json"])
    header["eval"]["dataset"] |= {"samples": SAMPLES, "sample_ids": [one["id"] for one in summaries]}
    for number in range(logs):
        header["eval"] |= {"model": f"lab/model-{number:04}", "task_id": f"task{number}", "eval_id": f"eval{number}"}
        with zipfile.ZipFile(folder / f"2026-01-01T00-00-00_skillbench_{number:04}.eval", "w", ZSTANDARD) as new:
            for name in sorted(kept):
                new.writestr(name, parts[name])
            named = [{**one, "uuid": f"{one['uuid']}-{number}"} for one in summaries]
            new.writestr("summaries.json", json.dumps(named))
            new.writestr("header.json", json.dumps(header))


def measure(reader: str, folder: str) -> None:
    """Run one reader and print what it took; called in a process of its own."""
    start = time.process_time()
    if reader == "inspect":
        rows = len(samples_df(folder, quiet=True))
    elif reader == "board":
        rows = len(collect([folder], workers=1, cache=Shelf(Path(folder).parent / "cache" / "rows")).outcomes)
    else:
        os.environ["XDG_CACHE_HOME"] = str(Path(folder).parent / "command")
        arguments = ["leaderboard", folder, "--workers", "1", "--out", str(Path(folder).parent / "site")]
        with contextlib.redirect_stdout(io.StringIO()):
            command.main(arguments, standalone_mode=False)
        rows = len(list(Path(folder).glob("*.eval"))) * SAMPLES
    cpu = time.process_time() - start
    print(json.dumps({"cpu": cpu, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "rows": rows}))


def run(reader: str, folder: Path) -> dict[str, float]:
    """One reader's figures."""
    arguments = [sys.executable, __file__, "--measure", reader, str(folder)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)  # noqa: S603  our own script
    return dict(json.loads(done.stdout.splitlines()[-1]))


def sized(source: Path, logs: int) -> dict[str, dict[str, float]]:
    """Every reader's figures for this many logs."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "logs"
        folder.mkdir()
        copies(source, folder, logs)
        names = ("inspect", "board", "cache")
        return {name: run("board" if name == "cache" else name, folder) for name in names}


def commanded(source: Path, models: int) -> dict[str, dict[str, float]]:
    """The whole command on one log each of a few models: first, and again from the cache."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "logs"
        folder.mkdir()
        copies(source, folder, models)
        return {name: run("command", folder) for name in ("first", "again")}


def exponent(sizes: list[int], values: list[float]) -> float:
    """The growth exponent: least squares of log value on log size; 1 is linear."""
    x, y = ([math.log(value) for value in column] for column in (sizes, values))
    mean = math.fsum(x) / len(x)
    return math.fsum((a - mean) * b for a, b in zip(x, y, strict=True)) / math.fsum((a - mean) ** 2 for a in x)


def main() -> None:
    """Make the logs, measure, print a line per size, the growth, and the whole command's time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--logs", type=int, nargs="+", default=[250, 500, 1000, 2000])
    parser.add_argument("--models", type=int, nargs="*", default=[3, 10, 30], help="sizes of the whole command's runs")
    parser.add_argument("--measure", nargs=2)
    options = parser.parse_args()
    if options.measure:
        measure(*options.measure)
        return
    print(
        "| logs | samples_df, CPU s | board, CPU s | ratio | samples_df, MiB | board, MiB | ratio | cache, s | share |"
    )
    print("| ---: " * 9 + "|")
    found = {}
    for logs in options.logs:
        one = found[logs] = sized(options.source, logs)
        theirs, ours, again = one["inspect"], one["board"], one["cache"]
        cells = [f"{theirs['cpu']:.2f}", f"{ours['cpu']:.2f}", f"{ours['cpu'] / theirs['cpu']:.2f}"]
        cells += [f"{theirs['mib']:.0f}", f"{ours['mib']:.0f}", f"{ours['mib'] / theirs['mib']:.2f}"]
        cells += [f"{again['cpu']:.2f}", f"{100 * again['cpu'] / ours['cpu']:.1f} %"]
        print(f"| {logs} | " + " | ".join(cells) + " |", flush=True)
    if len(found) > 1:
        growth = exponent(list(found), [one["board"]["cpu"] for one in found.values()])
        print(f"growth of the board's CPU time with logs: exponent {growth:.2f} (1 is linear)")
    for models in options.models:
        one = commanded(options.source, models)
        print(
            f"skillbench leaderboard, {models} models x {SAMPLES} samples, tables, page and figures: "
            f"{one['first']['cpu']:.1f} s CPU, {one['first']['mib']:.0f} MiB; again {one['again']['cpu']:.1f} s"
        )


if __name__ == "__main__":
    main()
