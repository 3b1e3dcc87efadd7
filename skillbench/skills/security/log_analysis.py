"""Log Analysis: an access log whose gateways keep different clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Measure, Param, Skill

LOG = "gateway_auth.log"
START = datetime(2026, 3, 28, 12, tzinfo=UTC)
CLOCK_CHANGE = datetime(2026, 3, 29, 1, tzinfo=UTC)
OFFSETS = {"gw1": (0, 0), "gw2": (60, 120), "gw3": (330, 330)}  # minutes east of UTC, before and after the change
ACCOUNTS = ("amara", "bo", "chen", "ines", "kofi", "lund", "svenja", "vito")
SERVICES = ("svc-backup", "svc-sync")

Event = tuple[int, str]  # seconds after START, message


class LogAnalysis(Skill):
    """Read an access log: clock offsets, repeated lines, sessions that never close, bursts of failures.

    Three gateways append to one log, each in its own clock and its own order. Bursts of failed logins appear
    only once every stamp is put on one clock. Open hours are the time covered by sessions, not their sum.
    """

    tag = "Log Analysis"
    measure = Measure(
        key="access_risk",
        title="Access risk",
        unit="weighted hours per head",
        digits=2,
        meaning="how much watch the logins of each {{ entity }} need, per head on site",
    )
    signal = "more than `hot_limit` failed logins of the {{ entity }} are hot"
    exception = "it ran an announced login test: its hot failures add no hours"
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
    rules: ClassVar[Mapping[str, str]] = {
        "Access risk: reading the log": """
Each line of the log carries a time stamp, the gateway, the word `authd:` and a message. A stamp states local time
and its offset from UTC; gateways keep different offsets and may change theirs. All times are compared and
subtracted as instants on one clock (UTC). Lines stand in no order of time.

The messages are `failed login ACCOUNT@CODE`, `opened session NUMBER ACCOUNT@CODE`, `closed session NUMBER` and
`last message repeated N times`, where CODE is the {{ entity }}. A session is identified by gateway and number
together: two gateways may use one number for different sessions. A closing line may stand above its opening line in
the file. `last message repeated N times` stands for N more copies of the nearest line above it that the same
gateway wrote, in the file as it stands, before anything is left out; each of those N copies happens at the time
stamped on the repeating line. Only failed logins are ever repeated.

Lines stamped later than `cutoff`, and copies with a later stamp, are treated as if they were not in the log. A
stamp equal to `cutoff` is kept. Accounts whose name begins with `svc-` are service accounts: their failed logins
and their sessions are left out everywhere.
""",
        "Access risk: open hours, hot failures and the figure": """
A session lasts from its opening to its closing line, however long that is. A session without a closing line (left
in the log after `cutoff` was applied) ends `timeout_hours` hours after its opening or at `cutoff`, whichever comes
first. The open hours of a {{ entity }} are the hours during which at least one of its sessions is open: time
covered by several sessions counts once.

A failed login is hot when at least `burst_count` failed logins of the same {{ entity }}, itself included, whatever
the account or gateway, lie in the `window_minutes` minutes that end with it. Failed logins in the same second
count; one exactly `window_minutes` minutes earlier does not count; later ones do not count.

The watch hours are the open hours plus `burst_hours` for every hot failure. For a {{ entity }} under exception, hot
failures add nothing. The access risk is the watch hours times the {{ exposure }}, divided by the {{ crew }}.
Nothing is rounded on the way.

Flag a {{ entity }} when more than `hot_limit` of its failed logins are hot, under exception or not.
""",
    }
    slips: ClassVar[Mapping[str, str]] = {
        "zone-ignored": "time stamps are compared without their offsets",
        "repeats-skipped": "lines that say that the last message was repeated are passed over",
        "window-closed": "a failed login exactly one window earlier is counted in the window",
        "unclosed-dropped": "sessions without a closing line are left out",
        "overlap-summed": "the hours of overlapping sessions are added up",
    }

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Cut-off, session timeout, burst definition and weight, and the flag's limit."""
        cutoff = START + timedelta(hours=28, minutes=15 * stream.integer(0, 12))
        return {
            "cutoff": cutoff.isoformat(),
            "timeout_hours": stream.number("3.0", "8.0", 1),
            "window_minutes": stream.integer(8, 20),
            "burst_count": stream.integer(3, 4),
            "burst_hours": stream.number("0.60", "1.90", 2),
            "hot_limit": stream.integer(2, 3),
        }

    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """Sessions and bursts for each entity, written by the gateways one after another, each in its own clock."""
        params = self.draw_params(stream)
        queues: dict[str, list[list[Event]]] = {gateway: [] for gateway in OFFSETS}
        number = stream.integer(2100, 7400)
        for entity in roster.everyone:
            shift = stream.integer(0, 18 * 3600)
            for _ in range(level + 1):
                gateway = stream.choice(tuple(OFFSETS))
                queues[gateway] += self._session(stream, shift, number + len(queues[gateway]), entity.code)
            for _ in range(level + stream.integer(0, 3) // 2):
                for offset, message in self._burst(stream, entity.code, params):
                    chunk = [(offset, message)]
                    if stream.chance(1, 6):
                        repeated = f"last message repeated {stream.integer(2, 4)} times"
                        chunk.append((offset + stream.integer(20, 400), repeated))
                    queues[stream.choice(tuple(OFFSETS))].append(chunk)
        waiting = {
            gateway: [event for chunk in stream.shuffled(chunks) for event in chunk]
            for gateway, chunks in queues.items()
        }
        lines = []
        while left := [gateway for gateway, events in waiting.items() if events]:
            gateway = stream.choice(left)
            seconds, message = waiting[gateway].pop(0)
            lines.append(f"{self._stamp(gateway, seconds)} {gateway} authd: {message}\n")
        return Block({LOG: "".join(lines)}, params)

    @staticmethod
    def _session(stream: Stream, shift: int, number: int, code: str) -> list[list[Event]]:
        opened = shift + stream.integer(0, 11 * 3600)
        account = stream.choice(SERVICES if stream.chance(1, 8) else ACCOUNTS)
        out = [[(opened, f"opened session {number} {account}@{code}")]]
        if stream.chance(3, 4):
            out.append([(opened + stream.integer(1200, 7 * 3600), f"closed session {number}")])
        return out

    @staticmethod
    def _burst(stream: Stream, code: str, params: Mapping[str, Param]) -> list[Event]:
        """Failures over one window; in nine of ten bursts the last is exactly one window after the first."""
        window = 60 * int(params["window_minutes"])
        first = stream.integer(0, 28 * 3600)
        between = [
            stream.integer(30, window - 30) for _ in range(int(params["burst_count"]) - stream.choice((1, 2, 2)))
        ]
        offsets = [0, *between, window if stream.chance(9, 10) else window - stream.integer(5, 90)]
        accounts = [stream.choice(SERVICES if stream.chance(1, 9) else ACCOUNTS) for _ in offsets]
        pairs = zip(offsets, accounts, strict=True)
        return [(first + offset, f"failed login {account}@{code}") for offset, account in pairs]

    @staticmethod
    def _stamp(gateway: str, seconds: int) -> str:
        moment = START + timedelta(seconds=seconds)
        minutes = OFFSETS[gateway][moment >= CLOCK_CHANGE]
        return moment.astimezone(timezone(timedelta(minutes=minutes))).isoformat()

    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """Put every event on one clock, then cover, count and weigh."""
        del margins  # every comparison here is between whole seconds or counts
        params = block.params
        cutoff = self._seconds(str(params["cutoff"]), slip)
        failures: dict[str, list[int]] = {code: [] for code in dials.entities}
        opened: dict[tuple[str, str], tuple[str, int]] = {}
        closed: dict[tuple[str, str], int] = {}
        for seconds, gateway, message in self._events(block.files[LOG], slip):
            words = message.split()
            account, _, code = words[-1].partition("@")
            if seconds > cutoff or account.startswith("svc-"):
                continue
            if words[0] == "closed":
                closed[gateway, words[2]] = seconds
            elif words[0] == "opened":
                opened[gateway, words[2]] = code, seconds
            elif code in failures:
                failures[code].append(seconds)
        spans: dict[str, list[tuple[int, int]]] = {code: [] for code in dials.entities}
        timeout = round(3600 * float(params["timeout_hours"]))
        for session, (code, start) in opened.items():
            if code in spans and (session in closed or slip != "unclosed-dropped"):
                spans[code].append((start, closed.get(session, min(start + timeout, cutoff))))
        values, flagged = {}, set()
        for code in dials.entities:
            hot = self._hot(failures[code], params, slip)
            weighed = 0 if code in dials.exceptions else hot
            watch = self._open_seconds(spans[code], slip) / 3600 + weighed * float(params["burst_hours"])
            exposure, crew = dials.quantities[Quantity.EXPOSURE][code], dials.quantities[Quantity.CREW][code]
            values[code] = watch * exposure / crew
            if hot > int(params["hot_limit"]):
                flagged.add(code)
        return Findings(values, frozenset(flagged))

    def _events(self, text: str, slip: str | None) -> list[tuple[int, str, str]]:
        """Time, gateway and message of every line, repeated messages written out."""
        out: list[tuple[int, str, str]] = []
        above: dict[str, str] = {}
        for line in text.splitlines():
            stamp, gateway, _, message = line.split(" ", 3)
            copies = 1
            if message.startswith("last message repeated"):
                copies = 0 if slip == "repeats-skipped" else int(message.split()[3])
            else:
                above[gateway] = message
            out += [(self._seconds(stamp, slip), gateway, above[gateway])] * copies
        return out

    @staticmethod
    def _seconds(stamp: str, slip: str | None) -> int:
        moment = datetime.fromisoformat(stamp)
        return int((moment.replace(tzinfo=UTC) if slip == "zone-ignored" else moment).timestamp())

    @staticmethod
    def _hot(times: Sequence[int], params: Mapping[str, Param], slip: str | None) -> int:
        window, edge = 60 * int(params["window_minutes"]), slip == "window-closed"
        near = [sum(0 <= now - then < window + edge for then in times) for now in times]
        return sum(count >= int(params["burst_count"]) for count in near)

    @staticmethod
    def _open_seconds(spans: Sequence[tuple[int, int]], slip: str | None) -> int:
        covered, reached = 0, 0
        for start, end in sorted(spans):
            covered += max(0, end - (start if slip == "overlap-summed" else max(start, reached)))
            reached = max(reached, end)
        return covered
