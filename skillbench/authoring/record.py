"""A draft as a case: the prompt an agent gets, the authored part, the id that is a hash of its content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skillbench import __version__
from skillbench.authoring.draft import Exam
from skillbench.authoring.prompts import shown
from skillbench.core.authored import Authored, Passage
from skillbench.core.prompts import render_prompt
from skillbench.core.schema import TASK_VERSION, Case, CaseDials, canonical_json, sha256_of

DOMAIN = "authored"


def authored_part(exam: Exam, passages: Sequence[Passage], author: str, sources: Sequence[str]) -> Authored:
    """What an authored case holds beyond every case, the figures with the values that the checker computed."""
    draft = exam.draft
    return Authored(
        title=draft.title,
        setting=draft.setting,
        needs=draft.needs,
        handovers=draft.handovers,
        figures=[one.model_copy(update={"value": exam.values.get(one.name)}) for one in draft.figures],
        headings=draft.headings,
        criteria=draft.criteria,
        reference=draft.reference,
        checker=draft.checker,
        second=exam.second,
        passages=list(passages),
        author=author,
        readers=exam.row.readers,
        sources=list(sources),
    )


def prompt_of(exam: Exam) -> str:
    """The instruction as an agent gets it: the brief, and the data blocks whole."""
    return render_prompt("author/brief.md.j2", brief=exam.draft.brief.strip(), files=shown(exam.draft.files))


def case_of(
    exam: Exam, passages: Sequence[Passage], author: str, sources: Sequence[str], provenance: Mapping[str, str]
) -> tuple[Case, dict[str, str]]:
    """The frozen case, and the files of the set that are its own."""
    row, draft = exam.row, exam.draft
    files = {f"tasks/{row.name}/{name}": text for name, text in draft.files.items()}
    fields: dict[str, Any] = {
        "version": TASK_VERSION,
        "chain": row.name,
        "kind": "authored",
        "k": row.k,
        "domain": DOMAIN,
        "organisation": "",
        "skills": row.skills,
        "prompt": prompt_of(exam),
        "inline": "",
        "files": {name: f"tasks/{row.name}/{name}" for name in draft.files},
        "truth": {},
        "handbook": "",
        "needed_pages": [],
        "deliverable": _figures_schema(exam),
        "register_values": {},
        "checkpoints": [],
        "couplings": [],
        "product": None,
        "dials": CaseDials(entities=0, level=1, coupling_density=0, library_pages=0),
        "sampler": row.facts,
        "provenance": {"generator": __version__, "plan": row.seed, **provenance},
        "authored": authored_part(exam, passages, author, sources),
    }
    plain = Case(id="draft", **fields).model_dump(mode="json", exclude={"id"})
    digest = sha256_of(canonical_json([plain, files]).encode())[:10]
    return Case(id=f"{row.name}-k{row.k}-{digest}", **fields), files


def _figures_schema(exam: Exam) -> dict[str, Any]:
    """JSON schema of the block that ends an answer."""
    kinds = {one.name: {"type": "number" if one.tolerance else "string"} for one in exam.draft.figures}
    figures = {"type": "object", "properties": kinds, "required": list(kinds)}
    return {"type": "object", "properties": {"figures": figures}, "required": ["figures"]}
