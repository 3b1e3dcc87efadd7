"""Which cases and tools a run gets, from what a person typed after ``-T``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from skillbench.core.errors import SelectionError
from skillbench.core.near import or_near
from skillbench.core.schema import Case
from skillbench.deliverables.base.registry import product_of

Given = str | int | Sequence[str | int]
TOOLS = ("code", "search")
MOST_SKILLS = 16
"""Skills that the longest chains of private sets have."""


@dataclass(frozen=True)
class Tools:
    """What an agent may use.

    Attributes:
        code: ``python`` and ``bash`` in the sandbox.
        search: ``search`` and ``open`` over the handbook; without it the needed pages are part of the prompt.
    """

    code: bool
    search: bool

    def __str__(self) -> str:
        """The canonical spelling, as the board shows it."""
        return ",".join(name for name in TOOLS if getattr(self, name)) or "none"


def parse_tools(given: Given) -> Tools:
    """``code,search``, ``code``, ``search`` or ``none``.

    Raises:
        SelectionError: anything else.
    """
    names = _words(given)
    unknown = [name for name in names if name not in {*TOOLS, "none"}]
    if unknown or not names or ("none" in names and len(names) > 1):
        raise SelectionError(f"tools={_shown(given)}: give code,search (default), code, search or none")
    return Tools(code="code" in names, search="search" in names)


def parse_ks(given: Given) -> tuple[int, ...]:
    """``2-7``, ``3``, ``2,4,7`` or a mix of these.

    Raises:
        SelectionError: not a number or range, or below 2 (Skill@1 are the twins: ``-T twins=true``).
    """
    ks: set[int] = set()
    for word in _words(given):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", word)
        if not match:
            raise SelectionError(f"k={_shown(given)}: {word!r} is no number or range; give 2-7, 3 or 2,4,7")
        low, high = int(match[1]), int(match[2] or match[1])
        # Out of bounds before the range is spelled out: 2-999999999999 would fill the memory first.
        ks |= {*range(low, high + 1)} if 2 <= low <= high <= MOST_SKILLS else {0}
    if 0 in ks or not ks:
        raise SelectionError(
            f"k={_shown(given)}: k runs upwards from 2 to 7 ({MOST_SKILLS} in private sets); twins come with twins=true"
        )
    return tuple(sorted(ks))


@dataclass(frozen=True)
class Track:
    """What differs between the tracks in a run's choices.

    Attributes:
        name: ``keyed`` or ``authored``.
        tasks: the task set of a run that names none.
        judge: the judge of a run that names none.
        tools: the tools of a run that names none; authored cases have no handbook to search.
    """

    name: str
    tasks: str
    judge: str
    tools: str

    @property
    def authored(self) -> bool:
        """Whether its answers are read and not held against a key."""
        return self.name == "authored"


_TRACKS = (
    Track("keyed", "v0", "rubric-2026-11-21", "code,search"),
    Track("authored", "authored-v0", "authored-2026-11-21", "code"),
)


def parse_track(given: str) -> Track:
    """``keyed`` or ``authored``.

    Raises:
        SelectionError: anything else.
    """
    for track in _TRACKS:
        if track.name == given:
            return track
    raise SelectionError(f"track={given}: give keyed (answers with a key) or authored (answers that a judge reads)")


def check_track(cases: Sequence[Case], track: Track, tasks: str) -> None:
    """Refuse a task set of the other track.

    Raises:
        SelectionError: it is one.
    """
    if any((case.kind == "authored") != track.authored for case in cases):
        other = next(one.name for one in _TRACKS if one != track)
        raise SelectionError(f"tasks={tasks} holds cases of the {other} track: run it with -T track={other}")


def refuse_unknown(given: Mapping[str, object], allowed: Sequence[str]) -> None:
    """Refuse task options that do not exist, before anything costs money.

    Raises:
        SelectionError: there is one; the message names the nearest that exists.
    """
    for name, value in given.items():
        raise SelectionError(
            f"-T {name}={value}: the task has no option {name!r}{or_near(name, allowed)}. It has: {', '.join(allowed)}"
        )


def refuse_mock(model: str, given: Mapping[str, object]) -> None:
    """Refuse Inspect's mock model where nobody scripted it: it answers nothing and downloads a vocabulary first.

    Args:
        model: name of the model under test.
        given: arguments the model was made with.

    Raises:
        SelectionError: it is that model, and without outputs of its own.
    """
    if model.startswith("mockllm/") and "custom_outputs" not in given:
        raise SelectionError(
            f"--model {model} knows no answer, and counts tokens with a vocabulary that it downloads. "
            "For a free run without a key give --model skillbench/reference, which plays the whole loop"
        )


def select(cases: Sequence[Case], k: Given | None, chains: int | None, *, twins: bool) -> list[Case]:
    """The cases of these k in the first ``chains`` chains, and the twins of their skills, in the set's order.

    Args:
        cases: of the whole set.
        k: which Skill@k; every one the set has if None.
        chains: how many chains; all if None.
        twins: whether twins too.

    Raises:
        SelectionError: the set has no case of a k asked for, or fewer chains.
    """
    have = sorted({case.k for case in cases if case.kind != "twin"})
    ks = tuple(have) if k is None else parse_ks(k)
    names = sorted({case.chain for case in cases})
    if chains is not None and not 1 <= chains <= len(names):
        raise SelectionError(f"chains={chains}: the set has {len(names)} chains; give 1 to {len(names)}")
    chosen = set(names[:chains])
    missing = [one for one in ks if one not in have]
    if k is not None and missing:
        raise SelectionError(f"k={_shown(k)}: the set has no cases with k = {missing}; it has {have}")
    inside = [case for case in cases if case.chain in chosen]
    asked = {(case.chain, tag) for case in inside if case.kind != "twin" and case.k in ks for tag in case.skills}
    return [
        case
        for case in inside
        if (case.kind != "twin" and case.k in ks)
        or (twins and case.kind == "twin" and (case.chain, case.skills[0]) in asked)
    ]


def _words(given: Given) -> list[str]:
    # Not "str | int": -T k=2.5 arrives as a float and deserves the same answer as any other text.
    parts = list(given) if isinstance(given, list | tuple) else [given]
    return [word for part in parts for word in str(part).replace(" ", "").split(",") if word]


def _shown(given: Given) -> str:
    return ",".join(_words(given)) or "(nothing)"


def refuse_unrunnable(cases: Iterable[Case], tools: Tools) -> None:
    """Refuse a run in which programs would be handed in and none could be run.

    Raises:
        SelectionError: a case hands in something that runs in the sandbox, and the run has none.
    """
    kinds = sorted({product.kind for case in cases if (product := product_of(case)) and product.runs})
    if kinds and not tools.code:
        raise SelectionError(
            f"tools={tools}: what these cases hand in ({', '.join(kinds)}) is run in the sandbox; add code to the "
            "tools (-T tools=code,search), or choose a set without it"
        )
