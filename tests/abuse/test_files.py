"""File operations cannot be led out of a sandbox, blocked, or used to change the system inside."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from abuse.attacker import Sample
from inspect_ai.util import OutputLimitExceededError

pytestmark = pytest.mark.anyio


def _contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.fixture
def host_file(tmp_path: Path) -> Path:
    """Make a file on the host that an escape would reach."""
    path = tmp_path / "victim.txt"
    path.write_text("host")
    return path


async def test_reading_through_a_symlink_stays_inside(sample: Sample, host_file: Path) -> None:
    """A link to a path of the host names a path of the sandbox, where nothing is."""
    await sample.shell(f"ln -sfn {host_file} link; ln -sfn {host_file.parent} dir")
    for path in ("link", f"dir/{host_file.name}"):
        with pytest.raises(FileNotFoundError):
            await sample.environment.read_file(path)


async def test_writing_through_a_symlink_stays_inside(sample: Sample, host_file: Path) -> None:
    """Writing through links leaves the host's file as it was."""
    await sample.shell(f"ln -sfn {host_file} wlink; ln -sfn {host_file.parent} wdir")
    for path in ("wlink", f"wdir/{host_file.name}", f"wdir/new-{host_file.name}"):
        with pytest.raises((OSError, RuntimeError)):
            await sample.environment.write_file(path, "escaped")
    assert _contents(host_file.parent) == {"victim.txt": "host"}


async def test_parent_steps_stay_inside(sample: Sample, host_file: Path) -> None:
    """However many ``..``, the root above is the sandbox's own."""
    climbing = "../" * 30 + str(host_file).lstrip("/")
    with pytest.raises(FileNotFoundError):
        await sample.environment.read_file(climbing)
    await sample.environment.write_file(climbing, "inside")
    assert _contents(host_file.parent) == {"victim.txt": "host"}
    assert await sample.environment.read_file(str(host_file)) == "inside"


@pytest.mark.parametrize("path", ["pipe", "/dev/zero"])
async def test_reading_what_never_ends_fails_at_once(sample: Sample, path: str) -> None:
    """A FIFO without a writer and an endless device are refused, not waited for."""
    await sample.shell("test -p pipe || mkfifo pipe")
    started = time.monotonic()
    with pytest.raises((OSError, RuntimeError, UnicodeDecodeError, OutputLimitExceededError)):
        await sample.environment.read_file(path)
    assert time.monotonic() - started < 10


async def test_a_sparse_giant_is_refused(sample: Sample) -> None:
    """A file of a terabyte that takes no space is over the limit, not read."""
    await sample.shell("truncate -s 1T giant")
    started = time.monotonic()
    with pytest.raises(OutputLimitExceededError):
        await sample.environment.read_file("giant")
    assert time.monotonic() - started < 20
    await sample.shell("rm giant")


async def test_the_system_is_read_only(sample: Sample) -> None:
    """Nothing outside the writable places takes a file, and kernel settings take no value."""
    paths = ["/x", "/usr/bin/x", "/etc/x", "/etc/passwd", "/dev/x", "/opt/sandbox/x", "/proc/sys/kernel/hostname"]
    written = await sample.says(
        f"out = []\nfor path in {paths}:\n"
        "    try:\n        open(path, 'a').write('x'); out.append(path)\n"
        "    except OSError: pass\nprint(out)"
    )
    assert written == "[]"


async def test_no_device_can_be_made(sample: Sample) -> None:
    """Mknod is refused, and the host's disk has no name inside."""
    made = await sample.says(
        "import glob, os, stat\nout = []\n"
        "for place in ('/work', '/tmp', '/dev/shm'):\n"
        "    try: os.mknod(f'{place}/disk', 0o600 | stat.S_IFBLK, os.makedev(254, 0)); out.append(place)\n"
        "    except OSError: pass\n"
        "print(out, glob.glob('/dev/[svx]d*') + glob.glob('/dev/nvme*') + glob.glob('/dev/mem'))"
    )
    assert made == "[] []"


async def test_no_program_raises_privileges(sample: Sample) -> None:
    """A set-uid copy, su and setuid(0) all leave the user and its empty capabilities."""
    await sample.shell("cp /usr/bin/id /work/id && chmod 6755 /work/id")
    assert (await sample.shell("/work/id -u")).stdout.strip() == "1000"
    assert not (await sample.shell("su -c id </dev/null")).success
    said = await sample.says(
        "import os\n"
        "try: os.setuid(0); print('root')\n"
        "except OSError: print('refused')\n"
        "print([line.split()[1] for line in open('/proc/self/status')"
        " if line.startswith(('CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs'))])"
    )
    assert said.splitlines() == ["refused", str(["0" * 16] * 4 + ["1"])]
