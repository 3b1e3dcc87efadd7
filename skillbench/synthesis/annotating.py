"""Tagging rows with the skills they take: one question a row, from a closed list of skills or an open one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from inspect_ai.util import JSONSchema

from skillbench.core.errors import InputError
from skillbench.core.near import or_near
from skillbench.core.prompts import render_prompt
from skillbench.synthesis.asker import Asker, FixedSchema, Job, Settings, Spent
from skillbench.synthesis.journal import Outcome, run_folder
from skillbench.synthesis.names import canonical, key_of
from skillbench.synthesis.reply import ReplyError, parsed
from skillbench.taxonomy.reading.parts import corpus_files
from skillbench.taxonomy.reading.records import Record, read_records, tags_at, turns_of

MOST = 6
"""Skills a row may have."""

_ASKED, _ANSWERED = 6000, 4000
"""Characters of request and answer that are shown; of a longer text its middle is left out."""

_LONGEST_NAME = 60


@dataclass(frozen=True)
class Annotated:
    """What became of a corpus.

    Attributes:
        tagged: rows that were tagged now.
        kept: rows that had tags already.
        untagged: rows listed with a reason.
        again: those of them for which no reply came: the same command asks once more.
        names: skills in use.
        spent: what it cost.
    """

    tagged: int
    kept: int
    untagged: int
    again: int
    names: int
    spent: Spent


def annotate(
    source: Sequence[str],
    out: Path,
    settings: Settings,
    *,
    vocabulary: Sequence[str] = (),
    tags: str = "tags",
    note: Callable[[int], None] = lambda _: None,
) -> Annotated:
    """Tag the rows of a corpus and write them, with what they held, to ``out`` as JSON lines.

    Rows that could not be tagged go to ``out`` with ``.untagged.jsonl`` for its suffix, each with file, line and
    reason; an open vocabulary's spellings to ``.names.json``. What is done lies in ``out`` with the suffix ``.run``.

    Args:
        source: files, folders or addresses.
        out: the file to write.
        settings: how the model is asked.
        vocabulary: the skills to choose from; empty for names of the model's own, made one by :func:`canonical`.
        tags: column or path of tags that rows may have already; such rows are kept as they are.
        note: called with the number of rows that are done with.

    Raises:
        CorpusError: a place that cannot be read.
        InputError: the run's folder belongs to other options, or Inspect could not run.
    """
    system = render_prompt("synthesis/annotate.md.j2", vocabulary=list(vocabulary), most=MOST)
    facts = {
        "command": "annotate",
        "source": list(source),
        "model": str(settings.model),
        "prompt": system,
        "tags": tags,
    }
    with run_folder(out.with_suffix(".run"), facts) as folder:
        check = _check(vocabulary)
        asker = Asker("annotate", check, settings, folder, _schema(vocabulary), note)
        counts = Counter[str]()
        for _, outcome in asker.outcomes(_jobs(source, tags, system)):
            counts.update(outcome.value or ())
        names = {name: name for name in counts} if vocabulary else canonical(counts)
        if not vocabulary:
            _write_names(out.with_suffix(".names.json"), counts, names)
        done = _write(out, asker.outcomes(_jobs(source, tags, system), ask=False), names)
        return Annotated(*done, len(set(names.values())), asker.spent)


def digest_of(source: Iterable[str]) -> str:
    """What tells whether a corpus is the one a run began with: its files' names and sizes.

    Raises:
        CorpusError: a place that cannot be read.
    """
    files, _ = corpus_files(source)
    return sha256("\n".join(f"{file.name} {file.size}" for file in files).encode()).hexdigest()[:16]


def read_vocabulary(path: Path) -> list[str]:
    """Skills from a file: a name a line, or a CSV with a column ``skill``; each once, in the file's order.

    Raises:
        InputError: it cannot be read, holds no name, or two names that are one by :func:`key_of`.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a list of skills: {error}") from error
    head = lines[0].split(",") if lines else []
    column = head.index("skill") if "skill" in head else None
    found = [
        line.strip() if column is None else line.split(",")[column].strip() for line in lines[column is not None :]
    ]
    names = [name for name in found if name]
    keys = Counter(map(key_of, names))
    twice = [name for name in names if keys[key_of(name)] > 1]
    if not names or twice:
        told = f"{' and '.join(twice[:3])} are one name" if twice else "it holds no name"
        raise InputError(f"{path}: {told}; write one skill a line, or a CSV with a column 'skill'")
    return names


def _jobs(source: Iterable[str], tags: str, system: str) -> Iterator[Job]:
    """A job for every row; those that need no asking say why in their payload."""
    for number, record in enumerate(read_records(source)):
        turns = turns_of(record.fields)
        asked = "\n\n".join(text for role, text in turns if role == "user")
        reason = record.problem or ("" if asked else "has no request: none of the known fields holds text")
        held = tags_at(record.fields, tags)
        prompt = None
        if asked and not held:
            answered = "\n\n".join(text for role, text in turns if role == "assistant")
            row = {"request": cut(asked, _ASKED)} | ({"answer": cut(answered, _ANSWERED)} if answered else {})
            prompt = render_prompt("synthesis/row.md.j2", row=json.dumps(row, ensure_ascii=False))
        yield Job(f"{number:07}", prompt, {"row": str(record)}, (record, reason, held), system)


def cut(text: str, most: int) -> str:
    """A text without its middle, where it is longer; the number of characters left out stands there."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]} [{len(text) - 2 * half} characters are left out here] {text[-half:]}"


def _check(vocabulary: Sequence[str]) -> Callable[[Job, str], Any]:
    known = {key_of(name): name for name in vocabulary}

    def check(_: Job, reply: str) -> list[str]:
        given = parsed(reply)
        names = given.get("skills") if isinstance(given, dict) and set(given) == {"skills"} else None
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ReplyError('the reply is not an object {"skills": [...]} with a list of texts and nothing else')
        plain = list(dict.fromkeys(" ".join(name.split()) for name in names))
        if len(plain) > MOST:
            raise ReplyError(f"it names {len(plain)} skills; at most {MOST} may be named")
        if vocabulary:
            strange = [name for name in plain if key_of(name) not in known]
            if strange:
                told = ", ".join(f"{name[:_LONGEST_NAME]!r}{or_near(name, vocabulary)}" for name in strange[:3])
                raise ReplyError(f"these skills are not on the list: {told}")
            return list(dict.fromkeys(known[key_of(name)] for name in plain))
        odd = [name for name in plain if len(name) > _LONGEST_NAME or len(name.split()) > 6 or not key_of(name)]
        if odd:
            raise ReplyError(f"{odd[0][:_LONGEST_NAME]!r} is no name of a skill: one to four words are")
        return plain

    return check


def _schema(vocabulary: Sequence[str]) -> FixedSchema:
    item = JSONSchema(type="string", enum=list(vocabulary) or None)
    skills = JSONSchema(type="array", items=item)
    whole = JSONSchema(type="object", properties={"skills": skills}, required=["skills"], additionalProperties=False)
    return FixedSchema(name="skills", json_schema=whole)


def _write_names(path: Path, counts: Mapping[str, int], names: Mapping[str, str]) -> None:
    spellings: dict[str, dict[str, int]] = {}
    for name in sorted(counts, key=lambda one: (-counts[one], one)):
        spellings.setdefault(names.get(name, name), {})[name] = counts[name]
    path.write_text(json.dumps(spellings, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _write(out: Path, outcomes: Iterable[tuple[Job, Outcome]], names: Mapping[str, str]) -> tuple[int, int, int, int]:
    """Write every row once, to one file or the other; the files appear whole. How many were tagged, kept and not."""
    bad = out.with_suffix(".untagged.jsonl")
    parts = [path.with_name(f"{path.name}.part") for path in (out, bad)]
    tagged = kept = untagged = again = 0
    with parts[0].open("w", encoding="utf-8", newline="\n") as rows, parts[1].open("w", encoding="utf-8") as rest:
        for job, outcome in outcomes:
            record, reason, held = job.payload
            found = list(dict.fromkeys(names[name] for name in outcome.value or () if name in names))
            if held:
                kept += 1
                rows.write(_line(_row(record) | {"tags": held}))
            elif found:
                tagged += 1
                rows.write(_line(_row(record) | {"tags": found}))
            else:
                untagged += 1
                again += not outcome.final
                why = reason or outcome.reason or "takes none of the skills, the model says"
                place = {"file": record.file, "line": record.line, "reason": why, "again": not outcome.final}
                rest.write(_line(place | ({"reply": outcome.reply} if outcome.reply else {})))
    for part, path in zip(parts, (out, bad), strict=True):
        part.replace(path)
    return tagged, kept, untagged, again


def _row(record: Record) -> dict[str, Any]:
    return {"id": str(record), **record.fields}


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=str) + "\n"
