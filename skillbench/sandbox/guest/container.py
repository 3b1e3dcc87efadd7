"""The first process of a Docker container: reaps, keeps the time of commands, and kills what overstays.

Docker runs a command beside this process, and Inspect wraps it in ``/usr/bin/timeout``, which alone cannot
reach a process that left its session. So the image's ``timeout`` (timeout.py) hands the command over to
this process, which runs it below a subreaper and, at its deadline, kills all of it. Like PID 1 anywhere
it cannot be killed from inside, and it is non-dumpable.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import time
from typing import NoReturn

from . import privileges
from .supervisor import Supervisor, receive

ADDRESS = "\0sandbox-init"
"""An abstract socket: it lives in the container's own network namespace."""

TIMED_OUT = {"timed_out": True}
CAPACITY = 256  # pids_limit in compose.yaml
_TICK_MS = 500
_DESCRIPTORS = 4


class Container(Supervisor):
    """Requests from ``timeout`` wrappers, each with the seconds its command has."""

    def __init__(self, listener: socket.socket) -> None:
        super().__init__(CAPACITY)
        self._listener = listener
        self._poll.register(listener.fileno(), select.POLLIN)
        self._deadlines: dict[int, float] = {}

    def serve(self) -> NoReturn:
        """Serve for ever; the container ends with this process."""
        while True:
            if self.turn(self._patience()):
                self._accept()
            self._enforce()
            self.make_room()

    def _patience(self) -> int:
        """Milliseconds until the next deadline, half a second at most, so that a full table is noticed."""
        nearest = min(self._deadlines.values(), default=float("inf")) - time.monotonic()
        return max(0, min(_TICK_MS, int(nearest * 1000) + 1)) if nearest < _TICK_MS else _TICK_MS

    def _accept(self) -> None:
        """Take one command over; a caller that does not speak the protocol is dropped."""
        connection, _address = self._listener.accept()
        connection.settimeout(1)
        with contextlib.suppress(OSError, ValueError):
            message, descriptors = receive(connection, _DESCRIPTORS)
            seconds = float(message)
            if len(descriptors) == _DESCRIPTORS:
                request, *streams = descriptors
                connection.setblocking(True)  # noqa: FBT003  its only parameter
                reply = connection.detach()
                self.start(reply, request, (streams[0], streams[1], streams[2]))
                self._deadlines[reply] = time.monotonic() + seconds
                return
            for fd in descriptors:
                os.close(fd)
        connection.close()

    def _enforce(self) -> None:
        now = time.monotonic()
        for reply, deadline in tuple(self._deadlines.items()):
            if not self.is_running(reply):
                del self._deadlines[reply]
            elif deadline <= now:
                del self._deadlines[reply]
                self.kill(reply, json.dumps(TIMED_OUT).encode())

    def left(self, reply: int) -> None:
        """A wrapper was killed: what it stood for goes too."""
        self.kill(reply)


def main() -> NoReturn:
    """Listen and serve."""
    privileges.hide()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(ADDRESS)
    listener.listen(64)
    Container(listener).serve()
