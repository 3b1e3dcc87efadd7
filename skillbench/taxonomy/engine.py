"""Runs a kernel the cheaper way: interpreted over lists, or compiled over arrays.

Both ways run the same source and give the same bits. Compiling takes seconds once per installation (the result
is kept on disk), so small graphs are interpreted; so is everything where numba is not installed. Once a kernel's
machine code is on disk, it is used from far smaller sizes on.
"""

from __future__ import annotations

import hashlib
import os
import sys
import types
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

COMPILED_FROM = 50_000
"""Edges from which kernels are compiled. Below it the interpreted run costs less than a first compilation."""

KEPT_FROM = 5_000
"""Edges from which machine code is used that is on disk: below it the interpreted run costs less than loading numba."""

_OURS = "skillbench.taxonomy."


@cache
def compiler_installed() -> bool:
    """Whether numba can be imported (``pip install 'skillbench-steps[fast]'``)."""
    return find_spec("numba") is not None


def run(kernel: Callable[..., Any], arguments: Sequence[Any], *, size: int) -> Any:
    """Call a kernel; arrays among its arguments are read and written in place either way.

    Args:
        kernel: a function of :mod:`skillbench.taxonomy.kernels`.
        arguments: whole numbers, one-dimensional arrays, and named tuples of either.
        size: the number of edges or comparable things, which decides between the two ways.
    """
    if compiler_installed() and (size >= COMPILED_FROM or (size >= KEPT_FROM and is_kept(kernel))):
        _READY.add(kernel)
        return compiled(kernel)(*arguments)
    lists = [_listed(item) for item in arguments]
    result = kernel(*lists)
    for item, values in zip(arguments, lists, strict=True):
        _write_back(item, values)
    return result


def _listed(item: Any) -> Any:
    """An argument whose arrays are lists."""
    if isinstance(item, tuple):
        return type(item)(*map(_listed, item))
    return item.tolist() if isinstance(item, np.ndarray) else item


def _write_back(item: Any, values: Any) -> None:
    """Write lists back into the arrays they came from."""
    if isinstance(item, tuple):
        for part, its_values in zip(item, values, strict=True):
            _write_back(part, its_values)
    elif isinstance(item, np.ndarray) and len(values):
        item[:] = values


_READY: set[Callable[..., Any]] = set()
"""Kernels that this process has compiled or loaded."""


def is_kept(kernel: Callable[..., Any]) -> bool:
    """Whether machine code of this source of the kernel is on disk, where numba keeps it, or in this process."""
    if kernel in _READY:
        return True
    file = Path(kernel.__code__.co_filename)
    index = f"{file.stem}.{_name(kernel)}-*.py{sys.version_info.major}{sys.version_info.minor}*.nbi"
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return any(Path(chosen).glob(f"*/{index}"))
    of_user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "numba"
    return any((file.parent / "__pycache__").glob(index)) or any(of_user.glob(f"*/{index}"))


def _name(kernel: Callable[..., Any]) -> str:
    """Under which name numba keeps a kernel: it looks at the age of this kernel's file but not of those it calls."""
    return f"{kernel.__qualname__}_{_edition()}"


@cache
def compiled(kernel: Callable[..., Any], *, inner: bool = False) -> Callable[..., Any]:
    """The kernel as machine code, with every kernel it calls; only the outermost is kept on disk, with all in it."""
    from numba import njit  # noqa: PLC0415 -- costs half a second, and small graphs never need it

    scope = dict(kernel.__globals__)
    for name in kernel.__code__.co_names:
        called = scope.get(name)
        if isinstance(called, types.FunctionType) and called.__module__.startswith(_OURS):
            scope[name] = compiled(called, inner=True)
    copy = types.FunctionType(kernel.__code__, scope, kernel.__name__, kernel.__defaults__)
    copy.__module__, copy.__qualname__ = kernel.__module__, _name(kernel)
    # Kernels allocate nothing, so numba's counting of references is switched off: it would cost more than the
    # loops themselves at every inner call.
    options: dict[str, Any] = {
        "cache": not inner,
        "forceinline": kernel.__name__ not in _APART,
        "no_cfunc_wrapper": True,
        "no_cpython_wrapper": inner,
        "_nrt": False,
    }
    machine: Any = njit(**options)(copy)
    asked = machine.get_call_template
    machine.get_call_template = lambda types, named: asked(_widened(types), named)
    return machine  # type: ignore[no-any-return]


_APART = frozenset({"offer", "withdraw", "choose", "renew"})
"""Kernels that are compiled once and called: put in the place of each of their calls they double the compilation."""


def _widened(types: Sequence[Any]) -> tuple[Any, ...]:
    """The types of a call's arguments, every whole number as wide as numba's own.

    Otherwise a kernel is compiled for each mixture of short and long numbers that others call it with.
    """
    from numba.core.types import Integer, intp  # noqa: PLC0415 -- see compiled

    return tuple(intp if isinstance(one, Integer) else one for one in types)


@cache
def _edition() -> str:
    """A hash of all kernels' source and of the compiler, so that no machine code outlives a change in what made it."""
    folder = Path(__file__).parent
    files = [*sorted((folder / "kernels").glob("*.py")), folder / "logarithm.py"]
    source = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(source + version("numba").encode()).hexdigest()[:12]
