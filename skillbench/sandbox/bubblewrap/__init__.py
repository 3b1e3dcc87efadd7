"""The bubblewrap sandbox: ``--sandbox bubblewrap``."""

from skillbench.sandbox.bubblewrap.provider import BubblewrapSandboxEnvironment
from skillbench.sandbox.bubblewrap.runtime import Runtime, prepare_runtime

__all__ = ["BubblewrapSandboxEnvironment", "Runtime", "prepare_runtime"]
