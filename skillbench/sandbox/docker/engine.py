"""The Docker engine: is it there, is it recent enough, is our image built."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from skillbench.core.errors import SandboxError

COMPOSE = Path(__file__).with_name("compose.yaml").resolve()
IMAGE = "skillbench-sandbox:1"
BASE_VARIABLE = "SKILLBENCH_SANDBOX_BASE"
"""Environment variable naming another base image than the Dockerfile's own."""

_ANSWER_S = 5.0
_BUILD_S = 900.0
_CONTEXT = COMPOSE.parents[1]
_DOCKERFILE = COMPOSE.with_name("Dockerfile")
_LABEL = "skillbench.content"
_ENGINE, _COMPOSE_PLUGIN = (24, 0, 6), (2, 21, 0)  # what Inspect asks for


class DockerFacts(NamedTuple):
    """What ran, for the log; ``base`` with its digest."""

    engine: str
    compose: str
    image: str
    base: str


def _ask(*words: str, seconds: float = _ANSWER_S) -> str:
    """What ``docker`` prints, or a :class:`SandboxError` with what it complained of."""
    try:
        done = subprocess.run(  # noqa: S603  our own words
            ["docker", *words],  # noqa: S607  the user's docker, wherever it is
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError:
        raise SandboxError(
            "Docker is not installed (no docker on PATH). Install it: https://docs.docker.com/engine/install/"
        ) from None
    except subprocess.TimeoutExpired:
        raise SandboxError(
            f"'docker {words[0]}' did not finish within {seconds:g} s; is the daemon healthy? Try: docker info"
        ) from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-500:]
        if words[0] == "version":
            first = said.partition(". ")[0]
            raise SandboxError(f"the Docker daemon does not answer ({first}). Start it: systemctl start docker")
        raise SandboxError(f"'docker {' '.join(words[:2])}' failed: {said}")
    return done.stdout.strip()


def _at_least(what: str, version: str, needed: tuple[int, ...]) -> None:
    found = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
    if found < needed:
        dotted = ".".join(map(str, needed))
        raise SandboxError(f"{what} {version} is older than {dotted}, which Inspect needs; upgrade Docker")


def base() -> str:
    """What the image is built on, with the digest that pins it: the Dockerfile's own, or the one named by hand.

    Raises:
        SandboxError: the one named by hand carries no digest and is not here, so that it could change unseen.
    """
    named = os.environ.get(BASE_VARIABLE)
    if not named:
        return _DOCKERFILE.read_text(encoding="utf-8").partition("\nARG BASE=")[2].splitlines()[0]
    if "@sha256:" in named:
        return named
    try:
        return f"{named}@{_ask('image', 'inspect', '--format', '{{.Id}}', named)}"
    except SandboxError as error:
        raise SandboxError(
            f"{BASE_VARIABLE}={named} carries no digest and names no image here, so nobody could say what ran. "
            f"Give it as NAME@sha256:..., or fetch it first: docker pull {named}"
        ) from error


def content() -> str:
    """A hash of everything the image is made from; it labels the image, so a stale one is rebuilt."""
    sources = [_DOCKERFILE, _CONTEXT / "requirements.txt", *sorted(_CONTEXT.glob("guest/*.*"))]
    return hashlib.sha256(b"\0".join([base().encode(), *(one.read_bytes() for one in sources)])).hexdigest()[:16]


def _built() -> str | None:
    """The digest of our image if it is there and current."""
    form = '{{.Id}} {{index .Config.Labels "' + _LABEL + '"}}'
    current = content()
    try:
        digest, _, label = _ask("image", "inspect", "--format", form, IMAGE).partition(" ")
    except SandboxError:
        return None
    return digest if label == current else None


def build_image() -> None:
    """Build our image from the Dockerfile, on ``$SKILLBENCH_SANDBOX_BASE`` if that is set.

    Raises:
        SandboxError: the build failed or took longer than 15 minutes.
    """
    words = ["build", "--tag", IMAGE, "--label", f"{_LABEL}={content()}"]
    words += ["--file", str(_DOCKERFILE)]
    if named := os.environ.get(BASE_VARIABLE):
        # a base named by hand brings the libraries along, so that no network is needed
        words += ["--build-arg", f"BASE={named}", "--network", "none"]
    _ask(*words, str(_CONTEXT), seconds=_BUILD_S)


def ready_docker(say: Callable[[str], None] | None = None) -> DockerFacts:
    """Make sure Docker can run a sample now, building the image when it is missing or stale.

    Raises:
        SandboxError: what is missing, and how to get it.
    """
    engine = _ask("version", "--format", "{{.Server.Version}}")
    _at_least("Docker Engine", engine, _ENGINE)
    compose = _ask("compose", "version", "--short")
    _at_least("Docker Compose", compose, _COMPOSE_PLUGIN)
    digest = _built()
    if digest is None:
        tell = say or (lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201  progress
        tell(f"Building the sandbox image {IMAGE}; once, a minute or two ...")
        build_image()
        digest = _built()
        if digest is None:
            raise SandboxError(f"the image {IMAGE} was built but is not there; see: docker image ls")
    return DockerFacts(engine, compose, digest, base())
