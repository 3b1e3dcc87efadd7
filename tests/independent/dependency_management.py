"""Rollout time of resolved package manifests.

One person wrote both solvers; this one reads the files and compares versions with ``packaging``'s specifiers.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.version import Version

Entry = dict[str, Any]


def plain(name: str) -> str:
    """Return a package name without regard to case and to the two signs."""
    return name.strip().lower().replace("_", "-")


def pep440(text: str) -> Version:
    """Return a version as packaging understands it: ``-beta.1`` is ``b1``, ``-rc.1`` is ``rc1``."""
    return Version(text.replace("-beta.", "b").replace("-rc.", "rc"))


def specifiers(wanted: str, *, zero: bool) -> SpecifierSet:
    """Return a range as packaging understands it; ``.dev0`` leaves a bound's pre-releases out."""
    match = re.fullmatch(r"\s*(~|\^|>=)\s*(\d+)\.(\d+)\.(\d+)\s*", wanted)
    if match is None:
        raise ValueError(f"not a range: {wanted!r}")
    sign, (a, b, c) = match.group(1), map(int, match.groups()[1:])
    if sign == ">=":
        return SpecifierSet(f">={a}.{b}.{c}")
    minor = sign == "~" or (a == 0 and zero)
    return SpecifierSet(f">={a}.{b}.{c},<{a}.{b + 1}.0.dev0" if minor else f">={a}.{b}.{c},<{a + 1}.0.0.dev0")


def candidates(entries: list[Entry], ranges: list[str], clauses: dict[str, str], sound_until: str) -> list[Entry]:
    """Return the versions of a package that qualify."""
    spans = [specifiers(wanted, zero=clauses["ranges"] == "zero") for wanted in ranges]
    out = []
    for entry in entries:
        version = pep440(entry["version"])
        if version.is_prerelease and clauses["prerelease"] == "never":
            continue
        if entry.get("yanked") and (clauses["yanked"] == "never" or entry["released"] >= sound_until):
            continue
        if all(span.contains(version, prereleases=True) for span in spans):
            out.append(entry)
    return out


def resolve(
    requires: list[tuple[str, str]], index: Entry, clauses: dict[str, str], odd: str, sound_until: str
) -> dict[str, Entry]:
    """Return the version resolved for every package that is not left out; ``odd`` is the exception, if any."""
    ranges: dict[str, list[str]] = {}
    for name, wanted in requires:
        ranges.setdefault(plain(name), []).append(wanted)
    resolved: dict[str, Entry] = {}
    for name in map(plain, index["order"]):
        if name not in ranges:
            continue
        fit = candidates(index["packages"][name], ranges[name], clauses, sound_until)
        by_version = sorted(fit, key=lambda entry: pep440(entry["version"]))
        if odd == "frozen":
            resolved[name] = by_version[0]
        else:
            newest = max(fit, key=lambda entry: entry["released"])
            resolved[name] = by_version[-1] if clauses["choice"] == "highest" else newest
        if odd != "direct":
            for needed, wanted in resolved[name].get("needs", {}).items():
                ranges.setdefault(plain(needed), []).append(wanted)
    return resolved


def megabytes(text: str) -> float:
    """Return a size in MB."""
    number, unit = text.split()
    return float(number) * {"MB": 1.0, "kB": 0.001}[unit]


def held_back(entry: Entry, entries: list[Entry]) -> bool:
    """Say whether the index has a higher version that is sound."""
    sound = [pep440(e["version"]) for e in entries if "-" not in e["version"] and not e.get("yanked")]
    return any(version > pep440(entry["version"]) for version in sound)


def solve(
    files: dict[str, str],
    params: dict[str, Any],
    clauses: dict[str, str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the rollout time and the flagged entities."""
    (index_text,) = (text for name, text in files.items() if name.endswith(".json"))
    (manifest_text,) = (text for name, text in files.items() if name.endswith(".toml"))
    index, manifest = json.loads(index_text), tomllib.loads(manifest_text)
    result: dict[str, float] = {}
    flagged: set[str] = set()
    for code, users in quantities["exposure"].items():
        odd = clauses["exception"] if code in exceptions else ""
        tables = ["requires", "dev"] if clauses["tables"] == "both" else ["requires"]
        requires = [item for table in tables for item in manifest[code][table].items()]
        resolved = resolve(requires, index, clauses, odd, params["sound_until"])
        own = {plain(name) for name, _ in requires}
        counted = [
            megabytes(entry["size"])
            * (params["mirror_share"] if clauses["download"] == "mirror" and name not in own else 1)
            for name, entry in resolved.items()
        ]
        seconds = sum(counted) * params["seconds_per_mb"] * (3 if odd == "courier" else 1) * users
        if clauses["minutes"] == "each":
            spent = seconds / 60 + params["setup_minutes"] * len(resolved) * users
        else:
            spent = seconds / 60 + params["test_minutes"] * len(resolved)
        result[code] = spent / quantities["crew"][code]
        held = [name for name, entry in resolved.items() if held_back(entry, index["packages"][name])]
        if clauses["flag"] == "count":
            over = len(held) > params["held_limit"]
        else:
            sizes = {name: megabytes(entry["size"]) for name, entry in resolved.items()}
            over = sum(sizes[name] for name in held) > params["held_share"] * sum(sizes.values())
        if over:
            flagged.add(code)
    return result, flagged
