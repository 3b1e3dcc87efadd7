"""Running an author's program: in Inspect's sandbox, on copies of the task's files, with nothing but them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from inspect_ai.util import OutputLimitExceededError, SandboxEnvironment

from skillbench.core.schema import sha256_of

SECONDS = 20
LARGEST_TEXT = 300
MOST_FIGURES = 40

_RUNNER = """
import json, sys
sys.path.pop(0)
program, folder, mark = sys.argv[1:]
with open(program, encoding="utf-8") as stream:
    source = stream.read()
names = {"__name__": "program"}
exec(compile(source, "program.py", "exec"), names)
found = names["figures"](folder)
strange = [k for k, v in found.items() if type(v) not in (int, float, str)]
if strange:
    raise SystemExit(f"figures() gives {type(found[strange[0]]).__name__} for {strange[0]}; give a number or a text")
print(mark + json.dumps(found))
"""


class ProgramError(Exception):
    """A program that gave no figures, and why, as the end of a sentence that begins with the program."""


async def run_program(
    sandbox: SandboxEnvironment, source: str, files: Mapping[str, str], place: int
) -> dict[str, float | str]:
    """The figures that a program computes, numbers to twelve digits.

    Args:
        sandbox: where it runs.
        source: defines ``figures(folder)``; standard library only.
        files: the task's data blocks by name.
        place: number of the program; each has a folder of its own, and a hash seed of its own, so that a result that
            hangs on the order of a set shows.

    Raises:
        ProgramError: it failed, took too long, or printed something else.
    """
    home = f"/work/program-{place}"
    for name, text in files.items():
        await sandbox.write_file(f"{home}/files/{name}", text)
    await sandbox.write_file(f"{home}/program.py", source)
    mark = f"figures {sha256_of(source.encode())[:16]} "
    command = ["python3", "-S", "-s", "-B", "-c", _RUNNER, f"{home}/program.py", f"{home}/files", mark]
    try:
        done = await sandbox.exec(
            command, cwd=home, env={"PYTHONHASHSEED": str(place + 1)}, timeout=SECONDS, timeout_retry=False
        )
    except TimeoutError:
        raise ProgramError(f"ran longer than {SECONDS} s") from None
    except OutputLimitExceededError:
        raise ProgramError("printed without end") from None
    if not done.success:
        raise ProgramError(f"failed: {_last_line(done.stderr)}")
    printed = done.stdout.rstrip("\n").rpartition("\n")[2]
    if not printed.startswith(mark):
        raise ProgramError(f"printed {printed[:80]!r} last; it prints nothing itself")
    return _figures(printed.removeprefix(mark))


def _figures(text: str) -> dict[str, float | str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProgramError(f"gave no readable figures: {error}") from None
    if not isinstance(found, dict) or not 0 < len(found) <= MOST_FIGURES:
        raise ProgramError("gave no figures, or too many")
    return {str(name): _value(str(name), value) for name, value in found.items()}


def _value(name: str, value: object) -> float | str:
    if isinstance(value, str) and len(value) <= LARGEST_TEXT:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e15 and math.isfinite(value):
        # Python 3.12 adds floats more exactly than 3.11: the last digits must not enter a frozen set.
        return float(f"{value:.12g}")
    raise ProgramError(f"gave {str(value)[:60]!r} for {name}: neither a finite number nor a short text")


def _last_line(text: str) -> str:
    return (text.strip().rpartition("\n")[2] or "no message")[:300]
