"""The system calls a sandbox refuses: one table, used as a BPF program and as Docker's JSON profile.

A superset of what Docker's default profile refuses to a container without capabilities, because our
compose file replaces that profile. Everything else that was known when this was written is allowed; a
later kernel's newer calls are answered as if it did not have them. Calls are numbered for x86-64 and
AArch64 (``None`` where the architecture never had the call).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

REFUSED: dict[str, tuple[int | None, int | None]] = {
    # looking into other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # kernel key rings
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # large attack surfaces that no analysis needs
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "fanotify_init": (300, 262),
    "memfd_secret": (447, 447),
    "lookup_dcookie": (212, 18),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "mount_setattr": (442, 442),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # the machine
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "create_module": (174, None),
    "query_module": (178, None),
    "get_kernel_syms": (177, None),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "iopl": (172, None),
    "ioperm": (173, None),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "nfsservctl": (180, 42),
    "uselib": (134, None),
    "ustat": (136, None),
    "sysfs": (139, None),
    "_sysctl": (156, None),
    # memory placement across the machine
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "get_mempolicy": (239, 236),
    "set_mempolicy_home_node": (450, 450),
}

UNMETERED: dict[str, tuple[int | None, int | None]] = {
    # memory that no mount, no resident set and no resource limit counts, and the way off one's CPU:
    # refused where a watchdog stands in for control groups
    "memfd_create": (319, 279),
    "shmget": (29, 194),
    "sched_setaffinity": (203, 122),
}

NEWEST = 462
"""``mseal``, the same on both architectures."""

CLONE = (56, 220)
CLONE3 = (435, 435)
SOCKET = (41, 198)
SOCKETPAIR = (53, 199)
IOCTL = (16, 29)

NAMESPACE_FLAGS = {
    "CLONE_NEWNS": 0x00020000,
    "CLONE_NEWCGROUP": 0x02000000,
    "CLONE_NEWUTS": 0x04000000,
    "CLONE_NEWIPC": 0x08000000,
    "CLONE_NEWUSER": 0x10000000,
    "CLONE_NEWPID": 0x20000000,
    "CLONE_NEWNET": 0x40000000,
}
SOCKET_FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
TYPING_IOCTLS = {"TIOCSTI": 0x5412, "TIOCLINUX": 0x541C}

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000
_LOAD, _JUMP_EQUAL, _JUMP_GE, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NR, _ARCH, _ARG0, _ARG1 = 0, 4, 16, 24  # offsets in struct seccomp_data, low words (little endian)
_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2

Instruction = tuple[int, int, int, int]


def _refuse(number: int) -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | number)


def program(machine: str, *, metered: bool) -> list[Instruction]:
    """The filter as classic BPF, ``(code, jump if true, jump if false, operand)`` per instruction.

    Args:
        machine: ``x86_64`` or ``aarch64``.
        metered: whether control groups count memory; without them :data:`UNMETERED` is refused too.

    Raises:
        KeyError: an architecture the table has no numbers for.
    """
    column = ("x86_64", "aarch64").index(machine) if machine in _AUDIT_ARCH else None
    if column is None:
        raise KeyError(machine)
    allow: Instruction = (_RETURN, 0, 0, _ALLOW)
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH),
        (_JUMP_EQUAL, 1, 0, _AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NR),
    ]
    if machine == "x86_64":
        code += [(_JUMP_GE, 0, 1, _X32_BIT), _refuse(errno.EPERM)]
    code += [(_JUMP_GE, 0, 1, NEWEST + 1), _refuse(errno.ENOSYS)]
    refused = REFUSED if metered else REFUSED | UNMETERED
    for numbers in refused.values():
        number = numbers[column]
        if number is not None:
            code += [(_JUMP_EQUAL, 0, 1, number), _refuse(errno.EPERM)]
    # glibc falls back from clone3, whose flags a filter cannot see, to clone, whose flags it can
    code += [(_JUMP_EQUAL, 0, 1, CLONE3[column]), _refuse(errno.ENOSYS)]
    namespaces = sum(NAMESPACE_FLAGS.values())
    code += [
        (_JUMP_EQUAL, 0, 4, CLONE[column]),
        (_LOAD, 0, 0, _ARG0),
        (_JUMP_SET, 0, 1, namespaces),
        _refuse(errno.EPERM),
        allow,
    ]
    for call, families in ((SOCKET, tuple(SOCKET_FAMILIES.values())), (SOCKETPAIR, (1,))):
        body: list[Instruction] = [(_LOAD, 0, 0, _ARG0)]
        for family in families:
            body += [(_JUMP_EQUAL, 0, 1, family), allow]
        body.append(_refuse(errno.EAFNOSUPPORT))
        code += [(_JUMP_EQUAL, 0, len(body), call[column]), *body]
    body = [(_LOAD, 0, 0, _ARG1)]
    for request in TYPING_IOCTLS.values():
        body += [(_JUMP_EQUAL, 0, 1, request), _refuse(errno.EPERM)]
    code += [(_JUMP_EQUAL, 0, len(body), IOCTL[column]), *body, allow]
    return code


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def install(*, metered: bool) -> None:
    """Put this process and all it will ever start under the filter; there is no way back.

    Raises:
        OSError: the kernel has no seccomp filters.
        KeyError: an architecture without numbers.
    """
    code = program(platform.machine(), metered=metered)
    packed = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in code))
    prog = _Program(len(code), ctypes.addressof(packed))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(prog), 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, "the kernel refused the seccomp filter")
