"""The board as tables: for the terminal, Markdown, CSV, JSON and parquet."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from skillbench.core.plain import cell
from skillbench.evidence.tally import TWINS, Counts, shortfall
from skillbench.report.board import Board, Line
from skillbench.report.wording import (
    UNKNOWN,
    amount,
    figure,
    left_out,
    many,
    money,
    percent,
    rank_text,
    reason,
    short,
    span,
    verdict,
)
from skillbench.stats import Estimate

NOTE: Final = (
    "Below each figure: its 95 % interval, chains as clusters (equal: no chain differs). Tied runs share ranks."
)


def terminal_table(board: Board) -> Table:
    """The board for a terminal: each cell the estimate over its 95 % interval."""
    table = Table(
        title=_title(board),
        caption=NOTE,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        box=box.SIMPLE_HEAD,
        title_justify="left",
        caption_justify="left",
    )
    table.add_column("rank", justify="right", no_wrap=True)
    table.add_column("run", no_wrap=True)
    for name in ("score", *(f"k={k}" for k in board.ks), "per skill", *_solve_names(board), "gap"):
        table.add_column(name, justify="right", no_wrap=True)
    for line in board.lines:
        below = shortfall(line.counts) if not line.counts.whole else ""
        table.add_row(
            rank_text(line),
            Text.assemble(short(line.run), "\n", (below, "yellow")),
            *(_cell(*cell) for cell in _cells(board, line)),
        )
    return table


def _cells(board: Board, line: Line) -> list[tuple[str, str]]:
    """(estimate, interval) of every numeric column of the terminal's table."""
    points = [line.overall, *(line.by_k.get(k) for k in board.ks)]
    cells = [(figure(found.estimate), span(found, 1)) if found else (UNKNOWN, "") for found in points]
    slope, last = line.fall.slope, line.solve_by_k.get(board.ks[-1]) if board.ks else None
    cells.append((figure(slope.estimate, sign=True), span(slope, 1, sign=True)))
    cells.append((percent(last.estimate), span(last, 0, scale=100)) if last else (UNKNOWN, ""))
    gap = line.gap.gap if line.gap else None
    cells.append((percent(gap.estimate, sign=True), span(gap, 0, scale=100)) if gap else (UNKNOWN, ""))
    return cells


def _cell(value: str, interval: str) -> Text:
    return Text.assemble(
        (value, "bold"),
        "\n",
        (interval.replace(" to ", "…").replace("10.0", "10").replace("all equal", "equal"), "dim"),
    )


def _solve_names(board: Board) -> list[str]:
    return [f"solve@{board.ks[-1]}"] if board.ks else []


def _title(board: Board) -> str:
    facts = board.facts
    return (
        f"SkillBench {facts['task version']}, task set {facts['task set']} ({facts['digest'][:12]}), "
        f"{many(int(facts['chains']), 'chain')}: score 0 to 10 by number of combined skills k"
    )


def record(board: Board, line: Line) -> dict[str, Any]:
    """One line as flat values, the row of the CSV and parquet files; None where unknown."""
    values: dict[str, Any] = {
        "rank_best": line.rank.best,
        "rank_worst": line.rank.worst,
        "run": line.run,
        **{
            name.replace(" ", "_"): line.facts[name]
            for name in ("model", "agent", "tools", "context", "judge", "judge prompt", "sandbox")
        },
        **_spread("score", line.overall),
    }
    for k in board.ks:
        values |= _spread(f"score_k{k}", line.by_k.get(k))
    values |= _spread("score_unscored_as_0", line.fall.means_unscored_zero[-1])
    values |= _spread("slope", line.fall.slope)
    values |= _spread("drop", line.drop)
    for k in board.ks:
        values |= _spread(f"solve_k{k}", line.solve_by_k.get(k))
    values |= _spread("composition_gap", line.gap.gap if line.gap else None)
    values |= _spread("half_life", line.fall.half_life.k_half)
    values |= {"tool_bonus": line.tool_bonus.estimate}
    values |= {"tokens_per_case": line.tokens, "cost_per_case": line.cost, "seconds_per_case": line.seconds}
    values |= _counts("", line.counts)
    for k, counts in sorted(line.counts_by_k.items()):
        values |= _counts("_twins" if k == TWINS else f"_k{k}", counts)
    values |= {name: line.facts[name] for name in ("version", "package", "date", "epochs", "k", "log")}
    return {name: _finite(value) for name, value in values.items()}


def _spread(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    if estimate is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: estimate.estimate, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def _counts(suffix: str, counts: Counts) -> dict[str, int]:
    return {f"{name}{suffix}": value for name, value in asdict(counts).items() if name != "reasons"}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def frame(board: Board) -> pd.DataFrame:
    """The board as a frame, best first."""
    return pd.DataFrame([record(board, line) for line in board.lines])


def markdown(board: Board) -> str:
    """The board as a Markdown page: findings first, then the table."""
    head = ["rank", "run", "score", *(f"k={k}" for k in board.ks), "per skill", *_solve_names(board), "gap"]
    head += ["tokens", "cost", "samples"]
    rows = []
    for line in board.lines:
        cells = [f"{value} ({interval})" if interval else value for value, interval in _cells(board, line)]
        rows.append([rank_text(line), line.run, *cells, amount(line.tokens), money(line.cost), shortfall(line.counts)])
    lines = [f"# {_title(board)}", ""]
    lines += [f"- {_escaped(verdict(line))} {_escaped(reason(line))}".rstrip() for line in board.lines]
    lines += ["", "| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(map(_escaped, row)) + " |" for row in rows]
    lines += [
        "",
        "In brackets: 95 % intervals, the chain as cluster. Runs that cannot be told apart share a range of ranks.",
    ]
    lines += ["Tokens and cost are means per composed case; — is unknown, never 0.", ""]
    if lost := [said for line in board.lines if (said := left_out(line))]:
        lines += ["Not scored:", "", *(f"- {_escaped(said)}" for said in lost), ""]
    if board.evidence.refused:
        lines += ["Left out:", "", *(f"- {_escaped(why)}" for why in board.evidence.refused.values()), ""]
    return "\n".join(lines)


def _escaped(text: str) -> str:
    """Text that stays text in a Markdown table, whatever a log called its model."""
    for mark in ("\\", "|", "<", ">", "`", "[", "]", "*", "_"):
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def document(board: Board) -> dict[str, Any]:
    """Everything on the board as JSON values: every estimate with interval, chains, method and note."""
    return {
        "facts": dict(board.facts),
        "ks": list(board.ks),
        "runs": [
            {
                **record(board, line),
                "facts": dict(line.facts),
                "verdict": verdict(line),
                "reason": reason(line),
                "left_out": left_out(line),
                "unscored_reasons": dict(line.counts.reasons),
                "estimates": _plain(asdict(line.fall)),
            }
            for line in board.lines
        ],
        "refused": sorted(board.evidence.refused.values()),
        "superseded": [path.rpartition("/")[2] for path in board.evidence.superseded],
    }


def _plain(value: Any) -> Any:
    """JSON has no NaN and no infinity: both become null."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value


def write_tables(board: Board, out: Path) -> list[Path]:
    """``leaderboard.md``, ``.csv``, ``.json`` and ``.parquet``, and ``outcomes.parquet`` with the rows behind them."""
    table = frame(board)
    paths = {name: out / f"leaderboard.{name}" for name in ("md", "csv", "json", "parquet")}
    paths["md"].write_text(markdown(board), encoding="utf-8")
    table.map(cell).to_csv(paths["csv"], index=False, lineterminator="\n")
    text = json.dumps(document(board), indent=1, ensure_ascii=False, allow_nan=False)
    paths["json"].write_text(text + "\n", encoding="utf-8")
    table.to_parquet(paths["parquet"], index=False)
    rows = out / "outcomes.parquet"
    board.outcomes.drop(columns="file").to_parquet(rows, index=False)
    return [*paths.values(), rows]
