"""Docker's seccomp profile from the table that also makes the bubblewrap filter.

``seccomp.json`` beside this file is its output; a test compares them. To write it again::

    python -m skillbench.harness.sandbox.docker.profile
"""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

from skillbench.harness.sandbox.guest import seccomp

PROFILE = Path(__file__).with_name("seccomp.json")


def _refusal(names: list[str], number: int, *conditions: dict[str, Any]) -> dict[str, Any]:
    rule: dict[str, Any] = {"names": names, "action": "SCMP_ACT_ERRNO", "errnoRet": number}
    return {**rule, "args": list(conditions)} if conditions else rule


def _masked(bit: int) -> dict[str, Any]:
    return {"index": 0, "value": bit, "valueTwo": bit, "op": "SCMP_CMP_MASKED_EQ"}


def _equal(index: int, value: int) -> dict[str, Any]:
    return {"index": index, "value": value, "op": "SCMP_CMP_EQ"}


def profile() -> dict[str, Any]:
    """The whole profile: everything is allowed but what :mod:`~skillbench.harness.sandbox.guest.seccomp` refuses."""
    families = set(seccomp.SOCKET_FAMILIES.values())
    above = max(families)
    rules = [_refusal(sorted(seccomp.REFUSED), errno.EPERM), _refusal(["clone3"], errno.ENOSYS)]
    rules += [_refusal(["clone"], errno.EPERM, _masked(bit)) for bit in seccomp.NAMESPACE_FLAGS.values()]
    rules += [
        _refusal(["socket"], errno.EAFNOSUPPORT, _equal(0, family)) for family in range(above) if family not in families
    ]
    beyond = {"index": 0, "value": above, "op": "SCMP_CMP_GT"}
    rules.append(_refusal(["socket"], errno.EAFNOSUPPORT, beyond))
    rules.append(_refusal(["socketpair"], errno.EAFNOSUPPORT, {"index": 0, "value": 1, "op": "SCMP_CMP_NE"}))
    rules += [_refusal(["ioctl"], errno.EPERM, _equal(1, request)) for request in seccomp.TYPING_IOCTLS.values()]
    machines = [{"architecture": f"SCMP_ARCH_{name}", "subArchitectures": []} for name in ("X86_64", "AARCH64")]
    return {"defaultAction": "SCMP_ACT_ALLOW", "archMap": machines, "syscalls": rules}


def rendered() -> str:
    """The text of ``seccomp.json``."""
    return json.dumps(profile(), indent=1) + "\n"


if __name__ == "__main__":
    PROFILE.write_text(rendered(), encoding="utf-8")
