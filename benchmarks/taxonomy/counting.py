"""What else counts pairs of tags in a Parquet file; each gives the sum of all pair counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import scipy.sparse as sp


@dataclass(frozen=True)
class Job:
    """A package, how it counts, and up to how many rows it is worth waiting for."""

    package: str
    count: Callable[[Path], int]
    most_rows: int


def _codes(path: Path) -> tuple[np.ndarray, np.ndarray]:
    rows = pq.read_table(path).column("tags").combine_chunks()
    values = rows.flatten()
    if not pa.types.is_dictionary(values.type):
        values = pc.dictionary_encode(values)
    return np.array(rows.offsets), np.array(values.indices)  # copies, since SciPy sorts in place


def _dense_floor(path: Path) -> int:
    """Rows of four: read, encode, add into a square table. It looks for no repeats, so it counts those of a row too."""
    _, codes = _codes(path)
    table = codes.reshape(-1, 4).astype(np.int64)
    width = int(codes.max()) + 1
    total = np.zeros(width * width, dtype=np.int64)
    for i in range(4):
        for j in range(i):
            a, b = table[:, i], table[:, j]
            total += np.bincount(a * width + b, minlength=width * width)
    square = total.reshape(width, width)
    return int(square.sum() - np.trace(square))


def _scipy(path: Path) -> int:
    offsets, codes = _codes(path)
    ones = np.ones(len(codes), dtype=np.int64)
    rows = sp.csr_matrix((ones, codes, offsets))
    rows.sum_duplicates()
    rows.data[:] = 1
    square = (rows.T @ rows).tocsr()
    return int((square.sum() - square.diagonal().sum()) // 2)


def _pandas(path: Path) -> int:
    frame = pd.read_parquet(path).reset_index().explode("tags").drop_duplicates()
    pairs = frame.merge(frame, on="index")
    return int(pairs[pairs.tags_x < pairs.tags_y].groupby(["tags_x", "tags_y"]).size().sum())


def _polars(path: Path) -> int:
    import polars as pl  # noqa: PLC0415 -- a rival that may not be installed

    frame = pl.scan_parquet(path).with_row_index().explode("tags").unique()
    pairs = frame.join(frame, on="index").filter(pl.col("tags") < pl.col("tags_right"))
    return int(pairs.group_by("tags", "tags_right").len().select(pl.col("len").sum()).collect().item())


def _duckdb(path: Path) -> int:
    import duckdb  # noqa: PLC0415 -- a rival that may not be installed

    query = f"""
        SELECT sum(n) FROM (
            SELECT a, b, count(*) AS n FROM (
                SELECT unnest(tags) AS a, tags FROM (
                    SELECT list_distinct(tags) AS tags FROM read_parquet('{path}'))
            ), unnest(tags) AS other(b) WHERE a < b GROUP BY a, b)
    """  # noqa: S608 -- the path is the benchmark's own temporary file
    with duckdb.connect(config={"temp_directory": str(path.parent)}) as rival:
        return int(rival.sql(query).fetchall()[0][0])


JOBS = {
    "DuckDB": Job("duckdb", _duckdb, 10_000_000),
    "dense floor (numpy)": Job("numpy", _dense_floor, 10_000_000),
    "SciPy": Job("scipy", _scipy, 2_000_000),
    "Polars": Job("polars", _polars, 2_000_000),
    "pandas": Job("pandas", _pandas, 200_000),
}
