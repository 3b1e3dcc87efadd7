"""The paper's own results, shown beside the board and never ranked with it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Final

from skillbench.core.assets import asset_dir

SOURCE: Final = (
    "Source: STEPS, arXiv 2601.03676, Table 4; scores 0 to 10, judged by a language model on the paper's own tasks."
)


@dataclass(frozen=True)
class Published:
    """A published table: column names, rows of text as printed, and where it comes from."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str


def published() -> Published:
    """Table 4 of the paper, from ``results/published/steps_table4.csv``."""
    path = asset_dir("results") / "published" / "steps_table4.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    return Published(tuple(head), tuple(map(tuple, rows)), SOURCE)
