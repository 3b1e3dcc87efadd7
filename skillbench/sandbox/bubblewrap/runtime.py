"""The Python that code in a bubblewrap sandbox runs on: pinned libraries in a cache of their own.

Never SkillBench's own environment, for the answer keys are in it. Built once per interpreter and list of
pins, into a world-readable folder, so that a sandbox of any user can bind it read-only.
"""

from __future__ import annotations

import compileall
import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from skillbench.core.errors import SandboxError

_SANDBOX = Path(__file__).parents[1]
REQUIREMENTS = _SANDBOX / "requirements.txt"
INSIDE = "/opt/python"
"""Where a sandbox sees the runtime."""

_PATH = f"{INSIDE}/bin:/usr/local/bin:/usr/bin:/bin"
_ETC = {
    "passwd": "root:x:0:0::/root:/usr/sbin/nologin\nagent:x:1000:1000::/home/agent:/bin/bash\n",
    "group": "root:x:0:\nagent:x:1000:\n",
    "hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "hostname": "sandbox\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    # login shells read this file, and the system's would put the runtime off PATH
    "profile": f"export PATH={_PATH}\n",
    "ld.so.cache": "",  # a place for the host's to be bound on
}
_ETC_LINKS = {"os-release": "../usr/lib/os-release"}  # Inspect's tools ask which system this is


class Runtime(NamedTuple):
    """A built runtime: its folder, the guest files' folder, the interpreter inside, and a fingerprint."""

    folder: Path
    guest: Path
    python: str
    fingerprint: str


def cache_root() -> Path:
    """``$SKILLBENCH_CACHE``, else ``/var/cache/skillbench`` for root, else the user's cache folder."""
    if given := os.environ.get("SKILLBENCH_CACHE"):
        return Path(given)
    if os.geteuid() == 0:
        return Path("/var/cache/skillbench")
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "skillbench"


def search_path() -> str:
    """PATH of every command in a sandbox, login shell or not."""
    return _PATH


@cache
def system_python() -> tuple[str, str]:
    """The system's newest Python between 3.11 and 3.13 as ``(path, version)``.

    Raises:
        SandboxError: there is none under ``/usr/bin``.
    """
    for name in ("python3", "python3.13", "python3.12", "python3.11"):
        path = Path("/usr/bin") / name
        if not path.exists():
            continue
        asked = [str(path), "-ISBc", "import platform; print(platform.python_version())"]
        version = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
        if version.startswith(("3.11.", "3.12.", "3.13.")):
            return str(path.resolve()), version
    raise SandboxError(
        "no Python 3.11, 3.12 or 3.13 under /usr/bin; the bubblewrap sandbox shows its code the system's "
        "interpreter. Install one (apt-get install python3), or use --sandbox docker"
    )


def _installer() -> list[str]:
    """The command that installs into another environment: uv if there is one, else this Python's pip."""
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--link-mode", "copy", "--python"]
    try:
        metadata.version("pip")
    except metadata.PackageNotFoundError:
        raise SandboxError(
            "the sandbox's Python libraries cannot be installed: this environment has neither uv nor pip. "
            "Do one of: pip install uv; python -m ensurepip"
        ) from None
    return [sys.executable, "-m", "pip", "--quiet", "--python"]


def _install(python: Path) -> None:
    command = _installer()
    rest = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(REQUIREMENTS)]
    command += [str(python), *(["install"] if "-m" in command else []), *rest]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own words
    if done.returncode != 0:
        raise SandboxError(
            f"the sandbox's Python libraries could not be installed ({' '.join(command[:4])} ...): "
            f"{done.stderr.strip()[-600:]}. Check the network or the package index, then run it again; "
            "nothing half-built is kept"
        )


def _build_environment(folder: Path) -> None:
    """A virtual environment of the system's Python with the pinned libraries."""
    python, _version = system_python()
    subprocess.run([python, "-m", "venv", "--without-pip", folder], check=True, capture_output=True)  # noqa: S603
    _install(folder / "bin" / "python3")
    compileall.compile_dir(folder / "lib", quiet=2, workers=0)


def _build_guest(folder: Path) -> None:
    """The first process's code, compiled, and the sandbox's /etc."""
    shutil.copytree(
        _SANDBOX / "guest",
        folder / "guest",
        ignore=shutil.ignore_patterns("__pycache__", "timeout.py", "container.py", "*.bashrc"),
    )
    python, _version = system_python()
    subprocess.run([python, "-m", "compileall", "-q", folder / "guest"], check=True, capture_output=True)  # noqa: S603
    etc = folder / "etc"
    (etc / "alternatives").mkdir(parents=True)
    for name, target in _ETC_LINKS.items():
        (etc / name).symlink_to(target)
    shutil.copy(_SANDBOX / "guest" / "bash.bashrc", etc)
    for name, text in _ETC.items():
        (etc / name).write_text(text, encoding="utf-8")


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _fingerprint() -> str:
    """What decides the libraries code runs on: the pins, the interpreter and the machine."""
    python, version = system_python()
    return _digest(REQUIREMENTS.read_bytes(), python.encode(), version.encode(), platform.machine().encode())


def _guest_digest() -> str:
    sources = [path.read_bytes() for path in sorted((_SANDBOX / "guest").glob("*.*"))]
    return _digest(json.dumps([_ETC, _ETC_LINKS]).encode(), system_python()[1].encode(), *sources)


def _once(final: Path, build: Callable[[Path], None]) -> None:
    """Build ``final`` beside its place and move it in, under a lock; at once if it is there."""
    if final.exists():
        return
    final.parent.mkdir(parents=True, exist_ok=True)
    with (final.parent / f".{final.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if final.exists():
            return
        with tempfile.TemporaryDirectory(dir=final.parent, prefix=".building-") as workplace:
            made = Path(workplace) / final.name
            before = os.umask(0o022)
            try:
                build(made)
            finally:
                os.umask(before)
            made.rename(final)


def prepare_runtime(say: Callable[[str], None] | None = None) -> Runtime:
    """The runtime, built first if this interpreter and these pins have none yet (about 10 seconds, once).

    Args:
        say: told in a sentence what takes time; standard error when None.

    Raises:
        SandboxError: no suitable interpreter, no installer, or an installation that failed.
    """
    root, fingerprint = cache_root(), _fingerprint()
    folder = root / f"python-{fingerprint}"
    if not folder.exists():
        tell = say or (lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201  progress
        tell(f"Building the sandbox's Python (numpy, pandas, scipy) in {folder}; once, about 10 seconds ...")
    _once(folder, _build_environment)
    guest = root / f"guest-{_guest_digest()}"
    _once(guest, _build_guest)
    return Runtime(folder, guest, f"{INSIDE}/bin/python3", fingerprint)
