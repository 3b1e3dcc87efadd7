"""Kills one run again and again: ``python kills.py FOLDER KILLS ROWS`` has a scripted author write a plan in a child.

Children are forked from this process, which has everything loaded, so that twenty kills take seconds. A kill falls at a
random moment. The one instant left out is that between a reply's arrival and its being on disk, in which no program
could keep it: the child is stopped first, and goes on for a moment where that is so.
"""

from __future__ import annotations

import os
import pickle
import random
import signal
import sys
import time
from pathlib import Path

from skillbench.authoring.plan import CORPUS, draw_plan
from skillbench.authoring.run import Commission, author_set
from skillbench.sandbox.bubblewrap import BubblewrapSandboxEnvironment  # noqa: F401  registers the provider
from skillbench.sandbox.select import resolve_sandbox
from skillbench.synthesis.asker import Settings


def receipts(folder: Path) -> int:
    """Replies paid so far."""
    path = folder / "receipts"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def on_disk(folder: Path) -> int:
    """Replies that the cache holds whole."""
    whole = 0
    for path in (folder / "cache").rglob("*"):
        if path.is_file():
            try:
                pickle.loads(path.read_bytes())  # noqa: S301  our own cache, written a moment ago
                whole += 1
            except (EOFError, pickle.UnpicklingError):
                pass
    return whole


def child(folder: Path, rows: int) -> None:
    """One run, to its end or its kill."""
    os.setsid()
    home = resolve_sandbox("bubblewrap")
    plan = draw_plan(CORPUS, [2, 3], rows // 2, "sweet-spot", "kills")
    args = {"delay": 0.05, "receipts": str(folder / "receipts")}
    settings = Settings("skillbench-author/plain", model_args=args, stretch=8)
    author_set(Commission(plan, CORPUS, "kills", settings, home), folder / "set")


def killed(folder: Path, pid: int, after: float) -> bool:
    """Kill a child so many seconds after its start or a moment later; False where it ended before."""
    time.sleep(after)
    while True:
        os.killpg(pid, signal.SIGSTOP)
        ended, _ = os.waitpid(pid, os.WNOHANG)
        if ended:
            return False
        if receipts(folder) == on_disk(folder):
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return True
        os.killpg(pid, signal.SIGCONT)
        time.sleep(0.003)


def main() -> None:
    """Kill so often, then let it end."""
    folder, kills, rows = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    os.environ["INSPECT_CACHE_DIR"] = str(folder / "cache")
    draws = random.Random(7)  # noqa: S311  when to kill, nothing else
    done, moments = 0, list[int]()
    while done <= kills:
        pid = os.fork()
        if pid == 0:
            try:
                child(folder, rows)
            finally:
                os._exit(0)
        if done == kills:
            os.waitpid(pid, 0)
            break
        time.sleep(0.05)  # the child has its own session by then
        if killed(folder, pid, draws.uniform(0.3, 2.0)):
            done += 1
            moments.append(receipts(folder))
        if (folder / "set").exists():
            break
    print(f"replies at each kill: {moments}")  # noqa: T201  for a person
    print(f"{done} kills, {receipts(folder)} replies")  # noqa: T201  what the test reads


if __name__ == "__main__":
    main()
