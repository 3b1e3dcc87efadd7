"""Packed files, and streams that are read on from their middle."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

import pyarrow as pa


class Joined(io.RawIOBase):
    """Bytes, and after them what is left of a stream; counts what was taken.

    Args:
        head: what comes first.
        rest: anything with ``read``.
    """

    def __init__(self, head: bytes, rest: Any) -> None:
        super().__init__()
        self._head, self._rest, self._taken = head, rest, 0

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer; how many bytes there were."""
        data, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        data = data or self._rest.read(len(buffer))
        buffer[: len(data)] = data
        self._taken += len(data)
        return len(data)

    def tell(self) -> int:
        """How many bytes were taken."""
        return self._taken


@contextmanager
def unpacked(stream: BinaryIO, way: str | None) -> Iterator[BinaryIO]:
    """A stream's text, unpacked while it is read.

    Args:
        stream: the file as it is.
        way: Arrow's name for how it is packed; None for a file that is not.
    """
    if way is None:
        yield stream
        return
    with pa.PythonFile(stream, mode="r") as packed, pa.CompressedInputStream(packed, way) as text:
        yield cast("BinaryIO", io.BufferedReader(Joined(b"", text), 1 << 20))
