"""Copy a board's table and plot into docs/images, or check (``--check``) that they are what a board just built shows.

Usage: scripts/board.py BOARD_FOLDER [--check]
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
KS = range(2, 8)


def table(board: Path) -> str:
    """The columns a newcomer reads first: score by k with intervals, solve at 7, composition gap."""
    with (board / "leaderboard.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    header = ["run", "score", *(f"k={k}" for k in KS), "solve at 7", "composition gap"]
    lines = ["| " + " | ".join(header) + " |", "| --- " * len(header) + "|"]
    for row in rows:
        means = [_interval(row, name, 1, 1) for name in ("score", *(f"score_k{k}" for k in KS))]
        cells = [
            row["run"],
            *means,
            _interval(row, "solve_k7", 100, 0, " %"),
            _interval(row, "composition_gap", 100, 0, " points"),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _interval(row: dict[str, str], name: str, scale: float, digits: int, unit: str = "") -> str:
    if not row[name]:
        return "—"
    middle, low, high = (float(row[key]) * scale for key in (name, f"{name}_low", f"{name}_high"))
    if low == high:
        return f"{middle:.{digits}f}{unit}"
    return f"{middle:.{digits}f}{unit} <sub>{low:.{digits}f} to {high:.{digits}f}</sub>"


def main(board: Path, *, check: bool) -> int:
    """Write or compare; the exit status is 1 when something differs."""
    fresh = {
        "leaderboard.md": table(board).encode(),
        "degradation.svg": (board / "degradation.svg").read_bytes(),
    }
    stale = [
        name for name, data in fresh.items() if not (IMAGES / name).exists() or (IMAGES / name).read_bytes() != data
    ]
    for name in stale:
        sys.stdout.write(f"docs/images/{name} is stale; run: make board\n" if check else f"wrote docs/images/{name}\n")
        if not check:
            (IMAGES / name).write_bytes(fresh[name])
    return 1 if check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), check="--check" in sys.argv[2:]))
