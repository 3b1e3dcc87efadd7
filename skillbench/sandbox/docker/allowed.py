"""Docker's seccomp profile from the table that also makes the bubblewrap filter.

``seccomp.json`` beside this file is its output; a test compares them. To write it again::

    python -m skillbench.sandbox.docker.allowed

The profile lists what is allowed (``syscalls.txt``, every call of both architectures up to ``NEWEST``, less
what the table refuses), for an engine whose seccomp library does not know a name ignores it, and an ignored
refusal would be a permission.
"""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

from skillbench.sandbox.guest import seccomp

PROFILE = Path(__file__).with_name("seccomp.json")
CALLS = Path(__file__).with_name("syscalls.txt")

_CONDITIONAL = {"clone", "clone3", "socket", "socketpair"}


def _allow(*names: str, when: dict[str, Any] | None = None) -> dict[str, Any]:
    rule: dict[str, Any] = {"names": list(names), "action": "SCMP_ACT_ALLOW"}
    return rule if when is None else {**rule, "args": [when]}


def _is(value: int) -> dict[str, Any]:
    return {"index": 0, "value": value, "op": "SCMP_CMP_EQ"}


def profile() -> dict[str, Any]:
    """The whole profile.

    Unlike the bubblewrap filter it lets ``ioctl`` pass whole (a rule cannot compare half an argument): a
    container's commands have no controlling terminal, which TIOCSTI needs.
    """
    known = CALLS.read_text(encoding="ascii").split()
    plain = [name for name in known if name not in seccomp.REFUSED and name not in _CONDITIONAL]
    no_namespace = {
        "index": 0,
        "value": sum(seccomp.NAMESPACE_FLAGS.values()),
        "valueTwo": 0,
        "op": "SCMP_CMP_MASKED_EQ",
    }
    rules = [_allow(*plain), _allow("clone", when=no_namespace), _allow("socketpair", when=_is(1))]
    rules += [_allow("socket", when=_is(family)) for family in seccomp.SOCKET_FAMILIES.values()]
    # glibc falls back from clone3 to clone only on "no such call"
    rules.append({"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": errno.ENOSYS})
    machines = [{"architecture": f"SCMP_ARCH_{name}", "subArchitectures": []} for name in ("X86_64", "AARCH64")]
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": errno.EPERM,
        "archMap": machines,
        "syscalls": rules,
    }


def rendered() -> str:
    """The text of ``seccomp.json``."""
    return json.dumps(profile(), indent=1) + "\n"


if __name__ == "__main__":
    PROFILE.write_text(rendered(), encoding="utf-8")
