"""One request, carried out in a child of the first process: a command, a file read or a file write.

The child is a subreaper, so whatever a command leaves behind stays below it until the command has ended;
only then do its background jobs pass to the first process and live on, as in a container.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import stat
from typing import Any, NoReturn

HOME = "/work"
COMMAND_OOM_SCORE = "500"
_SET_DUMPABLE, _CHILD_SUBREAPER = 4, 36
_CHUNK = 1 << 20


def _volunteer() -> None:
    """Offer this process to the kernel's memory killer before the first process.

    A non-dumpable process may not write its own score; the command is dumpable in a moment anyway.
    """
    ctypes.CDLL(None).prctl(_SET_DUMPABLE, 1, 0, 0, 0)
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123  pathlib costs 5 ms
        file.write(COMMAND_OOM_SCORE)


def _become(request: dict[str, Any], streams: tuple[int, int, int], report: int) -> NoReturn:
    """Turn this process into the command, or write ``{"errno", "stage"}`` to ``report`` and die."""
    stage = "chdir"
    try:
        os.setsid()
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        for target, stream in enumerate(streams):
            os.dup2(stream, target)
        _volunteer()
        if "processes" in request:
            resource.setrlimit(resource.RLIMIT_NPROC, (request["processes"], request["processes"]))
        os.chdir(os.path.join(HOME, request["cwd"]))  # noqa: PTH118  pathlib costs the start 5 ms
        stage = "exec"
        os.execvpe(request["cmd"][0], request["cmd"], request["env"])  # noqa: S606  no shell is wanted
    except OSError as error:
        os.write(report, json.dumps({"errno": error.errno, "stage": stage}).encode())
    os._exit(127)


def _wait(command: int) -> int:
    """Reap children until ``command`` ends; its status, 128 + n for death by signal n."""
    while True:
        pid, status = os.wait()
        if pid == command:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _execute(request: dict[str, Any], streams: tuple[int, int, int]) -> dict[str, Any]:
    ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)
    heard, report = os.pipe2(os.O_CLOEXEC)
    command = os.fork()
    if command == 0:
        _become(request, streams, report)
    for fd in (report, *streams):
        os.close(fd)
    failure = os.read(heard, 4096)
    status = _wait(command)
    return json.loads(failure) if failure else {"status": status}


def _regular(fd: int) -> os.stat_result:
    """The file's status; only a regular file may be read or written from outside."""
    status = os.fstat(fd)
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "")
    if not stat.S_ISREG(status.st_mode):
        raise PermissionError(errno.EPERM, "")
    return status


def _read(request: dict[str, Any], streams: tuple[int, int, int]) -> dict[str, Any]:
    path = os.path.join(HOME, request["path"])  # noqa: PTH118  pathlib costs the start 5 ms
    source = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    if _regular(source).st_size > request["limit"]:
        return {"too_large": True}
    left = request["limit"] + 1
    while left and (chunk := os.read(source, min(left, _CHUNK))):
        left -= len(chunk)
        view = memoryview(chunk)
        while view:
            view = view[os.write(streams[1], view) :]
    return {"status": 0} if left else {"too_large": True}


def _write(request: dict[str, Any], streams: tuple[int, int, int]) -> dict[str, Any]:
    path = os.path.join(HOME, request["path"])  # noqa: PTH118  as above
    parent = os.path.dirname(path)  # noqa: PTH120  as above
    os.makedirs(parent, exist_ok=True)  # noqa: PTH103  as above
    # not truncated before it is known to be a regular file
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK | os.O_NOCTTY, 0o644)
    _regular(target)
    os.ftruncate(target, 0)
    while os.sendfile(target, streams[0], None, _CHUNK):
        pass
    os.close(target)
    return {"status": 0}


_OPERATIONS = {"exec": _execute, "read": _read, "write": _write}


def carry_out(reply: int, request: int, streams: tuple[int, int, int]) -> NoReturn:
    """Do what the JSON in ``request`` asks, answer on ``reply``, and end.

    Answers: ``{"status": n}``, ``{"too_large": true}``, or ``{"errno": n, "stage": where}``.
    """
    with open(request, "rb") as file:
        asked = json.load(file)
    try:
        answer = _OPERATIONS[asked["op"]](asked, streams)
    except OSError as error:
        answer = {"errno": error.errno, "stage": asked["op"]}
    os.write(reply, json.dumps(answer).encode())
    os._exit(0)
