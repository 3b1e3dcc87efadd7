"""The sample that attacks, and what its neighbour has."""

from __future__ import annotations

from dataclasses import dataclass

from inspect_ai.util import ExecResult, SandboxEnvironment

SECRET = "sk-secret-of-the-harness"  # noqa: S105  a canary, no password
NEIGHBOURS_FILE = "neighbours-own-file.txt"
NEIGHBOURS_JOB = "4711.25"


@dataclass
class Sample:
    """One sandbox under attack."""

    kind: str
    environment: SandboxEnvironment

    async def run(self, code: str, seconds: int = 30) -> ExecResult[str]:
        """Run Python inside."""
        return await self.environment.exec(["python3", "-"], input=code, timeout=seconds)

    async def says(self, code: str, seconds: int = 30) -> str:
        """What Python inside prints; the case is void if it fails."""
        result = await self.run(code, seconds)
        assert result.success, f"the attack itself broke: {result}"
        return result.stdout.strip()

    async def shell(self, command: str, seconds: int = 30) -> ExecResult[str]:
        """Run a shell command inside."""
        return await self.environment.exec(["bash", "-c", command], timeout=seconds)
