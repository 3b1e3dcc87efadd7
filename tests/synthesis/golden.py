"""Prompts held against files that a person has read; ``python tests/synthesis/golden.py`` writes them anew."""

from __future__ import annotations

from pathlib import Path

from skillbench.core.prompts import render_prompt

FOLDER = Path(__file__).parent / "golden"


def prompts() -> dict[str, str]:
    """Every prompt of the package, filled with values that stay."""
    sample = '{"request": "Add the columns.", "answer": "Done."}'
    return {
        "annotate.md": render_prompt("synthesis/annotate.md.j2", vocabulary=["Data Cleaning", "SQL Querying"], most=6),
        "annotate_open.md": render_prompt("synthesis/annotate.md.j2", vocabulary=[], most=6),
        "row.md": render_prompt("synthesis/row.md.j2", row=sample),
        "again.md": render_prompt("synthesis/again.md.j2", reason="it names 9 skills; at most 6 may be named"),
    }


if __name__ == "__main__":
    for name, text in prompts().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
