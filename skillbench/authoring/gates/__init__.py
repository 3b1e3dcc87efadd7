"""The gates a written task passes, one file each; the folder walk is the registry.

A gate's module defines ``check(exam)``, or ``async examine(exam, means)`` where it costs something: a sandbox, a second
author, a judge. Both give what is wrong, one sentence each, or a :class:`~skillbench.authoring.means.Remark` where all
is well. ``AFTER`` names the gates without which it does not speak; those that cost come after all that do not. The
gate ``alike`` looks at a whole set and stands in :mod:`skillbench.authoring.freeze`, ``parses`` in
:mod:`skillbench.authoring.reading`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType

from skillbench.authoring.draft import Exam
from skillbench.authoring.means import Means, Remark
from skillbench.core.authored import Passage
from skillbench.core.errors import GateError

PARSES = "parses"
NOT_TRIED = "not tried"
LONGEST_REASON = 1_500


@cache
def gates() -> Mapping[str, ModuleType]:
    """Every gate by name, those first that others need.

    Raises:
        GateError: a file of the folder is no gate, or needs one that does not exist.
    """
    found = {info.name: importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)}
    strange = sorted(name for name, gate in found.items() if not (hasattr(gate, "check") or hasattr(gate, "examine")))
    ordered: dict[str, ModuleType] = {}
    while len(ordered) < len(found) and not strange:
        ready = [name for name in sorted(found) if name not in ordered and set(_after(found[name])) <= set(ordered)]
        free = [name for name in ready if not hasattr(found[name], "examine")]
        strange = [] if ready else sorted(set(found) - set(ordered))
        ordered |= {name: found[name] for name in free or ready[:1]}
    if strange:
        raise GateError(f"{', '.join(strange)}: a gate defines check or examine, and AFTER names gates that exist")
    return ordered


async def examine(exam: Exam, means: Means) -> list[Passage]:
    """What every gate says of a draft that parsed, in the registry's order."""
    passages = [Passage(gate=PARSES, passed=True)]
    failed: set[str] = set()
    for name, gate in gates().items():
        costs = hasattr(gate, "examine")
        lacking = sorted(failed if costs and means.thrifty else failed & set(_after(gate)))
        if lacking:
            reasons = [f"{NOT_TRIED}: {', '.join(lacking)} failed"]
        elif costs:
            reasons = list(await gate.examine(exam, means))
        else:
            reasons = list(gate.check(exam))
        passed = all(isinstance(reason, Remark) for reason in reasons)
        if not passed:
            failed.add(name)
        passages.append(Passage(gate=name, passed=passed, reason="; ".join(reasons)[:LONGEST_REASON]))
    return passages


def _after(gate: ModuleType) -> tuple[str, ...]:
    after: tuple[str, ...] = getattr(gate, "AFTER", ())
    return after
