"""Control groups of both versions: where they are made, what they are told, and that they go again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from skillbench.sandbox.bubblewrap import cgroups, janitor
from skillbench.sandbox.limits import SandboxLimits


def _proc(tmp_path: Path, text: str) -> Path:
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "self" / "cgroup").write_text(text)
    return tmp_path / "proc"


@pytest.fixture
def as_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be nobody special."""
    monkeypatch.setattr(cgroups.os, "geteuid", lambda: 1000)


def test_version_1_nests_in_our_own_groups(tmp_path: Path) -> None:
    """One folder for each controller, below the group this process is in."""
    proc = _proc(tmp_path, "4:memory:/outer\n8:pids:/\n1:cpu,cpuacct:/\n0::/\n")
    for folder in ("memory/outer", "pids", "cpu"):
        (tmp_path / "cg" / folder).mkdir(parents=True)
    found = cgroups.find_places(tmp_path / "cg", proc)
    assert found is not None
    assert found.version == 1
    assert [folder.parent for folder in found.folders] == [
        tmp_path / "cg" / one for one in ("memory/outer", "pids", "cpu")
    ]


@pytest.mark.usefixtures("as_user")
def test_version_2_is_made_beside_our_own_group(tmp_path: Path) -> None:
    """A delegated user's group goes beside the harness's, for a group with processes has no limited children."""
    proc = _proc(tmp_path, "0::/user/app/harness\n")
    parent = tmp_path / "cg" / "user" / "app"
    (parent / "harness").mkdir(parents=True)
    (tmp_path / "cg" / "cgroup.controllers").write_text("cpu memory pids")
    (parent / "cgroup.subtree_control").write_text("cpu memory pids")
    assert cgroups.find_places(tmp_path / "cg", proc) is None, "a child without its own control file is no group"
    assert not list(parent.glob("skillbench-*"))


def test_nowhere_to_write_means_none(tmp_path: Path) -> None:
    """Without a hierarchy the watchdog takes over."""
    assert cgroups.find_places(tmp_path / "nothing", _proc(tmp_path, "0::/\n")) is None


def test_settings_of_both_versions() -> None:
    """Memory, swap, processor and processes are told in each version's words."""
    limits = SandboxLimits(memory_mib=512, processes=64, cpus=0.5)
    first = {name: value for name, value, _needed in cgroups._settings(1, limits, 8)}
    assert first["memory.limit_in_bytes"] == first["memory.memsw.limit_in_bytes"] == str(512 << 20)
    assert (first["cpu.cfs_quota_us"], first["cpu.cfs_period_us"], first["pids.max"]) == ("50000", "100000", "72")
    second = {name: value for name, value, _needed in cgroups._settings(2, limits, 8)}
    assert second == {
        "memory.max": str(512 << 20),
        "memory.swap.max": "0",
        "cpu.max": "50000 100000",
        "pids.max": "72",
    }


def test_the_janitor_sweeps_when_its_harness_is_gone(tmp_path: Path) -> None:
    """Folders go, deepest first, once the harness's end of the pipe is closed, and not before."""
    (tmp_path / "group" / "sandbox").mkdir(parents=True)
    command = [sys.executable, "-ISB", janitor.__file__, str(tmp_path / "group")]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603  our own file
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        assert (tmp_path / "group").exists()
    assert not (tmp_path / "group").exists()
