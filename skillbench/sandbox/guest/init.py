"""The first process of a bubblewrap sandbox: takes requests from the host, reaps, and kills on demand.

It can be neither signalled nor traced from inside: it is PID 1, non-dumpable, and holds the only socket to
the host. A request arrives as one datagram with five descriptors: reply socket, request (JSON), standard
input, output and error. A byte that the host then sends on the reply socket means "kill all this started";
the socket closes on this side when the last process is dead. When the host goes away, so does this
process, and with it the whole namespace.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import socket
import sys
from typing import Any, NoReturn

from . import privileges, processes, seccomp
from .supervisor import Supervisor, receive

UID = 1000
_DESCRIPTORS = 5
_WATCH_MS = 100


class Init(Supervisor):
    """Requests from the host's socket; one instance per sandbox."""

    def __init__(self, host: socket.socket, settings: dict[str, Any]) -> None:
        super().__init__(settings["processes"])
        self._host = host
        self._settings = settings
        self._poll.register(host.fileno(), select.POLLIN)

    def serve(self) -> NoReturn:
        """Answer until the host is gone."""
        while True:
            busy = self._settings["watchdog"] and (self.living() or processes.count() > 1)
            if self.turn(_WATCH_MS if busy else None):
                self._accept()
            if busy:
                self._watch()

    def _accept(self) -> None:
        message, descriptors = receive(self._host, _DESCRIPTORS)
        if not message:
            os._exit(0)
        reply, request, *streams = descriptors
        self.start(reply, request, (streams[0], streams[1], streams[2]))

    def _watch(self) -> None:
        """Stand in for a memory control group: over the limit, the largest process dies."""
        table = processes.table()
        stored = 0
        for mount in self._settings["mounts"]:
            usage = os.statvfs(mount["path"])
            stored += (usage.f_blocks - usage.f_bfree) * usage.f_frsize
        spared = {1, *self.living()}
        commands = {pid: one for pid, one in table.items() if pid not in spared}
        resident = sum(one.resident for one in commands.values()) * resource.getpagesize()
        if commands and stored + resident > self._settings["memory"]:
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
