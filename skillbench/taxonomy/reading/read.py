"""Reading a corpus, with one of two engines that give the same counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from skillbench.core.errors import CorpusError, InputError
from skillbench.core.places import PlacedFile
from skillbench.taxonomy.corpus import Corpus
from skillbench.taxonomy.reading.parts import Part, corpus_files, count_parts, with_column
from skillbench.taxonomy.reading.rows import TagFormat

Engine = Literal["local", "ray"]
ENGINES: tuple[Engine, ...] = get_args(Engine)


def read_corpus(
    source: str | Path | Sequence[str | Path],
    *,
    tags: TagFormat | str = "tags",
    min_support: int = 1,
    strict: bool = False,
    progress: bool = False,
    engine: Engine = "local",
    skip_missing: bool = False,
) -> Corpus:
    """Count the tags of a corpus and their pairs.

    Args:
        source: a file (JSON lines, CSV, TSV, Parquet, Arrow; texts packed or not), a folder of them, or several of
            either; here, or an address that fsspec knows (``s3://bucket/corpus``).
        tags: the tag column's name or dotted path, or a whole :class:`TagFormat`.
        min_support: tags in fewer rows are dropped.
        strict: stop at the first bad row; otherwise bad rows are left out and reported in the result.
        progress: show a bar on the terminal.
        engine: ``local`` counts in this process; ``ray`` in all of a Ray cluster (``RAY_ADDRESS``), or of one that
            is started here. Both give the same result.
        skip_missing: leave out tables that lack the column, and name them in the result as ignored.

    Raises:
        CorpusError: nothing to read, an unknown suffix, no row with tags, or (strict) a bad row.
        InputError: an unknown engine, or one that is not installed.
    """
    layout = TagFormat(tags) if isinstance(tags, str) else tags
    count = _engine(engine)
    places = [str(source)] if isinstance(source, (str, Path)) else [str(item) for item in source]
    files, ignored = corpus_files(places)
    if skip_missing:
        files, lacking = with_column(files, layout)
        ignored += lacking
    columns = (TextColumn("reading {task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not progress, transient=True) as bar:
        task = bar.add_task("", total=sum(file.size for file in files))
        corpus = count(files, layout, strict, lambda file, read: bar.update(task, description=file.name, advance=read))
    bad = corpus.bad_rows
    if strict and bad:
        raise CorpusError(f"{bad[0]}; give every row a list of tags, or drop --strict to leave it out")
    if not corpus.rows:
        first = f"; the first of {corpus.bad_row_count} bad rows is {bad[0]}" if bad else ""
        raise CorpusError(
            f"{', '.join(places)} has no row with tags at {layout.path!r}{first}. Name the column (--tags-path)"
        )
    return replace(corpus.with_support(min_support) if min_support > 1 else corpus, ignored=tuple(ignored))


def _engine(
    name: str,
) -> Callable[[Sequence[PlacedFile], TagFormat, bool, Callable[[PlacedFile, int], None]], Corpus]:
    """What counts files.

    Raises:
        InputError: an unknown engine, or one that is not installed.
    """
    if name not in ENGINES:
        raise InputError(f"engine {name!r} is unknown; choose one of {', '.join(ENGINES)}")
    if name == "local":
        return _count_here
    if find_spec("ray") is None:
        raise InputError(
            "engine 'ray' needs Ray, which is not here; pip install 'skillbench-steps[ray]', or use 'local'"
        )
    from skillbench.taxonomy.cluster import count_on_cluster  # noqa: PLC0415  Ray takes seconds to load and is an extra

    return count_on_cluster


def _count_here(
    files: Sequence[PlacedFile], layout: TagFormat, strict: bool, note: Callable[[PlacedFile, int], None]
) -> Corpus:
    return count_parts(map(Part, files), layout, strict=strict, note=note).corpus
