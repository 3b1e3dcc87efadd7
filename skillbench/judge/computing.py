"""Claims of computing: who says a program ran, and whether one did."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from skillbench.judge.answer import Section
from skillbench.judge.numbers import figures_of, numbers_in, rounded
from skillbench.judge.provenance import Workbench
from skillbench.judge.transcript import Transcript

_MACHINE = re.compile(
    r"\b(?:code[ds]?|coding|python3?|scripts?|programs?|programmes?|pandas|numpy|notebook|sql|bash|shell|ran|executed"
    r"|software|machine)\b"
)
_WITHOUT = re.compile(r"\b(?:no|not|without|never|none|instead)\b")


def claims_code(computed_with: str) -> bool:
    """Whether the means named, in lower case and plain letters, are a program.

    Example:
        >>> [claims_code(text) for text in ("code", "c o d e", "python script", "hand", "by hand, without code", "")]
        [True, True, True, False, False, False]
    """
    if re.sub(r"[^a-z]", "", computed_with) == "code":
        return True
    return bool(_MACHINE.search(computed_with)) and not _WITHOUT.search(computed_with)


def code_ran(transcript: Transcript, reported: Mapping[int, Iterable[float]]) -> bool:
    """Whether any call of the session, whatever the tool is called, ran a program that worked on something.

    It must do more than to write out literals, have shown a figure before any error, and either have read a file or
    have shown a figure of the answer.

    Args:
        transcript: the session.
        reported: the answer's figures by their decimals.
    """
    bench = Workbench()
    wanted = None
    for call in transcript.calls:
        program = call.program
        if not program.strip():
            continue
        bench.add(program)
        shown = numbers_in(call.printed)
        if not shown or not bench.works(program):
            continue
        if bench.has_read:
            return True
        wanted = figures_of(reported) if wanted is None else wanted
        if any((places, rounded(number, places)) in wanted for places in reported for number in shown):
            return True
    return False


def false_claims(
    sections: Mapping[str, Section], transcript: Transcript, reported: Mapping[int, Iterable[float]]
) -> tuple[str, ...]:
    """Measures whose figures are said to be computed with code although no code worked on anything."""
    claimed = tuple(name for name, section in sections.items() if claims_code(section.computed_with))
    return () if not claimed or code_ran(transcript, reported) else claimed
