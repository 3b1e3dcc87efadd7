"""Record formats that several skills share: CSV and markdown tables, written and read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    """Rows as CSV with line-feed line ends, quoted only where needed."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def csv_rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a CSV text as dictionaries keyed by its header."""
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A GitHub-style table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "|".join(" --- " for _ in header) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def markdown_rows(text: str) -> list[dict[str, str]]:
    """The rows of the first GitHub-style table in a text, as dictionaries keyed by its header."""
    lines: list[str] = []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("|"):
            lines.append(line)
        elif lines:
            break
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]
