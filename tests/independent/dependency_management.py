"""Rollout time of resolved package manifests, solved from the rules text alone."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

Version = tuple[int, int, int]
MB_PER_UNIT = {"MB": 1.0, "kB": 0.001}


def plain(name: str) -> str:
    """Return a package name without regard to case and to the two signs."""
    return name.strip().lower().replace("_", "-")


def numbers(text: str) -> Version:
    """Return a version's three integers."""
    major, minor, patch = (int(part) for part in text.split("."))
    return major, minor, patch


def admits(wanted: str, version: Version) -> bool:
    """Say whether a range admits a version."""
    match = re.fullmatch(r"\s*(~|\^|>=)\s*(\d+\.\d+\.\d+)\s*", wanted)
    if match is None:
        raise ValueError(f"not a range: {wanted!r}")
    low = numbers(match.group(2))
    if version < low:
        return False
    if match.group(1) == ">=":
        return True
    if match.group(1) == "^" and low[0] != 0:
        return version < (low[0] + 1, 0, 0)
    return version < (low[0], low[1] + 1, 0)


def size_in_mb(text: str) -> float:
    """Return a size in MB."""
    match = re.fullmatch(r"([\d.]+)\s*(MB|kB)", text.strip())
    if match is None:
        raise ValueError(f"not a size: {text!r}")
    return float(match.group(1)) * MB_PER_UNIT[match.group(2)]


def resolve(
    requires: dict[str, str], order: list[str], usable: dict[str, dict[Version, dict[str, Any]]], frozen: bool
) -> dict[str, Version]:
    """Return the version resolved for every package that is not left out."""
    ranges: dict[str, list[str]] = {}
    for name, wanted in requires.items():
        ranges.setdefault(plain(name), []).append(wanted)
    resolved: dict[str, Version] = {}
    for name in order:
        if name not in ranges or name in resolved:
            continue
        qualify = [version for version in usable[name] if all(admits(wanted, version) for wanted in ranges[name])]
        resolved[name] = min(qualify) if frozen else max(qualify)
        for needed, wanted in usable[name][resolved[name]].get("needs", {}).items():
            ranges.setdefault(plain(needed), []).append(wanted)
    return resolved


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the rollout time and the flagged pumping stations."""
    (index_text,) = (text for name, text in files.items() if name.endswith(".json"))
    (manifest_text,) = (text for name, text in files.items() if name.endswith(".toml"))
    index, manifest = json.loads(index_text), tomllib.loads(manifest_text)
    order = [plain(name) for name in index["order"]]
    usable: dict[str, dict[Version, dict[str, Any]]] = {}
    for name, entries in index["packages"].items():
        kept = usable.setdefault(plain(name), {})
        for entry in entries:
            if "-" not in entry["version"] and entry.get("yanked") is not True:
                kept[numbers(entry["version"])] = entry

    result: dict[str, float] = {}
    flagged: set[str] = set()
    for code, installations in quantities["exposure"].items():
        requires = manifest.get(code, {}).get("requires", {})
        resolved = resolve(requires, order, usable, code in exceptions)
        download = sum(size_in_mb(usable[name][version]["size"]) for name, version in resolved.items())
        one = float(params["seconds_per_mb"]) * download / 60 + float(params["setup_minutes"]) * len(resolved)
        result[code] = one * installations / quantities["crew"][code]
        held_back = sum(version < max(usable[name]) for name, version in resolved.items())
        if held_back > float(params["held_limit"]):
            flagged.add(code)
    return result, flagged
