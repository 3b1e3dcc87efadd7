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
    beside,
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
    for name in _heads(board):
        table.add_column(name, justify="right", no_wrap=True)
    for line in board.lines:
        below = shortfall(line.counts) if not line.counts.whole else ""
        table.add_row(
            rank_text(line),
            Text.assemble(short(line.run), "\n", (below, "yellow")),
            *(_cell(*cell) for cell in _cells(board, line)),
        )
    return table


def _heads(board: Board) -> list[str]:
    """Names of the numeric columns: the headline first, then solve by k, then the score, then the gap."""
    return ["solve", "right", *(f"k={k}" for k in board.ks), "score", "no bonus", "gap"]


def _cells(board: Board, line: Line) -> list[tuple[str, str]]:
    """(estimate, interval) of every numeric column."""
    shares = [line.solved, line.right, *(line.solve_by_k.get(k) for k in board.ks)]
    scores = [line.overall, line.fall.means_no_bonus[-1]]
    gap = line.gap.gap if line.gap else None
    return [
        *(_share(found) for found in shares),
        *((figure(found.estimate), span(found, 1)) for found in scores),
        (percent(gap.estimate, sign=True), span(gap, 0, sign=True, scale=100)) if gap else (UNKNOWN, ""),
    ]


def _share(found: Estimate | None) -> tuple[str, str]:
    if found is None or math.isnan(found.estimate):
        return UNKNOWN, ""
    return percent(found.estimate), span(found, 0, scale=100)


BESIDE: Final = {
    "solve": "cases solved",
    "right": "checkpoints right",
    "score": "score",
    "score_no_bonus": "score without bonus",
}
"""Measures that stand beside each other by k, each with its null."""


def curves(line: Line) -> dict[str, dict[int, Estimate]]:
    """The estimates by k of each of these measures."""
    estimates = (line.fall.solve, line.fall.right, line.fall.means, line.fall.means_no_bonus)
    return {
        name: {one.k: one for one in found if one.k is not None} for name, found in zip(BESIDE, estimates, strict=True)
    }


def _cell(value: str, interval: str) -> Text:
    return Text.assemble(
        (value, "bold"),
        "\n",
        (interval.replace(" to ", "…").replace("10.0", "10").replace("all equal", "equal"), "dim"),
    )


def _title(board: Board) -> str:
    facts = board.facts
    return (
        f"SkillBench {facts['task version']}, task set {facts['task set']} ({facts['digest'][:12]}), "
        f"{many(int(facts['chains']), 'chain')}: cases solved by number of combined skills k"
    )


def record(board: Board, line: Line) -> dict[str, Any]:
    """One line as flat values, the row of the CSV and parquet files; None where unknown."""
    values: dict[str, Any] = {
        "rank_best": line.rank.best,
        "rank_worst": line.rank.worst,
        "run": line.run,
        **{
            name.replace(" ", "_"): line.facts[name]
            for name in ("model", "agent", "tools", "context", "purse", "judge", "judge prompt", "sandbox")
        },
        **_spread("solve", line.solved),
        **_spread("right", line.right),
        **_spread("score", line.overall),
        **_spread("score_no_bonus", line.fall.means_no_bonus[-1]),
        **_spread("score_unscored_as_0", line.fall.means_unscored_zero[-1]),
    }
    for name, curve in curves(line).items():
        null = line.null(name)
        for k in board.ks:
            values |= _spread(f"{name}_k{k}", curve.get(k))
            values |= _spread(f"{name}_null_k{k}", null[k].null if k in null else None)
    values |= _spread("slope", line.fall.slope)
    values |= _spread("drop", line.drop)
    values |= _spread("solve_drop", line.solve_drop)
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
    head = ["rank", "run", *_heads(board), "tokens", "cost", "samples"]
    rows = []
    for line in board.lines:
        cells = [f"{value} ({interval})" if interval else value for value, interval in _cells(board, line)]
        rows.append([rank_text(line), line.run, *cells, amount(line.tokens), money(line.cost), shortfall(line.counts)])
    lines = [f"# {_title(board)}", ""]
    for line in board.lines:
        said = " ".join(filter(None, (verdict(line), reason(line), beside(line))))
        lines.append(f"- {_escaped(said)}")
    lines += ["", "| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(map(_escaped, row)) + " |" for row in rows]
    lines += [
        "",
        "In brackets: 95 % intervals, the chain as cluster. Runs that cannot be told apart share a range of ranks.",
        "`solve` (all of a case right) ranks; `right` is the share of checkpoints right; without a score it is 0.",
        "Tokens and cost are means per composed case; — is unknown, never 0.",
        "",
        *_by_k(board),
    ]
    if lost := [said for line in board.lines if (said := left_out(line))]:
        lines += ["Not scored:", "", *(f"- {_escaped(said)}" for said in lost), ""]
    if board.evidence.refused:
        lines += ["Left out:", "", *(f"- {_escaped(why)}" for why in board.evidence.refused.values()), ""]
    return "\n".join(lines)


def _by_k(board: Board) -> list[str]:
    """Each measure by k, and below it what the twins' own rates would give if combining cost nothing."""
    lines = ["| run | by k | " + " | ".join(f"k={k}" for k in board.ks) + " |", "|" + " --- |" * (2 + len(board.ks))]
    for line in board.lines:
        for name, curve in curves(line).items():
            rows = {BESIDE[name]: curve, "if combining cost nothing": {k: p.null for k, p in line.null(name).items()}}
            tell = _share if name in {"solve", "right"} else _score
            for said, found in rows.items():
                cells = [
                    " ".join((value, f"({low_high})" if low_high else "")).strip()
                    for value, low_high in (tell(found.get(k)) for k in board.ks)
                ]
                lines.append("| " + " | ".join((_escaped(line.run), said, *cells)) + " |")
    return [*lines, ""]


def _score(found: Estimate | None) -> tuple[str, str]:
    if found is None or math.isnan(found.estimate):
        return UNKNOWN, ""
    return figure(found.estimate), span(found, 1)


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
