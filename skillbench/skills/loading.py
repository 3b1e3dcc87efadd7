"""Where skills come from: the family folders of the package, and files of one's own.

``SKILLBENCH_SKILLS`` names files, or folders laid out like ``skillbench/skills``, several of them parted like those of
``PATH``. Worker processes inherit it, so a private skill is composed, verified and judged like a shipped one. Its file
is run as Python: name only files you trust.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

from skillbench import skills as package
from skillbench.core.errors import SkillError
from skillbench.skills.contract import Skill

VARIABLE = "SKILLBENCH_SKILLS"
PRIVATE = "skillbench_private"
"""Before the family and file name of a private skill's module; no path, so its revision is one on every machine."""

SECOND = "second"
"""Folder beside a private skill's file for its second solver, of the same file name."""


def every_skill() -> Iterator[Skill]:
    """The skills of the package, then those of :data:`VARIABLE`, each undeclared and unchecked.

    Raises:
        SkillError: a folder is no family, or a file holds no skill.
    """
    for root in map(Path, package.__path__):
        list(_families(root))
    for family in pkgutil.iter_modules(package.__path__):
        if family.ispkg:
            home = importlib.import_module(f"{package.__name__}.{family.name}")
            for info in pkgutil.iter_modules(home.__path__):
                yield only_skill(importlib.import_module(f"{home.__name__}.{info.name}"))
    for path in private_files():
        yield load_file(path)


def private_files() -> list[Path]:
    """The files that :data:`VARIABLE` names, folders walked, each once.

    Raises:
        SkillError: a file or folder does not exist, holds no skill, or is a family without ``__init__.py``.
    """
    found: dict[Path, None] = {}
    for named in filter(None, os.environ.get(VARIABLE, "").split(os.pathsep)):
        path = Path(named).expanduser().resolve()
        if not path.exists():
            raise SkillError(f"{VARIABLE} names {path}, which does not exist; name a skill's file or a folder of them")
        files = list(_files(path)) if path.is_dir() else [path]
        if not files:
            raise SkillError(f"{VARIABLE} names {path}, a folder without a skill; lay it out as FAMILY/SKILL.py")
        found |= dict.fromkeys(files)
    return list(found)


def name_files(paths: Iterable[Path]) -> None:
    """Name more files in :data:`VARIABLE`, for this process and every worker it starts."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = os.pathsep.join([*([before] if before else []), *(str(path.resolve()) for path in paths)])


def load_file(path: Path) -> Skill:
    """The skill of one file, in the package or anywhere.

    Raises:
        SkillError: the file cannot be run, or does not hold exactly one skill.
    """
    path = path.resolve()
    if any(path.parent.parent == Path(root).resolve() for root in package.__path__):
        return only_skill(importlib.import_module(f"{package.__name__}.{path.parent.name}.{path.stem}"))
    return only_skill(load_module(path, f"{PRIVATE}.{path.parent.name}.{path.stem}"))


def load_module(path: Path, name: str) -> ModuleType:
    """Run a Python file as a module of this name, once.

    Raises:
        SkillError: no such file, its code fails, or another file has the name already.
    """
    if not path.is_file():
        raise SkillError(f"{path}: no such file")
    known = sys.modules.get(name)
    if known is not None:
        if Path(str(known.__file__)) == path:
            return known
        raise SkillError(f"{path} and {known.__file__} have one family and one file name; rename one of them")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SkillError(f"{path}: not a Python file; a skill's file ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise SkillError(f"{path}: the file cannot be run: {type(error).__name__}: {error}") from error
    return module


def only_skill(module: ModuleType) -> Skill:
    """The one skill of a module.

    Raises:
        SkillError: it holds none or several, or one that leaves a duty undefined.
    """
    where = source_of(module)
    classes = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Skill) and value.__module__ == module.__name__
    ]
    if len(classes) != 1:
        raise SkillError(f"{where}: a skill file holds exactly one Skill class, this one has {len(classes)}")
    duties = sorted(classes[0].__abstractmethods__)
    if duties:
        raise SkillError(f"{where}: {classes[0].__name__} does not define {', '.join(duties)}")
    return classes[0]()


def source_of(module: ModuleType) -> str:
    """What a message calls a module: its file where it is a private one."""
    return str(module.__file__) if module.__name__.startswith(PRIVATE) else module.__name__


def _files(folder: Path) -> Iterator[Path]:
    families = [folder] if (folder / "__init__.py").exists() else _families(folder)
    for family in families:
        yield from (path for path in sorted(family.glob("*.py")) if path.name != "__init__.py")


def _families(folder: Path) -> Iterator[Path]:
    for family in sorted(path for path in folder.iterdir() if path.is_dir()):
        if (family / "__init__.py").exists():
            yield family
        elif any(family.glob("*.py")):
            raise SkillError(f"{family}: a family folder without __init__.py is not walked; add an empty one")
