"""The bubblewrap command line of one sandbox: what it sees of the host, and what it does not."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import skillbench
from skillbench.core.errors import SandboxError
from skillbench.sandbox.bubblewrap.runtime import INSIDE, Runtime
from skillbench.sandbox.limits import SandboxLimits

GUEST = "/opt/sandbox"
RESERVED_PROCESSES = 32
"""Processes beyond a command's limit that only the first process may use, so that it always can act."""

_MASKED = ("/usr/local", "/usr/src", "/usr/lib/python3/dist-packages")
_HIDDEN = (
    "/proc/cmdline",
    "/proc/config.gz",
    "/proc/kallsyms",
    "/proc/kcore",
    "/proc/keys",
    "/proc/key-users",
    "/proc/latency_stats",
    "/proc/modules",
    "/proc/sched_debug",
    "/proc/timer_list",
)
_START = f"import sys; sys.path.append('{GUEST}'); from guest.init import main; main()"


@cache
def bwrap() -> str:
    """The path of the bubblewrap program.

    Raises:
        SandboxError: it is not installed.
    """
    path = shutil.which("bwrap")
    if path is None:
        raise SandboxError(
            "bubblewrap is not installed (no bwrap on PATH). Do: apt-get install bubblewrap "
            "(Fedora: dnf install bubblewrap), or start Docker"
        )
    return path


@cache
def bwrap_version() -> str:
    """What ``bwrap --version`` says, for instance ``0.8.0``."""
    said = subprocess.run([bwrap(), "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"\d+(\.\d+)+", said)
    return found.group() if found else "unknown"


def _refuse_exposed_answers() -> None:
    """SkillBench itself must not lie under a path the sandbox can read: the answer keys are in it."""
    package = Path(skillbench.__file__).resolve().parent
    seen = package.is_relative_to("/usr") and not any(package.is_relative_to(path) for path in _MASKED)
    if seen:
        raise SandboxError(
            f"SkillBench is installed in {package}, which every bubblewrap sandbox can read, answer keys "
            "included. Install it in a virtual environment outside /usr, or use --sandbox docker"
        )


def _system() -> list[str]:
    """The host's programs and libraries, read-only, less what is local to this machine."""
    args = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = Path("/") / name
        if path.is_symlink():
            args += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            args += ["--ro-bind", str(path), str(path)]
    for masked in _MASKED:
        if Path(masked).is_dir():
            args += ["--tmpfs", masked, "--remount-ro", masked]
    return args


def command_line(
    runtime: Runtime, limits: SandboxLimits, *, host: int, info: int, barrier: int, cpu: int | None, watchdog: bool
) -> list[str]:
    """The whole command line.

    Args:
        runtime: the Python bound at ``/opt/python``.
        limits: what the first process enforces.
        host: descriptor of the first process's socket to the host.
        info: descriptor on which bubblewrap reports the first process's PID.
        barrier: descriptor that holds bubblewrap back until it can be read.
        cpu: the one processor to stay on, or None.
        watchdog: whether the first process stands in for control groups.

    Raises:
        SandboxError: no bubblewrap, or SkillBench would be readable inside.
    """
    _refuse_exposed_answers()
    mib = 1 << 20
    settings = {
        "host": host,
        "mounts": [
            {"path": place.path, "size": place.mib * mib, "inodes": place.inodes, "mode": place.mode}
            for place in limits.places
        ],
        "processes": limits.processes,
        "reserve": RESERVED_PROCESSES,
        "open_files": limits.open_files,
        "memory": limits.memory_mib * mib,
        "cpu": cpu,
        "watchdog": watchdog,
    }
    args = [bwrap(), "--unshare-all", "--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL"]
    args += ["--hostname", "sandbox", "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv"]
    args += _system()
    args += ["--ro-bind", str(runtime.guest / "etc"), "/etc"]
    args += ["--ro-bind-try", "/etc/alternatives", "/etc/alternatives"]
    args += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    args += ["--ro-bind", str(runtime.folder), INSIDE, "--ro-bind", str(runtime.guest / "guest"), f"{GUEST}/guest"]
    args += ["--proc", "/proc", "--dev", "/dev"]
    for hidden in _HIDDEN:
        if Path(hidden).exists():
            args += ["--ro-bind", "/dev/null", hidden]
    for place in limits.places:
        args += ["--dir", place.path]
    args += ["--remount-ro", "/dev", "--remount-ro", "/", "--setenv", "LANG", "C.UTF-8"]
    args += ["--info-fd", str(info), "--block-fd", str(barrier), "--"]
    return [*args, f"{INSIDE}/bin/python3", "-ISBX", "utf8", "-c", _START, json.dumps(settings)]
