"""Bubblewrap for an ordinary user: the conformance and abuse suites again, without root or control groups."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sandbox.kinds import resolved_or_skipped

from skillbench.sandbox.bubblewrap.runtime import cache_root

TESTS = Path(__file__).parents[2]
USER = "skillbench-test"
LIMIT_S = 560


def _interpreters() -> list[str]:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return [sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"]


@pytest.fixture
def identity() -> Iterator[dict[str, Any]]:
    """Make an ordinary user, as ``subprocess`` takes one, and remove it afterwards."""
    if os.geteuid() != 0:
        pytest.skip("only root can become an ordinary user; the other suites have just run as one")
    made = subprocess.run(["useradd", "--create-home", USER], check=False, capture_output=True)  # noqa: S603, S607  root's
    if made.returncode not in (0, 9):
        pytest.skip(f"no test user could be made: {made.stderr.decode()}")
    entry = pwd.getpwnam(USER)
    yield {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    subprocess.run(["userdel", "--remove", USER], check=False, capture_output=True)  # noqa: S603, S607  root's


def _environment() -> dict[str, str]:
    """Nothing of root's but where the packages and the finished runtime are."""
    packages = [path for path in sys.path if "site-packages" in path]
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": f"/home/{USER}",
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join([str(TESTS.parent), *packages]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SKILLBENCH_CACHE": str(cache_root()),
    }


def _python(identity: dict[str, Any]) -> str:
    """An interpreter that the user can run and that finds this environment's packages."""
    for python in _interpreters():
        asked = [python, "-c", "import pytest, skillbench.sandbox"]
        try:
            tried = subprocess.run(asked, env=_environment(), cwd="/", capture_output=True, check=False, **identity)  # noqa: S603
        except OSError:
            continue
        if tried.returncode == 0:
            return python
    pytest.skip("this environment's Python and packages lie where an ordinary user cannot read them")


@pytest.mark.slow
@pytest.mark.parametrize(("suite", "cases"), [("sandbox/test_conformance.py", 43), ("abuse", 44)])
def test_the_suites_hold_for_an_ordinary_user(suite: str, cases: int, identity: dict[str, Any]) -> None:
    """Every case passes, and none is skipped, in a process that never had a privilege."""
    resolved_or_skipped("bubblewrap")
    command = [_python(identity), "-m", "pytest", "-p", "no:cacheprovider", "--color=no"]
    command += ["-o", "addopts=--strict-markers --import-mode=importlib", "-k", "bubblewrap", str(TESTS / suite)]
    done = subprocess.run(  # noqa: S603  our own words
        command,
        env=_environment(),
        cwd=TESTS.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
        **identity,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) >= cases, done.stdout[-2000:]
    assert "skipped" not in done.stdout.splitlines()[-1]
