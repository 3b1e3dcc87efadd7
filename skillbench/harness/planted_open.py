"""What planted agents hand in for authored tasks: the reference answer, with their mistakes in its figures."""

from __future__ import annotations

import json

from skillbench.core.authored import Authored
from skillbench.core.streams import Stream
from skillbench.harness.weakness import Weakness
from skillbench.judge.authored.prose import FIGURES, read_prose


def written_answer(task: Authored, weakness: Weakness, draw: Stream) -> str:
    """The reference answer; each skill's figures go wrong together, at the rate the weakness states for a skill."""
    skills = list(dict.fromkeys(figure.skill for figure in task.figures))
    wrong = {skill for place, skill in enumerate(skills) if weakness.goes_wrong(draw, place)}
    if not wrong:
        return task.reference
    told = {
        figure.name: _off(figure.value) if figure.skill in wrong else figure.value
        for figure in task.figures
        if figure.value is not None
    }
    block = f"```json\n{json.dumps({FIGURES: told})}\n```\n"
    last = read_prose(task.reference).blocks[-1:]
    return task.reference.replace(f"```json\n{last[0].text}\n```", block) if last else f"{task.reference}\n{block}"


def _off(value: float | str) -> float | str:
    return f"not {value}" if isinstance(value, str) else round(value * 1.5 + 1, 2)
