"""Writes the judge's prompt for one answer anew: ``PYTHONPATH=tests python -m judge.open_golden``."""

from __future__ import annotations

from pathlib import Path

from judge.open_judging import brief_of
from judge.open_tasks import HIRED

GOLDEN = Path(__file__).parent / "golden" / "authored-2026-11-21.md"


def prompt() -> str:
    """Instructions and evidence for the good answer to the first task, and the last attempt's."""
    brief = brief_of(HIRED, HIRED.graded["good"])
    return f"{brief.system}\n=====\n{brief.user}\n=====\n{brief.bare}"


if __name__ == "__main__":
    GOLDEN.write_text(prompt(), encoding="utf-8")
