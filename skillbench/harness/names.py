"""The names under which Inspect finds our tasks, scorers and metrics: the same ones wherever the package is installed.

Inspect puts the package's name before what a package registers, and recognises a package by a distribution named like
the import. Ours is called ``skillbench-steps``, so that a wheel registered ``skillbench/rubric`` and an editable
installation ``rubric``: what one log or command line said, the other did not know.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

PACKAGE = "skillbench"
PREFIXES = ("", "skillbench-steps/", f"{PACKAGE}/")
"""What may stand before a name. The last is the canonical one, which logs carry."""


def register_names(thing: Any, *also: str) -> None:
    """Let Inspect find a decorated object by its own name and ``also``, bare or behind any of :data:`PREFIXES`.

    A bare name that another package holds already stays that package's. Inspect has no public way to register a
    second name; if a later version has no such registry either, the names it gave itself remain.
    """
    with suppress(ImportError, AttributeError, TypeError, ValueError):
        from inspect_ai._util.registry import (  # noqa: PLC0415  private, so its absence must not hide every task
            registry_add,
            registry_has,
            registry_info,
            registry_unqualified_name,
        )

        info = registry_info(thing)
        own = registry_unqualified_name(info).removeprefix(f"{PACKAGE}/")
        for prefix in PREFIXES:
            for name in (*also, own):
                if prefix or not registry_has(info.type, name):
                    registry_add(thing, info.model_copy(update={"name": prefix + name}))
