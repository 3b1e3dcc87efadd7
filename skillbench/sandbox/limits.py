"""The limits of one sandbox, alike for bubblewrap, Docker and a cluster, so that scores are too."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class WritablePlace(BaseModel):
    """One tmpfs: where, how many MiB and files at most, and its mode."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    mib: int = Field(gt=0)
    inodes: int = Field(gt=0)
    mode: str = "0755"


class SandboxLimits(BaseModel):
    """What one sample may use. The places together hold less than half the memory, which pays for them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    memory_mib: int = Field(default=2048, ge=256)
    processes: int = Field(default=256, ge=32)
    cpus: float = Field(default=1.0, gt=0)
    open_files: int = Field(default=4096, ge=256)
    places: tuple[WritablePlace, ...] = (
        WritablePlace(path="/work", mib=512, inodes=100_000),
        WritablePlace(path="/home/agent", mib=128, inodes=25_000),
        WritablePlace(path="/tmp", mib=128, inodes=25_000, mode="1777"),  # noqa: S108  the sandbox's own
        WritablePlace(path="/var/tmp", mib=128, inodes=25_000, mode="1777"),  # noqa: S108  likewise
        WritablePlace(path="/dev/shm", mib=64, inodes=5_000, mode="1777"),  # noqa: S108  likewise
    )


ENVIRONMENT = {
    "HOME": "/home/agent",
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""What every command sees beside PATH; the same words stand in compose.yaml and k8s-values.yaml."""
