"""Counting in a Ray cluster of two nodes: the same corpus as counting here, to the last bad row."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from skillbench.cli.taxonomy import taxonomy
from skillbench.core.errors import CorpusError, InputError
from skillbench.core.streams import stream
from skillbench.taxonomy import Corpus, TagFormat, read_corpus
from skillbench.taxonomy.reading import read

pytestmark = [
    pytest.mark.slow,
    # Ray Data sets options of its own that it has deprecated.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray"),
    pytest.mark.filterwarnings(r"ignore:.target_shuffle_max_block_size. is deprecated:UserWarning"),
]


@pytest.fixture
def nodes(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A cluster of two nodes with one worker each, at RAY_ADDRESS; its workers reach the bucket."""
    from ray.cluster_utils import Cluster  # noqa: PLC0415  takes seconds to load

    del bucket  # its credentials are in the environment that the nodes inherit
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    cluster.add_node(num_cpus=1)
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)
    yield cluster.address
    cluster.shutdown()


def facts(corpus: Corpus) -> dict[str, Any]:
    """Everything a corpus says, comparable."""
    plain = {name: value.tolist() for name, value in vars(corpus).items() if hasattr(value, "tolist")}
    return vars(corpus) | plain


def write(folder: str) -> None:
    """Some 3,000 rows in files of every format, large and small, with one bad row in twelve."""
    draws = stream("tests", "cluster")
    rows = [
        [f"Tag {min(draws.integer(0, 90), draws.integer(0, 90))}" for _ in range(draws.integer(0, 4))]
        for _ in range(3000)
    ]
    lines = ["oops" if i % 12 == 0 else json.dumps({"tags": row}) for i, row in enumerate(rows)]
    files = {
        "a.jsonl": "\n".join(lines[:1400]),
        "b.jsonl": "\n".join(lines[1400:1410]),
        "b2.jsonl": "\n".join(lines[1410:1420]),
        "c.csv": "text,tags\n" + "".join(f'"{i}\n",{";".join(row)}\n' for i, row in enumerate(rows[1420:2000])),
        "d.ndjson": "\n".join(lines[2000:2100]),
    }
    for name, text in files.items():
        with fsspec.open(f"{folder}/{name}", "wb", auto_mkdir=True) as file:
            file.write(text.encode())
    with fsspec.open(f"{folder}/e.parquet", "wb") as file:
        pq.write_table(pa.table({"tags": rows[2100:]}), file, row_group_size=100)


def test_two_nodes_count_what_one_process_counts(
    nodes: str, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tags, counts, bad rows and their lines are equal, from files here and from S3, with support and strictness."""
    import ray  # noqa: PLC0415  takes seconds to load

    from skillbench.taxonomy import cluster  # noqa: PLC0415  loads Ray

    monkeypatch.setattr(cluster, "TASK_BYTES", 4000)
    ray.init(nodes, log_to_driver=False, logging_level="ERROR")
    try:
        assert len([node for node in ray.nodes() if node["Alive"]]) == 2
        for folder in (str(tmp_path / "corpus"), f"{bucket}/corpus"):
            write(folder)
            slices = list(cluster.tasks_of(read.corpus_files([folder])[0]))
            assert len(slices) > 12
            assert any(len(task) > 1 for task in slices)
            for options in ({}, {"min_support": 60, "tags": TagFormat(fold_case=True)}):
                here, there = read_corpus(folder, **options), read_corpus(folder, engine="ray", **options)
                assert facts(there) == facts(here)
                assert here.bad_row_count > len({row.source for row in here.bad_rows}) == 6
            with pytest.raises(CorpusError) as said:
                read_corpus(folder, strict=True)
            with pytest.raises(CorpusError) as said_there:
                read_corpus(folder, strict=True, engine="ray")
            assert str(said_there.value) == str(said.value)
            with pytest.raises(CorpusError, match=r"e\.parquet has no column 'skills'.*said by a worker"):
                read_corpus(f"{folder}/e.parquet", tags="skills", engine="ray")
            told: list[int] = []
            with monkeypatch.context() as patched:
                patched.setattr(read.Progress, "update", lambda *_, advance, told=told, **__: told.append(advance))
                read_corpus(folder, engine="ray")
            size = sum(file.size for file in read.corpus_files([folder])[0])
            assert 0.99 * size < sum(told) <= size
        assert ray.is_initialized()
    finally:
        ray.shutdown()


def test_the_command_joins_a_cluster_and_leaves_it_running(nodes: str, tmp_path: Path) -> None:
    """``--engine ray`` finds the cluster at RAY_ADDRESS and prints what the local engine prints."""
    write(str(tmp_path))
    local, joined, again = (
        CliRunner().invoke(taxonomy, [str(tmp_path), "--engine", engine, "--depth", "2"])
        for engine in ("local", "ray", "ray")
    )
    assert joined.exit_code == again.exit_code == 0, joined.output
    assert joined.stdout == again.stdout == local.stdout
    assert joined.stderr == local.stderr
    host, _, port = nodes.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5):
        pass


def test_without_a_cluster_one_is_started_and_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster of this machine lasts as long as the count; it tells nobody, and an address that is none is named."""
    import ray  # noqa: PLC0415  takes seconds to load

    write(str(tmp_path))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_ADDRESS", "local")
    assert facts(read_corpus(tmp_path, engine="ray")) == facts(read_corpus(tmp_path))
    assert not ray.is_initialized()
    monkeypatch.setenv("RAY_ADDRESS", "nonsense")
    with pytest.raises(InputError, match="no Ray cluster at RAY_ADDRESS='nonsense'"):
        read_corpus(tmp_path, engine="ray")
    with fsspec.open("memory://corpus.csv", "wb") as file:
        file.write(b"tags\na\n")
    with pytest.raises(InputError, match=r"corpus\.csv is seen by this process alone"):
        read_corpus("memory://corpus.csv", engine="ray")


def test_a_dead_address_is_told_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing listens, nothing answers or something else does, the count ends within seconds and says where."""
    from skillbench.taxonomy import cluster  # noqa: PLC0415  loads Ray

    write(str(tmp_path))
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    with ExitStack() as stack:
        silent, other = (stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2))

        def answer() -> None:
            line, _ = other.accept()
            with line:
                line.sendall(b"HTTP/1.1 400 Bad")

        talker = threading.Thread(target=answer)
        talker.start()
        with socket.create_server(("127.0.0.1", 0)) as gone:
            dead = gone.getsockname()[1]
        for address, reason in (
            (f"127.0.0.1:{dead}", "refused"),
            (f"ray://localhost:{dead}", "refused"),
            (f"127.0.0.1:{silent.getsockname()[1]}", "timed out"),
            (f"127.0.0.1:{other.getsockname()[1]}", "is no Ray cluster"),
        ):
            monkeypatch.setenv("RAY_ADDRESS", address)
            start = time.monotonic()
            with pytest.raises(InputError, match=rf"no Ray cluster at RAY_ADDRESS='{address}' \(.*{reason}"):
                read_corpus(tmp_path, engine="ray")
            assert time.monotonic() - start < 20
        talker.join()
