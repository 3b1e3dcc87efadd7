"""Prompts held against files that a person has read; ``python tests/synthesis/golden.py`` writes them anew."""

from __future__ import annotations

from pathlib import Path

from skillbench.core.prompts import render_prompt

FOLDER = Path(__file__).parent / "golden"

CARD = {
    "model": "openai/gpt-4.1",
    "version": "0.1.0",
    "corpus": "seed.jsonl",
    "samples": 400,
    "skills": 80,
    "method": "sweet-spot",
    "order": "curriculum of 3 epochs",
    "seed": "synthesis",
    "asked": 60,
    "kept": 58,
    "joint_entropy": 0.25,
    "coherence": 0.5,
    "by_k": [(1, 30), (2, 28)],
    "refused": [("form", 2)],
}


def prompts() -> dict[str, str]:
    """Every prompt of the package, filled with values that stay."""
    sample = '{"request": "Add the columns.", "answer": "Done."}'
    return {
        "annotate.md": render_prompt("synthesis/annotate.md.j2", vocabulary=["Data Cleaning", "SQL Querying"], most=6),
        "annotate_open.md": render_prompt("synthesis/annotate.md.j2", vocabulary=[], most=6),
        "row.md": render_prompt("synthesis/row.md.j2", row=sample),
        "again.md": render_prompt("synthesis/again.md.j2", reason="it names 9 skills; at most 6 may be named"),
        "fuse.md": render_prompt("synthesis/fuse.md.j2", k=3, least=600, most=24000),
        "fuse_one.md": render_prompt("synthesis/fuse.md.j2", k=1, least=600, most=24000),
        "samples.md": render_prompt("synthesis/samples.md.j2", k=2, material=sample),
        "card.md": render_prompt("synthesis/card.md.j2", **CARD),
    }


if __name__ == "__main__":
    for name, text in prompts().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
