"""Kernel interfaces that only an attack needs are refused."""

from __future__ import annotations

import platform

import pytest
from abuse.attacker import Sample

from skillbench.sandbox.guest import seccomp

pytestmark = pytest.mark.anyio

_COLUMN = ("x86_64", "aarch64").index(platform.machine())
_CALL = """
import ctypes, os, errno
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def call(number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(one) for one in arguments])
    return errno.errorcode.get(ctypes.get_errno(), 'done') if result == -1 else 'done'
"""


async def test_every_refused_call_fails(sample: Sample) -> None:
    """Tracing, key rings, bpf, io_uring, userfaultfd, perf, mounts, clocks, modules and the rest are refused.

    EPERM whatever the arguments (EFAULT or EINVAL would mean that the kernel looked at them), or ENOSYS from
    an engine whose seccomp library is older than the call.
    """
    numbers = {name: columns[_COLUMN] for name, columns in seccomp.REFUSED.items() if columns[_COLUMN] is not None}
    said = await sample.says(
        f"{_CALL}\nanswers = {{name: call(number, 0, 0, 0, 0, 0, 0) for name, number in {numbers}.items()}}\n"
        "print([name for name, answer in answers.items() if answer not in ('EPERM', 'ENOSYS')])"
    )
    assert said == "[]"


async def test_calls_of_the_future_are_unknown(sample: Sample) -> None:
    """A call newer than the filter does not reach the kernel."""
    said = await sample.says(f"{_CALL}\nprint({{call(number) for number in range({seccomp.NEWEST} + 1, 520)}})")
    assert said in ("{'ENOSYS'}", "{'EPERM'}")


async def test_no_new_namespaces(sample: Sample) -> None:
    """Clone with any namespace flag is refused, clone3 is absent, and ``unshare`` the program fails."""
    flags = list(seccomp.NAMESPACE_FLAGS.values())
    said = await sample.says(
        f"{_CALL}\nimport signal\n"
        f"print({{call({seccomp.CLONE[_COLUMN]}, flag | signal.SIGCHLD, 0, 0, 0, 0) for flag in {flags}}},"
        f" call({seccomp.CLONE3[_COLUMN]}, 0, 0))"
    )
    assert said == "{'EPERM'} ENOSYS"
    assert not (await sample.shell("unshare --user --map-root-user true")).success


async def test_threads_and_processes_still_start(sample: Sample) -> None:
    """The filter leaves ordinary work alone: threads, pools of processes, shared memory, sockets in pairs."""
    said = await sample.says(
        "import multiprocessing, socket, threading\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "print(sum(ThreadPoolExecutor(4).map(abs, range(5))))\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool: print(sum(pool.map(abs, range(5))))\n"
        "one, two = socket.socketpair(); one.send(b'x'); print(two.recv(1))\n"
        "from multiprocessing import shared_memory\n"
        "block = shared_memory.SharedMemory(create=True, size=4096); block.close(); block.unlink()"
    )
    assert said.splitlines() == ["10", "10", "b'x'"]


async def test_terminal_injection_is_refused(sample: Sample) -> None:
    """There is no controlling terminal to type into, and TIOCSTI fails on a terminal of one's own too."""
    said = await sample.says(
        "import fcntl, os\nout = []\n"
        "try: os.open('/dev/tty', os.O_RDWR); out.append('tty')\n"
        "except OSError: pass\n"
        "master, slave = os.openpty()\n"
        "for fd in (0, 1, 2, slave):\n"
        "    try: fcntl.ioctl(fd, 0x5412, b'X'); out.append(fd)\n"
        "    except OSError: pass\n"
        "print(out)"
    )
    assert said == "[]"


async def test_first_process_is_out_of_reach(sample: Sample) -> None:
    """PID 1 survives every signal, and its memory, environment, descriptors and root cannot be opened."""
    said = await sample.says(
        "import os, signal\nout = []\n"
        "for number in set(signal.Signals) - {signal.SIGCONT}:\n"
        "    try: os.kill(1, number)\n"
        "    except OSError: pass\n"
        "for name in ('mem', 'environ', 'fd/3', 'root/etc', 'cwd/x', 'maps', 'exe'):\n"
        "    try: open(f'/proc/1/{name}', 'rb').read(1); out.append(name)\n"
        "    except OSError: pass\n"
        "print(out)"
    )
    assert said == "[]"
