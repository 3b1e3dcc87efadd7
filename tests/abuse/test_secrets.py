"""What the harness, the host and other samples hold cannot be read from a sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from abuse.attacker import NEIGHBOURS_FILE, NEIGHBOURS_JOB, SECRET, Sample

import skillbench

pytestmark = pytest.mark.anyio


async def test_no_environment_holds_a_key(sample: Sample) -> None:
    """No /proc/PID/environ that can be read, nor the command's own, holds the harness's key."""
    found = await sample.says(
        "import glob, os\n"
        "texts = [repr(dict(os.environ))]\n"
        "for path in glob.glob('/proc/*/environ'):\n"
        "    try: texts.append(open(path, errors='replace').read())\n"
        "    except OSError: pass\n"
        "print(len(texts), any('sk-secret' in text for text in texts))"
    )
    assert found.endswith("False")
    assert int(found.split()[0]) >= 2, "no environment was examined"
    assert SECRET not in (await sample.shell("env; cat /proc/self/cmdline")).stdout


async def test_host_files_do_not_exist(sample: Sample, tmp_path: Path) -> None:
    """A file of the host, SSH keys, password hashes and the answer keys are not there."""
    (tmp_path / "host.txt").write_text("host")
    package = Path(skillbench.__file__).parent
    paths = [tmp_path / "host.txt", Path.home() / ".ssh", Path("/etc/shadow"), Path("/root/.ssh"), package]
    found = await sample.says(
        f"import os\nprint([path for path in {[str(path) for path in paths]} if os.access(path, os.R_OK)])"
    )
    assert found == "[]"


async def test_skillbench_cannot_be_imported(sample: Sample) -> None:
    """The package, whose data holds the answers, is not on any path inside."""
    result = await sample.run("import skillbench")
    assert "ModuleNotFoundError" in result.stderr


async def test_kernel_secrets_are_masked(sample: Sample) -> None:
    """Key names and the kernel's memory say nothing."""
    keys = await sample.shell("cat /proc/keys /proc/kcore | head -c 1000")
    assert keys.stdout == ""


async def test_other_samples_are_out_of_sight(sample: Sample) -> None:
    """Neither the neighbour's file nor its job can be seen, so neither can be touched."""
    assert (await sample.shell(f"find / -name {NEIGHBOURS_FILE} 2>/dev/null")).stdout == ""
    listed = (await sample.shell("ps aux")).stdout
    assert "ps aux" in listed, "ps shows this sample's own processes"
    assert NEIGHBOURS_JOB not in listed
