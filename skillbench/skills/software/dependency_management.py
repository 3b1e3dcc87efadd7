"""Dependency Management: resolve each entity's manifest against a package index."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import World
from skillbench.skills.contract import Block, Dials, Drive, Fact, Findings, Margins, Measure, Param, Sheet, Skill, Terms

MANIFEST = "requirements.toml"
INDEX = "package_index.json"
NAMES = (
    "audit-trail", "auth-kit", "cache-lite", "chart-kit", "device-io", "event-bus", "form-ui", "geo-index",
    "label-print", "log-core", "mail-relay", "pdf-export", "report-gen", "sync-agent",
)  # fmt: skip
SIGNS = ("^", "^", "^", "~", ">=")

Version = tuple[int, int, int, bool]


@dataclass(frozen=True)
class Release:
    """One version of one package; ``needs`` pairs package and range, ``kilobytes`` is how the index writes the size."""

    package: str
    version: str
    released: date
    size_kb: int
    kilobytes: bool
    needs: tuple[tuple[str, str], ...]
    yanked: bool


@dataclass(frozen=True)
class Requirement:
    """One line of one entity's manifest."""

    code: str
    table: str
    package: str
    span: str


@dataclass(frozen=True)
class Packages:
    """The index and every manifest."""

    order: tuple[str, ...]
    releases: tuple[Release, ...]
    requirements: tuple[Requirement, ...]


class Slip(StrEnum):
    """Usual mistakes with versions."""

    CARET_MISREAD = "caret-misread"
    TEXT_ORDER = "text-order"
    PRERELEASE_MISREAD = "prerelease-misread"
    YANKED_TAKEN = "yanked-taken"
    DEV_MISREAD = "dev-misread"


class DependencyManagement(Skill):
    """Resolve package requirements to versions: caret and tilde ranges, pre-releases, yanked versions.

    Each entity has its own manifest; one index lists the versions of every package with size, date and needs.
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
    signal = "too many of the packages resolved for it are held back"
    exception = "its packages are resolved or brought in otherwise than elsewhere"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.EXPOSURE: "installations are counted by the {{ exposure }}, one for each unit of the figure",
        Quantity.CREW: "the time of all installations is divided by the {{ crew }}",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.DEMAND: Drive(raises=False, reason="people put off work while a {{ entity }} is in a long rollout"),
        Quantity.EXPOSURE: Drive(raises=True, reason="the longer a rollout, the more people meet it half done"),
        Quantity.CAPACITY: Drive(raises=False, reason="machines that are being updated do no other work meanwhile"),
        Quantity.CREW: Drive(raises=False, reason="whoever installs packages is not available to the {{ entity }}"),
    }
    sheets: ClassVar[tuple[Sheet, ...]] = (
        Sheet(
            "Resolving a manifest against the package index",
            {
                "layout": {
                    "": """
                        << The rollout time rests on what a manifest resolves to. The manifest file has two tables for
                        each {{ entity }}, `requires` and `dev`. Package names are compared without regard to case, and
                        `_` and `-` are the same sign. A version is three integers, compared as numbers from left to
                        right; with a suffix behind a hyphen it is a pre-release, which ranks just below its three
                        integers.
                        || For the rollout time it matters what a manifest resolves to. Each {{ entity }} has two tables
                        in the manifest file, `requires` and `dev`. In package names capitals and small letters are the
                        same, and so are `-` and `_`. Versions are three integers and are compared from left to right,
                        as numbers; a suffix behind a hyphen makes a version a pre-release, and a pre-release ranks
                        directly below the version without the suffix. >>
                    """,
                },
                "order": {
                    "": """
                        << Packages are resolved one after the other in the order of the list `order` in the index, each
                        once. A package is resolved when a table that counts names it or when a version resolved before
                        it lists it under `needs`; otherwise it is left out. Versions only need packages that come later
                        in `order`, so all ranges put on a package are known when its turn comes, and every one of them
                        must admit the version. At least one version always qualifies.
                        || The list `order` in the index gives the sequence in which packages are resolved, one by one
                        and each once. It is a package's turn only when it is wanted: by a table that counts, or under
                        `needs` of a version that has been resolved before; what nobody wants is left out. Whatever a
                        version needs comes later in `order`. So every range on a package is known at its turn, and the
                        version resolved must be admitted by all of them. There is always one that qualifies. >>
                    """,
                },
                "tables": {
                    "requires": """
                        << Of the two tables only `requires` counts; `dev` is for developers and is never rolled out.
                        || What stands under `dev` is for developers and is never rolled out: of the two tables
                        `requires` alone counts. >>
                    """,
                    "both": """
                        << Both tables count alike: what stands under `dev` is rolled out too, since every {{ entity }}
                        tests its own software.
                        || Every {{ entity }} tests its own software, so what stands under `dev` is rolled out as well
                        and counts like the rest. >>
                    """,
                },
                "ranges": {
                    "zero": """
                        `~a.b.c` admits versions from a.b.c up to but excluding a.(b+1).0 and its pre-releases. `^a.b.c`
                        admits versions from a.b.c up to but excluding (a+1).0.0 if a is not zero, and up to but
                        excluding 0.(b+1).0 if a is zero, in both cases without that bound's pre-releases. `>=a.b.c`
                        admits a.b.c and every higher version.
                    """,
                    "plain": """
                        `~a.b.c` admits versions from a.b.c up to but excluding a.(b+1).0 and its pre-releases. `^a.b.c`
                        admits versions from a.b.c up to but excluding (a+1).0.0 and its pre-releases, whether a is zero
                        or not. `>=a.b.c` admits a.b.c and every higher version.
                    """,
                },
                "prerelease": {
                    "never": """
                        << A pre-release never qualifies, whatever the range.
                        || No range lets a pre-release qualify. >>
                    """,
                    "ranked": """
                        << A pre-release qualifies like any other version when the ranges admit it.
                        || A pre-release is a version like the others and qualifies when the ranges admit it. >>
                    """,
                },
                "yanked": {
                    "never": 'A version marked `"yanked": true` never qualifies.',
                    "recent": """
                        A version marked `"yanked": true` never qualifies if it was released on `sound_until` or later;
                        before that day the mark meant something else, and the version qualifies like any other.
                    """,
                },
                "choice": {
                    "highest": """
                        << Of the versions that qualify the highest is resolved.
                        || Resolved is the highest of the versions that qualify. >>
                    """,
                    "newest": """
                        << Of the versions that qualify the one with the latest `released` date is resolved; no two
                        versions of a package were released on one day.
                        || Resolved is, of the versions that qualify, the one released last by its `released` date;
                        versions of one package never share a day. >>
                    """,
                },
            },
        ),
        Sheet(
            "From resolved packages to minutes",
            {
                "exception": {
                    "frozen": """
                        << A {{ entity }} under exception is frozen: at every turn the lowest version that qualifies is
                        resolved, whatever would be resolved elsewhere.
                        || Where a {{ entity }} is under exception its software is frozen: of the versions that qualify
                        the lowest is resolved each time, whatever is resolved for others. >>
                    """,
                    "direct": """
                        << For a {{ entity }} under exception only the packages that its own tables name are resolved;
                        what versions list under `needs` is neither resolved nor counted, and its ranges are not
                        observed.
                        || Where a {{ entity }} is under exception the packages named by its own tables are resolved and
                        no others: what stands under `needs` adds neither packages nor ranges. >>
                    """,
                    "courier": """
                        << For a {{ entity }} under exception packages come by courier: every MB of its download takes
                        three times the seconds it takes elsewhere.
                        || Where a {{ entity }} is under exception a courier brings its packages, and each MB of its
                        download takes three times the seconds that it takes for others. >>
                    """,
                },
                "download": {
                    "all": """
                        The download of a {{ entity }} is the sum of the sizes of all versions resolved for it, needed
                        ones included, in MB; 1 MB is 1000 kB.
                    """,
                    "mirror": """
                        The download of a {{ entity }} is the sum of the sizes of all versions resolved for it, in MB
                        (1 MB is 1000 kB); a package that no counting table of the {{ entity }} names, and that is
                        resolved only because others need it, counts with `mirror_share` of its size.
                    """,
                },
                "minutes": {
                    "each": """
                        One installation takes `seconds_per_mb` seconds for every MB of the download and `setup_minutes`
                        minutes for every package resolved. How many installations there are follows from the
                        {{ entity }}'s {{ exposure }}: one for each unit of the figure, parts of a unit in proportion.
                        The rollout time is the time of all installations, in minutes, divided by the {{ entity }}'s
                        {{ crew }}. Nothing is rounded.
                    """,
                    "once": """
                        One installation takes `seconds_per_mb` seconds for every MB of the download, and how many there
                        are follows from the {{ entity }}'s {{ exposure }}: one for each unit of the figure, parts of a
                        unit in proportion; beforehand `test_minutes` minutes are spent once on every package resolved.
                        The rollout time is all of this in minutes, divided by the {{ entity }}'s {{ crew }}. Nothing is
                        rounded.
                    """,
                },
                "flag": {
                    "count": """
                        A resolved package is held back when the index has a higher version of it that is neither a
                        pre-release nor yanked, admitted by the ranges or not. Flag a {{ entity }} with more than
                        `held_limit` packages held back.
                    """,
                    "size": """
                        A resolved package is held back when the index has a higher version of it that is neither a
                        pre-release nor yanked, admitted by the ranges or not. Flag a {{ entity }} when the sizes of the
                        versions resolved for such packages are together more than `held_share` of the sizes of all
                        versions resolved for it, each in full.
                    """,
                },
            },
        ),
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.CARET_MISREAD: "^0.b.c is read by the other of the two usual conventions",
        Slip.TEXT_ORDER: "versions are ranked as text, so 0.9 beats 0.10",
        Slip.PRERELEASE_MISREAD: "pre-releases are taken where they never qualify, and left out where they do",
        Slip.YANKED_TAKEN: "a yanked version qualifies like any other",
        Slip.DEV_MISREAD: "the table for developers is rolled out where it is not, and left out where it is",
    }
    kind = Packages

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """A date, installation times, what a mirrored package counts, and the flag's limits."""
        return {
            "sound_until": (date(2024, 9, 1) + timedelta(days=stream.integer(0, 400))).isoformat(),
            "seconds_per_mb": stream.number("6.00", "15.00", 2),
            "setup_minutes": stream.number("1.50", "5.00", 2),
            "test_minutes": stream.integer(90, 240),
            "mirror_share": stream.number("0.20", "0.60", 2),
            "held_limit": stream.integer(2, 4),
            "held_share": stream.number("0.58", "0.80", 2),
        }

    def records(self, stream: Stream, world: World, level: int) -> Packages:
        """Ten packages of seven versions, two more per level above 1; all ranges on a package share one version."""
        order = stream.sample(NAMES, 8 + 2 * level)
        shelf = {name: _versions(stream) for name in order}
        releases: list[Release] = []
        for name in stream.shuffled(order):
            later = order[order.index(name) + 1 :][:5]
            # A fix of an older line often comes out after the first release of a newer one.
            days = [300 - 35 * place - stream.integer(0, 90) for place in range(len(shelf[name]))]
            apart = [day * 8 + place for place, day in enumerate(days)]
            dated = [world.first - timedelta(days=day // 2) for day in apart]
            releases += stream.shuffled(
                [
                    _release(stream, name, version, day, shelf, later)
                    for version, day in zip(shelf[name], dated, strict=True)
                ]
            )
        requirements: list[Requirement] = []
        for entity in stream.shuffled(world.everyone):
            cut = stream.integer(1, 2)
            for place, name in enumerate(stream.sample(order, stream.integer(3, 6))):
                table = "dev" if place < cut else "requires"
                requirements.append(Requirement(entity.code, table, name, _some_range(stream, shelf[name])))
        return Packages(tuple(order), tuple(releases), tuple(requirements))

    def render(self, stream: Stream, records: Packages) -> dict[str, str]:
        """A TOML manifest with names spelt in several ways, and a JSON index, one version a line."""
        shelf: dict[str, list[str]] = {}
        for one in records.releases:
            shelf.setdefault(one.package, []).append(json.dumps(_listed(one)))
        packages = [f'  "{name}": [\n   ' + ",\n   ".join(lines) + "\n  ]" for name, lines in shelf.items()]
        head = f'{{\n "order": {json.dumps(records.order)},\n "packages": {{\n'
        tables: dict[str, dict[str, list[str]]] = {}
        for line in records.requirements:
            written = line.package.replace("-", "_").title() if stream.chance(1, 4) else line.package
            both = tables.setdefault(line.code, {"requires": [], "dev": []})
            both[line.table].append(f'{written} = "{line.span}"\n')
        sections = [
            f'["{code}".{table}]\n' + "".join(lines) for code, both in tables.items() for table, lines in both.items()
        ]
        return {MANIFEST: "".join(sections), INDEX: head + ",\n".join(packages) + "\n }\n}\n"}

    def facts(self, records: Packages) -> Sequence[Fact]:
        """The range that each line of a manifest puts on a package."""
        return [
            Fact("requirements", place, "span", line.span, line.code, None, f"what it asks of {line.package}")
            for place, line in enumerate(records.requirements)
        ]

    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """Resolve in the index's order, then turn sizes into minutes."""
        margins, values, flagged = margins or Margins(), {}, set()
        shelf: dict[str, list[Release]] = {name: [] for name in block.records.order}
        for one in block.records.releases:
            shelf[one.package].append(one)
        for code in dials.entities:
            terms, excepted = block.terms.at(code), code in dials.exceptions
            both = terms.says("tables", "both") is not (slip is Slip.DEV_MISREAD)
            asked = [
                (line.package, line.span)
                for line in block.records.requirements
                if line.code == code and (both or line.table == "requires")
            ]
            resolved = _resolve(asked, shelf, terms, slip, excepted=excepted)
            values[code] = _minutes(resolved, {name for name, _ in asked}, terms, dials, code)
            held = [one for one in resolved if _version(one.version) < _newest(shelf[one.package])]
            if terms.says("flag", "count"):
                over = len(held) > terms.number("held_limit")
            else:
                share = sum(one.size_kb for one in held) / max(sum(one.size_kb for one in resolved), 1)
                over = margins.above(f"held back at {code}", share, terms.number("held_share"))
            flagged |= {code} if over else set()
        return Findings(values, frozenset(flagged))


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


def _release(
    stream: Stream, name: str, version: str, day: date, shelf: Mapping[str, Sequence[str]], later: Sequence[str]
) -> Release:
    size, kilobytes = int(stream.decimal("4.0", "58.0", 1) * 1000), stream.chance(1, 4)
    needed = stream.sample(later, min(len(later), stream.integer(0, 2)))
    needs = tuple((other, _some_range(stream, shelf[other])) for other in needed)
    yanked = version != shelf[name][1] and stream.chance(1, 4)
    return Release(name, version, day, size, kilobytes, needs, yanked)


def _some_range(stream: Stream, versions: Sequence[str]) -> str:
    """A range that admits the second version, as every range on a package does."""
    sign = stream.choice(SIGNS)
    return sign + (versions[1] if sign == "~" else stream.choice(versions[:2]))


def _listed(one: Release) -> dict[str, Any]:
    size = f"{one.size_kb} kB" if one.kilobytes else f"{one.size_kb / 1000:.1f} MB"
    out: dict[str, Any] = {"version": one.version, "released": one.released.isoformat(), "size": size}
    out |= {"needs": dict(one.needs)} if one.needs else {}
    return out | ({"yanked": True} if one.yanked else {})


def _resolve(
    asked: Iterable[tuple[str, str]],
    shelf: Mapping[str, Sequence[Release]],
    terms: Terms,
    slip: StrEnum | None,
    *,
    excepted: bool,
) -> list[Release]:
    """The version of every package that is not left out, in the index's order."""
    ranges: dict[str, list[str]] = {}
    for name, span in asked:
        ranges.setdefault(name, []).append(span)
    direct = excepted and terms.says("exception", "direct")
    resolved = []
    for name, versions in shelf.items():
        if name not in ranges:
            continue
        fit = [one for one in versions if _qualifies(one, ranges[name], terms, slip)]
        chosen = _chosen(fit, terms, slip, lowest=excepted and terms.says("exception", "frozen"))
        resolved.append(chosen)
        for other, span in () if direct else chosen.needs:
            ranges.setdefault(other, []).append(span)
    return resolved


def _chosen(fit: Sequence[Release], terms: Terms, slip: StrEnum | None, *, lowest: bool) -> Release:
    if terms.says("choice", "newest") and not lowest:
        return max(fit, key=lambda one: one.version if slip is Slip.TEXT_ORDER else one.released.isoformat())
    ranked = sorted(fit, key=lambda one: one.version if slip is Slip.TEXT_ORDER else _rank(one.version))
    return ranked[0 if lowest else -1]


def _qualifies(one: Release, spans: Iterable[str], terms: Terms, slip: StrEnum | None) -> bool:
    spared = terms.says("yanked", "recent") and one.released.isoformat() < str(terms.params["sound_until"])
    if one.yanked and not spared and slip is not Slip.YANKED_TAKEN:
        return False
    if "-" in one.version and terms.says("prerelease", "never") is not (slip is Slip.PRERELEASE_MISREAD):
        return False
    zero = terms.says("ranges", "zero") is not (slip is Slip.CARET_MISREAD)
    bounds = (_bounds(span, zero=zero) for span in spans)
    return all(low <= _version(one.version) < high for low, high in bounds)


def _minutes(resolved: Sequence[Release], named: set[str], terms: Terms, dials: Dials, code: str) -> float:
    """The rollout time of one entity."""
    mirrored = terms.number("mirror_share") if terms.says("download", "mirror") else 1.0
    megabytes = math.fsum(one.size_kb / 1000 * (1.0 if one.package in named else mirrored) for one in resolved)
    slow = 3.0 if code in dials.exceptions and terms.says("exception", "courier") else 1.0
    transfer = megabytes * slow * terms.number("seconds_per_mb") / 60
    users = dials.quantities[Quantity.EXPOSURE][code]
    if terms.says("minutes", "each"):
        spent = (transfer + terms.number("setup_minutes") * len(resolved)) * users
    else:
        spent = transfer * users + terms.number("test_minutes") * len(resolved)
    return spent / dials.quantities[Quantity.CREW][code]


def _newest(versions: Iterable[Release]) -> Version:
    return max(_version(one.version) for one in versions if "-" not in one.version and not one.yanked)


@cache
def _bounds(span: str, *, zero: bool) -> tuple[Version, Version]:
    """Lower bound included, upper bound excluded with its pre-releases."""
    sign = span.rstrip("0123456789.")
    low = _version(span.removeprefix(sign))
    if sign == "~" or (sign == "^" and low[0] == 0 and zero):
        return low, (low[0], low[1] + 1, 0, False)
    return low, (low[0] + 1 if sign == "^" else sys.maxsize, 0, 0, False)


@cache
def _version(text: str) -> Version:
    """A version in its order: a pre-release comes just before its release."""
    numbers, hyphen, _ = text.partition("-")
    major, minor, patch = map(int, numbers.split("."))
    return major, minor, patch, not hyphen


def _rank(version: str) -> str:
    """A version's order as a text of fixed width, so that one sort serves both orders."""
    major, minor, patch, release = _version(version)
    return f"{major:06}.{minor:06}.{patch:06}.{int(release)}"
