#!/usr/bin/env -S python3 -ISB
"""The image's ``/usr/bin/timeout``: as Inspect calls it, the first process keeps the time.

Any other use is passed on to the real program, kept beside it as ``timeout.coreutils``.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from typing import NoReturn

ADDRESS = "\0sandbox-init"
REAL = "/usr/bin/timeout.coreutils"
_START_S = 2.0
_GRACE = ["-k", "5s"]


def _connect() -> socket.socket | None:
    """A connection to the first process, which may just be starting; None if it stays away."""
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            connection.connect(ADDRESS)
        except OSError:
            connection.close()
            time.sleep(0.02)
        else:
            return connection
    return None


def _pass_on() -> NoReturn:
    os.execv(REAL, ["timeout", *sys.argv[1:]])  # noqa: S606  no shell is wanted


def _hand_over(connection: socket.socket, seconds: str, command: list[str]) -> int:
    """Have the first process run the command on this process's streams; the exit status."""
    request = {"op": "exec", "cmd": command, "cwd": os.getcwd(), "env": dict(os.environ)}  # noqa: PTH109  pathlib is slow
    memory = os.memfd_create("request")
    os.write(memory, json.dumps(request).encode())
    os.lseek(memory, 0, os.SEEK_SET)
    socket.send_fds(connection, [seconds.encode()], [memory, 0, 1, 2])
    reply = connection.recv(1 << 16)
    if not reply:
        return 137
    # the first process closes when it has reaped; leaving earlier would look like being killed
    while connection.recv(64):
        pass
    said = json.loads(reply)
    if "errno" in said:
        # the words of the real program, which Inspect knows
        message = f"timeout: failed to run command \u2018{command[0]}\u2019: {os.strerror(said['errno'])}\n"
        os.write(2, message.encode())
        return 127 if said["errno"] == 2 else 126
    status: int = said.get("status", 124)
    return status


def main() -> NoReturn:
    """``timeout -k 5s 30s COMMAND...`` from outside the container; anything else is passed on."""
    arguments = sys.argv[1:]
    seconds = arguments[2].removesuffix("s") if len(arguments) > 3 else ""
    from_outside = os.getppid() == 0
    if arguments[:2] != _GRACE or not seconds.isdigit() or not from_outside:
        _pass_on()
    connection = _connect()
    if connection is None:
        _pass_on()
    status = _hand_over(connection, seconds, arguments[3:])
    # what a background job still holds is not waited for
    os._exit(status)


if __name__ == "__main__":
    main()
