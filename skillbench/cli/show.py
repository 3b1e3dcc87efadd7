"""``skillbench show``: a case for a person."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.markdown import Markdown

from skillbench.cli.authored import shown
from skillbench.core.errors import InputError
from skillbench.core.near import or_near
from skillbench.core.schema import Amendment, Case
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.deliverables.base.registry import product_of

MOST_LISTED = 24
"""Cases that a message about an ambiguous name spells out."""


@click.command()
@click.argument("case_id", required=False)
@click.option("--tasks", default="v0", show_default=True, help="Task set: a folder or the name of a shipped set.")
@click.option("--part", type=click.Choice(["prompt", "handbook", "key", "all"]), default="all", show_default=True)
@click.option("--raw", is_flag=True, help="Plain markdown, for a file or another program.")
def show(case_id: str | None, tasks: str, part: str, raw: bool) -> None:
    """Print a case for a person: brief, the handbook pages it needs, key and slips. Without CASE_ID, list the cases.

    Of an authored case the key is what its author wrote: needs, hand-overs, figures, criteria, reference, and what the
    gates said.

    \b
    skillbench show
    skillbench show c01-clinics-k3 --part prompt
    skillbench show a01 --tasks authored-v0 --part key
    """
    task_set = load_task_set(tasks)
    if case_id is None:
        for case in sorted(task_set.cases, key=lambda case: case.id):
            click.echo(f"{case.id:34} {' + '.join(case.skills)}")
        return
    case = _meant(task_set, case_id)
    key = shown(case.authored) if case.authored else _key(case)
    parts = {"prompt": case.prompt, "handbook": _handbook(task_set, case), "key": key}
    text = "\n\n".join(filter(None, parts.values())) if part == "all" else parts[part]
    if raw:
        click.echo(text)
    else:
        Console().print(Markdown(text))


def _meant(task_set: TaskSet, head: str) -> Case:
    """The one case whose id begins so.

    Raises:
        InputError: none does, or several do; the message lists them.
    """
    matches = sorted((case for case in task_set.cases if case.id.startswith(head)), key=lambda case: (case.k, case.id))
    if len(matches) == 1:
        return matches[0]
    if not matches:
        ids = [case.id.rpartition("-")[0] for case in task_set.cases]
        raise InputError(f"no case {head!r} in {task_set.root}{or_near(head, ids)}; `skillbench show` lists them")
    lines = [f"  {case.id:34} {' + '.join(case.skills)}" for case in matches[:MOST_LISTED]]
    more = (
        [f"  and {len(matches) - MOST_LISTED} more: `skillbench show` lists all"] if len(matches) > MOST_LISTED else []
    )
    raise InputError("\n".join([f"{head!r} begins the ids of {len(matches)} cases; give more of one:", *lines, *more]))


def _handbook(task_set: TaskSet, case: Case) -> str:
    if not case.handbook:
        return ""
    pages = {page.id: page for page in task_set.handbook(case)}
    rest = len(pages) - len(case.needed_pages)
    body = "\n\n".join(pages[page_id].text for page_id in case.needed_pages)
    return f"# HANDBOOK (the {len(case.needed_pages)} pages that count; {rest} more do not)\n\n{body}"


def _amended(one: Amendment) -> str:
    """What a circular puts in force."""
    said = json.dumps(one.clauses | one.params)
    flags = f", flagged by {one.flagged_by}" if one.flagged_by else ""
    return f"circular {one.page}: {said} for {', '.join(one.codes)}{flags}"


def _key(case: Case) -> str:
    lines = ["# KEY"]
    for point in case.checkpoints:
        lines += [f"## {point.tag}: {point.title} ({point.unit}), page {point.page}", ""]
        lines += ["| entity | key | " + " | ".join(point.slips) + " |", "| --- " * (2 + len(point.slips)) + "|"]
        for code in case.entities:
            cells = [point.values[code], *(slip.values[code] for slip in point.slips.values())]
            mark = " *" if code in point.flagged else ""
            lines.append(f"| {code}{mark} | " + " | ".join(f"{cell:.{point.digits}f}" for cell in cells) + " |")
        lines += ["", "`*` flagged. Parameters: " + json.dumps(point.params), ""]
        lines += [f"- {_amended(one)}" for one in point.amendments] + [""] * bool(point.amendments)
    lines += [f"- {coupling.id}" for coupling in case.couplings]
    if product := product_of(case):
        lines += ["", f"## {product.kind.capitalize()}", "", product.shown(case.entities)]
    return "\n".join(lines)
