"""``skillbench author``: have a model write tasks from sampled tuples, or check one that a person wrote."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import yaml

from skillbench.authoring.checking import check_completion
from skillbench.authoring.plan import PlanRow, read_plan
from skillbench.core.authored import Passage
from skillbench.core.errors import InputError
from skillbench.harness.written import second_completion, task_completion
from skillbench.sandbox.bubblewrap.provider import BubblewrapSandboxEnvironment  # noqa: F401  registers the provider
from skillbench.sandbox.select import resolve_sandbox


@click.command()
@click.option("--check", "written", type=click.Path(exists=True, file_okay=False, path_type=Path), multiple=True)
@click.option("--sandbox", default="auto", show_default=True, help="Where programs run: auto, docker, bubblewrap.")
def author(written: tuple[Path, ...], sandbox: str) -> None:
    """Have a model write tasks from sampled skill tuples, through gates.

    \b
    skillbench author --check tasks/written/a01
    """
    verdicts = [_check(folder, sandbox) for folder in written]  # every folder is told, also after one that fails
    if not all(verdicts):
        sys.exit(1)


def _check(folder: Path, sandbox: str) -> bool:
    """Print what every gate says of a written folder; whether all passed."""
    passages = check_completion(
        _row(folder), task_completion(folder), second_completion(folder), resolve_sandbox(sandbox).spec
    )
    click.echo(f"{folder}")
    for passage in passages:
        click.echo(_line(passage))
    return all(passage.passed for passage in passages)


def _line(passage: Passage) -> str:
    return f"  {'ok' if passage.passed else 'NO':3} {passage.gate:12} {passage.reason}".rstrip()


def _row(folder: Path) -> PlanRow:
    """The row of the plan beside the folder; without one, what the task says of itself."""
    name, plan = folder.resolve().name, folder.resolve().parent / "plan.jsonl"
    if plan.is_file():
        found = next((row for row in read_plan(plan) if row.name == name), None)
        if found is not None:
            return found
    skills = (yaml.safe_load((folder / "task.yaml").read_text(encoding="utf-8")) or {}).get("skills")
    if not isinstance(skills, list) or not skills:
        raise InputError(f"{folder / 'task.yaml'} names no skills, and no plan beside the folder does")
    return PlanRow(
        name="checked", k=len(skills), skills=skills, method="none", start=str(skills[0]), joint_entropy=0, coherence=0
    )
