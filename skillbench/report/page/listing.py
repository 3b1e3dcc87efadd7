"""The samples behind every cell of the page, in few bytes: what came of each, and where its transcript is."""

from __future__ import annotations

import json
import math
from typing import Any

from skillbench.report.board import Board


def sample_lists(board: Board, logs_url: str) -> str:
    """JSON for a script element, read by the page's own script when a cell is opened.

    ``cases`` hold ``[id, k, skills]``, k being 1 for a twin. ``runs`` hold ``[name, log names, rows]`` in the board's
    order; rows are joined by blanks, each ``case,log,epoch,score,right``: cases, logs and skills by number, the score
    empty where there is none, ``right`` a bit for solved and then one for each of the case's skills.

    Args:
        board: the runs.
        logs_url: address of a published ``inspect view bundle``; empty where there is none.
    """
    table = board.outcomes
    cases = table.drop_duplicates("case")
    place = {case: at for at, case in enumerate(cases["case"])}
    skills = sorted({tag for text in cases["skills"] for tag in json.loads(text)})
    number = {tag: at for at, tag in enumerate(skills)}
    order = {str(case): json.loads(text) for case, text in zip(cases["case"], cases["skills"], strict=True)}
    runs: dict[str, tuple[str, list[str], list[str]]] = {line.run: (line.run, [], []) for line in board.lines}
    columns = ("run", "case", "file", "epoch", "score", "solve", "correct")
    for run, case, file, epoch, score, solve, correct in zip(*(table[name] for name in columns), strict=True):
        _, logs, rows = runs[run]
        name = str(file).rpartition("/")[2]
        if name not in logs:
            logs.append(name)
        verdict = json.loads(correct)
        right = sum(2**at for at, tag in enumerate(order[case], 1) if verdict.get(tag)) + int(solve == 1)
        points = "" if math.isnan(score) else f"{score:.4g}"
        rows.append(f"{place[case]},{logs.index(name)},{int(epoch)},{points},{right}")
    told: list[list[Any]] = [
        [str(case), int(k), [number[tag] for tag in json.loads(text)]]
        for case, k, text in zip(cases["case"], cases["k"], cases["skills"], strict=True)
    ]
    packed = [[run, logs, " ".join(rows)] for run, logs, rows in runs.values()]
    whole = {"base": logs_url.rstrip("/"), "skills": skills, "cases": told, "runs": packed}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    # Inside a script element only these can end it or open a comment; as escapes they are the same JSON.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
