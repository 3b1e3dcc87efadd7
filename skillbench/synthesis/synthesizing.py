"""From tuples of skills to a data set of fused dialogues (STEPS, appendix A.1, figure 5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from inspect_ai.util import JSONSchema

from skillbench import __version__
from skillbench.core.prompts import render_prompt
from skillbench.stats.alike import LIKENESS, Seen, seen_in, signature
from skillbench.synthesis.annotating import cut
from skillbench.synthesis.asker import Asker, FixedSchema, Job, Settings, Spent
from skillbench.synthesis.dialogue import LEAST, MOST, Dialogue, read_dialogue
from skillbench.synthesis.dialogue_plan import DialoguePlan, Planned
from skillbench.synthesis.export import Export, write_card
from skillbench.synthesis.journal import Outcome, run_folder

_SHOWN = 4000
"""Characters of a sample's request, and of its answer, that are shown."""


@dataclass(frozen=True)
class Synthesized:
    """What became of a plan.

    Attributes:
        kept: dialogues by k.
        refused: by the first gate that failed; ``none`` where no reply came.
        again: those for which no reply came: the same command asks once more.
        spent: what it cost.
    """

    kept: Mapping[int, int]
    refused: Mapping[str, int]
    again: int
    spent: Spent


def synthesize(
    plan: DialoguePlan, out: Path, settings: Settings, corpus: str, note: Callable[[int], None] = lambda _: None
) -> Synthesized:
    """Write the dialogues of a plan to a folder: ``data/``, ``quarantine.jsonl`` and a card; resumes what is there.

    Args:
        plan: tuples and samples.
        out: the folder; ``run`` below it holds what is done.
        settings: how the model is asked.
        corpus: what the card calls the corpus.
        note: called with the number of dialogues that are done with.

    Raises:
        SelectionError: the taxonomy has no tuple of a k that is asked for.
        InputError: the folder belongs to a run with other options, or Inspect could not run.
    """
    prompts = "".join(_system(k) for k in plan.counts)
    held = sha256("\n".join(f"{atom.id} {atom.instruction} {atom.response}" for atom in plan.atoms).encode())
    facts: dict[str, Any] = {"command": "synthesize", "model": str(settings.model), "n": plan.n, "seed": plan.seed}
    facts |= {"mix": {str(k): share for k, share in plan.mix.items()}, "method": plan.method, "order": plan.order}
    facts |= {"epochs": plan.epochs, "corpus": held.hexdigest()[:16], "skills": len(plan.tree.names)}
    facts |= {"prompt": sha256(prompts.encode()).hexdigest()[:16]}
    bits, shares, again = 0.0, 0.0, 0
    with run_folder(out / "run", facts) as folder, Export(out) as export, _fresh(folder / "seen.db") as seen:
        asker = Asker("synthesize", _check, settings, folder, _SCHEMA, note)
        for job, outcome in asker.outcomes(_jobs(plan)):
            item: Planned = job.payload
            bits, shares = bits + item.skills.joint_entropy, shares + item.skills.coherence
            again += not outcome.final
            _file(item, outcome, export, seen)
    kept = sum(export.kept.values())
    card = {"model": str(settings.model), "version": __version__, "corpus": corpus, "method": plan.method}
    order = plan.order if plan.order == "mixed" else f"curriculum of {plan.epochs} epochs"
    sizes = {"samples": len(plan.atoms), "skills": len(plan.tree.names), "asked": plan.n, "kept": kept}
    means = {"joint_entropy": bits / max(plan.n, 1), "coherence": shares / max(plan.n, 1)}
    tables = {"by_k": sorted(export.kept.items()), "refused": sorted(export.refused.items())}
    write_card(out, {**card, **sizes, **means, **tables, "order": order, "seed": plan.seed})
    return Synthesized(dict(export.kept), dict(export.refused), again, asker.spent)


def _fresh(path: Path) -> Any:
    """A new memory of texts: near-duplicates are told in the order of the plan, whenever replies came."""
    path.unlink(missing_ok=True)
    return seen_in(path)


def _jobs(plan: Iterable[Planned]) -> Iterator[Job]:
    for item in plan:
        pairs = zip(item.skills.skills, item.atoms, strict=True)
        samples = [
            {"skill": skill, "request": cut(atom.instruction, _SHOWN)}
            | ({"answer": cut(atom.response, _SHOWN)} if atom.response else {})
            for skill, atom in pairs
        ]
        k = len(item.atoms)
        material = json.dumps({"skills": item.skills.skills, "samples": samples}, ensure_ascii=False)
        facts = {"k": k, "skills": list(item.skills.skills), "epoch": item.epoch}
        asked = render_prompt("synthesis/samples.md.j2", k=k, material=material)
        yield Job(f"{item.number:07}", asked, facts, item, system=_system(k))


def _system(k: int) -> str:
    return render_prompt("synthesis/fuse.md.j2", k=k, least=LEAST, most=MOST)


def _check(job: Job, reply: str) -> dict[str, Any]:
    item: Planned = job.payload
    found = read_dialogue(reply, item.skills.skills, item.atoms)
    return {"messages": [list(turn) for turn in found.messages], "uses": dict(found.uses)}


def _file(item: Planned, outcome: Outcome, export: Export, seen: Seen) -> None:
    """One dialogue into the data set or the quarantine."""
    drawn = item.skills
    row: dict[str, Any] = {"id": f"{item.number:07}"}
    facts = {"skills": list(drawn.skills), "k": len(drawn.skills), "epoch": item.epoch, "method": drawn.method}
    sources = [atom.id for atom in item.atoms]
    if outcome.value is None:
        reply = {"reply": outcome.reply} if outcome.reply else {}
        reason = outcome.reason if outcome.final else f"none: {outcome.reason}"
        export.refuse({**row, **facts, "sources": sources, "attempts": outcome.attempts, **reply}, reason)
        return
    dialogue = Dialogue(tuple((role, text) for role, text in outcome.value["messages"]), outcome.value["uses"])
    messages = [{"role": role, "content": text} for role, text in dialogue.messages]
    measured = {"joint_entropy": drawn.joint_entropy, "coherence": drawn.coherence}
    uses = [{"skill": skill, "quote": dialogue.uses[skill]} for skill in drawn.skills]
    whole = {**row, "messages": messages, **facts, **measured, "uses": uses, "sources": sources}
    sketch = signature(dialogue.text)
    name, near = seen.nearest(sketch)
    if near >= LIKENESS:
        export.refuse({**whole, "attempts": outcome.attempts}, f"near: it is {near:.0%} like dialogue {name}")
        return
    seen.add(row["id"], sketch)
    export.keep({**whole, "attempts": outcome.attempts})


def _texts(*names: str) -> JSONSchema:
    fields = {name: JSONSchema(type="string") for name in names}
    return JSONSchema(type="object", properties=fields, required=list(names), additionalProperties=False)


_SCHEMA = FixedSchema(
    name="dialogue",
    json_schema=JSONSchema(
        type="object",
        properties={
            "messages": JSONSchema(type="array", items=_texts("role", "content")),
            "uses": JSONSchema(type="array", items=_texts("skill", "quote")),
        },
        required=["messages", "uses"],
        additionalProperties=False,
    ),
)
