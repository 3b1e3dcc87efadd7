"""``skillbench/written``: an author whose completions are written tasks, folders that people of the project made.

So a written task passes through the same parser, the same gates and the same freezing as one that a model writes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from inspect_ai.log._samples import sample_active  # Inspect has no public way for a model to learn its sample
from inspect_ai.model import GenerateConfig

from skillbench.core.authored import FOLDER, Asked
from skillbench.core.errors import InputError

WRITTEN = "written"


def under_way(config: GenerateConfig) -> str:
    """The completion for the sample under way, for what the call asks.

    Raises:
        InputError: no authoring sample is under way, or its task was not written.
    """
    active = sample_active()
    place = (active.sample.metadata or {}).get(FOLDER) if active else None
    if active is None or not isinstance(place, str):
        raise InputError(
            "skillbench/written gives written tasks back to the pipeline that asks for them, and no such sample is "
            "under way here; run: skillbench author --author skillbench/written --plan tasks/written/plan.jsonl --out F"
        )
    folder = Path(place) / str(active.sample.id)
    asked = config.response_schema.name if config.response_schema else ""
    return second_completion(folder) if asked == Asked.SOLUTION else task_completion(folder)


def task_completion(folder: Path) -> str:
    """A written task as the JSON object that a model would give.

    Raises:
        InputError: a part is missing or cannot be read.
    """
    task = written_task(folder)
    files = folder / "files"
    names = sorted(path.name for path in files.iterdir() if path.is_file()) if files.is_dir() else []
    parts = {
        "files": {name: _text(files / name) for name in names},
        "checker": _text(folder / "checker.py"),
        "reference": _text(folder / "reference.md"),
    }
    return json.dumps({**task, **parts}, ensure_ascii=False, default=str)


def second_completion(folder: Path) -> str:
    """The independent solution of a written task as the JSON object that a model would give.

    Raises:
        InputError: it is missing or cannot be read.
    """
    return json.dumps({"program": _text(folder / "second.py")}, ensure_ascii=False)


def written_task(folder: Path) -> dict[str, Any]:
    """What the ``task.yaml`` of a written task says.

    Raises:
        InputError: it is missing, no YAML, or holds no fields.
    """
    place = folder / "task.yaml"
    try:
        found = yaml.safe_load(_text(place))
    except yaml.YAMLError as error:
        raise InputError(f"{place} is no YAML: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f"{place} holds no fields; give title, setting, skills, brief and the rest")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"a written task lacks {path}, or it is no UTF-8 text: {error}") from error
