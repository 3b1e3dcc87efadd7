"""Control groups: hard limits on a sandbox's memory, processes and processor time, where they may be set.

Version 2 and the older version 1 are served. Where neither can be written (an ordinary user without a
delegated group, most containers) the first process's watchdog stands in.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import secrets
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

from skillbench.sandbox.limits import SandboxLimits

_JANITOR = Path(__file__).with_name("janitor.py")
_PERIOD_US = 100_000
_REMOVE_S = 2.0


class Places(NamedTuple):
    """Where this harness's groups go: one folder for version 2, one per controller for version 1."""

    version: int
    folders: tuple[Path, ...]


def _own_group(controller: str, proc: Path) -> str | None:
    """This process's group in a hierarchy; ``""`` names version 2's."""
    for line in (proc / "self" / "cgroup").read_text(encoding="utf-8").splitlines():
        _number, controllers, path = line.split(":", 2)
        if controller in controllers.split(",") if controller else not controllers:
            return path.lstrip("/")
    return None


def _version_1(mounted: Path, proc: Path) -> tuple[Path, ...] | None:
    """Our own group in the hierarchies of the three controllers."""
    folders = []
    for controller in ("memory", "pids", "cpu"):
        group = _own_group(controller, proc)
        if group is None or not (mounted / controller / group).is_dir():
            return None
        folders.append(mounted / controller / group)
    return tuple(folders)


def _version_2(mounted: Path, proc: Path) -> tuple[Path, ...] | None:
    """The top for root, else the group above our own (a group with processes may not have limited children)."""
    group = _own_group("", proc)
    if group is None or not (mounted / "cgroup.controllers").exists():
        return None
    parent = mounted if os.geteuid() == 0 else (mounted / group).parent
    if not parent.is_relative_to(mounted):
        return None
    return (parent,)


def _enable(folder: Path) -> None:
    """Let children of a version 2 group have limits; already enabled is fine."""
    wanted = {"memory", "pids", "cpu"}
    control = folder / "cgroup.subtree_control"
    if not wanted <= set(control.read_text(encoding="ascii").split()):
        control.write_text(" ".join(f"+{name}" for name in sorted(wanted)), encoding="ascii")


def find_places(mounted: Path = Path("/sys/fs/cgroup"), proc: Path = Path("/proc")) -> Places | None:
    """Make this harness's folder in each hierarchy; None where that is not allowed."""
    made: list[Path] = []
    name = f"skillbench-{os.getpid()}"
    for version, find in ((2, _version_2), (1, _version_1)):
        try:
            parents = find(mounted, proc)
            for parent in parents or ():
                if version == 2:
                    _enable(parent)
                folder = parent / name
                folder.mkdir(exist_ok=True)
                made.append(folder)
                if version == 2:
                    _enable(folder)
        except OSError:
            for folder in made:
                with contextlib.suppress(OSError):
                    folder.rmdir()
            made.clear()
        if made:
            return Places(version, tuple(made))
    return None


@cache
def places() -> Places | None:
    """:func:`find_places`, once, with a janitor that removes the folders when this harness is gone."""
    found = find_places()
    if found is not None:
        _hire_janitor(found)
    return found


def _hire_janitor(found: Places) -> None:
    """Start a process that outlives this one, even one killed outright, just long enough to clean up."""
    janitor = subprocess.Popen(  # noqa: S603  our own file
        [sys.executable, "-ISB", str(_JANITOR), *map(str, found.folders)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    atexit.register(janitor.communicate)


class ControlGroup:
    """The control group of one sandbox."""

    def __init__(self, version: int, folders: tuple[Path, ...]) -> None:
        self.version = version
        self._folders = folders

    @classmethod
    def create(cls, limits: SandboxLimits, reserve: int) -> ControlGroup | None:
        """A group with these limits (and ``reserve`` more processes); None where groups may not be made."""
        found = places()
        if found is None:
            return None
        name = secrets.token_hex(6)
        group = cls(found.version, tuple(folder / name for folder in found.folders))
        try:
            for folder in group._folders:
                folder.mkdir()
            for file, value, needed in _settings(found.version, limits, reserve):
                group._set(file, value, needed=needed)
        except OSError:
            group.remove()
            return None
        return group

    def _set(self, file: str, value: str, *, needed: bool) -> None:
        """Write a setting in whichever hierarchy has it."""
        for folder in self._folders:
            if (folder / file).exists():
                (folder / file).write_text(value, encoding="ascii")
                return
        if needed:
            raise FileNotFoundError(file)

    def add(self, pid: int) -> None:
        """Move a process in; its children follow."""
        for folder in self._folders:
            (folder / "cgroup.procs").write_text(str(pid), encoding="ascii")

    def remove(self) -> None:
        """Remove the group; the kernel may take a moment to let go of the dead."""
        deadline = time.monotonic() + _REMOVE_S
        for folder in self._folders:
            while folder.exists():
                with contextlib.suppress(OSError):
                    folder.rmdir()
                    break
                if time.monotonic() > deadline:
                    return
                time.sleep(0.002)


def _settings(version: int, limits: SandboxLimits, reserve: int) -> list[tuple[str, str, bool]]:
    """``(file, value, whether its absence is an error)``; swap accounting is often off."""
    memory = str(limits.memory_mib << 20)
    quota = str(int(limits.cpus * _PERIOD_US))
    processes = ("pids.max", str(limits.processes + reserve), True)
    if version == 2:
        return [
            ("memory.max", memory, True),
            ("memory.swap.max", "0", False),
            ("cpu.max", f"{quota} {_PERIOD_US}", True),
            processes,
        ]
    return [
        ("memory.limit_in_bytes", memory, True),
        ("memory.memsw.limit_in_bytes", memory, False),
        ("cpu.cfs_period_us", str(_PERIOD_US), True),
        ("cpu.cfs_quota_us", quota, True),
        processes,
    ]
