"""From bubblewrap's user namespace to an unprivileged one: mounts, then nothing to mount with.

bubblewrap leaves the first process with every capability in a user namespace of its own. It spends them
on what bubblewrap has no option for (inode caps, shared-memory caps), then enters a second user
namespace that owns nothing, as ``bwrap --disable-userns`` does, and drops the rest.
"""

from __future__ import annotations

import ctypes
import os
import resource

_NOSUID, _NODEV = 2, 4
_NEW_USER = 0x10000000
_SET_DUMPABLE, _CAPBSET_DROP, _CAP_AMBIENT, _AMBIENT_CLEAR = 4, 24, 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_SHARED_MEMORY_BYTES = 64 << 20

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount_writable(path: str, size: int, inodes: int, mode: str) -> None:
    """Mount a tmpfs of at most ``size`` bytes and ``inodes`` files at ``path``."""
    options = f"size={size},nr_inodes={inodes},mode={mode}"
    done = _libc.mount(b"tmpfs", os.fsencode(path), b"tmpfs", _NOSUID | _NODEV, options.encode())
    _check(done, f"mount {path}")


def _set(path: str, value: str) -> None:
    with open(path, "w", encoding="ascii") as file:  # noqa: PTH123  pathlib costs the start 5 ms
        file.write(value)


def limit_shared_memory() -> bool:
    """Cap System V shared memory and message queues; False where the kernel keeps these from us."""
    try:
        _set("/proc/sys/kernel/shmmax", str(_SHARED_MEMORY_BYTES))
        _set("/proc/sys/kernel/shmall", str(_SHARED_MEMORY_BYTES // resource.getpagesize()))
        _set("/proc/sys/fs/mqueue/queues_max", "2")
    except OSError:
        return False
    return True


def enter_last_user_namespace(uid: int) -> None:
    """Become ``uid`` in a user namespace that owns no mount and may have no child namespace."""
    _set("/proc/sys/user/max_user_namespaces", "1")
    outer_uid, outer_gid = os.getuid(), os.getgid()
    _check(_libc.unshare(_NEW_USER), "unshare")
    _set("/proc/self/setgroups", "deny")
    _set("/proc/self/uid_map", f"{uid} {outer_uid} 1")
    _set("/proc/self/gid_map", f"{uid} {outer_gid} 1")


def drop_capabilities() -> None:
    """Give up every capability set, the bounding and the ambient one included."""
    last = int(open("/proc/sys/kernel/cap_last_cap", encoding="ascii").read())  # noqa: SIM115, PTH123  as above
    for capability in range(last + 1):
        _check(_libc.prctl(_CAPBSET_DROP, capability, 0, 0, 0), "drop bounding capability")
    _check(_libc.prctl(_CAP_AMBIENT, _AMBIENT_CLEAR, 0, 0, 0), "clear ambient capabilities")
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")


def hide() -> None:
    """Make this process non-dumpable: no ptrace, no /proc/PID/mem, environ or fd for others."""
    _check(_libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0), "prctl")


def limit(*, processes: int, open_files: int, data: int | None) -> None:
    """Set the resource limits every command inherits (``data`` only where nothing else meters memory)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))
    resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (1 << 16, 1 << 16))
    if data is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (data, data))
