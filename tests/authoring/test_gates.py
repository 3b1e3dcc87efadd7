"""Every gate lets a sound task through and names the fault of a spoiled one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from written_task import ROW, WRITTEN, completion, exam

from skillbench.authoring.checking import check_completion
from skillbench.authoring.draft import Exam
from skillbench.authoring.gates import PARSES, examine, gates
from skillbench.authoring.means import Means
from skillbench.core.authored import Passage
from skillbench.core.errors import SandboxError
from skillbench.harness.written import second_completion
from skillbench.sandbox.bubblewrap.probe import ready_bubblewrap

Change = Callable[[dict[str, Any]], object]


def verdicts(given: Exam) -> dict[str, Passage]:
    """What the gates say without a sandbox, by gate."""
    return {passage.gate: passage for passage in asyncio.run(examine(given, Means()))}


def test_a_sound_task_passes_all_that_needs_no_sandbox() -> None:
    """Of a sound task only the gates that need its figures are not content, and say why."""
    said = verdicts(exam())
    assert list(said) == [PARSES, *gates()]
    failed = {name: passage.reason for name, passage in said.items() if not passage.passed}
    assert failed.pop("recomputes") == "no sandbox ran the programs"
    assert all(reason == "not tried: recomputes failed" for reason in failed.values())


def edit(field: str, old: str, new: str) -> Change:
    """A change of words in one text of the task."""

    def change(task: dict[str, Any]) -> None:
        assert old in task[field]
        task[field] = task[field].replace(old, new)

    return change


def file(name: str, text: str | Callable[[str], str]) -> Change:
    """A change of one file."""

    def change(task: dict[str, Any]) -> None:
        task["files"][name] = text(task["files"][name]) if callable(text) else text

    return change


SPOILED: dict[str, tuple[str, Change, str]] = {
    "a heading not asked for": ("asks", edit("brief", "`Flights`", "`Trips`"), "does not name the heading Flights"),
    "a figure not asked for": ("asks", edit("brief", "`last_work`", "the code"), "does not name the figure last_work"),
    "one file": ("blocks", lambda t: t["files"].pop("works.json"), "1 files; give 2 to 6"),
    "a broken table": ("blocks", file("flights.csv", lambda s: s + "F-07,2026\n"), "rows of different width"),
    "a column named twice": ("blocks", file("flights.csv", lambda s: s.replace("pilot", "day")), "each once"),
    "broken JSON": ("blocks", file("works.json", lambda s: s[:-3]), "works.json is no json"),
    "a short file": ("blocks", file("flights.csv", "a,b\n1,2\n"), "has 2 lines"),
    "a strange kind": ("blocks", file("plan.docx", "x\n" * 20), "unknown kind"),
    "entities": (
        "blocks",
        file("x.xml", '<!DOCTYPE a [<!ENTITY b "c">]>\n<a>\n1\n2\n3\n</a>'),
        "declares a document type",
    ),
    "an unseen character": ("blocks", file("flights.csv", lambda s: s.replace("Noll", "No\u200bll", 1)), "U+200B"),
    "other skills": ("consistent", lambda t: t["skills"].reverse(), "asked for, in this order"),
    "a strange skill": ("consistent", lambda t: t["needs"][0].update(skill="Juggling"), "not asked for: Juggling"),
    "no hand-over": ("consistent", lambda t: t["handovers"].clear(), "0 different hand-overs; 2 skills need 1"),
    "a target that is no figure": (
        "consistent",
        lambda t: t["criteria"][0].update(target="trips"),
        "checks the figure",
    ),
    "a skill without criterion": (
        "criteria",
        lambda t: [one.update(of=["Data Cleaning"]) for one in t["criteria"] if one["of"] == ["Project Scheduling"]],
        "no criterion belongs to Project Scheduling",
    ),
    "no must-not": ("criteria", lambda t: t["criteria"][5].update(must_not=False), "speaks of something invented"),
    "a hand-over without criterion": ("criteria", lambda t: t["criteria"][4].update(of=[]), "0 of 1 hand-overs"),
    "a vague criterion": (
        "criteria",
        lambda t: t["criteria"][3].update(text="The plan is comprehensive."),
        "two readers may differ",
    ),
    "French": (
        "english",
        lambda t: t.update(
            brief="Le conseil se réunit vendredi et je dois lui dire quand la cabane peut ouvrir et combien coûte "
            "l'hélicoptère. Écrivez une note au conseil avec les chiffres, s'il vous plaît, pour que tout soit clair."
        ),
        "the brief reads as 'fr'",
    ),
    "a tag": ("hints", edit("brief", "diary", "diary needs data cleaning:"), "names the skill 'Data Cleaning'"),
    "steps": ("hints", edit("brief", "Write the note", "Step 1: write the note"), "spells out steps"),
    "a call for a skill": ("hints", edit("brief", "Write", "Use your scheduling skills and write"), "asks for a skill"),
    "a label": ("hints", edit("brief", "Write the note", "\nConstraints:\nWrite the note"), "labels its own parts"),
    "a long brief": ("length", lambda t: t.update(brief=t["brief"] + " and so on" * 200), "words; 60 to"),
    "a heavy file": ("length", file("notes.md", ("word " * 60 + "\n") * 100), "characters; 20,000 are allowed at k=2"),
    "a short reference": ("length", lambda t: t.update(reference="Fine.\n"), "the reference has 1 words"),
    "a library": ("safe", edit("checker", "import csv", "import numpy\nimport csv"), "imports numpy"),
    "a process": ("safe", edit("checker", "import csv", "import subprocess\nimport csv"), "imports subprocess"),
    "the network": ("safe", edit("checker", "import csv", "from urllib import request\nimport csv"), "imports urllib"),
    "a back door": (
        "safe",
        edit("checker", "return {", "figures.__globals__\n    return {"),
        "reaches for __globals__",
    ),
    "a written file": (
        "safe",
        edit("checker", '.open(newline=""', '.open("w", newline=""'),
        "opens a file for writing",
    ),
    "the clock": ("safe", edit("checker", "import csv", "import csv\nimport time"), "imports time"),
    "a program that is none": ("safe", lambda t: t.update(checker="figures = 3"), "defines figures(folder)"),
    "a quote that is not there": ("quotes", lambda t: t["needs"][0].update(quote="counts two times"), "does not hold"),
    "a quote cut in a word": (
        "quotes",
        lambda t: t["needs"][0].update(quote="same number counts onc"),
        "does not hold",
    ),
    "a quote of one word": ("quotes", lambda t: t["needs"][0].update(quote="diary"), "shorter than 3 words"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_task_is_stopped_by_its_gate(name: str) -> None:
    """Each fault stops at the gate that is there for it, and the reason names it."""
    gate, change, words = SPOILED[name]
    passage = verdicts(exam(change))[gate]
    assert not passage.passed
    assert words in passage.reason


@pytest.fixture(scope="module")
def sandbox() -> str:
    """Bubblewrap, where it can run."""
    try:
        ready_bubblewrap()
    except SandboxError as error:
        pytest.skip(str(error))
    return "bubblewrap"


SECOND = second_completion(WRITTEN / "t01")

RUN: dict[str, tuple[Change, str, str]] = {
    "sound": (lambda _: None, SECOND, ""),
    "a value that differs": (
        edit("checker", "len(flown)", "len(flown) + 1"),
        SECOND,
        "checker gives 7.0, the second solution 6.0",
    ),
    "a text that differs": (edit("checker", '"last_work": last', '"last_work": "W9"'), SECOND, "'W9'"),
    "a figure left out": (edit("checker", '"flights": len(flown), ', ""), SECOND, "the checker does not give flights"),
    "an error": (
        edit("checker", "    def end", "    1 / 0\n\n    def end"),
        SECOND,
        "the checker failed: ZeroDivisionError",
    ),
    "no number": (edit("checker", "len(flown)", "None"), SECOND, "gives NoneType for flights"),
    "infinity": (edit("checker", "len(flown)", 'float("inf")'), SECOND, "neither a finite number"),
    "a forged end": (
        edit("checker", "return {", 'print("figures 0 {}")\n    raise SystemExit(0)\n    return {'),
        SECOND,
        "it prints nothing itself",
    ),
}


@pytest.mark.parametrize("name", RUN)
def test_programs_run_in_the_sandbox_and_must_agree(name: str, sandbox: str) -> None:
    """Two programs that agree pass; every way not to is named, with both values where there are two."""
    change, second, words = RUN[name]
    task = completion()
    change(task)
    said = {one.gate: one for one in check_completion(ROW, json.dumps(task), second, sandbox)}
    assert said["recomputes"].passed == (not words)
    assert words in said["recomputes"].reason


REFERENCES: dict[str, tuple[Change, str]] = {
    "a wrong figure": (edit("reference", '"days": 14', '"days": 15'), "fails c03: The number of days is right."),
    "a figure left out": (edit("reference", '"flights": 6, ', ""), "every figure stands there"),
    "headings out of order": (edit("reference", "## Opening", "## Flights"), "its headings are those asked for"),
    "words after the figures": (edit("reference", "}}\n```", "}}\n```\n\nYours, the office."), "its last thing is"),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_that_fails_its_own_task_is_refused(name: str, sandbox: str) -> None:
    """The reference keeps the form and passes every check that code makes of others' answers."""
    change, words = REFERENCES[name]
    task = completion()
    change(task)
    said = {one.gate: one for one in check_completion(ROW, json.dumps(task), SECOND, sandbox)}
    assert said["recomputes"].passed
    assert words in said["reference"].reason


@pytest.mark.slow
def test_a_program_that_never_ends_is_stopped(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop without end costs its time and no more."""
    monkeypatch.setattr("skillbench.authoring.programs.SECONDS", 2)
    task = completion()
    edit("checker", "    def end", "    while True: pass\n\n    def end")(task)
    said = {one.gate: one for one in check_completion(ROW, json.dumps(task), SECOND, sandbox)}
    assert said["recomputes"].reason == "the checker ran longer than 2 s"
