"""Prompts held against files that a person has read; ``python tests/authoring/prompts_golden.py`` writes them anew."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, the helpers beside the tests are not found

from written_task import ROW, exam

from skillbench.authoring.plan import Order
from skillbench.authoring.prompts import author_messages, need_messages, repair_message, second_messages
from skillbench.authoring.record import prompt_of
from skillbench.taxonomy.atoms import Atom

FOLDER = Path(__file__).parent / "golden"
SAMPLES = (
    ("Data Cleaning", Atom("w0001", ("Data Cleaning",), "Put the dates into one form.", "")),
    ("Project Scheduling", Atom("w0002", ("Project Scheduling",), "Which works wait for which?", "Those on the left.")),
)


def prompts() -> dict[str, str]:
    """Every prompt of the pipeline, filled with values that stay."""
    author, second, needs = author_messages(Order(ROW, SAMPLES)), second_messages(exam().draft), need_messages(exam())
    return {
        "system.md": author[0].text,
        "request.md": author[1].text,
        "repair.md": repair_message(["hints: the brief names the skill 'Data Cleaning'", "length: too long"]).text,
        "second_system.md": second[0].text,
        "second.md": second[1].text,
        "needs_system.md": needs[0].text,
        "needs.md": needs[1].text,
        "brief.md": prompt_of(exam()),
    }


if __name__ == "__main__":
    for name, text in prompts().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
