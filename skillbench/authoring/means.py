"""What gates and authors may use besides their own eyes."""

from __future__ import annotations

from dataclasses import dataclass

from inspect_ai.model import CachePolicy, Model
from inspect_ai.util import SandboxEnvironment

KEPT = CachePolicy(expiry=None, per_epoch=False)
"""Every paid call is kept beside the run until its set is frozen, so that a killed run pays for none of them again."""


@dataclass(frozen=True)
class Means:
    """What a gate may use.

    Attributes:
        sandbox: where programs run; None where there is none, and no task then passes.
        judge: a model that reads; None where none was given.
    """

    sandbox: SandboxEnvironment | None = None
    judge: Model | None = None
