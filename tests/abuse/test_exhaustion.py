"""Output, disk, files, memory and processor time are limited, and the limits hold the neighbour's peace."""

from __future__ import annotations

import resource
import time

import pytest
from abuse.attacker import Sample
from inspect_ai.util import OutputLimitExceededError

from skillbench.sandbox.limits import SandboxLimits

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

MIB = 1 << 20


async def test_a_gigabyte_of_output_is_cut(sample: Sample) -> None:
    """At most 10 MiB of it is kept, and the harness does not grow by more than 200 MiB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    try:
        result = await sample.shell("head -c 1000000000 /dev/zero | tr '\\0' x", seconds=60)
        assert len(result.stdout) <= 10 * MIB
    except OutputLimitExceededError:
        pass
    assert time.monotonic() - started < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


async def test_every_writable_place_is_capped_in_bytes(sample: Sample) -> None:
    """Each takes its limit and no more, whichever places there are."""
    said = await sample.says(
        "import os, subprocess\n"
        "found = subprocess.run(['find', '/', '-xdev', '-type', 'd', '-writable', '-print', '-prune'],"
        " capture_output=True, text=True).stdout.split()\n"
        "mounts = [line.split()[1] for line in open('/proc/mounts')]\n"
        "places = {os.stat(place).st_dev: place for place in [*found, *mounts]"
        " if os.path.isdir(place) and os.access(place, os.W_OK)}\n"
        "block = bytes(1 << 20)\n"
        "for place in sorted(places.values()):\n"
        "    path = place + '/fill'; written = 0\n"
        "    try:\n"
        "        with open(path, 'wb', buffering=0) as file:\n"
        "            while written < 2 << 30: written += file.write(block)\n"
        "    except OSError: pass\n"
        "    if os.path.exists(path): os.unlink(path)\n"
        "    if written: print(place, written >> 20)",
        seconds=60,
    )
    filled = {place: int(mib) for place, mib in (line.split() for line in said.splitlines())}
    limits = {place.path: place.mib for place in SandboxLimits().places}
    assert set(filled) <= set(limits)
    assert {"/work", "/tmp"} <= set(filled)  # noqa: S108  the sandbox's own
    assert all(filled[place] <= limits[place] for place in filled), filled
    assert sum(filled.values()) < SandboxLimits().memory_mib / 2


async def test_every_writable_place_is_capped_in_files(sample: Sample) -> None:
    """Two million files do not fit anywhere; after removing what did, the place works again."""
    limits = {place.path: place.inodes for place in SandboxLimits().places if place.path != "/dev/shm"}  # noqa: S108
    said = await sample.says(
        f"import os, shutil\nfor place in {list(limits)}:\n"
        "    folder = place + '/many'; os.mkdir(folder); count = 0\n"
        "    try:\n"
        "        for count in range(2_000_000): os.close(os.open(f'{folder}/{count}', os.O_CREAT))\n"
        "    except OSError: pass\n"
        "    shutil.rmtree(folder); print(place, count)",
        seconds=120,
    )
    made = {place: int(count) for place, count in (line.split() for line in said.splitlines())}
    assert set(made) == set(limits)
    assert all(made[place] <= limits[place] for place in made), made


async def test_three_gigabytes_in_one_process_do_not_fit(sample: Sample) -> None:
    """The process is killed or refused before it holds them."""
    result = await sample.run(
        "block = bytearray(3 << 30)\nblock[::4096] = b'x' * len(block[::4096])\nprint('held')", 60
    )
    assert not result.success
    assert "held" not in result.stdout


async def test_three_gigabytes_in_six_processes_do_not_fit(sample: Sample) -> None:
    """Together they are limited like one: not all six can hold their half gigabyte at once."""
    said = await sample.says(
        "import os, time\nread, write = os.pipe(); children = []\n"
        "for _ in range(6):\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        block = bytearray(b'x') * (512 << 20); time.sleep(3); os.write(write, b'h'); os._exit(0)\n"
        "    children.append(child)\n"
        "ended = [os.waitpid(child, 0)[1] for child in children]\n"
        "os.write(write, b'.'); print(len(os.read(read, 99)) - 1)",
        seconds=60,
    )
    assert int(said) < 6


async def test_four_spinners_share_one_processor(sample: Sample) -> None:
    """Four busy loops for 3 s get no more than 1.4 processors' time together."""
    said = await sample.says(
        "import os, time\nstarted = time.monotonic()\n"
        "for _ in range(4):\n"
        "    if os.fork() == 0:\n"
        "        try: os.sched_setaffinity(0, range(os.cpu_count()))\n"
        "        except OSError: pass\n"
        "        while time.monotonic() - started < 3: pass\n"
        "        os._exit(0)\n"
        "for _ in range(4): os.wait()\n"
        "used = os.times(); print((used.children_user + used.children_system) / (time.monotonic() - started))"
    )
    assert float(said) < 1.4
