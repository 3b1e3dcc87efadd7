"""No socket reaches anything outside the sandbox."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from abuse.attacker import Sample

pytestmark = pytest.mark.anyio

ABSTRACT = "\0skillbench-abuse"


@pytest.fixture
def host_services(tmp_path: Path) -> Iterator[list[tuple[int, object]]]:
    """Yield the addresses of live services on the host: loopback, any interface, abstract and path sockets."""
    with ExitStack() as stack:
        addresses: list[tuple[int, object]] = []
        wanted: list[tuple[int, object]] = [
            (socket.AF_INET, ("127.0.0.1", 0)),
            (socket.AF_INET, ("0.0.0.0", 0)),  # noqa: S104  what a careless service does
            (socket.AF_UNIX, ABSTRACT),
            (socket.AF_UNIX, str(tmp_path / "service.sock")),
        ]
        for family, address in wanted:
            service = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
            service.bind(address)  # type: ignore[arg-type]
            service.listen()
            addresses.append((int(family), service.getsockname()))
            with socket.socket(family) as check:
                check.connect(service.getsockname())
        yield addresses


async def test_no_service_of_the_host_answers(sample: Sample, host_services: list[tuple[int, object]]) -> None:
    """What the host can connect to, the sandbox cannot."""
    targets = [
        (family, address.decode() if isinstance(address, bytes) else address) for family, address in host_services
    ]
    reached = await sample.says(
        f"import socket\nout = []\nfor family, address in {targets!r}:\n"
        "    probe = socket.socket(family); probe.settimeout(3)\n"
        "    try: probe.connect(address); out.append(address)\n"
        "    except OSError: pass\nprint(out)"
    )
    assert reached == "[]"


async def test_no_route_and_no_names(sample: Sample) -> None:
    """No address outside is reachable, no name resolves, no engine's socket is there."""
    said = await sample.says(
        "import os, socket\nout = []\n"
        "for address in (('1.1.1.1', 53), ('169.254.169.254', 80), ('10.0.0.1', 22)):\n"
        "    probe = socket.socket(); probe.settimeout(3)\n"
        "    try: probe.connect(address); out.append(address)\n"
        "    except OSError: pass\n"
        "try: out.append(socket.gethostbyname('example.com'))\n"
        "except OSError: pass\n"
        "out += [path for path in ('/var/run/docker.sock', '/run/docker.sock') if os.path.exists(path)]\n"
        "print(out)"
    )
    assert said == "[]"


async def test_only_ordinary_socket_families_open(sample: Sample) -> None:
    """Netlink, packet, vsock, kernel crypto and all other families are refused."""
    said = await sample.says(
        "import socket\nout = []\n"
        "for family in range(48):\n"
        "    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):\n"
        "        try: socket.socket(family, kind).close(); out.append(family)\n"
        "        except OSError: pass\n"
        "print(sorted(set(out)))"
    )
    assert set(eval(said)) <= {socket.AF_UNIX, socket.AF_INET, socket.AF_INET6}  # noqa: S307  a printed list
