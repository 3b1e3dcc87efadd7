"""Capacity Planning: what queues at service desks tie up, by Erlang's C formula."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import Entity, World
from skillbench.skills.contract import Block, Dials, Drive, Fact, Findings, Margins, Measure, Param, Sheet, Skill, Terms

DESKS = "service_desks.ini"
NAMES = ("billing", "permits", "repairs", "bookings", "complaints")
DAY_SHIFTS = ("07:00-15:30", "08:00-16:00", "08:30-18:00", "09:15-17:00")
NIGHT_SHIFTS = ("20:00-05:00", "21:30-06:00", "22:00-07:30")
MONTHS = ("January", "February", "April")


@dataclass(frozen=True)
class Default:
    """What holds where a desk says nothing: minutes of break a day, days a week."""

    pause: int
    days: int


@dataclass(frozen=True)
class Desk:
    """One desk; opening and closing in minutes of the day, ``pause`` in minutes, None where the default holds."""

    code: str
    name: str
    is_open: bool
    opens: int
    closes: int
    pause: int | None
    days: int | None
    callers: int
    staff: int


@dataclass(frozen=True)
class Service:
    """One line with a desk's service time, in the order of the file; ``unit`` is how the line writes it."""

    code: str
    desk: str
    minutes: int
    unit: str


@dataclass(frozen=True)
class DeskFile:
    """The desk file."""

    defaults: tuple[Default]
    desks: tuple[Desk, ...]
    services: tuple[Service, ...]


@dataclass(frozen=True)
class Week:
    """What one desk does in a week: hours open, servers, offered load, requests, and how many are turned away."""

    hours: float
    servers: float
    offered: float
    requests: float
    turned: float
    tied: float


class Slip(StrEnum):
    """Usual mistakes with queues."""

    UNITS_IGNORED = "units-ignored"
    SEPARATE_LINES = "separate-lines"
    ERLANG_B = "erlang-b"
    OVERNIGHT_MISREAD = "overnight-misread"
    FIRST_LINE_KEPT = "first-line-kept"


class CapacityPlanning(Skill):
    """Size up service desks: offered load, Erlang waiting, overload turned away.

    Demand and crew are split over an entity's desks. Service times come in seconds, minutes or hours, some
    desks open overnight, defaults and later sections fill or override keys. Whole servers alternate to meet
    a fractional staffing; what would overload them is turned away.
    """

    tag = "Capacity Planning"
    measure = Measure(
        key="tied_hours",
        title="Hours tied up at desks",
        unit="hours/week",
        digits=2,
        meaning="how many hours of staff and callers the service desks of each {{ entity }} tie up in a week",
    )
    signal = "its desks are overloaded beyond what the rules allow"
    exception = "its desks get relief"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.DEMAND: "the desks get one request in a week for each unit of the {{ demand }}",
        Quantity.CREW: "the figure for the {{ crew }} is split over the desks as servers",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.DEMAND: Drive(
            raises=False, reason="callers who met long queues at a {{ entity }} ask elsewhere next time"
        ),
        Quantity.EXPOSURE: Drive(
            raises=True, reason="the longer people stand in line, the more of them an outage hits"
        ),
        Quantity.UNIT_COST: Drive(
            raises=True, reason="hours tied up at desks are charged to the work of a {{ entity }}"
        ),
        Quantity.LEAD_TIME: Drive(raises=True, reason="orders are placed late where the desks are choked"),
    }
    sheets: ClassVar[tuple[Sheet, ...]] = (
        Sheet(
            "Reading a desk file, and splitting requests and crew",
            {
                "layout": {
                    "": """
                        << The hours tied up at desks rest on the desk file. It has one section per desk, named by the
                        {{ entity }}'s code, a dot and the desk; a section may appear again further down, and its lines
                        then belong to the same desk. A key other than `service` that a desk lacks is taken from the
                        section `DEFAULT`. Text from a semicolon to the end of its line is a remark. A desk whose
                        `status` is not `open` does not exist for this measure.
                        || What the hours tied up at desks are worked out from is the desk file. A section belongs to
                        one desk and is headed by the {{ entity }}'s code, a dot and the desk's name; where a heading
                        comes back further down, the lines below it are that desk's as well. Where a desk has no line
                        for a key, the line in `DEFAULT` holds for it, but never for `service`. Whatever stands behind a
                        semicolon in a line is a remark. Only desks with the `status` `open` exist for this measure. >>
                    """,
                },
                "service": {
                    "last": """
                        `service` is the mean time one server needs for one request, in seconds (`s`), minutes
                        (`min`) or hours (`h`). Where a desk has several such lines, the last of them in the file
                        counts.
                    """,
                    "mean": """
                        `service` is the time one server needs for one request, in seconds (`s`), minutes (`min`) or
                        hours (`h`). Where a desk has several such lines, they are repeated measurements and their
                        arithmetic mean counts.
                    """,
                    "longest": """
                        `service` is the mean time one server needs for one request, in seconds (`s`), minutes
                        (`min`) or hours (`h`). Where a desk has several such lines, the longest of these times
                        counts, wherever it stands.
                    """,
                },
                "opening": {
                    "": """
                        << `open` is the daily opening, from and to; when the second time is earlier than the first, the
                        desk closes on the next day. A desk opens on `days` days a week. `break` is the time off in each
                        daily opening, with its unit as in `service`.
                        || The two times of `open` say from when to when the desk is open each day; a second time
                        earlier than the first is on the next day. `days` says on how many days a week the desk opens.
                        `break` says how much time is off in each daily opening, in the units known from `service`. >>
                    """,
                },
                "pause": {
                    "default": """
                        << From each daily opening the `break` is taken off, the desk's own or else that of `DEFAULT`;
                        what is left, times `days`, are the desk's weekly hours.
                        || The `break` of the desk, or that of `DEFAULT` where it has none, is taken off each daily
                        opening. The rest times `days` makes the desk's weekly hours. >>
                    """,
                    "own": """
                        << From each daily opening the `break` is taken off that the desk's own section states; what is
                        left, times `days`, are the desk's weekly hours. A desk that states none works through: the
                        `break` of `DEFAULT` is not taken off.
                        || Only a `break` in the desk's own section is taken off each daily opening, and the rest times
                        `days` makes the desk's weekly hours. Without one the desk works through, whatever `break`
                        stands in `DEFAULT`. >>
                    """,
                    "staggered": """
                        << Breaks are staggered, and no `break` is taken off: the daily opening times `days` are the
                        desk's weekly hours.
                        || No `break` shortens a desk's hours, since breaks are staggered: its weekly hours are the
                        daily opening times `days`. >>
                    """,
                },
                "requests": {
                    "callers": """
                        How many requests reach the desks follows from the {{ entity }}'s {{ demand }}: one request in a
                        week for each unit of the figure. The requests are split over the {{ entity }}'s open desks in
                        proportion to `callers`.
                    """,
                    "hours": """
                        How many requests reach the desks follows from the {{ entity }}'s {{ demand }}: one request in a
                        week for each unit of the figure. The requests are split over the {{ entity }}'s open desks in
                        proportion to `callers` times the desk's weekly hours.
                    """,
                },
                "crew": {
                    "staff": """
                        The figure for the {{ entity }}'s {{ crew }} is split over its open desks in proportion to
                        `staff`. A desk's staffing, in servers, is its part, but at least 1.
                    """,
                    "load": """
                        The figure for the {{ entity }}'s {{ crew }} is split over its open desks in proportion to the
                        desk's requests times its service time; the `staff` in the file is out of date. A desk's
                        staffing, in servers, is its part, but at least 1.
                    """,
                },
            },
        ),
        Sheet(
            "Relief, waiting, requests turned away",
            {
                "exception": {
                    "each": """
                        << At a {{ entity }} under exception, `relief_staff` servers are added to the staffing of every
                        open desk, after the minimum of 1; wherever these rules say staffing, they are in it.
                        || Relief for a {{ entity }} under exception means `relief_staff` more servers in the staffing
                        of every open desk. They come after the minimum of 1, and count wherever these rules say
                        staffing. >>
                    """,
                    "share": """
                        << At a {{ entity }} under exception, the staffing of every open desk is raised by
                        `relief_share` of itself, after the minimum of 1; wherever these rules say staffing, this is in
                        it.
                        || Relief for a {{ entity }} under exception means that the staffing of every open desk grows by
                        `relief_share` of itself. That comes after the minimum of 1, and counts wherever these rules say
                        staffing. >>
                    """,
                    "hours": """
                        << A {{ entity }} under exception keeps its desks open longer: their weekly hours are multiplied
                        by `longer_factor`; wherever these rules say weekly hours, this is in it.
                        || Relief for a {{ entity }} under exception means longer opening: the weekly hours of its desks
                        are multiplied by `longer_factor`, and that counts wherever these rules say weekly hours. >>
                    """,
                },
                "servers": {
                    "": """
                        << Servers are whole: a staffing of 4.3 means 5 servers during 30 % of the weekly hours and 4
                        during the other 70 %. Requests arrive evenly over the weekly hours. The offered load is the
                        requests per hour times the service time in hours, in servers, and is the same in both parts of
                        the week. In each part the load that n servers accept is the offered load, but at most `ceiling`
                        times n. Requests above it are turned away at once.
                        || There are no parts of servers: with a staffing of 4.3 there are 5 servers during 30 % of the
                        weekly hours and 4 during the other 70 %. The requests come evenly over the weekly hours.
                        Requests per hour times service time in hours make the offered load, counted in servers, which
                        is one and the same in both parts of the week. Of it, n servers accept at most `ceiling` times n
                        in each part, and all of it where it is not more. What goes beyond is turned away at once. >>
                    """,
                },
                "queue": {
                    "one": """
                        For accepted requests a desk is a queue with one line, Poisson arrivals, exponential service
                        times, n servers and unlimited waiting (Erlang C). Each part of the week is taken in its
                        steady state.
                    """,
                    "own": """
                        For accepted requests each of a desk's n servers is a queue of its own, with one line, an
                        n-th of the accepted load, Poisson arrivals, exponential service times and unlimited
                        waiting. Each part of the week is taken in its steady state.
                    """,
                    "even": """
                        For accepted requests a desk is a queue with one line and n servers, whose service times are
                        nearly equal: callers wait half as long as with Poisson arrivals, exponential service times
                        and unlimited waiting (Erlang C). Each part of the week is taken in its steady state.
                    """,
                },
                "staff_hours": {
                    "paid": """
                        << A desk ties up three sums. The first, hours of staff, is its staffing times its weekly hours,
                        busy or not. The second is `caller_weight` times the hours that callers of accepted requests
                        spend waiting or being served in a week.
                        || What a desk ties up has three parts. Hours of staff are the first: its staffing times its
                        weekly hours, busy or idle. The second are the hours in a week that callers of accepted requests
                        wait or are served, times `caller_weight`. >>
                    """,
                    "busy": """
                        << A desk ties up three sums. The first, hours of staff, is the hours in a week that its servers
                        are busy with accepted requests; idle servers do other work. The second is `caller_weight` times
                        the hours that callers of accepted requests spend waiting or being served in a week.
                        || What a desk ties up has three parts. Hours of staff are the first: those in a week in which
                        its servers are busy with accepted requests, as idle ones do other work. The second are the
                        hours in a week that callers of accepted requests wait or are served, times `caller_weight`. >>
                    """,
                },
                "turned": {
                    "flat": """
                        << The third sum is `turned_hours` for each request that the desk turns away in a week. The
                        hours tied up are the total of the three sums over the {{ entity }}'s open desks; nothing is
                        rounded.
                        || Requests turned away make the third sum, with `turned_hours` for each of them in a week. All
                        three sums over all open desks of the {{ entity }} are its hours tied up; nothing is rounded. >>
                    """,
                    "service": """
                        << The third sum is, for each request that the desk turns away in a week, `turned_factor` times
                        the desk's service time in hours. The hours tied up are the total of the three sums over the
                        {{ entity }}'s open desks; nothing is rounded.
                        || Requests turned away make the third sum: each of them in a week counts `turned_factor` times
                        the desk's service time in hours. All three sums over all open desks of the {{ entity }} are its
                        hours tied up; nothing is rounded. >>
                    """,
                },
                "flag": {
                    "desk": """
                        << Flag a {{ entity }} when at least one of its open desks turns away more than `desk_limit` of
                        the requests of that desk, both taken over the whole week.
                        || A {{ entity }} gets a flag when there is an open desk that turns away more than `desk_limit`
                        of its own requests, counted over the whole week. >>
                    """,
                    "two": """
                        << Flag a {{ entity }} when at least two of its open desks turn requests away, however few, in
                        either part of the week.
                        || A {{ entity }} gets a flag when two or more of its open desks turn requests away in one part
                        of the week or in both, however few these are. >>
                    """,
                },
            },
        ),
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.UNITS_IGNORED: "every service time is read in minutes, whatever its unit",
        Slip.SEPARATE_LINES: "each server has a line of its own, as if callers could not change lines",
        Slip.ERLANG_B: "the blocking probability of Erlang B is taken for the probability of waiting",
        Slip.OVERNIGHT_MISREAD: "an overnight opening is read as the hours between its two times on one day",
        Slip.FIRST_LINE_KEPT: "of several lines with one key the first counts",
    }
    kind = DeskFile

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Ceiling of utilisation, weights of callers' hours and of requests turned away, relief, the flag's limit."""
        return {
            "ceiling": stream.number("0.88", "0.95", 2),
            "caller_weight": stream.number("0.70", "1.40", 2),
            "turned_hours": stream.number("1.5", "3.5", 1),
            "turned_factor": stream.number("1.2", "2.6", 1),
            "relief_staff": stream.number("0.8", "1.9", 1),
            "relief_share": stream.number("0.15", "0.40", 2),
            "longer_factor": stream.number("1.15", "1.40", 2),
            "desk_limit": stream.number("0.20", "0.40", 2),
        }

    def records(self, stream: Stream, world: World, level: int) -> DeskFile:
        """Three desks per entity, four from level 2 on; together they keep the crew about as busy as it can be."""
        default = Default(stream.choice((21, 30, 39)), stream.integer(5, 6))
        desks: list[Desk] = []
        services: list[Service] = []
        for entity in world.everyone:
            names = stream.sample(NAMES, 3 + (level > 1))
            desks += [self._desk(stream, entity, name, spare=at > 0, level=level) for at, name in enumerate(names)]
            # Crew hours of a week of about 44 hours, spread over the week's requests.
            share = world.figures[Quantity.CREW][entity.code] * 44 * 60 / world.figures[Quantity.DEMAND][entity.code]
            usual = min(max(share * stream.integer(70, 130) / 100, Decimal(12)), Decimal(150))
            for name in names:
                for _ in range(1 + stream.chance(level, 4)):
                    minutes = 3 * max(2, round(usual * stream.integer(65, 140) / 300))
                    services.append(Service(entity.code, name, minutes, stream.choice(("min", "s", "h"))))
        return DeskFile((default,), tuple(desks), tuple(stream.shuffled(services)))

    @staticmethod
    def _desk(stream: Stream, entity: Entity, name: str, *, spare: bool, level: int) -> Desk:
        shift = stream.choice(NIGHT_SHIFTS if stream.chance(1, 4) else DAY_SHIFTS)
        opens, closes = (int(clock[:2]) * 60 + int(clock[3:]) for clock in shift.split("-"))
        pause = stream.choice((12, 45, 60)) if stream.chance(1 + level, 6) else None
        days = stream.choice((4, 7)) if stream.chance(1 + level, 10) else None
        is_open = not (spare and stream.chance(1, 6))
        callers, staff = stream.integer(2, 7), stream.integer(2, 5)
        return Desk(entity.code, name, is_open, opens, closes, pause, days, callers, staff)

    def render(self, stream: Stream, records: DeskFile) -> dict[str, str]:
        """The desk file: defaults, shuffled sections, then sections that override single keys."""
        (default,) = records.defaults
        head = f"[DEFAULT]\nstatus = open\nbreak = {_written(stream, default.pause)}\ndays = {default.days}\n"
        waiting: dict[tuple[str, str], list[Service]] = {}
        for service in records.services:
            waiting.setdefault((service.code, service.desk), []).append(service)
        sections = []
        for desk in records.desks:
            first = waiting[desk.code, desk.name][0]
            lines = [
                f"service = {_length(first.minutes, first.unit)}",
                f"open = {_clock(desk.opens)}-{_clock(desk.closes)}",
                f"callers = {desk.callers}",
                f"staff = {desk.staff}",
            ]
            lines += [] if desk.pause is None else [f"break = {_written(stream, desk.pause)}"]
            lines += [] if desk.days is None else [f"days = {desk.days}"]
            lines += [] if desk.is_open else ["status = closed ; since January"]
            sections.append(f"[{desk.code}.{desk.name}]\n" + "\n".join(stream.shuffled(lines)) + "\n")
        overrides = [
            f"[{line.code}.{line.desk}]\nservice = {_length(line.minutes, line.unit)} ; as in {stream.choice(MONTHS)}\n"
            for line in records.services
            if line is not waiting[line.code, line.desk][0]
        ]
        return {DESKS: "\n".join([head, *stream.shuffled(sections), *overrides])}

    def facts(self, records: DeskFile) -> Sequence[Fact]:
        """The callers and staff of every desk, and the service times that need no hours to be written."""
        cells = [
            Fact("desks", place, name, getattr(desk, name), desk.code, None, f"the {name} of the {desk.name} desk")
            for place, desk in enumerate(records.desks)
            for name in ("callers", "staff")
        ]
        return cells + [
            Fact("services", place, "minutes", line.minutes, line.code, None, f"the {line.desk} desk's service time")
            for place, line in enumerate(records.services)
            if line.unit != "h"
        ]

    def live_slips(self, terms: Terms) -> list[StrEnum]:
        """Where servers have lines of their own, neither pooling them nor Erlang's formulas can go wrong."""
        dead = {Slip.SEPARATE_LINES, Slip.ERLANG_B} if terms.says("queue", "own") else set()
        return [slip for slip in self.slips if slip not in dead]

    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """Split demand and crew over the open desks and add up what each desk ties up."""
        margins = margins or Margins()
        desks: dict[str, list[Desk]] = {code: [] for code in dials.entities}
        for desk in block.records.desks:
            if desk.code in desks and desk.is_open:
                desks[desk.code].append(desk)
        times: dict[tuple[str, str], list[float]] = {}
        for line in block.records.services:
            read = {"min": 1, "s": 60, "h": 1 / 60}[line.unit] if slip is Slip.UNITS_IGNORED else 1
            times.setdefault((line.code, line.desk), []).append(line.minutes * read / 60)
        values, flagged = {}, set()
        for code in dials.entities:
            terms = block.terms.at(code)
            weeks = self._weeks(desks[code], times, block.records.defaults[0], terms, dials, slip)
            values[code] = math.fsum(week.tied for week in weeks)
            if self._overloaded(code, weeks, terms, margins):
                flagged.add(code)
        return Findings(values, frozenset(flagged))

    def _weeks(
        self,
        desks: Sequence[Desk],
        times: Mapping[tuple[str, str], list[float]],
        default: Default,
        terms: Terms,
        dials: Dials,
        slip: StrEnum | None,
    ) -> list[Week]:
        code = desks[0].code
        services = [_counting(times[code, desk.name], terms, slip) for desk in desks]
        hours = [_hours(desk, default, terms, slip) for desk in desks]
        by_hours = terms.says("requests", "hours")
        requests = _split(
            dials.quantities[Quantity.DEMAND][code],
            [desk.callers * (own if by_hours else 1) for desk, own in zip(desks, hours, strict=True)],
        )
        loads = [asked * service for asked, service in zip(requests, services, strict=True)]
        crew = dials.quantities[Quantity.CREW][code]
        parts = _split(crew, loads if terms.says("crew", "load") else [desk.staff for desk in desks])
        more, times_more, longer = 0.0, 1.0, 1.0
        if code in dials.exceptions:
            more = terms.number("relief_staff") if terms.says("exception", "each") else 0.0
            times_more += terms.number("relief_share") if terms.says("exception", "share") else 0.0
            longer = terms.number("longer_factor") if terms.says("exception", "hours") else 1.0
        return [
            self._week(own * longer, max(1.0, part) * times_more + more, asked, service, terms, slip)
            for own, part, asked, service in zip(hours, parts, requests, services, strict=True)
        ]

    @staticmethod
    def _week(
        hours: float, servers: float, requests: float, service: float, terms: Terms, slip: StrEnum | None
    ) -> Week:
        """One desk's week, in its two parts."""
        offered = requests / hours * service
        accepted = inside = 0.0
        whole = int(servers)
        for count, share in ((whole, 1 - servers + whole), (whole + 1, servers - whole)):
            load = min(offered, terms.number("ceiling") * count)
            accepted += share * load
            inside += share * (load + _waiting(count, load, terms, slip))
        turned = (offered - accepted) / service * hours
        each = terms.number("turned_hours")
        if terms.says("turned", "service"):
            each = terms.number("turned_factor") * service
        staff = accepted if terms.says("staff_hours", "busy") else servers
        tied = hours * (staff + terms.number("caller_weight") * inside) + each * turned
        return Week(hours, servers, offered, requests, turned, tied)

    @staticmethod
    def _overloaded(code: str, weeks: Sequence[Week], terms: Terms, margins: Margins) -> bool:
        if terms.says("flag", "desk"):
            share = max(week.turned / week.requests for week in weeks)
            return margins.above(f"worst desk of {code}", share, terms.number("desk_limit"))
        # A desk turns requests away as soon as the smaller of its two numbers of servers does.
        held = [terms.number("ceiling") * int(week.servers) for week in weeks]
        over = [margins.above(f"desk of {code}", week.offered, most) for week, most in zip(weeks, held, strict=True)]
        return sum(over) >= 2


def _counting(times: Sequence[float], terms: Terms, slip: StrEnum | None) -> float:
    """The service time that counts, in hours."""
    if slip is Slip.FIRST_LINE_KEPT:
        return times[0]
    if terms.says("service", "mean"):
        return math.fsum(times) / len(times)
    return max(times) if terms.says("service", "longest") else times[-1]


def _hours(desk: Desk, default: Default, terms: Terms, slip: StrEnum | None) -> float:
    """Weekly hours of a desk."""
    first, last = desk.opens, desk.closes
    if last < first:
        first, last = (last, first) if slip is Slip.OVERNIGHT_MISREAD else (first, last + 24 * 60)
    pause = desk.pause or 0
    if desk.pause is None and terms.says("pause", "default"):
        pause = default.pause
    if terms.says("pause", "staggered"):
        pause = 0
    return (last - first - pause) * (desk.days or default.days) / 60


def _split(total: float, weights: Sequence[float]) -> list[float]:
    whole = math.fsum(weights)
    return [total * weight / whole for weight in weights]


def _waiting(servers: int, load: float, terms: Terms, slip: StrEnum | None) -> float:
    """Mean number of callers in line; ``load`` is below ``servers``."""
    if slip is Slip.SEPARATE_LINES or terms.says("queue", "own"):
        return load * load / (servers - load)
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    waits = blocked if slip is Slip.ERLANG_B else blocked / (1 - load / servers * (1 - blocked))
    return waits * load / (servers - load) * (0.5 if terms.says("queue", "even") else 1.0)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _length(minutes: int, unit: str) -> str:
    """A length of time; hours need minutes that three divides, to be exact with two decimals."""
    written = {"min": str(minutes), "s": str(minutes * 60), "h": f"{minutes // 60}.{minutes % 60 * 5 // 3:02d}"}
    return f"{written[unit]} {unit}"


def _written(stream: Stream, minutes: int) -> str:
    return _length(minutes, stream.choice(("min", "s", "h")))
