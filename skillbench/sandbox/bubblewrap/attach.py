"""A person's shell inside a running sandbox: ``python -m skillbench.sandbox.bubblewrap.attach PID``.

PID is the sandbox's first process as the host numbers it; Inspect shows the whole command. The shell is the
sandbox's user, without capabilities and under the sandbox's seccomp filter, but outside its control group.
"""

from __future__ import annotations

import ctypes
import encodings.ascii  # noqa: F401  loaded while this Python can still be found
import fcntl
import os
import re
import sys
from pathlib import Path
from typing import NoReturn

from skillbench.sandbox.bubblewrap.runtime import search_path
from skillbench.sandbox.guest import privileges, seccomp
from skillbench.sandbox.limits import ENVIRONMENT

_PARENT_NAMESPACE = 0xB702  # ioctl NS_GET_PARENT
_REST = ("mnt", "pid", "net", "ipc", "uts", "cgroup")

_libc = ctypes.CDLL(None, use_errno=True)


def _enter(namespace: int) -> None:
    if _libc.setns(namespace, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"the sandbox cannot be entered: {os.strerror(number)}")


def enter(first: int) -> None:
    """Move this process into the namespaces of ``first``, as its user; children are in its PID namespace.

    Raises:
        OSError: no such process, or not this user's.
    """
    status = Path(f"/proc/{first}/status").read_text(encoding="utf-8")
    found = re.search(r"^Uid:\s+(\d+)", status, re.MULTILINE)
    if found and os.geteuid() == 0:
        uid = int(found[1])
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    inner = os.open(f"/proc/{first}/ns/user", os.O_RDONLY)
    rest = [os.open(f"/proc/{first}/ns/{name}", os.O_RDONLY) for name in _REST]
    # the outer user namespace owns the others, the inner one is where commands live
    _enter(fcntl.ioctl(inner, _PARENT_NAMESPACE))
    for namespace in rest:
        _enter(namespace)
    _enter(inner)


def main(first: int) -> NoReturn:
    """Become a shell in the sandbox; the exit status is the shell's."""
    enter(first)
    child = os.fork()
    if child == 0:
        os.chdir("/work")
        privileges.drop_capabilities()
        seccomp.install(metered=True)
        environment = {"PATH": search_path(), "TERM": os.environ.get("TERM", "dumb"), "USER": "agent", **ENVIRONMENT}
        os.execve("/bin/bash", ["bash", "--login"], environment)  # noqa: S606  a shell is the point
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
