"""The first process of a bubblewrap sandbox: takes requests from the host, reaps, and kills on demand.

It can be neither signalled nor traced from inside: it is PID 1, non-dumpable, and holds the only socket to
the host. A request arrives as one datagram with five descriptors: reply socket, request (JSON), standard
input, output and error. Anything the host then sends on the reply socket, or its closing, means
"kill what this request started"; the reply socket closes on this side when the last process is dead.
When the host goes away, so does this process, and with it the whole namespace.
"""

from __future__ import annotations

import array
import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
from typing import Any, NoReturn

from . import privileges, processes, runner, seccomp

UID = 1000
_DESCRIPTORS = 5
_SPARE_PROCESSES = 8
_WATCH_MS = 100


class Init:
    """The request loop; one instance per sandbox."""

    def __init__(self, host: socket.socket, settings: dict[str, Any]) -> None:
        self._host = host
        self._settings = settings
        self._runners: dict[int, tuple[int, int]] = {}  # reply descriptor -> (PID, start)
        self._poll = select.poll()
        self._poll.register(host.fileno(), select.POLLIN)
        # a Python-level handler makes signals reach the wake-up descriptor
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self._woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake)
        self._wake = wake
        self._poll.register(self._woken, select.POLLIN)

    def serve(self) -> NoReturn:
        """Answer until the host is gone."""
        watched = self._settings["watchdog"]
        while True:
            busy = watched and (self._runners or processes.count() > 1)
            for fd, _events in self._poll.poll(_WATCH_MS if busy else None):
                if fd == self._host.fileno():
                    self._accept()
                elif fd == self._woken:
                    os.read(self._woken, 4096)
                else:
                    self._hear(fd)
            self._reap()
            if busy:
                self._watch()

    def _accept(self) -> None:
        """Start the request that waits on the host's socket."""
        room = socket.CMSG_SPACE(_DESCRIPTORS * array.array("i").itemsize)
        message, ancillary, _flags, _address = self._host.recvmsg(16, room, socket.MSG_CMSG_CLOEXEC)
        if not message:
            os._exit(0)
        descriptors = array.array("i")
        for _level, _kind, data in ancillary:
            descriptors.frombytes(data)
        reply, *others = descriptors
        self._make_room()
        pid = os.fork()
        if pid == 0:
            self._become_runner(set(descriptors))
            runner.carry_out(reply, others[0], (others[1], others[2], others[3]))
        for fd in others:
            os.close(fd)
        self._runners[reply] = (pid, processes.started(pid))
        self._poll.register(reply, select.POLLIN)

    def _make_room(self) -> None:
        """When orphans have taken every process a command may have, kill them."""
        if processes.count() >= self._settings["processes"] - _SPARE_PROCESSES:
            processes.kill_since(0, self._living())
            self._reap()

    def _living(self) -> set[int]:
        return {pid for pid, _start in self._runners.values()}

    def _become_runner(self, kept: set[int]) -> None:
        """Let go of everything in the forked child that belongs to the first process."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for name in os.listdir("/proc/self/fd"):  # noqa: PTH208  pathlib costs the start 5 ms
            fd = int(name)
            if fd > 2 and fd not in kept:
                with contextlib.suppress(OSError):  # the descriptor that listed the directory
                    os.close(fd)

    def _hear(self, reply: int) -> None:
        """The host spoke on a reply socket: a byte asks for the kill, an end only says it is content."""
        if reply not in self._runners:
            return
        if os.read(reply, 1):
            self._kill(reply)
        else:
            self._poll.unregister(reply)

    def _kill(self, reply: int) -> None:
        """Kill everything below the runner that answers on ``reply``, then the runner."""
        pid, start = self._runners[reply]
        # stopped, it stays the subreaper of its orphans and cannot end before them
        processes.send(pid, signal.SIGSTOP)
        processes.kill_below(pid)
        held = processes.state(pid) in "Tt"
        processes.send(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        if not held:
            processes.kill_since(start, self._living() - {pid})
        self._forget(reply)

    def _reap(self) -> None:
        """Collect the dead; a runner that was killed from inside takes its strays along."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for reply, (runner_pid, start) in tuple(self._runners.items()):
                if runner_pid == pid:
                    if status != 0:
                        processes.kill_since(start, self._living() - {pid})
                    self._forget(reply)

    def _forget(self, reply: int) -> None:
        del self._runners[reply]
        with contextlib.suppress(KeyError):  # the host closed its end first
            self._poll.unregister(reply)
        os.close(reply)

    def _watch(self) -> None:
        """Stand in for a memory control group: over the limit, the largest process dies."""
        page = resource.getpagesize()
        table = processes.table()
        stored = 0
        for mount in self._settings["mounts"]:
            usage = os.statvfs(mount["path"])
            stored += (usage.f_blocks - usage.f_bfree) * usage.f_frsize
        spared = {1, *self._living()}
        commands = {pid: one for pid, one in table.items() if pid not in spared}
        used = stored + sum(one.resident for one in commands.values()) * page
        if used > self._settings["memory"] and commands:
            largest = max(commands, key=lambda pid: commands[pid].resident)
            processes.send(largest, signal.SIGKILL)


def main() -> NoReturn:
    """Set the namespace up as the JSON in ``argv[1]`` says, tell the host, and serve it."""
    settings = json.loads(sys.argv[1])
    host = socket.socket(fileno=settings["host"])
    for mount in settings["mounts"]:
        privileges.mount_writable(mount["path"], mount["size"], mount["inodes"], mount["mode"])
    privileges.limit_shared_memory()
    privileges.enter_last_user_namespace(UID)
    privileges.drop_capabilities()
    privileges.hide()
    metered = not settings["watchdog"]
    privileges.limit(
        processes=settings["processes"] + settings["reserve"],
        open_files=settings["open_files"],
        data=None if metered else settings["memory"],
    )
    if settings["cpu"] is not None:
        os.sched_setaffinity(0, {settings["cpu"]})
    seccomp.install(metered=metered)
    os.chdir("/work")
    gc.freeze()  # forked children share these pages
    server = Init(host, settings)
    host.send(b"ready")
    server.serve()
