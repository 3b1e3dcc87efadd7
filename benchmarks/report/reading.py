"""Reading many logs: CPU time and peak memory of the board's reader against Inspect's own data frame.

    python benchmarks/report/reading.py --source LOG.eval --logs 1000

Copies one real log (its first 24 samples) under as many model names as asked, then measures each reader in
a process of its own: CPU seconds of the reading itself (imports left out) and the peak resident memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from inspect_ai.analysis import samples_df  # also teaches zipfile the compression of .eval files

from skillbench.report.cache import Cache
from skillbench.report.collect import collect

SAMPLES = 24
ZSTANDARD = 93


def copies(source: Path, folder: Path, logs: int) -> None:
    """Write the logs: one file's samples under other names of model and evaluation."""
    with zipfile.ZipFile(source) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    summaries = json.loads(parts["summaries.json"])[:SAMPLES]
    kept = {f"samples/{one['id']}_epoch_{one['epoch']}.json" for one in summaries}
    header = json.loads(parts["header.json"])
    header["eval"]["dataset"]["samples"] = SAMPLES
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
    else:
        rows = len(collect([folder], workers=1, cache=Cache(Path(folder).parent / "cache" / "rows")).outcomes)
    cpu = time.process_time() - start
    print(json.dumps({"cpu": cpu, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "rows": rows}))


def run(reader: str, folder: Path) -> dict[str, float]:
    """One reader's figures."""
    command = [sys.executable, __file__, "--measure", reader, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  our own script
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Make the logs, measure, print one line per reader."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--logs", type=int, default=1000)
    parser.add_argument("--measure", nargs=2)
    options = parser.parse_args()
    if options.measure:
        measure(*options.measure)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "logs"
        folder.mkdir()
        copies(options.source, folder, options.logs)
        inspect_ai, first, again = run("inspect", folder), run("board", folder), run("board", folder)
    for name, found in (("inspect samples_df", inspect_ai), ("board, first", first), ("board, from cache", again)):
        print(f"{name:20} {found['cpu']:7.2f} s CPU  {found['mib']:7.0f} MiB  {found['rows']} rows")
    print(
        f"CPU {first['cpu'] / inspect_ai['cpu']:.2f} of Inspect's (bar 1.0), memory "
        f"{first['mib'] / inspect_ai['mib']:.2f} (bar 0.5), cache {again['cpu'] / first['cpu']:.3f} of first (bar 0.03)"
    )


if __name__ == "__main__":
    main()
