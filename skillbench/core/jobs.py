"""What an agent hands in to be run, and what became of it: run once in a sandbox, then read from the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from pydantic import Field

from skillbench.core.schema import canonical_json, sha256_of
from skillbench.core.strict import Strict

MOST_PRINTED = 100_000
"""Characters of a run's output that are kept."""


class Run(Strict):
    """What one job gave.

    Attributes:
        id: of the job, a hash of all that went in.
        exit: status; 124 after the time allowed, 125 where it could not be run.
        printed: the beginning of its standard output.
        fault: why there is none, or the end of its standard error; for people.
    """

    id: str
    exit: int
    printed: Annotated[str, Field(max_length=MOST_PRINTED)]
    fault: str = ""


@dataclass(frozen=True)
class Job:
    """A command on files of its own.

    Attributes:
        files: path below the job's folder to text.
        command: program and arguments, run in that folder.
        seconds: how long it may take.
    """

    files: Mapping[str, str]
    command: tuple[str, ...]
    seconds: int

    @cached_property
    def id(self) -> str:
        """A hash of all that goes in: a record of another program or other rows is no record of this job."""
        return sha256_of(canonical_json([dict(self.files), list(self.command)]).encode())[:32]
