"""What a long run has done, on disk line by line, so that one that was killed goes on where it stopped."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from skillbench.core.errors import InputError


@dataclass(frozen=True)
class Outcome:
    """How one job ended.

    Attributes:
        id: the job's.
        value: what the check made of the reply; None where nothing could be made of it.
        reason: why there is no value, else empty.
        final: False where no reply came (a fault of the wire, a limit); the next run asks again.
        attempts: replies it took.
        reply: the last reply that could not be used, cut to its beginning; empty where one could.
    """

    id: str
    value: Any = None
    reason: str = ""
    final: bool = True
    attempts: int = 0
    reply: str = ""


class Journal:
    """The outcomes of one stretch of jobs, in a file that is only appended to.

    Args:
        path: the file; it need not exist. A last line that was cut is dropped.

    Raises:
        InputError: another line is no outcome.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.outcomes: dict[str, Outcome] = {}
        if path.exists():
            data = path.read_bytes()
            whole = data[: data.rfind(b"\n") + 1]
            if len(whole) < len(data):
                os.truncate(path, len(whole))
            for number, line in enumerate(whole.splitlines(), start=1):
                try:
                    one = Outcome(**json.loads(line))
                except (ValueError, TypeError) as error:
                    raise InputError(f"{path}:{number} was altered ({error}); delete that line to ask again") from error
                self.outcomes[one.id] = one

    def finished(self, job: str) -> bool:
        """Whether this job needs no further asking."""
        return job in self.outcomes and self.outcomes[job].final

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome; it is on disk when this returns, as far as a killed process is concerned."""
        line = (json.dumps(asdict(outcome), ensure_ascii=False) + "\n").encode("utf-8", "replace")
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)
        self.outcomes[outcome.id] = Outcome(**json.loads(line))  # as a resumed run would read it


@contextmanager
def run_folder(folder: Path, facts: Mapping[str, Any]) -> Iterator[Path]:
    """A folder that belongs to one run with these facts; held by one process at a time.

    Raises:
        InputError: another process holds it, or it belongs to a run with other facts, which are named.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InputError(f"{folder} is in use by another run; wait for it, or give another --out") from error
        _same_run(folder / "run.json", json.loads(json.dumps(dict(facts))))
        yield folder


def _same_run(path: Path, facts: dict[str, Any]) -> None:
    held: dict[str, Any] = {}
    with suppress(FileNotFoundError, ValueError):
        held = json.loads(path.read_text(encoding="utf-8"))
    if not held:
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        fresh.replace(path)
        return
    other = [name for name in sorted({*held, *facts}) if held.get(name) != facts.get(name)]
    if other:
        told = "; ".join(f"{name} was {held.get(name)!r:.120}, now {facts.get(name)!r:.120}" for name in other)
        raise InputError(
            f"{path.parent} holds another run: {told}. Give the options it began with to resume it, "
            "or another --out to begin anew"
        )
