"""A data set as trainers read it: chat JSON lines, Parquet, and a card that says what it is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from skillbench.core.prompts import render_prompt

_GROUP = 512
"""Rows of Parquet that are in memory at a time."""

_TEXTS = pa.list_(pa.string())
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("messages", pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))),
        ("skills", _TEXTS),
        ("k", pa.int32()),
        ("epoch", pa.int32()),
        ("method", pa.string()),
        ("joint_entropy", pa.float64()),
        ("coherence", pa.float64()),
        ("uses", pa.list_(pa.struct([("skill", pa.string()), ("quote", pa.string())]))),
        ("sources", _TEXTS),
        ("attempts", pa.int32()),
    ]
)
"""The columns of a data set, in JSON lines as in Parquet."""


class Export:
    """Writes a data set row by row; its files appear whole when the block ends well.

    Args:
        folder: ``data/train.jsonl``, ``data/train.parquet`` and ``quarantine.jsonl`` are written below it.
    """

    def __init__(self, folder: Path) -> None:
        self._paths = [folder / "data" / "train.jsonl", folder / "data" / "train.parquet", folder / "quarantine.jsonl"]
        self._stack = ExitStack()
        self._group: list[dict[str, Any]] = []
        self.kept, self.refused = Counter[int](), Counter[str]()

    def __enter__(self) -> Self:
        """Open the files beside their places."""
        self._paths[0].parent.mkdir(parents=True, exist_ok=True)
        parts = [self._part(path) for path in self._paths]
        self._rows = self._stack.enter_context(parts[0].open("w", encoding="utf-8", newline="\n"))
        self._table = self._stack.enter_context(pq.ParquetWriter(parts[1], SCHEMA, compression="zstd"))
        self._rest = self._stack.enter_context(parts[2].open("w", encoding="utf-8", newline="\n"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the files into their places, unless something went wrong."""
        if kind is None:
            self._flush()
        self._stack.__exit__(kind, error, trace)
        if kind is None:
            for path in self._paths:
                self._part(path).replace(path)

    def keep(self, row: Mapping[str, Any]) -> None:
        """Write a dialogue that passed."""
        self.kept[int(row["k"])] += 1
        self._rows.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._group.append(dict(row))
        if len(self._group) >= _GROUP:
            self._flush()

    def refuse(self, row: Mapping[str, Any], reason: str) -> None:
        """Write down what did not pass; its reason begins with the gate's name."""
        self.refused[reason.partition(":")[0]] += 1
        self._rest.write(json.dumps({**row, "reason": reason}, ensure_ascii=False) + "\n")

    def _flush(self) -> None:
        if self._group:
            self._table.write_table(pa.Table.from_pylist(self._group, schema=SCHEMA))
            self._group.clear()

    @staticmethod
    def _part(path: Path) -> Path:
        return path.with_name(f"{path.name}.part")


def write_card(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write the card of a data set, ``README.md``, as Hugging Face reads it."""
    (folder / "README.md").write_text(render_prompt("synthesis/card.md.j2", **facts), encoding="utf-8", newline="\n")
