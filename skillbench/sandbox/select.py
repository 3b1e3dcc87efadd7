"""Which sandbox a run gets: the one named, or the best this machine has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from inspect_ai.util import SandboxEnvironmentSpec
from inspect_ai.util._sandbox.registry import registry_has_sandboxenv  # Inspect has no public question for it

from skillbench.core.errors import SandboxError
from skillbench.sandbox.bubblewrap.probe import ready_bubblewrap
from skillbench.sandbox.docker import COMPOSE, ready_docker
from skillbench.sandbox.kubernetes import K8S_VALUES
from skillbench.sandbox.limits import SandboxLimits

SandboxSpec = str | tuple[str, str] | SandboxEnvironmentSpec

UNISOLATED = (
    "local runs the agent's code on this machine with your rights: it can read your files and keys, and the "
    "answer keys too. Use it for code you trust only; its scores are not comparable"
)


@dataclass(frozen=True)
class ResolvedSandbox:
    """What ``Task(sandbox=...)`` takes, and what the log should say about it."""

    spec: SandboxSpec
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SandboxStatus:
    """Whether one kind of sandbox can run here; ``remedy`` says what to do where it cannot."""

    name: str
    ready: bool
    reason: str
    remedy: str = ""
    versions: dict[str, str] = field(default_factory=dict)


def _docker() -> ResolvedSandbox:
    facts = ready_docker()._asdict()
    return ResolvedSandbox(("docker", str(COMPOSE)), {"type": "docker", **facts, **_limit_facts()})


def _bubblewrap() -> ResolvedSandbox:
    facts = ready_bubblewrap()._asdict()
    return ResolvedSandbox("bubblewrap", {"type": "bubblewrap", **facts, **_limit_facts()})


def _limit_facts() -> dict[str, Any]:
    return {"limits": SandboxLimits().model_dump(mode="json")}


def _k8s() -> ResolvedSandbox:
    if not registry_has_sandboxenv("k8s"):
        raise SandboxError(
            "the k8s sandbox needs the package inspect-k8s-sandbox, which is not installed. "
            "Do: pip install inspect-k8s-sandbox (see docs/clusters.md)"
        )
    return ResolvedSandbox(("k8s", str(K8S_VALUES)), {"type": "k8s", **_limit_facts()})


def _local() -> ResolvedSandbox:
    return ResolvedSandbox("local", {"type": "local", "warning": UNISOLATED})


_NAMED: dict[str, Callable[[], ResolvedSandbox]] = {
    "docker": _docker,
    "bubblewrap": _bubblewrap,
    "k8s": _k8s,
    "local": _local,
}


def _auto() -> ResolvedSandbox:
    """Docker, else bubblewrap, never anything less; why Docker was passed over stands in the facts."""
    try:
        return _docker()
    except SandboxError as error:
        no_docker = str(error)
    try:
        found = _bubblewrap()
    except SandboxError as error:
        raise SandboxError(
            "no sandbox can run here, and code that a model wrote is never run without one.\n"
            f"  docker: {no_docker}\n  bubblewrap: {error}\n"
            "Make one of the two work, then see: skillbench doctor"
        ) from error
    return ResolvedSandbox(found.spec, {**found.facts, "not_docker": no_docker})


def resolve_sandbox(name: str = "auto") -> ResolvedSandbox:
    """The sandbox of this name, made ready, with the facts to record in the task's metadata.

    Args:
        name: ``auto`` (Docker when its daemon answers, else bubblewrap), ``docker``, ``bubblewrap``,
            ``k8s``, ``local`` (no isolation at all), or any other provider Inspect knows.

    Raises:
        SandboxError: unknown, or it cannot run here; the message says what to do.
    """
    if name == "auto":
        return _auto()
    if name in _NAMED:
        return _NAMED[name]()
    if registry_has_sandboxenv(name):
        return ResolvedSandbox(name, {"type": name})
    raise SandboxError(
        f"unknown sandbox {name!r}. Allowed: auto, {', '.join(_NAMED)}, or a provider that an installed "
        "package registers with Inspect"
    )


def sandbox_report() -> list[SandboxStatus]:
    """Both kinds of sandbox this machine could run, each tried for real (for ``skillbench doctor``)."""
    report = []
    for name in ("docker", "bubblewrap"):
        try:
            facts = _NAMED[name]().facts
        except SandboxError as error:
            reason, _, remedy = str(error).partition(". ")
            report.append(SandboxStatus(name, ready=False, reason=reason, remedy=remedy))
        else:
            versions = {key: str(value) for key, value in facts.items() if key not in ("type", "limits")}
            report.append(SandboxStatus(name, ready=True, reason="ready", versions=versions))
    return report
