"""What code decides of a task's criteria and of an answer's form."""

from __future__ import annotations

import ast
import csv
import json
import re
import tomllib
import warnings
from collections.abc import Callable, Mapping, Sequence

import yaml

from skillbench.core.authored import Authored, Criterion
from skillbench.judge.authored.held_figures import Held
from skillbench.judge.authored.prose import Fence, ProseAnswer, plain_heading, unmarked
from skillbench.judge.quotes import denies, normalised

LONGEST_BLOCK = 20_000
"""Characters of a code block that is parsed; a longer one is taken as it is."""

TIMES = 4
"""An answer has at most so many times the reference's words, and at least that part of them."""

LIMITS = frozenset({"lacks", "words"})
"""Checks that an empty page passes: keeping them earns nothing, breaking them costs their weight."""


def is_limit(criterion: Criterion) -> bool:
    """Whether a criterion can only be broken: a must-not, or a check that an empty page passes."""
    return criterion.must_not or criterion.check in LIMITS


def so(criterion: Criterion, answer: ProseAnswer, held: Mapping[str, Held]) -> bool:
    """Whether the statement of a criterion that code decides is true of an answer."""
    target = criterion.target
    if criterion.check == "figure":
        return target in held and held[target].verdict == "right"
    if criterion.check == "heading":
        return any(_heads(heading, plain_heading(target)) for heading in answer.headings)
    if criterion.check == "words":
        return answer.words <= int(target)
    sentences = re.split(r"(?<=[.!?])\s+|\n", answer.text)
    found = stands(" ".join(one for one in sentences if not denies(one)), target)
    return found if criterion.check == "contains" else not found


def stands(text: str, target: str) -> bool:
    """Whether words or a number stand in a text as whole tokens, letter case, marks and spacing apart.

    Example:
        >>> stands("Pay **EUR 112.50** now.", "eur 112.50"), stands("Pay 112.50.", "12"), stands("Pay 112.50.", "112")
        (True, False, False)
    """
    sought = re.escape(normalised(unmarked(target)))
    return bool(re.search(rf"(?<![^\W_])(?<!\d[.,]){sought}(?![^\W_]|[.,]\d)", normalised(unmarked(text))))


def form(task: Authored, answer: ProseAnswer, held: Sequence[Held]) -> dict[str, bool]:
    """Checks of form by name: those of the rules, ``code`` only where some does not parse."""
    words, reference = len(answer.text.split()), max(1, len(task.reference.split()))
    checks = {
        "parses": answer.ends_so and bool(answer.figures),
        "validates": all(one.well_formed for one in held),
        "headings": _in_order([plain_heading(heading) for heading in task.headings], answer.headings),
        "length": reference <= TIMES * words and words <= TIMES * reference,
    }
    # Code that parses is what is expected and earns nothing; a block more must not pay.
    broken = any(not parses(block) for block in answer.blocks if block.language in PARSERS)
    return checks | ({"code": False} if broken else {})


def parses(block: Fence) -> bool:
    """Whether a block is what its language says; parsed, never run."""
    if len(block.text) > LONGEST_BLOCK:
        return True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in somebody's string is no matter of ours
            PARSERS[block.language](block.text)
    except (ValueError, SyntaxError, RecursionError, MemoryError, yaml.YAMLError, csv.Error):
        return False
    return True


def _table(text: str) -> None:
    """Every row as wide as the first."""
    rows = [row for row in csv.reader(text.strip().splitlines(), strict=True) if row]
    if len({len(row) for row in rows}) > 1:
        raise ValueError("rows of different width")


def _yaml(text: str) -> None:
    for _ in yaml.parse(text, Loader=yaml.SafeLoader):
        pass


PARSERS: Mapping[str, Callable[[str], object]] = {
    "python": ast.parse,
    "py": ast.parse,
    "json": json.loads,
    "toml": tomllib.loads,
    "yaml": _yaml,
    "yml": _yaml,
    "csv": _table,
}
"""Languages whose blocks are parsed."""


def _in_order(asked: Sequence[str], found: Sequence[str]) -> bool:
    rest = iter(found)
    return all(any(_heads(heading, wanted) for heading in rest) for wanted in asked)


def _heads(heading: str, wanted: str) -> bool:
    """Whether a heading is the wanted one, also with words added behind a mark: ``Advice (for the board)``."""
    return heading == wanted or bool(re.match(rf"{re.escape(wanted)}\s*[^\w\s]", heading))
