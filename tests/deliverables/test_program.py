"""The program: judged from recorded runs, which must be of this program on these records."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from small import DIALS, NAMES, RECIPES

from skillbench.compose.freeze import build_chain
from skillbench.core.jobs import Job, Run
from skillbench.deliverables.base.contract import Decision
from skillbench.deliverables.base.registry import product_of
from skillbench.deliverables.program import FIELD, LONGEST, Program


@pytest.fixture(scope="module")
def program() -> Program:
    """The program of a Skill@3 case."""
    dials = DIALS.model_copy(update={"deliverables": ["program"]})
    built = build_chain(0, RECIPES[1], (*NAMES, "a program"), dials)
    found = product_of(next(case for case in built.cases if case.k == 3))
    assert isinstance(found, Program)
    return found


def right_output(program: Program, number: int) -> str:
    """What a right program prints on one set of records."""
    block = program.blocks[number]
    return json.dumps({"values": block.values, "flagged": block.flagged})


def compared(program: Program, run: Callable[[int, Job], Run | None], source: str = "print(work())") -> Decision:
    """The perfect amounts beside a program, with runs of it."""
    part = program.read({**program.division.perfect(), FIELD: source})
    jobs = program.jobs(part)
    runs = tuple(found for number, job in enumerate(jobs) if (found := run(number, job)))
    return program.compare(replace(part, runs=runs), None)


def test_recorded_runs_are_judged(program: Program) -> None:
    """Right output on every set of records is a right hand-in."""
    decision = compared(program, lambda n, job: Run(id=job.id, exit=0, printed=right_output(program, n)))
    assert (decision.right, decision.stands, decision.formed) == (True, True, True)
    assert decision.to_key.credit == program.asked


@pytest.mark.parametrize(
    "printed",
    ["", "null", "[]", "0", "{}", '{"values": 3}', '{"values": {}, "flagged": 3}', "[" * 100_000, "Traceback", "{" * 9],
)
def test_garbage_earns_nothing(program: Program, printed: str) -> None:
    """Whatever else is printed, no part of the program is right and nothing raises."""
    decision = compared(program, lambda _, job: Run(id=job.id, exit=0, printed=printed))
    assert decision.to_key.right == program.division.asked
    assert not decision.stands


def test_a_failed_or_foreign_run_earns_nothing(program: Program) -> None:
    """Right output of a run that failed, of another program, or of none, counts for nothing."""
    cases: dict[str, Callable[[int, Job], Run | None]] = {
        "failed": lambda n, job: Run(id=job.id, exit=1, printed=right_output(program, n)),
        "foreign": lambda n, job: Run(id=job.id[::-1], exit=0, printed=right_output(program, n)),
        "none": lambda *_: None,
    }
    for run in cases.values():
        assert compared(program, run).to_key.right == program.division.asked


def test_a_job_is_known_by_all_that_goes_in(program: Program) -> None:
    """Another source, or other records, is another job; the expected figures are in none."""
    one, two = (program.jobs(program.read({FIELD: source}))[0] for source in ("print(1)", "print(2)"))
    assert one.id != two.id
    first, second = program.jobs(program.read({FIELD: "print(1)"}))
    assert first.id != second.id
    value = max(program.blocks[0].values.values())
    assert not any(f"{value:.6g}" in text for text in first.files.values())


@pytest.mark.parametrize("source", [None, 3, [], "", "  ", "x" * (LONGEST + 1)])
def test_what_is_no_source_is_not_run(program: Program, source: Any) -> None:
    """No job comes of a missing, empty or endless source."""
    assert program.jobs(program.read({FIELD: source})) == []


def test_only_a_table_needs_no_running(program: Program) -> None:
    """A specimen's program with anything else in it is a program like any other, to be run."""
    source = program.perfect()[FIELD]
    assert program.jobs(program.read({FIELD: source})) == []
    for changed in (f"{source}\nprint(1)", source.replace("json.loads(", "json.loads(str() + ", 1)):
        assert len(program.jobs(program.read({FIELD: changed}))) == len(program.blocks)


def test_every_usual_mistake_shows_on_unseen_records(program: Program) -> None:
    """The composer keeps records only on which each mistake moves a figure by five tolerances."""
    assert all(block.telling for block in program.blocks)
    assert program.doubt() == ""
    silent = [program.blocks[0].model_copy(update={"telling": False}), *program.blocks[1:]]
    assert "does not show" in program.model_copy(update={"blocks": silent}).doubt()
