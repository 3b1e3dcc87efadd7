"""Which sandbox a run gets, and what is said when there is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sandbox.kinds import resolved_or_skipped

from skillbench.core.errors import SandboxError
from skillbench.sandbox import resolve_sandbox, sandbox_report, select
from skillbench.sandbox.bubblewrap import jail, probe
from skillbench.sandbox.docker import engine
from skillbench.sandbox.limits import SandboxLimits


@pytest.fixture
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the Docker program."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")


@pytest.fixture
def no_bwrap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the bubblewrap program."""
    jail.bwrap.cache_clear()
    monkeypatch.setattr(jail.shutil, "which", lambda _name: None)


@pytest.mark.usefixtures("no_docker")
def test_auto_takes_bubblewrap_and_says_why() -> None:
    """Without Docker the run gets bubblewrap; the log will say so, with versions and limits."""
    resolved_or_skipped("bubblewrap")
    found = resolve_sandbox()
    assert found.spec == "bubblewrap"
    assert found.facts["type"] == "bubblewrap"
    assert "ocker" in found.facts["not_docker"]
    assert found.facts["limits"] == SandboxLimits().model_dump(mode="json")
    assert {"bwrap", "kernel", "python", "runtime", "metering"} <= set(found.facts)


@pytest.mark.usefixtures("no_docker", "no_bwrap")
def test_auto_without_any_names_both_reasons() -> None:
    """Nothing runs unisolated: the error says what is missing on either side and how to get it."""
    with pytest.raises(SandboxError, match=r"(?s)docker: .*bubblewrap: .*apt-get install bubblewrap"):
        resolve_sandbox()
    assert [status.ready for status in sandbox_report()] == [False, False]


@pytest.mark.docker
def test_auto_prefers_docker() -> None:
    """A daemon that answers is used, by the absolute path of our own compose file."""
    resolved_or_skipped("docker")
    found = resolve_sandbox()
    assert found.spec == ("docker", str(engine.COMPOSE))
    assert engine.COMPOSE.is_absolute()
    assert found.facts["image"].startswith("sha256:")


def test_local_only_when_named_and_with_a_warning() -> None:
    """The unisolated sandbox can be had, and the log carries the warning."""
    found = resolve_sandbox("local")
    assert found.spec == "local"
    assert "your rights" in found.facts["warning"]


def test_unknown_names_are_refused() -> None:
    """The message lists what is allowed."""
    with pytest.raises(SandboxError, match=r"'podmann'.*auto, docker, bubblewrap, k8s, local"):
        resolve_sandbox("podmann")


def test_k8s_names_the_missing_package() -> None:
    """Without its package the cluster sandbox says what to install."""
    if select.registry_has_sandboxenv("k8s"):
        pytest.skip("inspect-k8s-sandbox is installed here")
    with pytest.raises(SandboxError, match="pip install inspect-k8s-sandbox"):
        resolve_sandbox("k8s")


def test_the_base_image_is_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Dockerfile's own by digest; one named by hand by the digest it carries, or by what it is on this machine."""
    monkeypatch.delenv(engine.BASE_VARIABLE, raising=False)
    assert re.fullmatch(r"python:3\.12\.\d+-slim-bookworm@sha256:[0-9a-f]{64}", engine.base())
    monkeypatch.setenv(engine.BASE_VARIABLE, "mine@sha256:0123")
    assert engine.base() == "mine@sha256:0123"
    monkeypatch.setattr(engine, "_ask", lambda *_words, **_seconds: "sha256:4567")
    monkeypatch.setenv(engine.BASE_VARIABLE, "mine:latest")
    assert engine.base() == "mine:latest@sha256:4567"
    before = engine.content()
    monkeypatch.setattr(engine, "_ask", lambda *_words, **_seconds: "sha256:89ab")
    assert engine.content() != before


def test_a_base_that_could_change_unseen_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag that is not on this machine would be whatever the registry holds today."""

    def missing(*_words: str, **_seconds: float) -> str:
        raise SandboxError("no such image")

    monkeypatch.setattr(engine, "_ask", missing)
    monkeypatch.setenv(engine.BASE_VARIABLE, "mine:latest")
    with pytest.raises(SandboxError, match=r"mine:latest carries no digest.*NAME@sha256.*docker pull mine:latest"):
        engine.base()


def test_an_old_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian 12's own engine is too old for Inspect, and the message says so."""
    monkeypatch.setattr(engine, "_ask", lambda *_words, **_seconds: "20.10.24+dfsg1")
    with pytest.raises(SandboxError, match=r"20\.10\.24.*older than 24\.0\.6"):
        engine.ready_docker()


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("proc/sys/user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces"),
        ("proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"),
        ("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor profile"),
        (".dockerenv", "", "seccomp=unconfined"),
        ("elsewhere", "", "bwrap --unshare-user"),
    ],
)
def test_the_forbidding_setting_is_named(tmp_path: Path, setting: str, value: str, remedy: str) -> None:
    """Where the kernel forbids user namespaces, the command that allows them is given."""
    (tmp_path / setting).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / setting).write_text(value)
    assert remedy in probe.remedy(tmp_path)


def test_an_installation_under_usr_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """SkillBench where every sandbox could read it would show the answers."""
    monkeypatch.setattr(jail.skillbench, "__file__", "/usr/lib/python3.12/site-packages/skillbench/__init__.py")
    with pytest.raises(SandboxError, match="answer keys included"):
        jail._refuse_exposed_answers()
