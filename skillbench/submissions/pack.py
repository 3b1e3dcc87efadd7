"""Packing a run: statement, samples and hashes of the logs in one folder; and reading it back with suspicion."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import yaml
from pydantic import TypeAdapter, ValidationError

from skillbench.core.errors import SubmissionError
from skillbench.evidence.graded import judge_parts
from skillbench.evidence.runs import RunEvidence
from skillbench.report.slug import slug
from skillbench.submissions.schema import Attestations, Log, Row, Submission
from skillbench.submissions.secrets import find_secret
from skillbench.submissions.signing import SIGNATURE
from skillbench.submissions.statement import stated_by_logs

STATEMENT: Final = "submission.yaml"
SAMPLES: Final = "samples.jsonl.gz"
LOGS: Final = "logs.json"
CHECKED: Final = "check.json"
EVIDENCE: Final = "evidence.json"
MEMBERS: Final = (STATEMENT, SAMPLES, LOGS, CHECKED, EVIDENCE, SIGNATURE)

LARGEST_FILE: Final = 64 * 2**20
"""Bytes of any file of a submission, packed or unpacked."""

LARGEST_STATEMENT: Final = 64 * 2**10
"""Bytes of a statement; ours has about 700."""

COLUMNS: Final = tuple(Row.model_fields)


@dataclass(frozen=True)
class Pack:
    """A submission read back: its statement, its sample rows, and its logs' hashes."""

    folder: Path
    statement: Submission
    samples: tuple[Mapping[str, Any], ...]
    logs: tuple[Log, ...]


def pack(evidence: RunEvidence, run: str, results: Path, *, snapshot: str, contact: str, attested: bool) -> Path:
    """Write ``results/<version>/<date>_<agent>_<model>/`` for one run and return the folder.

    Raises:
        SubmissionError: samples are missing, a judge's prompt is unknown, a key stands in what would be published,
            or the folder exists.
    """
    lacking = evidence.missing[evidence.missing["run"] == run]
    if len(lacking):
        case, epoch = lacking.iloc[0][["case", "epoch"]]
        raise SubmissionError(
            f"{run} lacks {len(lacking)} samples, first {case}, epoch {epoch}; finish it with `inspect eval-retry`, "
            "then pack it"
        )
    runs = evidence.runs[evidence.runs["run"] == run]
    first = runs.iloc[0]
    if judge_parts(first["judge"])[1] and not first["judge_prompt"]:
        raise SubmissionError(
            f"the log does not say by which prompt {first['judge']} judged; score it again with "
            "`inspect score --scorer rubric --action overwrite`"
        )
    table = evidence.outcomes[evidence.outcomes["run"] == run]
    samples = "".join(_line(row) for row in table[list(COLUMNS)].to_dict("records")).encode()
    carried = [file for file, held in evidence.carried.items() if run in held]
    logs = _json([fingerprint(Path(path)) for path in sorted({*runs["file"], *carried})])
    statement = Submission(
        **stated_by_logs(evidence, run),
        snapshot=snapshot,
        contact=contact,
        attestations=Attestations(one_run=attested, no_training=attested, no_leak=attested, same_agent=attested),
        samples=hashlib.sha256(samples).hexdigest(),
        logs=hashlib.sha256(logs).hexdigest(),
    )
    text = yaml.safe_dump(statement.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    for name, content in ((STATEMENT, text), (SAMPLES, samples.decode()), (LOGS, logs.decode())):
        if found := find_secret(content):
            raise SubmissionError(f"{name} would publish {found}; remove it from the model's arguments and run again")
    folder = results / slug(statement.task_version) / f"{statement.finished}_{slug(statement.agent)}_{slug(run)}"
    if folder.exists():
        raise SubmissionError(f"{folder} exists; a submission is never overwritten. Remove it or choose another --out")
    folder.mkdir(parents=True)
    (folder / STATEMENT).write_text(text, encoding="utf-8")
    (folder / SAMPLES).write_bytes(_zipped(samples))
    (folder / LOGS).write_bytes(logs)
    return folder


def read_pack(folder: Path) -> Pack:
    """A submission, every file bounded in size and checked against the statement's hashes.

    Raises:
        SubmissionError: a file is missing, too large, malformed or does not match its hash.
    """
    strangers = sorted({path.name for path in folder.iterdir()} - set(MEMBERS)) if folder.is_dir() else []
    if not (folder / STATEMENT).is_file():
        raise SubmissionError(f"{folder} holds no {STATEMENT}; give a folder made by `skillbench submit pack`")
    if strangers:
        raise SubmissionError(f"{folder} holds {strangers[0]!r}; a submission has only {', '.join(MEMBERS)}")
    try:
        statement = Submission.model_validate(_plain_yaml(bounded(folder / STATEMENT, LARGEST_STATEMENT)))
    except (ValidationError, yaml.YAMLError, RecursionError) as error:
        raise SubmissionError(f"{folder / STATEMENT}: {_first(error)}") from error
    samples, logs = _unzipped(folder / SAMPLES), bounded(folder / LOGS)
    for name, content, stated in ((SAMPLES, samples, statement.samples), (LOGS, logs, statement.logs)):
        if hashlib.sha256(content).hexdigest() != stated:
            raise SubmissionError(
                f"{folder / name} does not match the hash in {STATEMENT}: it was altered after packing"
            )
    try:
        rows = tuple(_row(folder, number, line) for number, line in enumerate(samples.splitlines(), start=1))
        hashes = tuple(TypeAdapter(list[Log]).validate_json(logs))
    except (ValueError, RecursionError) as error:
        raise SubmissionError(f"{folder}: {_first(error)}") from error
    if wrong := _incoherent(statement, rows, hashes):
        raise SubmissionError(f"{folder}: {wrong}; no run of skillbench writes this")
    return Pack(folder, statement, rows, hashes)


def _incoherent(statement: Submission, rows: Sequence[Mapping[str, Any]], logs: Sequence[Log]) -> str:
    """Why the parts of a pack cannot belong to one run; empty where they can."""
    if not rows or not logs:
        return "it holds no sample or no log"
    for what, names in (("sample", [(row["case"], row["epoch"]) for row in rows]), ("log", [log.name for log in logs])):
        name, times = Counter(names).most_common(1)[0]
        if times > 1:
            return f"{what} {name} is there {times} times"
    # Every (case, epoch) that a statement promises is looked for, so it may promise no more than it holds.
    if len(rows) != statement.epochs * len({row["case"] for row in rows}):
        return f"it states {statement.epochs} epochs, but does not hold as many of every case"
    return ""


def _row(folder: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        return Row.model_validate_json(line).model_dump()
    except (ValueError, RecursionError) as error:
        raise SubmissionError(f"{folder / SAMPLES}:{number}: {_first(error)}") from error


def _plain_yaml(text: bytes) -> Any:
    """YAML without aliases: a few lines of them, each naming the last ten times, stand for gigabytes.

    Raises:
        YAMLError: malformed, or with an alias.
    """
    if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, yaml.SafeLoader)):
        raise yaml.YAMLError("aliases (*name) are not allowed; write the values out")
    return yaml.safe_load(text)


def rows_agree(pack_rows: Sequence[Mapping[str, Any]], table: pd.DataFrame) -> str | None:
    """The first difference between packed rows and the rows of the logs, or None."""
    fresh = [json.loads(_line(row)) for row in table[list(COLUMNS)].to_dict("records")]
    if len(fresh) != len(pack_rows):
        return f"it packs {len(pack_rows)} samples, its logs hold {len(fresh)}"
    key = ("case", "epoch")
    packed = {tuple(row[name] for name in key): row for row in pack_rows}
    for row in fresh:
        other = packed.get((row["case"], row["epoch"]))
        if other is None:
            return f"case {row['case']}, epoch {row['epoch']} is in its logs but not packed"
        if other != row:
            name = next(name for name in COLUMNS if other[name] != row[name])
            return (
                f"case {row['case']}, epoch {row['epoch']}: {name} is {other[name]!r} packed, {row[name]!r} in the log"
            )
    return None


def _line(row: Mapping[Any, Any]) -> str:
    values = {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}
    return json.dumps(values, ensure_ascii=False, sort_keys=True, default=lambda value: value.item()) + "\n"


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()


def fingerprint(path: Path) -> dict[str, Any]:
    """Name, size and sha256 of a log."""
    content = path.read_bytes()
    return {"name": path.name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _zipped(content: bytes) -> bytes:
    """Gzip without a time, so that the same samples give the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as stream:
        stream.write(content)
    return buffer.getvalue()


def bounded(path: Path, most: int = LARGEST_FILE) -> bytes:
    """A file's bytes, if it is a plain file of bounded size.

    Raises:
        SubmissionError: it is not.
    """
    if not path.is_file() or path.is_symlink():
        raise SubmissionError(f"{path} is missing or no plain file")
    if path.stat().st_size > most:
        raise SubmissionError(f"{path} has {path.stat().st_size >> 10} kB; at most {most >> 10} kB are read")
    return path.read_bytes()


def _unzipped(path: Path) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(bounded(path))) as stream:
            content = stream.read(LARGEST_FILE + 1)
    except (OSError, EOFError) as error:
        raise SubmissionError(f"{path} is no gzip file: {error}") from error
    if len(content) > LARGEST_FILE:
        raise SubmissionError(f"{path} unpacks to more than {LARGEST_FILE >> 20} MB; no run of skillbench writes this")
    return content


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        found = error.errors()[0]
        return f"{'.'.join(map(str, found['loc']))}: {found['msg']} (given {str(found['input'])[:80]!r})"
    return str(error)[:300]
