"""Removes a harness's control groups when the harness is gone, however it went.

Run as a script of its own: it waits for the end of its standard input, which only the harness holds, kills
what is left in the groups named on its command line, and removes them.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

_PATIENCE_S = 20.0


def sweep(folder: Path) -> bool:
    """Kill what is in ``folder`` and below, and remove it; False while something is still there."""
    for group in sorted(folder.glob("*/")):
        sweep(group)
    with contextlib.suppress(OSError):
        for pid in (folder / "cgroup.procs").read_text(encoding="ascii").split():
            os.kill(int(pid), signal.SIGKILL)
    with contextlib.suppress(OSError):
        folder.rmdir()
    return not folder.exists()


def main() -> None:
    """Wait, then sweep until all is gone or patience is."""
    sys.stdin.buffer.read()
    deadline = time.monotonic() + _PATIENCE_S
    folders = [Path(argument) for argument in sys.argv[1:]]
    while time.monotonic() < deadline:
        folders = [folder for folder in folders if not sweep(folder)]
        if not folders:
            return
        time.sleep(0.02)


if __name__ == "__main__":
    main()
