"""Log Analysis: an access log whose gateways keep different clocks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import ClassVar, NamedTuple

from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import World
from skillbench.skills.contract import Block, Dials, Drive, Fact, Findings, Margins, Measure, Param, Sheet, Skill, Terms

LOG = "gateway_auth.log"
START = datetime(2026, 3, 28, 12, tzinfo=UTC)
CLOCK_CHANGE = datetime(2026, 3, 29, 1, tzinfo=UTC)
OFFSETS = {"gw1": (0, 0), "gw2": (60, 120), "gw3": (330, 330)}
"""Minutes east of UTC, before and after the change of clocks."""
GATEWAYS = tuple(OFFSETS)
ACCOUNTS = ("amara", "bo", "chen", "ines", "kofi", "lund", "svenja", "vito")
SERVICES = ("svc-backup", "svc-sync")
TICK = 300
"""Seconds between two attempts of a script that guesses passwords."""


@dataclass(frozen=True)
class Session:
    """One session; ``opened`` is None where the opening lies before the log, ``closed`` where nobody logged out."""

    code: str
    gateway: str
    number: int
    account: str
    opened: datetime | None
    closed: datetime | None


@dataclass(frozen=True)
class Failure:
    """One failed login, and how often and when a line says that it was repeated."""

    code: str
    gateway: str
    account: str
    at: datetime
    repeats: int
    repeated_at: datetime | None


@dataclass(frozen=True)
class Log:
    """The access log."""

    sessions: tuple[Session, ...]
    failures: tuple[Failure, ...]


class Login(NamedTuple):
    """One failed login that counts: seconds after START, account, gateway."""

    second: int
    account: str
    gateway: str


class Slip(StrEnum):
    """Usual mistakes with a log."""

    ZONE_IGNORED = "zone-ignored"
    REPEATS_SKIPPED = "repeats-skipped"
    WINDOW_EDGE = "window-edge"
    UNCLOSED_DROPPED = "unclosed-dropped"
    OVERLAP_SUMMED = "overlap-summed"


class LogAnalysis(Skill):
    """Read an access log: clock offsets, repeated lines, sessions that never close, bursts of failures.

    Three gateways append to one log, each in its own clock and its own order. Bursts of failed logins appear
    only once every stamp is put on one clock. Open hours follow from sessions that overlap or never close.
    """

    tag = "Log Analysis"
    measure = Measure(
        key="access_risk",
        title="Access risk",
        unit="weighted hours per head",
        digits=2,
        meaning="how much watch the logins of each {{ entity }} need, per head on site",
    )
    signal = "its log looks suspicious, as the rules define it"
    exception = "its logins are watched on special terms"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.EXPOSURE: "watch hours are weighted with the {{ exposure }}",
        Quantity.CREW: "the weighted hours are shared by the {{ crew }}",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.DEMAND: Drive(raises=False, reason="people stay away from a {{ entity }} whose accounts look unsafe"),
        Quantity.EXPOSURE: Drive(
            raises=True, reason="open sessions put whatever the {{ entity }} handles within reach"
        ),
        Quantity.CAPACITY: Drive(
            raises=False, reason="plant is throttled while a {{ entity }} has suspicious logins open"
        ),
        Quantity.CREW: Drive(raises=False, reason="somebody must sit and watch the logins instead of doing the rounds"),
    }
    sheets: ClassVar[tuple[Sheet, ...]] = (
        Sheet(
            "Reading a gateway log, and hours with open sessions",
            {
                "layout": {
                    "": """
                        << The access risk rests on the access log. A line carries a time stamp, the gateway, the word
                        `authd:` and a message. A stamp states local time and its offset from UTC; gateways keep
                        different offsets and may change theirs. All times are compared and subtracted as instants on
                        one clock. Lines stand in no order of time.
                        || The access log is what the access risk rests on. Each line has a time stamp, a gateway, the
                        word `authd:` and a message. The stamp is in local time and says how far that is from UTC; the
                        offset differs between gateways and may change at one of them. Only instants on one clock are
                        compared with or subtracted from each other. The order of the lines says nothing about time. >>
                    """,
                },
                "messages": {
                    "": """
                        << The messages are `failed login ACCOUNT@CODE`, `opened session NUMBER ACCOUNT@CODE`, `closed
                        session NUMBER` and `last message repeated N times`, where CODE is the {{ entity }}. A session
                        is identified by gateway and number together: two gateways may use one number for different
                        sessions. A closing line may stand above its opening line in the file. A copy of a failed login
                        is a failed login of its own, of the same account, {{ entity }} and gateway.
                        || Four messages occur, with the {{ entity }} as CODE: `failed login ACCOUNT@CODE`, `opened
                        session NUMBER ACCOUNT@CODE`, `closed session NUMBER` and `last message repeated N times`. A
                        number alone does not tell a session, since two gateways may use the same one for two sessions:
                        gateway and number together do. In the file the line that closes a session may come before the
                        line that opens it. Each copy of a failed login counts as one more failed login of that account,
                        {{ entity }} and gateway. >>
                    """,
                },
                "cutoff": {
                    "": """
                        << What happened later than `cutoff` is treated as if it were not in the log; what happened at
                        `cutoff` is kept. This is applied first, and to openings, closings and failed logins each by
                        themselves.
                        || Before anything else, whatever happened after `cutoff` is dropped, be it an opening, a
                        closing or a failed login, and each of these by its own time; the instant `cutoff` itself still
                        belongs to the log. >>
                    """,
                },
                "repeats": {
                    "line": """
                        `last message repeated N times` stands for N more copies of the nearest line above it that the
                        same gateway wrote, in the file as it stands. Each of the N copies happened at the time stamped
                        on the repeating line. Only failed logins are ever repeated.
                    """,
                    "original": """
                        `last message repeated N times` stands for N more copies of the nearest line above it that the
                        same gateway wrote, in the file as it stands. The copies happened at the time of that line; the
                        stamp on the repeating line only says when the gateway wrote it and decides nothing. Only
                        failed logins are ever repeated.
                    """,
                    "once": """
                        `last message repeated N times` stands for one more copy, whatever N, of the nearest line above
                        it that the same gateway wrote, in the file as it stands. The copy happened at the time stamped
                        on the repeating line. Only failed logins are ever repeated.
                    """,
                },
                "service": {
                    "out": """
                        Accounts whose name begins with `svc-` are service accounts. Their failed logins and their
                        sessions are left out everywhere.
                    """,
                    "logins": """
                        Accounts whose name begins with `svc-` are service accounts. Their sessions are left out
                        everywhere; their failed logins count like those of any account.
                    """,
                    "sessions": """
                        Accounts whose name begins with `svc-` are service accounts. Their failed logins are left out
                        everywhere; their sessions count like those of any account.
                    """,
                },
                "unclosed": {
                    "timeout": """
                        A session lasts from its opening to its closing line, however long that is. One without a
                        closing line ends `timeout_hours` hours after its opening or at `cutoff`, whichever comes
                        first. A closing line without an opening line is left out.
                    """,
                    "cutoff": """
                        A session lasts from its opening to its closing line, however long that is. One without a
                        closing line is open until `cutoff`. A closing line without an opening line is left out.
                    """,
                    "always": """
                        A session lasts from its opening to its closing line, or to `cutoff` where it has no closing
                        line, but never longer than `timeout_hours` hours: then the gateway cuts the line, whatever is
                        logged later. A closing line without an opening line is left out.
                    """,
                },
                "hours": {
                    "covered": """
                        << The open hours of a {{ entity }} are the hours during which at least one of its sessions is
                        open: time covered by several sessions counts once. A session that would close before it opens
                        has no length.
                        || Open hours of a {{ entity }} are the time in which one or more of its sessions are open, in
                        hours, so that an hour with several open sessions counts once. Where a session would close
                        before it opens, its length is nothing. >>
                    """,
                    "summed": """
                        << The open hours of a {{ entity }} are the lengths of its sessions in hours, added up: time
                        covered by several sessions counts for each of them. A session that would close before it opens
                        has no length.
                        || Open hours of a {{ entity }} are the sum of the lengths of its sessions, in hours, so that an
                        hour with several open sessions counts for each. Where a session would close before it opens,
                        its length is nothing. >>
                    """,
                },
            },
        ),
        Sheet(
            "Bursts of failed logins, watch hours and flag",
            {
                "scope": {
                    "entity": """
                        Two failed logins belong together when they name the same {{ entity }}, whatever the account
                        and the gateway.
                    """,
                    "account": """
                        Two failed logins belong together when they name the same account at the same {{ entity }},
                        whatever the gateway; one account name at two {{ entities }} is two accounts.
                    """,
                    "gateway": """
                        Two failed logins belong together when they name the same {{ entity }} and were written by the
                        same gateway, whatever the account.
                    """,
                },
                "window": {
                    "open": """
                        The window of a failed login is the `window_minutes` minutes that end with it. Failed logins in
                        the same second lie in it; one exactly `window_minutes` minutes earlier does not, nor do later
                        ones.
                    """,
                    "closed": """
                        The window of a failed login is the `window_minutes` minutes that end with it, both ends
                        included. Failed logins in the same second lie in it, and so does one exactly `window_minutes`
                        minutes earlier; later ones do not.
                    """,
                },
                "hot": {
                    "last": """
                        << A window is a burst when at least `burst_count` failed logins lie in it that belong together
                        with the one it ends with, that one included. A failed login is hot when its own window is a
                        burst.
                        || A window with `burst_count` or more failed logins that belong together with the one that ends
                        it, that one among them, is a burst. Hot is only the failed login that ends it. >>
                    """,
                    "all": """
                        << A window is a burst when at least `burst_count` failed logins lie in it that belong together
                        with the one it ends with, that one included. All these failed logins are hot, the earlier ones
                        too; a failed login in several bursts is hot once.
                        || A window with `burst_count` or more failed logins that belong together with the one that ends
                        it, that one among them, is a burst. Hot are all these failed logins, not only the last, each of
                        them once, in however many bursts it lies. >>
                    """,
                },
                "weight": {
                    "each": """
                        << The watch hours of a {{ entity }} are its open hours plus `burst_hours` for every hot failed
                        login.
                        || Open hours plus `burst_hours` for each hot failed login make the watch hours of a
                        {{ entity }}. >>
                    """,
                    "first": """
                        << The watch hours of a {{ entity }} are its open hours plus, where it has hot failed logins,
                        `burst_hours` for one of them and `later_hours` for each of the others.
                        || Open hours make the watch hours of a {{ entity }}, and hot failed logins are added where it
                        has any: `burst_hours` for one of them, `later_hours` for every other. >>
                    """,
                },
                "exception": {
                    "test": """
                        << A {{ entity }} under exception ran an announced login test: nothing is added to its open
                        hours for hot failed logins.
                        || A login test was announced for each {{ entity }} under exception, so its hot failed logins
                        add nothing to its open hours. >>
                    """,
                    "trusted": """
                        << A {{ entity }} under exception has a guarded network: in its watch hours, its open hours
                        count with `trusted_share` of their length. The open hours themselves stay.
                        || The network of a {{ entity }} under exception is guarded: of its open hours only
                        `trusted_share` enters its watch hours, while the open hours as such are unchanged. >>
                    """,
                    "alarmed": """
                        << A {{ entity }} under exception is on alarm: its watch hours are multiplied by `alarm_factor`.
                        || Alarm is given for each {{ entity }} under exception, and its watch hours count
                        `alarm_factor` times. >>
                    """,
                },
                "risk": {
                    "": """
                        << The access risk is the watch hours times the {{ exposure }}, divided by the {{ crew }}.
                        Nothing is rounded on the way.
                        || Watch hours times {{ exposure }}, divided by the {{ crew }}: this is the access risk. Nothing
                        is rounded on the way to it. >>
                    """,
                },
                "flag": {
                    "hot": """
                        << Flag a {{ entity }} when more than `hot_limit` of its failed logins are hot, under exception
                        or not.
                        || A {{ entity }} gets a flag when it has more than `hot_limit` hot failed logins; an exception
                        makes no difference to that. >>
                    """,
                    "names": """
                        << Flag a {{ entity }} when its failed logins, hot or not, name more than `name_limit` different
                        accounts, under exception or not. Failed logins left out name none.
                        || A {{ entity }} gets a flag when its failed logins, hot ones and others, are of more than
                        `name_limit` different accounts; an exception makes no difference to that. Failed logins that
                        are left out count for no account. >>
                    """,
                    "hours": """
                        << Flag a {{ entity }} when its open hours, divided by the number of its sessions, are more than
                        `open_limit`, under exception or not. Sessions left out are not in that number; a {{ entity }}
                        with no session left is not flagged.
                        || A {{ entity }} gets a flag when its open hours are more than `open_limit` for each of its
                        sessions on average; an exception makes no difference to that. Only sessions that are not left
                        out are counted, and a {{ entity }} that has none of these gets no flag. >>
                    """,
                },
            },
        ),
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.ZONE_IGNORED: "time stamps are compared without their offsets",
        Slip.REPEATS_SKIPPED: "lines that say that the last message was repeated are passed over",
        Slip.WINDOW_EDGE: "the window is read with its early end where the sheet leaves it out, or the other way round",
        Slip.UNCLOSED_DROPPED: "sessions without a closing line are left out",
        Slip.OVERLAP_SUMMED: "the hours of overlapping sessions are added up",
    }
    kind = Log

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Cut-off, session timeout, burst definition and weights, special terms, and the flag's limits."""
        cutoff = START + timedelta(hours=28, minutes=15 * stream.integer(0, 12))
        return {
            "cutoff": cutoff.isoformat(),
            "timeout_hours": stream.number("2.5", "6.0", 1),
            "window_minutes": stream.choice((10, 15, 20)),
            "burst_count": stream.integer(3, 4),
            "burst_hours": stream.number("0.60", "1.90", 2),
            "later_hours": stream.number("0.20", "0.45", 2),
            "trusted_share": stream.number("0.25", "0.60", 2),
            "alarm_factor": stream.number("1.30", "1.80", 2),
            "hot_limit": stream.integer(1, 3),
            "name_limit": stream.integer(2, 3),
            "open_limit": stream.number("2.8", "3.6", 1),
        }

    def records(self, stream: Stream, world: World, level: int) -> Log:
        """Sessions over a day and a half for each entity, mistyped logins, and bursts by a script for some."""
        sessions: list[Session] = []
        failures: list[Failure] = []
        numbers = dict.fromkeys(GATEWAYS, stream.integer(2100, 7400))
        for entity in world.everyone:
            shift = stream.integer(0, 17 * 3600)
            for _ in range(level + 1):
                gateway = stream.choice(GATEWAYS)
                numbers[gateway] += stream.integer(1, 3)
                sessions.append(self._session(stream, entity.code, gateway, numbers[gateway], shift))
            for _ in range(0 if stream.chance(2, 5) else stream.integer(1, 3)):
                failures += self._burst(stream, entity.code)
            for _ in range(stream.integer(1, 1 + level)):
                at = START + timedelta(seconds=stream.integer(0, 29 * 3600))
                failures.append(Failure(entity.code, stream.choice(GATEWAYS), stream.choice(ACCOUNTS), at, 0, None))
        return Log(tuple(sessions), tuple(failures))

    @staticmethod
    def _session(stream: Stream, code: str, gateway: str, number: int, shift: int) -> Session:
        at = START + timedelta(seconds=shift + stream.integer(0, 8 * 3600))
        closed = at + timedelta(seconds=stream.integer(1200, 7 * 3600)) if stream.chance(3, 4) else None
        opened = None if closed and stream.chance(1, 12) else at
        account = stream.choice(SERVICES if stream.chance(1, 6) else ACCOUNTS)
        return Session(code, gateway, number, account, opened, closed)

    @staticmethod
    def _burst(stream: Stream, code: str) -> list[Failure]:
        """Attempts at fixed intervals, mostly on one account through one gateway."""
        first, usual = stream.integer(0, 27 * 3600), stream.choice(SERVICES if stream.chance(1, 6) else ACCOUNTS)
        main, out = stream.choice(GATEWAYS), []
        for _ in range(stream.integer(4, 6)):
            late = TICK * stream.integer(0, 5) + (stream.integer(1, 200) if stream.chance(1, 8) else 0)
            at = START + timedelta(seconds=first + late)
            gateway = main if stream.chance(3, 4) else stream.choice(GATEWAYS)
            account = usual if stream.chance(3, 4) else stream.choice(SERVICES + ACCOUNTS)
            repeats = stream.integer(2, 3) if stream.chance(1, 5) else 0
            again = at + timedelta(seconds=stream.integer(1, 4) * TICK) if repeats else None
            out.append(Failure(code, gateway, account, at, repeats, again))
        return out

    def render(self, stream: Stream, records: Log) -> dict[str, str]:
        """One log: the gateways write in turns, each in its own order and in its own clock."""
        queues: dict[str, list[list[tuple[datetime, str]]]] = {gateway: [] for gateway in GATEWAYS}
        for row in records.sessions:
            if row.opened:
                queues[row.gateway].append([(row.opened, f"opened session {row.number} {row.account}@{row.code}")])
            if row.closed:
                queues[row.gateway].append([(row.closed, f"closed session {row.number}")])
        for failure in records.failures:
            lines = [(failure.at, f"failed login {failure.account}@{failure.code}")]
            if failure.repeated_at:
                lines.append((failure.repeated_at, f"last message repeated {failure.repeats} times"))
            queues[failure.gateway].append(lines)
        waiting = {
            gateway: [line for chunk in stream.shuffled(own) for line in chunk] for gateway, own in queues.items()
        }
        out = []
        while left := [gateway for gateway, lines in waiting.items() if lines]:
            gateway = stream.choice(left)
            at, message = waiting[gateway].pop(0)
            zone = timezone(timedelta(minutes=_offset(at, gateway)))
            out.append(f"{at.astimezone(zone).isoformat()} {gateway} authd: {message}\n")
        return {LOG: "".join(out)}

    def facts(self, records: Log) -> Sequence[Fact]:
        """When sessions opened and closed, and when logins failed."""
        cells = [
            Fact("sessions", place, name, value, row.code, value.date(), f"session {row.number} on {row.gateway}")
            for place, row in enumerate(records.sessions)
            for name, value in (("opened", row.opened), ("closed", row.closed))
            if value
        ]
        return cells + [
            Fact("failures", place, "at", row.at, row.code, row.at.date(), f"the failed login of {row.account}")
            for place, row in enumerate(records.failures)
        ]

    def live_slips(self, terms: Terms) -> list[StrEnum]:
        """Where the sheet adds up overlapping sessions, adding them up is no mistake."""
        dead = {Slip.OVERLAP_SUMMED} if terms.says("hours", "summed") else set()
        return [slip for slip in self.slips if slip not in dead]

    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """Cover and count on one clock, then weigh."""
        margins = margins or Margins()
        sessions: dict[str, list[Session]] = {code: [] for code in dials.entities}
        failures: dict[str, list[Failure]] = {code: [] for code in dials.entities}
        for session in block.records.sessions:
            sessions.get(session.code, []).append(session)
        for failure in block.records.failures:
            failures.get(failure.code, []).append(failure)
        values, flagged = {}, set()
        for code in dials.entities:
            terms, special = block.terms.at(code), ""
            if code in dials.exceptions:
                special = terms.clauses["exception"]
            hours, counting = self._open_hours(sessions[code], terms, slip)
            logins = self._logins(failures[code], terms, slip)
            hot = self._hot(logins, terms, slip)
            added = terms.number("burst_hours") * hot
            if terms.says("weight", "first"):
                added = terms.number("burst_hours") * min(hot, 1) + terms.number("later_hours") * max(hot - 1, 0)
            watch = hours * (terms.number("trusted_share") if special == "trusted" else 1.0)
            watch += 0.0 if special == "test" else added
            watch *= terms.number("alarm_factor") if special == "alarmed" else 1.0
            values[code] = watch * dials.quantities[Quantity.EXPOSURE][code] / dials.quantities[Quantity.CREW][code]
            names = len({login.account for login in logins})
            if self._suspicious(code, hours / max(counting, 1), hot, names, terms, margins):
                flagged.add(code)
        return Findings(values, frozenset(flagged))

    @staticmethod
    def _open_hours(sessions: Sequence[Session], terms: Terms, slip: StrEnum | None) -> tuple[float, int]:
        """Open hours, and how many sessions they come from."""
        cutoff, timeout = _cutoff(terms), round(3600 * terms.number("timeout_hours"))
        spans = []
        for session in sessions:
            service = session.account.startswith("svc-") and not terms.says("service", "sessions")
            if session.opened is None or service:
                continue
            start = _seconds(session.opened, session.gateway, slip)
            end = None if session.closed is None else _seconds(session.closed, session.gateway, slip)
            end = None if end is None or end > cutoff else end
            if start > cutoff or (end is None and slip is Slip.UNCLOSED_DROPPED):
                continue
            capped = terms.says("unclosed", "always") or (end is None and terms.says("unclosed", "timeout"))
            end = cutoff if end is None else end
            spans.append((start, min(end, start + timeout) if capped else end))
        total, reached = 0, -(10**9)
        for start, end in sorted(spans):
            single = slip is Slip.OVERLAP_SUMMED or terms.says("hours", "summed")
            total += max(0, end - (start if single else max(start, reached)))
            reached = max(reached, end)
        return total / 3600, len(spans)

    @staticmethod
    def _logins(failures: Sequence[Failure], terms: Terms, slip: StrEnum | None) -> list[Login]:
        """Every failed login that counts, copies written out."""
        cutoff, out = _cutoff(terms), []
        for row in failures:
            if row.account.startswith("svc-") and not terms.says("service", "logins"):
                continue
            times = [row.at]
            if row.repeated_at and slip is not Slip.REPEATS_SKIPPED:
                again = row.at if terms.says("repeats", "original") else row.repeated_at
                times += [again] * (1 if terms.says("repeats", "once") else row.repeats)
            seconds = (_seconds(at, row.gateway, slip) for at in times)
            out += [Login(second, row.account, row.gateway) for second in seconds if second <= cutoff]
        return out

    @staticmethod
    def _hot(logins: Sequence[Login], terms: Terms, slip: StrEnum | None) -> int:
        closed = terms.says("window", "closed") is not (slip is Slip.WINDOW_EDGE)
        reach = 60 * int(terms.number("window_minutes")) - (not closed)
        by_account, by_gateway = terms.says("scope", "account"), terms.says("scope", "gateway")
        least, places = int(terms.number("burst_count")), set[int]()
        for at, last in enumerate(logins):
            near = [
                place
                for place, other in enumerate(logins)
                if 0 <= last.second - other.second <= reach
                and (other.account == last.account or not by_account)
                and (other.gateway == last.gateway or not by_gateway)
            ]
            if len(near) >= least:
                places |= set(near) if terms.says("hot", "all") else {at}
        return len(places)

    @staticmethod
    def _suspicious(code: str, mean: float, hot: int, names: int, terms: Terms, margins: Margins) -> bool:
        """Whether a flag is due, by open hours per session, hot failed logins, or accounts that failed to log in."""
        if terms.says("flag", "hot"):
            return hot > terms.number("hot_limit")
        if terms.says("flag", "names"):
            return names > terms.number("name_limit")
        return margins.above(f"open hours of {code}", mean, terms.number("open_limit"))


def _offset(at: datetime, gateway: str) -> int:
    """Minutes east of UTC that a gateway's clock shows at an instant."""
    return OFFSETS[gateway][at >= CLOCK_CHANGE]


def _seconds(at: datetime, gateway: str, slip: StrEnum | None) -> int:
    """Seconds after START, by the wall clock where the slip ignores offsets."""
    wall = 60 * _offset(at, gateway) if slip is Slip.ZONE_IGNORED else 0
    return math.floor((at - START).total_seconds()) + wall


def _cutoff(terms: Terms) -> int:
    return math.floor((datetime.fromisoformat(str(terms.params["cutoff"])) - START).total_seconds())
