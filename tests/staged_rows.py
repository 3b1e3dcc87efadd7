"""Rows as a log reader gives them, from planted studies: what the board sees without running anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from skillbench.evidence.runs import RunEvidence, merge
from skillbench.report.null_marks import score_marks
from skillbench.stats import PlantedAgent, simulate

DIGEST = "d" * 64
SKILLS = (
    *("Capacity Planning", "Data Cleaning", "Graph Theory", "Information Extraction"),
    *("Inventory Management", "Log Analysis", "Project Scheduling", "SQL Querying"),
)


def run_row(model: str, **changes: Any) -> dict[str, Any]:
    """One row of the runs table."""
    row = {
        "file": f"logs/{model.replace('/', '-')}.eval",
        "task_id": f"task-{model}",
        "eval_id": f"eval-{model}",
        "status": "success",
        "model": model,
        "model_args": "{}",
        "config": "{}",
        "agent": "",
        "agent_args": "{}",
        "tools": "code,search",
        "context": "own",
        "purse": "none",
        "sandbox": "bubblewrap",
        "limits": "{}",
        "task_set": "v0",
        "digest": DIGEST,
        "salted": False,
        "task_version": "1-A",
        "package": "0.1.0",
        "inspect": "0.3.285",
        "created": "2026-11-21T05:00:00+00:00",
        "completed": "2026-11-21T06:00:00+00:00",
        "epochs": 1,
        "cases": "[]",
        "updated": False,
    }
    return {**row, **changes}


def sample_row(file: str, case: str, **changes: Any) -> dict[str, Any]:
    """One scored sample: the Skill@2 case of chain c1."""
    row = {
        "file": file,
        "case": case,
        "epoch": 1,
        "uuid": f"{file}-{case}",
        "chain": "c1",
        "kind": "chain",
        "k": 2,
        "skill": "B",
        "skills": json.dumps(["A", "B"]),
        "domain": "clinics",
        "tokens": 1000.0,
        "cost": float("nan"),
        "seconds": 1.0,
        "limit": "",
        "error": "",
        "judge": "audit",
        "judge_prompt": "",
        "score": 8.0,
        "score_no_bonus": 8.0,
        "solve": 1.0,
        "coverage": 1.0,
        "state": "scored",
        "reason": "",
        "tool_used": True,
        "labels": "{}",
        "correct": "{}",
        "slips": "{}",
    }
    return {**row, **changes}


def study(
    names: tuple[str, ...] = ("lab/steady", "lab/falling"),
    chains: int = 30,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
) -> RunEvidence:
    """Planted agents on shared chains; every second one loses to composition; ``changes`` to runs' rows, by name."""
    agents = [
        PlantedAgent(name, (0.02 + 0.01 * (at % 5),) * 8, tax=0.12 if at % 2 else 0.0, chain_sd=0.3, tool_rate=0.5)
        for at, name in enumerate(names)
    ]
    table = simulate(agents, chains, 1, "report", marks=score_marks)
    table["skill"] = table["skill"].map(dict(zip(sorted(set(table["skill"])), SKILLS, strict=True)))
    order = {chain: _order(cases) for chain, cases in table.groupby("chain")}
    logs = [
        {**run_row(name, task_id=f"task-{at}", file=f"logs/{at}.eval"), **(changes or {}).get(name, {})}
        for at, name in enumerate(names)
    ]
    files = dict(zip(names, logs, strict=True))
    samples = [_staged(row, files[row["run"]]["file"], order[row["chain"]]) for row in table.to_dict("records")]
    return merge(logs, samples, {})


def _order(cases: Any) -> list[str]:
    """The chain's skills: the twin no prefix adds, then those the prefixes add."""
    added = cases[cases["kind"] == "chain"].drop_duplicates("k").sort_values("k")["skill"].tolist()
    (first,) = set(cases.loc[cases["kind"] == "twin", "skill"]) - set(added)
    return [first, *added]


def _staged(row: dict[str, Any], file: str, order: list[str]) -> dict[str, Any]:
    skills = [row["skill"]] if row["kind"] == "twin" else order[: row["k"]]
    wrong = skills[round(row["right"] * len(skills)) :]
    verdicts = {
        "correct": json.dumps({tag: tag not in wrong for tag in skills}),
        "labels": json.dumps({tag: "local" if tag in wrong else "right" for tag in skills}),
        "slips": json.dumps(dict.fromkeys(wrong, "off-by-one")),
    }
    kept = {name: row[name] for name in ("epoch", "chain", "kind", "k", "skill", "tool_used")}
    graded = {name: row[name] for name in ("score", "score_no_bonus", "solve", "coverage")}
    kept["tool_used"] = bool(kept["tool_used"])
    return sample_row(
        file, row["case"], **kept, **graded, **verdicts, skills=json.dumps(skills), uuid=f"{file}{row['case']}"
    )
