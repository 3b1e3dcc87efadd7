"""Judge profiles and rubric rules: data under ``judges/``, read once."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillbench.core.assets import asset_dir
from skillbench.core.errors import InputError

DEFAULT_RULES = "steps-figure-7"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pillars(_Data):
    """Weights of the three pillars."""

    synthesis: Decimal
    fidelity: Decimal
    precision: Decimal


class Rules(_Data):
    """The numbers of a rubric; each field is one rule of :func:`skillbench.judge.score.score`."""

    name: str
    pillars: Pillars
    full_marks: Decimal
    isolated: Decimal
    missing_skill: Decimal
    generic_fidelity: Decimal
    tool_bonus: Decimal
    generic_penalty: Decimal
    omission_penalty: Decimal
    hallucination_ceiling: Decimal
    generic_ceiling: Decimal
    fidelity: dict[str, Decimal]
    checks: dict[str, Decimal]
    bands: dict[str, Decimal]


class Profile(_Data):
    """A named, dated judge.

    Attributes:
        name: how ``-T judge=`` and the log call it.
        dated: the day its wording and numbers were fixed.
        kind: ``audit`` needs no model; ``rubric`` and ``reader`` need the ``grader`` role: the first reads the prose of
            keyed answers, the second all of an answer to an authored task.
        rules: name of the rules it scores by.
        prompt: folder under ``prompts/`` of its templates; None for an audit.
        model: the dated model a published figure was made with; None when the user chooses.
        retires: the day that model leaves its provider's interface, when it is known.
        temperature: sampling temperature; None leaves it to the model.
        attempts: how often an unreadable verdict is asked for again, first try included.
        majority: share of a panel that must make an allegation no code can verify.
        summary: one sentence for the list of judges.
    """

    name: str
    dated: str
    kind: Literal["audit", "rubric", "reader"]
    rules: str = DEFAULT_RULES
    prompt: str | None = None
    model: str | None = None
    retires: str | None = None
    temperature: float | None = None
    attempts: Annotated[int, Field(ge=1, le=3)] = 3
    majority: Annotated[Decimal, Field(gt=Decimal("0.5"), le=1)] = Decimal("0.66")
    summary: str


@cache
def load_rules(name: str = DEFAULT_RULES) -> Rules:
    """The rules of this name.

    Raises:
        InputError: no such rules, or a malformed file.
    """
    return Rules.model_validate(_read("rules", name))


@cache
def load_profile(name: str) -> Profile:
    """The judge of this name.

    Raises:
        InputError: no such judge, or a malformed file.
    """
    try:
        return Profile.model_validate(_read("profiles", name))
    except ValidationError as error:
        raise InputError(f"judges/profiles/{name}.yaml: {error}") from error


@cache
def judge_digest(name: str) -> str:
    """One hash of everything that makes a judge but its model: profile, rules and prompt templates.

    It stands in every verdict of a rubric judge, so that figures made with other words never pass as the same.

    Raises:
        InputError: no such judge, or a malformed file.
    """
    profile = load_profile(name)
    folder = asset_dir("prompts") / (profile.prompt or "")
    templates = sorted(folder.glob("*.j2")) if profile.prompt else []
    parts = [profile.model_dump_json(), load_rules(profile.rules).model_dump_json()]
    parts += [f"{path.name}\0{path.read_text(encoding='utf-8')}" for path in templates]
    return hashlib.sha256("\0\0".join(parts).encode()).hexdigest()


def profile_names() -> list[str]:
    """Every judge that is installed, sorted."""
    return _names(asset_dir("judges") / "profiles")


def _read(folder: str, name: str) -> object:
    home = asset_dir("judges") / folder
    known = _names(home)
    if name not in known:
        raise InputError(f"no judge {folder} {name!r}; there are: {', '.join(known)}")
    return yaml.safe_load((home / f"{name}.yaml").read_text(encoding="utf-8"))


def _names(home: Path) -> list[str]:
    return sorted(path.stem for path in home.glob("*.yaml"))
