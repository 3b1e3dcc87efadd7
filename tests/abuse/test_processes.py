"""Commands that overstay, multiply or strike out: all their processes die, and only theirs."""

from __future__ import annotations

import time

import pytest
from abuse.attacker import Sample

pytestmark = pytest.mark.anyio


async def _times_out(sample: Sample, command: str, seconds: int = 1) -> float:
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        await sample.shell(command, seconds=seconds)
    return time.monotonic() - started


async def _left(sample: Sample, mark: str) -> str:
    """The processes whose command line holds ``mark``, but this search."""
    return (await sample.shell(f"ps axo args | grep '[{mark[0]}]{mark[1:]}'")).stdout


async def test_an_endless_loop_ends_in_time(sample: Sample) -> None:
    """A timeout of 1 s ends a busy loop within 3 s."""
    assert await _times_out(sample, "while :; do :; done") < 3


async def test_ignoring_the_polite_signal_does_not_help(sample: Sample) -> None:
    """A loop that ignores SIGTERM, SIGINT and SIGHUP ends as soon."""
    assert await _times_out(sample, "trap '' TERM INT HUP; while :; do :; done") < 3


async def test_a_daemon_dies_with_its_timed_out_command(sample: Sample) -> None:
    """Double-forked, in sessions of their own, deaf to signals: none survives the timeout."""
    daemon = "setsid sh -c \"trap '' TERM HUP; (setsid sh -c 'sleep 3141.1' &) ; sleep 3141.2\" &"
    await _times_out(sample, f"{daemon} sleep 3141.3")
    assert await _left(sample, "3141.") == ""


async def test_a_background_job_outlives_a_command_that_ends_well(sample: Sample) -> None:
    """As in a container: what a successful call starts in the background is there in the next."""
    await sample.shell("nohup sleep 2718.1 >/dev/null 2>&1 &")
    assert "2718.1" in await _left(sample, "2718.1")
    await sample.shell("pkill -f '[2]718.1'")


async def test_timeouts_spare_earlier_jobs(sample: Sample) -> None:
    """Only what the timed-out command started is killed."""
    await sample.shell("nohup sleep 2718.2 >/dev/null 2>&1 &")
    await _times_out(sample, "setsid sleep 3141.4 & sleep 30")
    assert "2718.2" in await _left(sample, "2718.2")
    assert await _left(sample, "3141.4") == ""
    await sample.shell("pkill -f '[2]718.2'")


async def test_a_held_pipe_does_not_hold_the_call(sample: Sample) -> None:
    """A background child that keeps standard output open delays the call by seconds at most."""
    started = time.monotonic()
    assert (await sample.shell("sleep 2718.3 & echo done")).stdout == "done\n"
    assert time.monotonic() - started < 5
    await sample.shell("pkill -f '[2]718.3'")


async def test_killing_everything_kills_only_oneself(sample: Sample) -> None:
    """``kill -9 -1`` ends the caller's own command, reported as killed."""
    assert (await sample.shell("kill -9 -1; sleep 30")).returncode == 137


async def test_killing_what_keeps_order_does_not_free_a_daemon(sample: Sample) -> None:
    """A daemon that first kills the processes around its command, even its parent, dies as well."""
    result = await sample.shell(
        "(setsid sh -c 'for p in /proc/[0-9]*; do p=${p#/proc/}; test $p = $$ || kill -9 $p; done; sleep 3141.5' &);"
        "sleep 30"
    )
    assert not result.success
    assert await _left(sample, "3141.5") == ""


async def test_processes_are_capped(sample: Sample) -> None:
    """Of 1,500 processes fewer than 300 start."""
    said = await sample.says(
        "import os, signal\nchildren = []\n"
        "for _ in range(1500):\n"
        "    try: child = os.fork()\n"
        "    except OSError: break\n"
        "    if child == 0: signal.pause()\n"
        "    children.append(child)\n"
        "print(len(children))\n"
        "for child in children: os.kill(child, 9)"
    )
    assert 100 < int(said) < 300


async def test_threads_are_capped(sample: Sample) -> None:
    """Threads count as processes."""
    said = await sample.says(
        "import threading\nstop = threading.Event(); count = 0\n"
        "try:\n"
        "    for _ in range(1500): threading.Thread(target=stop.wait).start(); count += 1\n"
        "except RuntimeError: pass\n"
        "stop.set(); print(count)"
    )
    assert 100 < int(said) < 300


@pytest.mark.slow
async def test_a_fork_bomb_dies_at_its_timeout(sample: Sample) -> None:
    """The bomb cannot outrun the killing."""
    assert await _times_out(sample, "bomb() { bomb | bomb & }; bomb; sleep 60") < 15
    assert int((await sample.shell("ps ax | wc -l")).stdout) < 12


async def test_a_fork_bomb_left_behind_is_cleared(sample: Sample) -> None:
    """One that its command left in the background gives way to the next command."""
    await sample.shell("bomb() { bomb | bomb & }; bomb", seconds=10)
    for _ in range(20):
        try:
            result = await sample.shell("echo back", seconds=5)
        except (TimeoutError, RuntimeError):
            continue
        if result.stdout.strip() == "back":
            break
    assert result.stdout.strip() == "back"
