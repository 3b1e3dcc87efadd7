"""Keep what boards derive: the README's table and plot, and the board of the committed submissions.

Usage: scripts/board.py BOARD_FOLDER [--check]   docs/images from a board just built
       scripts/board.py --results [--check]      results/leaderboard.md from the submissions below results/

With ``--check`` nothing is written; the exit status is 1 when something differs.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from skillbench.cli.board import read_board
from skillbench.report.tables import markdown
from skillbench.report.wording import figure

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
RESULTS = ROOT / "results"
KS = range(2, 8)


def table(board: Path) -> str:
    """The columns a newcomer reads first: solve, checkpoints right, solve by k with intervals, gap, score."""
    with (board / "leaderboard.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    header = ["run", "solve", "right", *(f"k={k}" for k in KS), "composition gap", "score"]
    lines = ["| " + " | ".join(header) + " |", "| --- " * len(header) + "|"]
    for row in rows:
        shares = [_interval(row, name, 100, 0, " %") for name in ("solve", "right", *(f"solve_k{k}" for k in KS))]
        cells = [
            row["run"],
            *shares,
            _interval(row, "composition_gap", 100, 0, " points"),
            _interval(row, "score", 1, 1),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _interval(row: dict[str, str], name: str, scale: float, digits: int, unit: str = "") -> str:
    if not row[name]:
        return "—"
    middle, low, high = (float(row[key]) * scale for key in (name, f"{name}_low", f"{name}_high"))
    if low == high:
        return figure(middle, digits) + unit
    return f"{figure(middle, digits)}{unit} <sub>{figure(low, digits)} to {figure(high, digits)}</sub>"


def main(board: Path, *, check: bool) -> int:
    """The README's table and plot."""
    fresh = {
        IMAGES / "leaderboard.md": table(board).encode(),
        IMAGES / "degradation.svg": (board / "degradation.svg").read_bytes(),
    }
    return keep(fresh, "make board", check=check)


def results(*, check: bool) -> int:
    """The board of every committed submission, each with the tier that its evidence gives."""
    board, tiers = read_board((), RESULTS, skip_bad=False, workers=1, no_cache=True)
    told = "".join(f"- {run}: {tier}\n" for run, tier in sorted(tiers.items()))
    fresh = {RESULTS / "leaderboard.md": f"{markdown(board)}\nTiers:\n\n{told}".encode()}
    return keep(fresh, "scripts/board.py --results", check=check)


def keep(fresh: dict[Path, bytes], command: str, *, check: bool) -> int:
    """Write the files that differ, or name them; the exit status is 1 when a check finds one."""
    stale = [path for path, content in fresh.items() if not path.exists() or path.read_bytes() != content]
    for path in stale:
        name = path.relative_to(ROOT).as_posix()
        sys.stdout.write(f"{name} is stale; run: {command}\n" if check else f"wrote {name}\n")
        if not check:
            path.write_bytes(fresh[path])
    return 1 if check and stale else 0


if __name__ == "__main__":
    asked = "--check" in sys.argv[1:]
    status = results(check=asked) if sys.argv[1] == "--results" else main(Path(sys.argv[1]), check=asked)
    raise SystemExit(status)
