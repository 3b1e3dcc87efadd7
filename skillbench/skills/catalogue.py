"""The folder walk is the registry: every file under a family folder is one skill, or is refused with a reason."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template, TemplateError

from skillbench.core.errors import SkillError
from skillbench.core.prompts import worded
from skillbench.core.quantities import GROUPS, Group, Quantity, Words
from skillbench.core.schema import Tolerance
from skillbench.core.streams import Stream, stream
from skillbench.skills.contract import Block, Dials, Findings, Param, Sheet, Skill, Terms
from skillbench.skills.loading import every_skill, load_file, name_files, source_of
from skillbench.skills.trials import record_files

FEWEST_SLOTS, MOST_SLOTS, MOST_ALTERNATIVES = 6, 10, 4

_TEMPLATES = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701  prose, never HTML


@cache
def load_catalogue() -> Mapping[str, Skill]:
    """Every skill by tag, in tag order: those of the package and those that ``SKILLBENCH_SKILLS`` names.

    Raises:
        SkillError: a file holds no skill or more than one, a skill breaks the contract, or two claim one tag, measure
            key or record file.
    """
    found: dict[str, Skill] = {}
    for skill in every_skill():
        check_skill(skill)
        check_params(skill, skill.draw_params(stream("load", skill.tag)))
        check_apart(skill, found.values())
        found[skill.tag] = skill
    return dict(sorted(found.items()))


def add_files(paths: Iterable[Path]) -> list[str]:
    """Add private skills to the catalogue of this process and of every worker it starts; return their tags.

    Raises:
        SkillError: see :func:`load_catalogue`.
    """
    files = list(paths)
    name_files(files)
    load_catalogue.cache_clear()
    load_catalogue()
    return [load_file(file).tag for file in files]


def skill_named(tag: str) -> Skill:
    """The skill of this tag.

    Raises:
        SkillError: no such skill; the message lists those that exist.
    """
    try:
        return load_catalogue()[tag]
    except KeyError:
        raise SkillError(f"no skill {tag!r}; the catalogue has: {', '.join(load_catalogue())}") from None


def slip_named(tag: str, name: str) -> StrEnum:
    """A skill's slip by the name under which a case freezes it.

    Raises:
        SkillError: the skill knows no such slip.
    """
    for slip in skill_named(tag).slips:
        if slip == name:
            return slip
    raise SkillError(f"{tag} knows no slip {name!r}; it knows: {', '.join(skill_named(tag).slips)}")


def family_of(skill: Skill) -> str:
    """The folder a skill lives in, for instance ``"statistics"``."""
    return type(skill).__module__.split(".")[-2]


def render(template: str, words: Words, draw: Stream | None = None) -> str:
    """A skill's text in a domain's words, on one line; an unknown word is an error, never an empty string.

    Args:
        template: may hold passages in several wordings (:func:`skillbench.core.prompts.worded`).
        words: of the domain.
        draw: chooses the wordings; without it the first of each is taken.

    Raises:
        SkillError: the template uses a word no domain has.
    """
    try:
        return " ".join(worded(_compiled(template).render(**words.namespace()), draw).split())
    except TemplateError as error:
        raise SkillError(f"template {template[:60]!r}…: {error}") from error


@cache
def _compiled(template: str) -> Template:
    return _TEMPLATES.from_string(template)


def tolerance_of(skill: Skill) -> Tolerance:
    """What a case freezes: one unit of the last decimal, or 0.1 % of the value."""
    return Tolerance(absolute=10.0**-skill.measure.digits, relative=1e-3)


def tolerance(skill: Skill, value: float) -> float:
    """How far a reported value may lie from the key in a case composed now."""
    return tolerance_of(skill).at(value)


def solve_exact(skill: Skill, block: Block, dials: Dials, slip: StrEnum | None = None) -> Findings:
    """Solve and hold the skill to its promise about findings.

    Raises:
        SkillError: values miss an entity, are negative, not finite or all zero, or a flag names a stranger.
    """
    findings = skill.solve(block, dials, slip=slip)
    where = f"{skill.tag}{f' with slip {slip!r}' if slip else ''}"
    if sorted(findings.values) != list(dials.entities) or not findings.flagged <= set(dials.entities):
        raise SkillError(f"{where}: values or flags do not match the entities in play {dials.entities}")
    if not all(math.isfinite(value) and value >= 0 for value in findings.values.values()):
        raise SkillError(f"{where}: a value is negative or not finite: {dict(findings.values)}")
    if slip is None and not any(findings.values.values()):
        raise SkillError(f"{where}: all values are zero")
    return findings


def check_skill(skill: Skill) -> None:
    """Refuse a skill whose declaration breaks the contract.

    Raises:
        SkillError: with a sentence that names the rule broken.
    """
    where = _where(skill)
    missing = [name for name in Skill.__annotations__ if not getattr(skill, name, None)]
    if missing:
        raise SkillError(f"{where}: the skill declares no {', '.join(missing)}")
    if not (type(skill).__doc__ or "").strip():
        raise SkillError(f"{where}: the class has no docstring; it is the skill's catalogue page")
    if not 2 <= len(skill.slips) <= 5:
        raise SkillError(f"{where}: {len(skill.slips)} slips; a skill knows 2 to 5 usual mistakes")
    _check_sheets(skill, where)
    if len(groups(skill.reads)) < 2:
        raise SkillError(f"{where}: reads {list(skill.reads)}; read from at least two of {[*Group]}")
    whole = [group for group in Group if _members(group) <= set(skill.drives)]
    if len(whole) < 2:
        raise SkillError(f"{where}: drives {list(skill.drives)}; drive both quantities of at least two groups")
    if not skill.measure.key.isidentifier():
        raise SkillError(f"{where}: measure key {skill.measure.key!r} is not snake case")


def _check_sheets(skill: Skill, where: str) -> None:
    if len(skill.sheets) < 2:
        raise SkillError(f"{where}: {len(skill.sheets)} sheet; write two or more, the first gets the parameter table")
    slots = [slot for sheet in skill.sheets for slot in sheet.clauses]
    twice = sorted({slot for slot in slots if slots.count(slot) > 1})
    if twice:
        raise SkillError(f"{where}: the slot {twice[0]!r} stands on two sheets; a slot has one name")
    varying = skill.slots()
    if not FEWEST_SLOTS <= len(varying) <= MOST_SLOTS:
        raise SkillError(
            f"{where}: {len(varying)} clauses vary; write {FEWEST_SLOTS} to {MOST_SLOTS} with alternatives"
        )
    crowded = [slot for slot, texts in varying.items() if len(texts) > MOST_ALTERNATIVES]
    if crowded:
        raise SkillError(
            f"{where}: the slot {crowded[0]!r} has {len(varying[crowded[0]])} alternatives; 2 to 4 are allowed"
        )
    title = skill.measure.title.casefold()
    named = [sheet.title for sheet in skill.sheets if title in sheet.title.casefold()]
    if named:
        raise SkillError(f"{where}: the sheet {named[0]!r} repeats the measure's name; a title must not find it")
    if title not in sheet_text(skill).casefold():
        raise SkillError(f"{where}: no clause names the measure {skill.measure.title!r}, so no search finds the sheets")


def sheet_text(skill: Skill) -> str:
    """Every clause of a skill in every alternative, as templates."""
    return "\n".join(text for sheet in skill.sheets for texts in sheet.clauses.values() for text in texts.values())


def clause_texts(sheet: Sheet, terms: Terms) -> list[str]:
    """The clauses of a sheet as they read under some terms, as templates."""
    return [
        texts[terms.clauses[slot]] if len(texts) > 1 else next(iter(texts.values()))
        for slot, texts in sheet.clauses.items()
    ]


def check_apart(skill: Skill, others: Iterable[Skill]) -> None:
    """Refuse a skill that claims what another one has: a case holds both under these names.

    Raises:
        SkillError: names the tag, measure key or record file, and who has it.
    """
    where = _where(skill)
    for other in others:
        shared = sorted(_files_of(skill) & _files_of(other))
        if skill.tag == other.tag:
            raise SkillError(f"{where}: the tag {skill.tag!r} is taken by {_where(other)} already")
        if skill.measure.key == other.measure.key:
            raise SkillError(f"{where}: the measure key {skill.measure.key!r} is taken by {other.tag}; choose another")
        if shared:
            raise SkillError(f"{where}: the record file {shared[0]!r} is taken by {other.tag}; choose another name")


@cache
def _files_of(skill: Skill) -> frozenset[str]:
    try:
        return record_files(skill)
    except Exception as error:
        raise SkillError(f"{_where(skill)}: no records can be drawn: {type(error).__name__}: {error}") from error


def _where(skill: Skill) -> str:
    """What a message calls a skill: its file where it is a private one, else its module."""
    module = sys.modules.get(type(skill).__module__)
    return source_of(module) if module else type(skill).__module__


def check_params(skill: Skill, params: Mapping[str, Param]) -> None:
    """Refuse parameters the rules never mention: a number nobody explains cannot be used.

    Raises:
        SkillError: a parameter is not named in backticks on any page.
    """
    text = sheet_text(skill)
    silent = [name for name in params if f"`{name}`" not in text]
    if silent:
        raise SkillError(
            f"{skill.tag}: the rules never mention `{'`, `'.join(silent)}`; name it in a clause, or drop it"
        )


def groups(quantities: Mapping[Quantity, object]) -> set[Group]:
    """The groups that some quantities belong to."""
    return {GROUPS[quantity] for quantity in quantities}


def _members(group: Group) -> set[Quantity]:
    return {quantity for quantity, own in GROUPS.items() if own == group}


def moved(skill: Skill, before: Findings, after: Findings, times: float = 5.0) -> bool:
    """Whether any entity's value lies more than ``times`` tolerances from where it was."""
    return any(
        abs(after.values[code] - value) > times * tolerance(skill, value) for code, value in before.values.items()
    )
