"""Dependency Management: resolve each entity's manifest against a package index."""

from __future__ import annotations

import json
import math
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Measure, Param, Skill

MANIFEST = "requirements.toml"
INDEX = "package_index.json"
NAMES = (
    "audit-trail", "auth-kit", "cache-lite", "chart-kit", "device-io", "event-bus", "form-ui", "geo-index",
    "label-print", "log-core", "mail-relay", "pdf-export", "report-gen", "sync-agent",
)  # fmt: skip
SIGNS = ("^", "^", "^", "~", ">=")

Version = tuple[int, int, int, bool]


class DependencyManagement(Skill):
    """Resolve package requirements to versions: caret and tilde ranges, pre-releases, yanked versions.

    Each entity has its own manifest; one index lists the versions of every package with size and needs.
    Packages are resolved once each in the index's order, so nothing is ever taken back. The size of the
    resolved set decides how long the rollout takes.
    """

    tag = "Dependency Management"
    measure = Measure(
        key="rollout_minutes",
        title="Rollout time",
        unit="minutes",
        digits=2,
        meaning="how long each {{ entity }} is busy rolling out the software that its manifest asks for",
    )
    signal = "more than `held_limit` of the packages resolved for the {{ entity }} are held back"
    exception = "it is frozen: the lowest version that qualifies is resolved instead of the highest"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.EXPOSURE: "there is one installation for each unit of the {{ exposure }}",
        Quantity.CREW: "the time of all installations is divided by the {{ crew }}",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.DEMAND: Drive(raises=False, reason="people put off work while a {{ entity }} is in a long rollout"),
        Quantity.EXPOSURE: Drive(raises=True, reason="the longer a rollout, the more people meet it half done"),
        Quantity.CAPACITY: Drive(raises=False, reason="machines that are being updated do no other work meanwhile"),
        Quantity.CREW: Drive(raises=False, reason="whoever installs packages is not available to the {{ entity }}"),
    }
    rules: ClassVar[Mapping[str, str]] = {
        "Rollout time: resolving a manifest": """
The manifest file has two tables for each {{ entity }}: `requires` is rolled out, `dev` is for developers and is never
rolled out. Package names are compared without regard to case, and `_` and `-` are the same sign.

Packages are resolved one after the other in the order of the list `order` in the index, each once. A package is
resolved when the table `requires` names it or when a version resolved before it lists it under `needs`; otherwise it is
left out. Versions only need packages that come later in `order`, so all ranges put on a package are known when its turn
comes, and every one of them must admit the version. Of the versions that qualify the highest is resolved. At least one
always qualifies.

A version is three integers, compared as numbers from left to right. A version with a suffix behind a hyphen is a
pre-release and never qualifies, whatever the range. A version marked `"yanked": true` never qualifies either.
`~a.b.c` admits versions from a.b.c up to but excluding a.(b+1).0. `^a.b.c` admits versions from a.b.c up to but
excluding (a+1).0.0 if a is not zero, and up to but excluding 0.(b+1).0 if a is zero. `>=a.b.c` admits a.b.c and every
higher version.
""",
        "Rollout time: freezing, minutes and flag": """
A {{ entity }} under exception is frozen: at every turn the lowest version that qualifies is resolved instead of the
highest. All else stays the same.

The download of a {{ entity }} is the sum of the sizes of all versions resolved for it, needed ones included, in MB; 1
MB is 1000 kB. One installation takes `seconds_per_mb` seconds for every MB of the download and `setup_minutes` minutes
for every package resolved. There is one installation for each unit of the {{ entity }}'s {{ exposure }}, parts of a
unit in proportion. The rollout time is the time of all installations, in minutes, divided by the {{ entity }}'s
{{ crew }}. Nothing is rounded.

A resolved package is held back when the index has a higher version of it that is neither a pre-release nor yanked,
admitted by the ranges or not. Flag a {{ entity }} when more than `held_limit` of its resolved packages are held back.
""",
    }
    slips: ClassVar[Mapping[str, str]] = {
        "caret-zero": "^0.b.c is read as anything below 1.0.0",
        "text-order": "versions are ranked as text, so 0.9 beats 0.10",
        "prerelease-taken": "a pre-release qualifies like any other version",
        "yanked-taken": "a yanked version qualifies like any other",
        "dev-included": "the table for developers is rolled out too",
    }

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Installation times and the flag's limit."""
        return {
            "seconds_per_mb": stream.number("6.00", "15.00", 2),
            "setup_minutes": stream.number("1.50", "5.00", 2),
            "held_limit": stream.integer(3, 4),
        }

    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """Ten packages of seven versions, two more per level above 1; all ranges on a package share one version."""
        order = stream.sample(NAMES, 8 + 2 * level)
        shelf = {name: self._versions(stream) for name in order}
        packages = []
        for name in stream.shuffled(order):
            later = order[order.index(name) + 1 :][:5]
            lines = [json.dumps(self._release(stream, v, shelf, name, later)) for v in stream.shuffled(shelf[name])]
            packages.append(f'  "{name}": [\n   ' + ",\n   ".join(lines) + "\n  ]")
        index = f'{{\n "order": {json.dumps(order)},\n "packages": {{\n' + ",\n".join(packages) + "\n }\n}\n"
        sections = [self._section(stream, entity.code, shelf) for entity in stream.shuffled(roster.everyone)]
        return Block({MANIFEST: "\n".join(sections), INDEX: index}, self.draw_params(stream))

    @staticmethod
    def _versions(stream: Stream) -> list[str]:
        """Four versions and a beta that one caret range spans, then a release candidate and a release beyond it."""
        first, major, patch = stream.integer(1, 4), stream.integer(1, 4), stream.integer(1, 8)
        steps = [first, first + stream.integer(1, 2), 9, stream.integer(10, 13), stream.integer(14, 18)]
        if stream.chance(1, 2):
            inside, candidate, beyond = [f"0.{major}.{n}" for n in steps], f"0.{major + 1}.0", f"0.{major + 1}.{patch}"
        else:
            inside, candidate = [f"{major}.{n}.{patch}" for n in steps], f"{major + 1}.0.0"
            beyond = f"{major + 1}.{first}.0"
        return [*inside[:-1], f"{inside[-1]}-beta.1", f"{candidate}-rc.1", beyond]

    @staticmethod
    def _release(
        stream: Stream, version: str, shelf: Mapping[str, Sequence[str]], name: str, later: Sequence[str]
    ) -> dict[str, Any]:
        size = stream.decimal("4.0", "58.0", 1)
        out: dict[str, Any] = {"version": version}
        out["size"] = f"{int(size * 1000)} kB" if stream.chance(1, 4) else f"{size} MB"
        if needed := stream.sample(later, min(len(later), stream.integer(0, 2))):
            out["needs"] = {other: _some_range(stream, shelf[other]) for other in needed}
        if version != shelf[name][1] and stream.chance(1, 4):
            out["yanked"] = True
        return out

    @staticmethod
    def _section(stream: Stream, code: str, shelf: Mapping[str, Sequence[str]]) -> str:
        lines = []
        for name in stream.sample(list(shelf), stream.integer(3, 6)):
            written = name.replace("-", "_").title() if stream.chance(1, 4) else name
            lines.append(f'{written} = "{_some_range(stream, shelf[name])}"\n')
        cut = stream.integer(1, 2)
        return "".join([f'["{code}".requires]\n', *lines[cut:], f'["{code}".dev]\n', *lines[:cut]])

    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """Resolve in the index's order, then turn sizes into minutes."""
        del margins  # every comparison here is between versions or counts
        manifests, index = tomllib.loads(block.files[MANIFEST]), json.loads(block.files[INDEX])
        per_mb, setup = float(block.params["seconds_per_mb"]) / 60, float(block.params["setup_minutes"])
        values, flagged = {}, set()
        for code in dials.entities:
            asked = [*manifests[code]["requires"].items()]
            if slip == "dev-included":
                asked += manifests[code]["dev"].items()
            resolved = self._resolve(asked, index, slip, frozen=code in dials.exceptions)
            minutes = math.fsum(_megabytes(release["size"]) * per_mb + setup for release in resolved.values())
            values[code] = minutes * dials.quantities[Quantity.EXPOSURE][code] / dials.quantities[Quantity.CREW][code]
            held = sum(_is_held(release, index["packages"][name]) for name, release in resolved.items())
            if held > int(block.params["held_limit"]):
                flagged.add(code)
        return Findings(values, frozenset(flagged))

    @staticmethod
    def _resolve(
        asked: Iterable[tuple[str, str]], index: Mapping[str, Any], slip: str | None, *, frozen: bool
    ) -> dict[str, dict[str, Any]]:
        ranges: dict[str, list[str]] = {}
        for name, span in asked:
            ranges.setdefault(name.lower().replace("_", "-"), []).append(span)
        resolved: dict[str, dict[str, Any]] = {}
        for name in index["order"]:
            if name not in ranges:
                continue
            fit = [release for release in index["packages"][name] if _qualifies(release, ranges[name], slip)]
            fit.sort(key=lambda release: release["version"] if slip == "text-order" else _version(release["version"]))
            resolved[name] = fit[0 if frozen else -1]
            for other, span in resolved[name].get("needs", {}).items():
                ranges.setdefault(other, []).append(span)
        return resolved


def _some_range(stream: Stream, versions: Sequence[str]) -> str:
    """A range that admits the second version, as every range on a package does."""
    sign = stream.choice(SIGNS)
    return sign + (versions[1] if sign == "~" else stream.choice(versions[:2]))


def _qualifies(release: Mapping[str, Any], spans: Iterable[str], slip: str | None) -> bool:
    if release.get("yanked") and slip != "yanked-taken":
        return False
    if "-" in release["version"] and slip != "prerelease-taken":
        return False
    bounds = [_bounds(span, slip) for span in spans]
    return all(low <= _version(release["version"]) < high for low, high in bounds)


def _is_held(release: Mapping[str, Any], shelf: Iterable[Mapping[str, Any]]) -> bool:
    sound = [_version(r["version"]) for r in shelf if "-" not in r["version"] and not r.get("yanked")]
    return _version(release["version"]) < max(sound)


def _bounds(span: str, slip: str | None) -> tuple[Version, Version]:
    """Lower bound included, upper bound excluded."""
    sign = span.rstrip("0123456789.")
    low = _version(span.removeprefix(sign))
    if sign == "~" or (sign == "^" and low[0] == 0 and slip != "caret-zero"):
        return low, (low[0], low[1] + 1, 0, True)
    return low, (low[0] + 1 if sign == "^" else sys.maxsize, 0, 0, True)


def _version(text: str) -> Version:
    """A version in its order: a pre-release comes just before its release."""
    numbers, hyphen, _ = text.partition("-")
    major, minor, patch = map(int, numbers.split("."))
    return major, minor, patch, not hyphen


def _megabytes(size: str) -> float:
    number, unit = size.split()
    return float(number) / (1000 if unit == "kB" else 1)
