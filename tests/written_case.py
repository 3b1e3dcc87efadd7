"""A small authored case of two skills, for tests that need one without the pipeline that makes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from skillbench.core.schema import TASK_VERSION, Case, Manifest, sha256_of
from skillbench.core.taskset import CASES_FILE, MANIFEST_FILE, TaskSet, load_task_set

LEDGER = "invoice,amount_eur\nA-1,120.50\nA-2,80.00\nA-2,80.00\nA-3,40.25\n"
BRIEF = "The roofer's ledger lists one invoice twice. Tell the owner in a letter what is really owed."
CHECKER = '''"""Adds each invoice once."""
import csv
import pathlib


def figures(folder):
    with open(pathlib.Path(folder) / "ledger.csv", newline="") as stream:
        rows = {row["invoice"]: float(row["amount_eur"]) for row in csv.DictReader(stream)}
    return {"owed": sum(rows.values())}
'''
REFERENCE = """## Letter

Dear Ms Orlu, invoice A-2 was booked twice; counted once, EUR 240.75 is owed.

```json
{"figures": {"owed": 240.75}}
```
"""


def criteria() -> list[dict[str, Any]]:
    """Six criteria, code's and a reader's, one of them a must-not."""
    shared = {"weight": 2, "decided_by": "reader"}
    return [
        {
            "id": "c01",
            "text": "The sum owed is right.",
            "weight": 5,
            "of": ["Data Cleaning"],
            "decided_by": "code",
            "check": "figure",
            "target": "owed",
        },
        {"id": "c02", "text": "It names the invoice booked twice.", "of": ["Data Cleaning"], **shared},
        {"id": "c03", "text": "The letter addresses the owner.", "of": ["Business Writing"], **shared},
        {
            "id": "c04",
            "text": "The sum in the letter is the cleaned one.",
            "of": ["Data Cleaning", "Business Writing"],
            **shared,
        },
        {
            "id": "c05",
            "text": "The letter stands under its heading.",
            "weight": 1,
            "of": [],
            "decided_by": "code",
            "check": "heading",
            "target": "Letter",
        },
        {"id": "c06", "text": "It names an invoice that the ledger lacks.", "of": [], "must_not": True, **shared},
    ]


def authored_part() -> dict[str, Any]:
    """The authored part, as plain JSON."""
    return {
        "title": "A ledger with a double",
        "setting": "A roofer's office.",
        "needs": [
            {"skill": "Data Cleaning", "quote": "lists one invoice twice"},
            {"skill": "Business Writing", "quote": "in a letter what is really owed"},
        ],
        "handovers": [{"src": "Data Cleaning", "dst": "Business Writing", "what": "the sum owed"}],
        "figures": [
            {
                "name": "owed",
                "meaning": "sum owed, every invoice once",
                "unit": "EUR",
                "skill": "Data Cleaning",
                "tolerance": {"absolute": 0.01, "relative": 0.0},
                "value": 240.75,
            }
        ],
        "headings": ["Letter"],
        "criteria": criteria(),
        "reference": REFERENCE,
        "checker": CHECKER,
        "second": CHECKER,
        "passages": [{"gate": "parses", "passed": True}],
        "author": "people of the project",
        "readers": [],
        "sources": [],
    }


def authored_case(**changes: Any) -> Case:
    """The case; ``changes`` replace fields of it."""
    return Case.model_validate(
        {
            "id": "a01-0123456789",
            "version": TASK_VERSION,
            "chain": "a01",
            "kind": "authored",
            "k": 2,
            "domain": "authored",
            "organisation": "",
            "skills": ["Data Cleaning", "Business Writing"],
            "prompt": BRIEF,
            "inline": f"records/ledger.csv\n\n{LEDGER}",
            "files": {"ledger.csv": "tasks/a01/ledger.csv"},
            "truth": {},
            "handbook": "",
            "needed_pages": [],
            "deliverable": {},
            "register_values": {},
            "checkpoints": [],
            "couplings": [],
            "product": None,
            "dials": {"entities": 0, "level": 1, "coupling_density": 0, "library_pages": 0},
            "sampler": {
                "method": "sweet-spot",
                "start": "Data Cleaning",
                "joint_entropy": 3.5,
                "coherence": 1.0,
                "lca_height": 1,
            },
            "provenance": {},
            "authored": authored_part(),
            **changes,
        }
    )


def authored_set(root: Path, cases: list[Case] | None = None) -> TaskSet:
    """A task set of authored cases in a folder."""
    held = cases or [authored_case()]
    files = {path: LEDGER for case in held for path in case.files.values()}
    files[CASES_FILE] = "".join(case.model_dump_json() + "\n" for case in held)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")
    manifest = Manifest(
        name=root.name,
        version=TASK_VERSION,
        generator="0",
        salted=False,
        chains=len(held),
        cases=len(held),
        sha256={path: sha256_of(text.encode()) for path, text in sorted(files.items())},
    )
    (root / MANIFEST_FILE).write_text(manifest.model_dump_json() + "\n", encoding="utf-8")
    return load_task_set(root)
