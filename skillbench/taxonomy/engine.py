"""Runs a kernel the cheaper way: interpreted over lists, or compiled over arrays.

Both ways run the same source and give the same bits. Compiling takes seconds once per installation (the result
is cached on disk), so small graphs are interpreted; so is everything where numba is not installed.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

COMPILED_FROM = 100_000
"""Edges from which kernels are compiled. Below it the interpreted run costs less than a first compilation."""

_OURS = "skillbench.taxonomy."


@cache
def compiler_installed() -> bool:
    """Whether numba can be imported (``pip install 'skillbench-steps[fast]'``)."""
    return find_spec("numba") is not None


def run(kernel: Callable[..., Any], arguments: Sequence[Any], *, size: int) -> Any:
    """Call a kernel; arrays among its arguments are read and written in place either way.

    Args:
        kernel: a function of :mod:`skillbench.taxonomy.kernels`.
        arguments: whole numbers and one-dimensional arrays.
        size: the number of edges or comparable things, which decides between the two ways.
    """
    if size >= COMPILED_FROM and compiler_installed():
        return compiled(kernel)(*arguments)
    lists = [item.tolist() if isinstance(item, np.ndarray) else item for item in arguments]
    result = kernel(*lists)
    for array, values in zip(arguments, lists, strict=True):
        if isinstance(array, np.ndarray):
            _write_back(array, values)
    return result


def _write_back(array: NDArray[Any], values: list[Any]) -> None:
    if len(values):
        array[:] = values


@cache
def compiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """The kernel as machine code, with every kernel it calls."""
    from numba import njit  # noqa: PLC0415 -- costs half a second, and small graphs never need it

    scope = dict(kernel.__globals__)
    for name in kernel.__code__.co_names:
        called = scope.get(name)
        if isinstance(called, types.FunctionType) and called.__module__.startswith(_OURS):
            scope[name] = compiled(called)
    copy = types.FunctionType(kernel.__code__, scope, kernel.__name__, kernel.__defaults__)
    # numba looks for compiled code under this name, and at the age of this kernel's file but not of those it calls.
    copy.__module__, copy.__qualname__ = kernel.__module__, f"{kernel.__qualname__}_{_edition()}"
    # Kernels allocate nothing, so numba's counting of references is switched off: it would cost more than the
    # loops themselves at every inner call.
    options: dict[str, Any] = {"cache": True, "forceinline": True, "_nrt": False}
    machine: Callable[..., Any] = njit(**options)(copy)
    return machine


@cache
def _edition() -> str:
    """A hash of all kernels' source, so that no compiled code outlives a change in what it calls."""
    folder = Path(__file__).parent
    files = [*sorted((folder / "kernels").glob("*.py")), folder / "logarithm.py"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
