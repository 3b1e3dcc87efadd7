"""From outcomes to a task set: near-duplicates refused, accepted tasks frozen, the rest listed with its reasons."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from skillbench import __version__
from skillbench.authoring.draft import Draft, Exam
from skillbench.authoring.plan import PlanRow
from skillbench.authoring.record import case_of
from skillbench.core.authored import Passage
from skillbench.core.errors import InputError
from skillbench.core.schema import TASK_VERSION, Manifest
from skillbench.core.taskset import CASES_FILE, MANIFEST_FILE
from skillbench.stats.alike import LIKENESS, Seen, seen_in, signature
from skillbench.synthesis.journal import Outcome

PEOPLE = "people of the project"
"""The author of written tasks; they were given a tuple and no samples."""

QUARANTINE_FILE = "quarantine.jsonl"
ALIKE = "alike"
"""The gate that looks at the whole set. It repairs nothing: which of two is the copy, the plan's order says."""


@dataclass
class Counts:
    """What became of a plan.

    Attributes:
        accepted: tasks in the set.
        repaired: those of them that took a second round.
        quarantined: tasks that a gate refused.
        by_gate: of those, how many each gate refused.
        by_k: accepted tasks of every k.
    """

    accepted: int = 0
    repaired: int = 0
    quarantined: int = 0
    by_gate: Counter[str] = field(default_factory=Counter)
    by_k: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Writer:
    """A set that is being written, its hashes on the way; nothing of it stays in memory but them."""

    root: Path
    hashes: dict[str, str]
    cases: BinaryIO
    quarantine: BinaryIO


def freeze(
    outcomes: Iterable[tuple[PlanRow, Outcome]],
    out: Path,
    scratch: Path,
    author: str,
    provenance: Mapping[str, str],
) -> Counts:
    """Write the task set of a plan whose every row has an outcome; the folder appears whole.

    Args:
        outcomes: in the plan's order, which is the order of the cases.
        out: folder of the set; must be new or empty.
        scratch: a folder for what is on the way.
        author: who wrote, as the cases say it.
        provenance: further facts of every case.

    Raises:
        InputError: ``out`` holds something, or no task was accepted; the quarantine then lies in ``scratch``.
    """
    check_new(out)
    root, seen_file = scratch / "set", scratch / "alike.sqlite"
    shutil.rmtree(root, ignore_errors=True)
    seen_file.unlink(missing_ok=True)
    root.mkdir(parents=True)
    counts = Counts()
    with (
        seen_in(seen_file) as seen,
        (root / CASES_FILE).open("wb") as cases,
        (root / QUARANTINE_FILE).open("wb") as rest,
    ):
        writer = _Writer(root, {}, cases, rest)
        for row, outcome in outcomes:
            _place(writer, counts, row, outcome, seen, author, provenance)
    seen_file.unlink()
    if not counts.accepted:
        raise InputError(
            f"none of {counts.quarantined} tasks passed the gates ({_told(counts)}); each has its reasons in "
            f"{root / QUARANTINE_FILE}. Read a few, then try another author or sampler"
        )
    _write_manifest(writer, out.resolve().name, counts)
    if out.exists():
        out.rmdir()
    shutil.move(root, out)
    return counts


def check_new(out: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        InputError: it does.
    """
    if (out / MANIFEST_FILE).exists():
        raise InputError(f"{out} holds a frozen task set already; give another --out, or delete the folder")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} holds other files, which no manifest would list; give a new or empty folder as --out")


def _place(
    writer: _Writer,
    counts: Counts,
    row: PlanRow,
    outcome: Outcome,
    seen: Seen,
    author: str,
    provenance: Mapping[str, str],
) -> None:
    record: dict[str, Any] = outcome.value or {}
    passages = [Passage.model_validate(one) for one in record.get("passages", [])]
    draft = Draft.model_validate(record["draft"]) if record.get("draft") else None
    if draft is not None and not outcome.reason:
        passages.append(_alike(row, draft, seen))
    failed = [one for one in passages if not one.passed]
    if draft is None or failed:
        counts.quarantined += 1
        counts.by_gate.update([failed[0].gate if failed else "no reply"])
        line = {"row": row.model_dump(mode="json"), "reason": outcome.reason, **record}
        line["passages"] = [one.model_dump(mode="json") for one in passages]
        writer.quarantine.write((json.dumps(line, ensure_ascii=False) + "\n").encode("utf-8", "replace"))
        return
    exam = Exam(row, draft, record["second"], record["values"])
    sources = [] if author == PEOPLE else record["sources"]
    case, files = case_of(exam, passages, author, sources, {**provenance, "rounds": str(record["rounds"])})
    for path, text in files.items():
        target = writer.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
        writer.hashes[path] = hashlib.sha256(text.encode()).hexdigest()
    writer.cases.write(case.model_dump_json().encode() + b"\n")
    counts.accepted += 1
    counts.repaired += record["rounds"] > 1
    counts.by_k[row.k] += 1


def _alike(row: PlanRow, draft: Draft, seen: Seen) -> Passage:
    """Whether an earlier task of the set says nearly the same."""
    sketch = signature("\n".join([draft.brief, *draft.files.values()]))
    name, share = seen.nearest(sketch)
    if share >= LIKENESS:
        return Passage(gate=ALIKE, passed=False, reason=f"{share:.0%} of its words in a row stand in {name} too")
    seen.add(row.name, sketch)
    return Passage(gate=ALIKE, passed=True)


def _write_manifest(writer: _Writer, name: str, counts: Counts) -> None:
    for path in (CASES_FILE, QUARANTINE_FILE):
        with (writer.root / path).open("rb") as stream:
            writer.hashes[path] = hashlib.file_digest(stream, "sha256").hexdigest()
    manifest = Manifest(
        name=name,
        version=TASK_VERSION,
        generator=__version__,
        salted=False,
        chains=counts.accepted,
        cases=counts.accepted,
        sha256=dict(sorted(writer.hashes.items())),
    )
    text = manifest.model_dump_json(indent=1) + "\n"
    (writer.root / MANIFEST_FILE).write_text(text, encoding="utf-8", newline="\n")


def _told(counts: Counts) -> str:
    return ", ".join(f"{gate} {number}" for gate, number in counts.by_gate.most_common())
