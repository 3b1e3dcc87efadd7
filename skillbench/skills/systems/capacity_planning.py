"""Capacity Planning: what queues at service desks tie up, by Erlang's C formula."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Measure, Param, Skill

DESKS = "service_desks.ini"
NAMES = ("billing", "permits", "repairs", "bookings", "complaints")
SECONDS = {"s": 1, "min": 60, "h": 3600}
DAY_SHIFTS = ("07:00-15:30", "08:00-16:00", "08:30-18:00", "09:15-17:00")
NIGHT_SHIFTS = ("20:00-05:00", "21:30-06:00", "22:00-07:30")


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
    signal = "the {{ entity }} turns away more than `turned_limit` of the requests to its desks"
    exception = "relief staff stand in: every desk has `relief_staff` servers more"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.DEMAND: "the {{ demand }} is the number of requests that reach the desks in a week",
        Quantity.CREW: "the {{ crew }} is split over the desks as servers",
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
    rules: ClassVar[Mapping[str, str]] = {
        "Hours tied up at desks: reading the desk file": """
The desk file has one section per desk, named by the {{ entity }}'s code, a dot and the desk. A section may appear
again further down; its lines then belong to the same desk. Where a desk has the same key on several lines, the last
of them in the file counts. A key that a desk lacks is taken from the section `DEFAULT`. Text from a semicolon to
the end of its line is a remark. A desk whose `status` is not `open` does not exist for this measure.

`service` is the mean time one server needs for one request, in seconds (`s`), minutes (`min`) or hours (`h`).
`open` is the daily opening, from and to; when the second time is earlier than the first, the desk closes on the
next day. From each day's opening the `break` is taken off, and the rest times `days` are the desk's weekly hours.

Each unit of the {{ entity }}'s {{ demand }} is one request, and the figure stands for one week. The requests are
split over the {{ entity }}'s open desks in proportion to `callers`, and its {{ crew }} over the same open desks in
proportion to `staff`.
""",
        "Hours tied up at desks: staffing, waiting and flag": """
A desk's staffing is its part of the {{ crew }}, but at least 1; a {{ entity }} under exception then gets
`relief_staff` servers more at every open desk. Servers are whole: a staffing of 4.3 means 5 servers during 30 % of
the weekly hours and 4 during the other 70 %. Requests arrive evenly over the weekly hours. The offered load is the
arrival rate times the service time, in servers, and is the same in both parts of the week.

In each part of the week the load that n servers accept is the offered load, but at most `ceiling` times n. Requests
above it are turned away at once: each costs `turned_hours` and nothing else. For accepted requests the desk is a
queue with one line, Poisson arrivals, exponential service, n servers and unlimited waiting (Erlang C). Each part of
the week is taken in its steady state.

A desk ties up three sums: its staffing times its weekly hours; `caller_weight` times the weekly hours that callers
spend waiting or being served; and `turned_hours` times the requests turned away in the week. Hours tied up are the
sum over the {{ entity }}'s open desks. Nothing is rounded.

Flag a {{ entity }} when the requests turned away at all its desks are more than `turned_limit` of its {{ demand }}.
""",
    }
    slips: ClassVar[Mapping[str, str]] = {
        "units-ignored": "every service time is read in minutes, whatever its unit",
        "separate-lines": "each server has a line of its own, as if callers could not change lines",
        "erlang-b": "the blocking probability of Erlang B is taken for the probability of waiting",
        "overnight-misread": "an overnight opening is read as the hours between its two times on one day",
        "first-line-kept": "of several lines with one key the first counts",
    }

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Ceiling of utilisation, weights of callers' hours and of requests turned away, flag, relief."""
        return {
            "ceiling": stream.number("0.88", "0.95", 2),
            "caller_weight": stream.number("0.70", "1.40", 2),
            "turned_hours": stream.number("1.5", "3.5", 1),
            "turned_limit": stream.number("0.12", "0.28", 2),
            "relief_staff": stream.number("0.8", "1.9", 1),
        }

    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """Three desks per entity, four from level 2 on, then sections that override single keys."""
        head = f"[DEFAULT]\nstatus = open\nbreak = {stream.choice((20, 30, 40))} min\ndays = {stream.integer(5, 6)}\n"
        sections, overrides = [], []
        for entity in roster.everyone:
            for at, desk in enumerate(stream.sample(NAMES, 3 + (level > 1))):
                name = f"[{entity.code}.{desk}]\n"
                sections.append(name + self._desk(stream, spare=at > 0, level=level))
                if stream.chance(level, 4):
                    overrides.append(name + self._service(stream) + " ; as measured in February\n")
        text = "\n".join([head, *stream.shuffled(sections), *stream.shuffled(overrides)])
        return Block({DESKS: text}, self.draw_params(stream))

    def _desk(self, stream: Stream, *, spare: bool, level: int) -> str:
        shift = stream.choice(NIGHT_SHIFTS if stream.chance(1, 4) else DAY_SHIFTS)
        lines = [
            self._service(stream),
            f"open = {shift}",
            f"callers = {stream.integer(2, 7)}",
            f"staff = {stream.integer(2, 5)}",
        ]
        if stream.chance(1 + level, 8):
            lines.append(stream.choice(("days = 7", "days = 4", "break = 0.75 h", "break = 600 s")))
        if spare and stream.chance(1, 6):
            lines.append("status = closed ; since January")
        return "\n".join(stream.shuffled(lines)) + "\n"

    @staticmethod
    def _service(stream: Stream) -> str:
        minutes = 3 * stream.integer(9, 34)
        hours = f"{minutes // 60}.{minutes % 60 * 5 // 3:02d} h"
        return "service = " + stream.choice((f"{minutes} min", f"{minutes * 60} s", hours))

    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """Split demand and crew over the open desks and add up what each desk ties up."""
        margins = margins or Margins()
        desks = self._desks(block.files[DESKS], slip)
        limit = float(block.params["turned_limit"])
        values, flagged = {}, set()
        for code in dials.entities:
            own = [desk for name, desk in desks.items() if name.startswith(f"{code}.") and desk["status"] == "open"]
            demand = dials.quantities[Quantity.DEMAND][code]
            callers, staff = (math.fsum(float(desk[key]) for desk in own) for key in ("callers", "staff"))
            tied = turned = 0.0
            for desk in own:
                requests = demand * float(desk["callers"]) / callers
                servers = max(1.0, dials.quantities[Quantity.CREW][code] * float(desk["staff"]) / staff)
                servers += float(block.params["relief_staff"]) if code in dials.exceptions else 0.0
                hours, lost = self._week(desk, requests, servers, block.params, slip)
                tied, turned = tied + hours, turned + lost
            values[code] = tied
            if margins.above(f"requests turned away at {code}", turned / demand, limit):
                flagged.add(code)
        return Findings(values, frozenset(flagged))

    def _week(
        self, desk: Mapping[str, str], requests: float, servers: float, params: Mapping[str, Param], slip: str | None
    ) -> tuple[float, float]:
        """Hours tied up and requests turned away at one desk in a week."""
        hours = self._weekly_hours(desk, slip)
        service = float(desk["service"].split()[0]) / 60 if slip == "units-ignored" else _hours(desk["service"])
        offered = requests / hours * service
        inside = turned = 0.0
        more = servers - int(servers)
        for count, share in ((int(servers), 1 - more), (int(servers) + 1, more)):
            load = min(offered, float(params["ceiling"]) * count)
            inside += share * (load + _waiting(count, load, slip))
            turned += share * (offered - load) / service * hours
        tied = hours * (servers + float(params["caller_weight"]) * inside) + float(params["turned_hours"]) * turned
        return tied, turned

    @staticmethod
    def _weekly_hours(desk: Mapping[str, str], slip: str | None) -> float:
        first, last = (int(clock[:2]) + int(clock[3:]) / 60 for clock in desk["open"].split("-"))
        if last < first:
            first, last = (last, first) if slip == "overnight-misread" else (first, last + 24)
        return (last - first - _hours(desk["break"])) * int(desk["days"])

    @staticmethod
    def _desks(text: str, slip: str | None) -> dict[str, dict[str, str]]:
        """Keys per desk, defaults filled in."""
        sections: dict[str, dict[str, str]] = {}
        for name, key, value in _entries(text):
            section = sections.setdefault(name, {})
            if slip != "first-line-kept" or key not in section:
                section[key] = value
        return {name: sections["DEFAULT"] | keys for name, keys in sections.items() if name != "DEFAULT"}


def _entries(text: str) -> Iterator[tuple[str, str, str]]:
    name = ""
    for raw in text.splitlines():
        line = raw.partition(";")[0].strip()
        if line.startswith("["):
            name = line.strip("[]")
        elif line:
            key, _, value = line.partition("=")
            yield name, key.strip(), value.strip()


def _hours(duration: str) -> float:
    number, unit = duration.split()
    return float(number) * SECONDS[unit] / 3600


def _waiting(servers: int, load: float, slip: str | None) -> float:
    """Mean number of callers in line; ``load`` is below ``servers``."""
    if slip == "separate-lines":
        return load * load / (servers - load)
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    busy = load / servers
    waits = blocked if slip == "erlang-b" else blocked / (1 - busy * (1 - blocked))
    return waits * load / (servers - load)
