"""``skillbench doctor``: what is ready on this machine, and how to get what is not."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import click
from rich.console import Console
from rich.table import Table

from skillbench import __version__
from skillbench.core.errors import SkillBenchError
from skillbench.judge.opening import open_task_set
from skillbench.sandbox.select import sandbox_report

KEYS = {
    "OPENAI_API_KEY": "openai/…",
    "ANTHROPIC_API_KEY": "anthropic/…",
    "GOOGLE_API_KEY": "google/…",
    "OPENROUTER_API_KEY": "openrouter/…",
}
PLOTS = ("vl-convert-python", "statsmodels")


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        what: the thing looked at.
        state: ``ready``, ``missing`` or ``optional``.
        detail: versions, or the reason.
        remedy: what to do when it is not ready.
    """

    what: str
    state: str
    detail: str
    remedy: str = ""


@click.command()
@click.option("--tasks", default="v0", show_default=True, help="Task set to check.")
def doctor(tasks: str) -> None:
    """Say what is ready (versions, task set, sandbox, plots, keys) and how to get what is not.

    Exit status 1 when the main job cannot run here.

    \b
    skillbench doctor
    skillbench doctor --tasks my-set/
    """
    sandboxes = list(_sandboxes())
    findings = [*_versions(), _task_set(tasks), *sandboxes, _plots(), *_keys()]
    table = Table(box=None, pad_edge=False)
    for column in ("", "what", "found", "to get it"):
        table.add_column(column, overflow="fold")
    marks = {"ready": "[green]ok[/]", "missing": "[red]no[/]", "optional": "[dim]--[/]"}
    for finding in findings:
        table.add_row(marks[finding.state], finding.what, finding.detail, finding.remedy)
    Console().print(table)
    able = all(finding.state != "missing" for finding in findings if finding not in sandboxes)
    isolated = any(finding.state == "ready" for finding in sandboxes)
    if able and isolated:
        click.echo("\nready. Try: inspect eval skillbench --model skillbench/reference -T chains=1")
        return
    if able:
        click.echo("\nno sandbox: only -T tools=search and -T tools=none can run here")
    sys.exit(1)


def _versions() -> Iterator[Finding]:
    supported = (3, 11) <= sys.version_info[:2] <= (3, 13)
    state = "ready" if supported else "missing"
    yield Finding("Python", state, platform.python_version(), "" if supported else "Python 3.11, 3.12 or 3.13")
    yield Finding("skillbench", "ready", __version__)
    yield Finding("inspect-ai", "ready", importlib.metadata.version("inspect-ai"))


def _task_set(name: str) -> Finding:
    try:
        manifest = open_task_set(name).manifest
    except SkillBenchError as error:
        return Finding(f"task set {name}", "missing", str(error), "skillbench build --out …")
    detail = f"{manifest.cases} cases, {manifest.chains} chains, version {manifest.version}, {manifest.digest[:12]}"
    return Finding(f"task set {manifest.name}", "ready", detail)


def _sandboxes() -> Iterator[Finding]:
    for status in sandbox_report():
        detail = ", ".join(f"{key} {value}" for key, value in status.versions.items()) or status.reason
        state = "ready" if status.ready else "optional"
        yield Finding(f"sandbox {status.name}", state, detail, status.remedy)


def _plots() -> Finding:
    try:
        found = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PLOTS)
    except importlib.metadata.PackageNotFoundError as error:
        return Finding("plots", "optional", f"{error.name} is not installed", "pip install 'skillbench-steps[report]'")
    return Finding("plots", "ready", found)


def _keys() -> Iterator[Finding]:
    """Whether a key is set; its value is never read further or shown."""
    for variable, models in KEYS.items():
        if os.environ.get(variable):
            yield Finding(f"key for {models}", "ready", f"{variable} is set")
        else:
            yield Finding(f"key for {models}", "optional", f"{variable} is not set", f"export {variable}=…")
