"""The folder walk is the registry: every file beside this package is a complication, or is refused with a reason."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType

from skillbench import complications as package
from skillbench.complications.base.contract import Complication
from skillbench.core.errors import InputError, SkillError
from skillbench.core.near import or_near


@cache
def load_complications() -> Mapping[str, Complication]:
    """Every complication by name, in name order.

    Raises:
        SkillError: a file holds none or several, or one that leaves something undeclared.
    """
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__) if not info.ispkg)
    found = [only_complication(importlib.import_module(f"{package.__name__}.{name}")) for name in names]
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


def complication_named(name: str) -> Complication:
    """The complication of this name.

    Raises:
        InputError: no such complication; the message lists those that exist.
    """
    known = load_complications()
    if name not in known:
        raise InputError(f"no complication {name!r}{or_near(name, known)}; there are: {', '.join(known)}")
    return known[name]


def only_complication(module: ModuleType) -> Complication:
    """The one complication of a module.

    Raises:
        SkillError: it holds none or several, leaves a duty undefined, or declares nothing where it must.
    """
    classes = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Complication) and value.__module__ == module.__name__
    ]
    if len(classes) != 1:
        raise SkillError(f"{module.__name__}: a file holds exactly one Complication class, this has {len(classes)}")
    kind = classes[0]
    duties = sorted(kind.__abstractmethods__)
    declared = Complication.__annotations__
    missing = [name for name in declared if name != "cross_cutting" and not getattr(kind, name, None)]
    if duties or missing or not hasattr(kind, "cross_cutting"):
        lacks = [*duties, *missing, *([] if hasattr(kind, "cross_cutting") else ["cross_cutting"])]
        raise SkillError(f"{module.__name__}: {kind.__name__} does not define {', '.join(lacks)}")
    if not (kind.__doc__ or "").strip():
        raise SkillError(f"{module.__name__}: {kind.__name__} has no docstring; it is the complication's page")
    if kind.missed not in kind.slips:
        raise SkillError(f"{module.__name__}: {kind.missed!r} is none of its slips: {', '.join(kind.slips)}")
    one: Complication = kind()
    return one


def levels_of(given: Mapping[str, int]) -> dict[str, int]:
    """Levels as a case's dials hold them: known names only, level 0 left out, in name order.

    Raises:
        InputError: an unknown name, or a level outside 0 to 3.
    """
    for name, level in given.items():
        complication_named(name)
        if not 0 <= level <= 3:
            raise InputError(f"--complication {name}={level}: give a level from 0 (absent) to 3")
    return {name: given[name] for name in sorted(given) if given[name]}
