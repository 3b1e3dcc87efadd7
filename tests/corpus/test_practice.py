"""The corpus of practice is well formed, and the plan of the written tasks is what the sampler draws from it."""

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tasks" / "corpus"


def lines(path: Path) -> list[dict]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def keyed() -> set[str]:
    """The skills whose answers code can key."""
    with (CORPUS / "tags.csv").open(encoding="utf-8", newline="") as table:
        return {row["skill"] for row in csv.DictReader(table)}


def test_rows_of_practice_are_canonical() -> None:
    """Ids run from p0001, tags are sorted, no text occurs twice, the bytes are what json.dumps writes."""
    rows = lines(CORPUS / "practice.jsonl")
    fresh = [
        json.dumps({"id": f"p{number:04d}", "text": row["text"], "tags": sorted(set(row["tags"]))}, ensure_ascii=False)
        for number, row in enumerate(rows, start=1)
    ]
    assert (CORPUS / "practice.jsonl").read_bytes() == ("\n".join(fresh) + "\n").encode()
    assert len({row["text"] for row in rows}) == len(rows)


def test_each_row_joins_practice_to_keyed_work() -> None:
    """Fourteen skills of practice occur, each in seven rows or more, and every keyed skill meets one of them."""
    rows = lines(CORPUS / "practice.jsonl")
    known = keyed()
    practice = Counter(tag for row in rows for tag in row["tags"] if tag not in known)
    assert len(practice) == 14
    assert min(practice.values()) >= 7
    assert all(set(row["tags"]) - known for row in rows)
    assert {tag for row in rows for tag in row["tags"]} >= known


@pytest.mark.slow
def test_plan_is_reproduced() -> None:
    """The script draws the committed plan again: ten tuples per k, sixty starts, no tuple inside another."""
    result = subprocess.run([sys.executable, "scripts/plan.py", "--check"], cwd=ROOT, capture_output=True, check=False)
    assert result.returncode == 0, result.stdout
    plan = lines(ROOT / "tasks" / "written" / "plan.jsonl")
    assert Counter(row["k"] for row in plan) == dict.fromkeys(range(2, 8), 10)
    assert len({row["start"] for row in plan}) == 60
    sets = [frozenset(row["skills"]) for row in plan]
    assert not any(
        one < other or (one == other and i != j) for i, one in enumerate(sets) for j, other in enumerate(sets)
    )


def test_plan_covers_skills() -> None:
    """Sixty tasks cover forty skills or more, every skill of practice among them."""
    covered = {skill for row in lines(ROOT / "tasks" / "written" / "plan.jsonl") for skill in row["skills"]}
    practice = {tag for row in lines(CORPUS / "practice.jsonl") for tag in row["tags"]} - keyed()
    assert len(covered) >= 40
    assert covered >= practice
