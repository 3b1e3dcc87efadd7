"""What gates may use besides their own eyes: a sandbox, a second author, a judge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from inspect_ai.model import Model
from inspect_ai.util import SandboxEnvironment

from skillbench.authoring.draft import Draft


class Remark(str):
    """What a gate notes of a task that it lets through."""

    __slots__ = ()


@dataclass(frozen=True)
class Means:
    """What a gate may use.

    Attributes:
        second: gives the second author's completion for a draft; None where there is none, and no task then passes.
        sandbox: where programs run; likewise.
        judge: a model that reads; None where none was given.
        cache: whether its replies are kept in Inspect's cache, so that none is paid twice.
        thrifty: ask nobody about a draft that is refused already.
    """

    second: Callable[[Draft], Awaitable[str]] | None = None
    sandbox: SandboxEnvironment | None = None
    judge: Model | None = None
    cache: bool = True
    thrifty: bool = True
