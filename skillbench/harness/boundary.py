"""The one place where our errors become Inspect's: a message without a traceback, before any money is spent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from inspect_ai._util.error import PrerequisiteError  # Inspect prints it as one message; it exports no public twin

from skillbench.core.errors import SkillBenchError


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn an error raised on purpose into Inspect's prerequisite error, with the same words.

    Raises:
        PrerequisiteError: instead of any :class:`SkillBenchError` raised inside.
    """
    try:
        yield
    except SkillBenchError as error:
        raise PrerequisiteError(str(error)) from error
