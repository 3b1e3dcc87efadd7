"""A new skill's files, to be filled in: they work as they stand, so that every change can be checked at once."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from skillbench.core.errors import InputError
from skillbench.core.prompts import render_prompt
from skillbench.skills.loading import SECOND

TEMPLATES = {"skill": "skill/skill.py.j2", "second": "skill/second.py.j2"}

TO_FILL = "FILL IN"
"""Marks what a template leaves to its author."""


def start_skill(tag: str, family: str, into: Path) -> tuple[Path, Path]:
    """Write ``FAMILY/SKILL.py`` and its second solver ``FAMILY/second/SKILL.py``; return both.

    Args:
        tag: the skill's name in the taxonomy, for instance ``"Route Planning"``.
        family: folder of related skills, in snake case.
        into: folder that holds the families; ``skillbench/skills`` for a skill to be shipped.

    Raises:
        InputError: the tag or the family makes no Python name, or a file stands there already.
    """
    words = re.findall(r"[A-Za-z0-9]+", tag)
    name = "_".join(words).lower()
    for given, snake in ((tag, name), (family, family)):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", snake) or keyword.iskeyword(snake):
            raise InputError(f"{given!r} makes no name of a Python module; use letters, digits and blanks")
    skill, second = into / family / f"{name}.py", into / family / SECOND / f"{name}.py"
    for path in (skill, second):
        if path.exists():
            raise InputError(f"{path} exists already; give another tag, or another folder with --into")
    classes = "".join(word[:1].upper() + word[1:] for word in words)
    texts = [render_prompt(TEMPLATES[part], tag=tag, stem=name, class_name=classes) for part in ("skill", "second")]
    second.parent.mkdir(parents=True, exist_ok=True)
    (into / family / "__init__.py").touch()
    for path, text in zip((skill, second), texts, strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
    return skill, second
