"""The filter as a program: interpreted here, call by call, on both architectures."""

from __future__ import annotations

import errno

import pytest

from skillbench.sandbox.guest import seccomp

ALLOW = 0x7FFF0000
KILL = 0x80000000
MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def _verdict(machine: str, number: int, *arguments: int, metered: bool = True, arch: int | None = None) -> int:
    """What the kernel's interpreter would return for a call."""
    words = {0: number, 4: MACHINES[machine] if arch is None else arch}
    for index, argument in enumerate(arguments):
        words[16 + 8 * index] = argument & 0xFFFFFFFF
    code = seccomp.program(machine, metered=metered)
    held, at = 0, 0
    while True:
        operation, if_true, if_false, operand = code[at]
        at += 1
        if operation == 0x20:
            held = words.get(operand, 0)
        elif operation == 0x06:
            return operand
        else:
            taken = {0x15: held == operand, 0x35: held >= operand, 0x45: bool(held & operand)}[operation]
            at += if_true if taken else if_false


def _error(number: int) -> int:
    return 0x00050000 | number


@pytest.mark.parametrize("machine", MACHINES)
def test_refused_calls_are_refused_and_neighbours_are_not(machine: str) -> None:
    """Every number of the table answers EPERM, every other up to the newest is allowed."""
    column = list(MACHINES).index(machine)
    refused = {numbers[column] for numbers in seccomp.REFUSED.values()} - {None}
    special = {pair[column] for pair in (seccomp.CLONE3, seccomp.SOCKET, seccomp.SOCKETPAIR)}
    for number in range(seccomp.NEWEST + 1):
        if number not in special:
            assert _verdict(machine, number) == (_error(errno.EPERM) if number in refused else ALLOW), number


@pytest.mark.parametrize("machine", MACHINES)
def test_clone_may_not_make_namespaces(machine: str) -> None:
    """Each namespace flag alone is refused, the flags of fork and threads are not; clone3 is absent."""
    column = list(MACHINES).index(machine)
    for flag in seccomp.NAMESPACE_FLAGS.values():
        assert _verdict(machine, seccomp.CLONE[column], flag | 17) == _error(errno.EPERM)
    assert _verdict(machine, seccomp.CLONE[column], 0x3D0F00) == ALLOW
    assert _verdict(machine, seccomp.CLONE3[column]) == _error(errno.ENOSYS)


@pytest.mark.parametrize("machine", MACHINES)
def test_socket_families(machine: str) -> None:
    """Only local, IPv4 and IPv6 sockets open, and only local ones come in pairs."""
    column = list(MACHINES).index(machine)
    for family in range(64):
        allowed = family in seccomp.SOCKET_FAMILIES.values()
        expected = ALLOW if allowed else _error(errno.EAFNOSUPPORT)
        assert _verdict(machine, seccomp.SOCKET[column], family) == expected
        expected = ALLOW if family == 1 else _error(errno.EAFNOSUPPORT)
        assert _verdict(machine, seccomp.SOCKETPAIR[column], family) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_typing_into_a_terminal_is_refused_however_it_is_spelt(machine: str) -> None:
    """The kernel looks at the low half of the request, and so does the filter."""
    column = list(MACHINES).index(machine)
    for request in seccomp.TYPING_IOCTLS.values():
        assert _verdict(machine, seccomp.IOCTL[column], 0, request) == _error(errno.EPERM)
        assert _verdict(machine, seccomp.IOCTL[column], 0, request | 1 << 32) == _error(errno.EPERM)
    assert _verdict(machine, seccomp.IOCTL[column], 0, 0x5413) == ALLOW


def test_other_architectures_and_x32_are_shut_out() -> None:
    """A 32-bit call kills the process; a call with the x32 bit is refused; a future one is unknown."""
    assert _verdict("x86_64", 1, arch=0x40000003) == KILL
    assert _verdict("x86_64", 0x40000000 | 1) == _error(errno.EPERM)
    assert _verdict("x86_64", seccomp.NEWEST + 1) == _error(errno.ENOSYS)


def test_unmetered_memory_is_refused_to_the_watchdog_only() -> None:
    """Where no control group counts it, memory outside the process and the tmpfs is refused."""
    for number, _arm in seccomp.UNMETERED.values():
        assert number is not None
        assert _verdict("x86_64", number) == ALLOW
        assert _verdict("x86_64", number, metered=False) == _error(errno.EPERM)


def test_an_unknown_machine_is_an_error() -> None:
    """There is no filter for an architecture without numbers, rather than an empty one."""
    with pytest.raises(KeyError):
        seccomp.program("riscv64", metered=True)
