"""What Inspect finds in an installed SkillBench; kept light, for every inspect process imports it."""

from skillbench.harness.sandbox.bubblewrap import BubblewrapSandboxEnvironment

__all__ = ["BubblewrapSandboxEnvironment"]
