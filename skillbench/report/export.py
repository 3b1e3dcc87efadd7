"""The board as Every Eval Ever records: the shared schema of evaluation results, version 0.3.0.

One JSON file per run: the score over all k, at each k and on the twins' composition gap, each with its
interval, method and number of chains. The official check is ``every_eval_ever validate`` in the folder
that holds ``data``.
"""

from __future__ import annotations

import hashlib
import json
import math
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from skillbench.report.board import Board, Line
from skillbench.report.slug import slug
from skillbench.report.tables import record
from skillbench.stats import Estimate

SCHEMA_VERSION: Final = "0.3.0"
_RANGES: Final = {
    "score": (0.0, 10.0),
    "solve rate": (0.0, 1.0),
    "share of checkpoints right": (0.0, 1.0),
    "composition gap": (-1.0, 1.0),
}


def write_records(board: Board, out: Path, organisation: str, relationship: str) -> list[Path]:
    """Write ``out/data/skillbench/<developer>/<model>/<uuid>.json`` for every run; the uuid follows from the content.

    Args:
        board: the runs.
        out: folder of records.
        organisation: who ran the evaluation.
        relationship: ``first_party``, ``third_party``, ``collaborative`` or ``other``.
    """
    paths = []
    for line in board.lines:
        content = eee_record(board, line, organisation, relationship)
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        developer, _, model = line.facts["model"].rpartition("/")
        folder = out / "data" / "skillbench" / slug(developer or "unknown") / slug(model)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4)}.json"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def eee_record(board: Board, line: Line, organisation: str, relationship: str) -> dict[str, Any]:
    """One run as a record; times come from its logs, so the same logs give the same record."""
    facts = line.facts
    stamp = str(datetime.fromisoformat(facts["date"]).replace(tzinfo=UTC).timestamp())
    flat = {name: str(value) for name, value in record(board, line).items() if value is not None}
    return {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": f"skillbench/{facts['model'].replace('/', '_')}/{stamp}",
        "evaluation_timestamp": stamp,
        "retrieved_timestamp": stamp,
        "source_metadata": {
            "source_name": f"SkillBench {facts['version']}",
            "source_type": "evaluation_run",
            "source_organization_name": organisation,
            "evaluator_relationship": relationship,
        },
        "eval_library": {
            "name": "inspect_ai",
            "version": facts["inspect"] or "unknown",
            "additional_details": {"skillbench": facts["package"]},
        },
        "model_info": {
            "name": line.run,
            "id": facts["model"],
            "developer": facts["model"].partition("/")[0],
            # What a log does not tell is unknown: how the model was deployed and whether its weights are open.
            "additional_details": {
                **{name: flat[name] for name in ("agent", "tools", "judge", "sandbox") if name in flat},
                "deployment_type": "unknown",
                "model_availability": "unknown",
            },
        },
        "evaluation_results": [_result(board, *each) for each in _estimates(line)],
    }


def _estimates(line: Line) -> Iterator[tuple[str, str, Estimate]]:
    """(name, metric, estimate) of everything that is reported."""
    yield "all k", "solve rate", line.solved
    yield "all k", "share of checkpoints right", line.right
    yield "all k", "score", line.overall
    for k, estimate in line.by_k.items():
        yield f"Skill@{k}", "score", estimate
    for k, estimate in line.solve_by_k.items():
        yield f"Skill@{k}", "solve rate", estimate
    for found in line.fall.gaps:
        if not math.isnan(found.gap.estimate):
            yield f"Skill@{found.gap.k}", "composition gap", found.gap


def _result(board: Board, name: str, metric: str, estimate: Estimate) -> dict[str, Any]:
    low, high = _RANGES[metric]
    details: dict[str, Any] = {"score": estimate.estimate}
    if math.isfinite(estimate.low) and math.isfinite(estimate.high):
        details["uncertainty"] = {
            "confidence_interval": {
                "lower": float(estimate.low),
                "upper": float(estimate.high),
                "confidence_level": estimate.level,
                "method": f"{estimate.method}, clustered by chain",
            },
            "num_samples": estimate.chains,
        }
    return {
        "evaluation_name": f"SkillBench {name}: {metric}",
        "source_data": {
            "dataset_name": f"skillbench {board.facts['task set']}",
            "source_type": "other",
            "additional_details": {"sha256": board.facts["digest"]},
        },
        "metric_config": {
            "evaluation_description": f"{metric} of {name}",
            "lower_is_better": False,
            "score_type": "continuous",
            "min_score": low,
            "max_score": high,
        },
        "score_details": details,
    }
