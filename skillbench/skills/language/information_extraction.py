"""Information Extraction: a mailbox of status reports in free prose, corrected, quoted, passed on and forwarded."""

from __future__ import annotations

import math
import re
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from email.utils import format_datetime
from enum import StrEnum
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.streams import Stream
from skillbench.core.world import Person, World
from skillbench.skills.contract import Block, Dials, Drive, Fact, Findings, Margins, Measure, Param, Sheet, Skill, Terms

MAILBOX = "status_mail.mbox"
FORWARDED = "-------- Forwarded message --------"
OFFICE, OUTSIDE = "office", "outside"
FIRST = datetime(2026, 3, 2)  # noqa: DTZ001  every time in the rows is in UTC
ZONES = (0, 0, 60, 120)  # minutes east of UTC
UPDATES = (*3 * ("clears",), "states", "corrects", "raises", "lowers", "wishes", *2 * ("plans",), *2 * ("hears",))
SMALL = (  # noqa: SIM905  a list would take twenty lines
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = SMALL + [f"{ten}-{unit}".removesuffix("-zero") for ten in TENS for unit in SMALL[:10]]
TERSE = re.compile("short|clipped|telegram|brief|blunt|brisk|no greeting|one line|few words|half|dry")
GREETINGS = ("Hello all,", "Morning,", "Good day to you all,")
CHATTER = (
    "The canteen has <n> new chairs.",
    "Please send <n> fuses with the next van.",
    "The auditors stayed for <n> hours on Tuesday.",
    "I will be back at my desk on the <n>th.",
)
# Whoever does not work at the entity writes only the sentences without we, our, here or I.
INSIDE = re.compile(r"\b(we|our|here|I)\b", re.IGNORECASE)
FORMS: dict[str, dict[str, tuple[str, ...]]] = {
    "units": {
        "states": (
            "We have <n> units out of service.",
            "<n> units are down at the moment.",
            "The count of dead units stands at <n>.",
            "As of today <n> of our units do not run.",
            "I walked round this morning and found <n> units out of order.",
            "Nothing new to tell, except that the units out of service are now <n>.",
        ),
        "corrects": (
            "Correction on the units: it should have read <n> out of service, not <m>.",
            "We misread the unit sheet, please make it <n> units down instead of <m>.",
        ),
        "clears": ("No unit is out of service any longer.", "The last of our dead units is running again."),
        "raises": ("<n> more units have failed.", "The number of dead units has risen by <n>."),
        "lowers": (
            "<n> of the dead units are running again.",
            "We got <n> of the units on the list back into service.",
        ),
        "plans": (
            "From Monday on <n> more units will be out of service.",
            "We will shut off <n> further units in May.",
        ),
        "wishes": ("If the spares come, <n> of the dead units will run again.",),
        "hears": (
            "The insurer says that <n> units are out of service, I have not counted.",
            "According to the contractor <n> units are down.",
        ),
    },
    "hours": {
        "states": (
            "We stay shut for <n> hours a week.",
            "Closed hours now come to <n> a week.",
            "The doors are locked for <n> hours every week.",
            "Each week the gates stay closed for <n> hours.",
            "Time lost to closure: <n> hours a week.",
        ),
        "corrects": (
            "Correction on the closure: it should have read <n> hours a week, not <m>.",
            "Our closure figure had a typo, <n> hours a week is right and <m> is wrong.",
        ),
        "clears": ("We no longer close during the week.", "The weekly closure has been lifted altogether."),
        "raises": ("The weekly closure has grown by <n> hours.", "We now stay shut for another <n> hours a week."),
        "lowers": (
            "The weekly closure has been cut by <n> hours.",
            "We now open <n> of the closed hours a week again.",
        ),
        "plans": ("The weekly closure will grow by <n> hours in May.",),
        "wishes": ("If the inspector agrees, the weekly closure will be cut by <n> hours.",),
        "hears": ("The postman says that the weekly closure is <n> hours.",),
    },
    "margin": {
        "states": (
            "A margin of <n> percent is agreed.",
            "The margin is <n> percent.",
            "There is a margin of <n> percent on top.",
            "Our safety margin was set at <n> percent.",
        ),
        "corrects": (
            "Correction on the margin: it should have read <n> percent, not <m>.",
            "In the margin line please read <n> percent instead of <m>.",
        ),
        "clears": ("The margin no longer stands.", "There is no percentage on top any more."),
        "raises": ("The margin has gone up by <n> points.",),
        "lowers": ("The margin has come down by <n> points.",),
        "plans": ("The margin will go up by <n> points next month.",),
        "wishes": ("If the board agrees, the margin will come down by <n> points.",),
        "hears": ("The neighbours say that the margin is <n> percent.",),
    },
}


@dataclass(frozen=True)
class Mail:
    """One mail: the entity it speaks about, its writer and where that person works, and two times in UTC."""

    code: str
    name: str
    role: str
    voice: str
    site: str
    written: datetime
    zone: int
    delivered: datetime
    forwarded: str


@dataclass(frozen=True)
class Report:
    """What one sentence of a mail says; ``part`` is ``own``, ``quoted`` or ``forwarded``.

    ``wrong`` is the figure a correction withdraws; ``echo`` is the place of the report that a quote repeats, else -1.
    """

    mail: int
    part: str
    figure: str
    act: str
    amount: int
    wrong: int
    echo: int


@dataclass(frozen=True)
class Mailbox:
    """The mailbox: mails, and the reports in them from top to bottom."""

    mails: tuple[Mail, ...]
    reports: tuple[Report, ...]


class Slip(StrEnum):
    """Usual mistakes with a mailbox."""

    OTHER_CLOCK = "other-clock"
    CORRECTION_MISSED = "correction-missed"
    QUOTE_COUNTED = "quote-counted"
    NEGATION_MISSED = "negation-missed"
    FORWARD_COUNTED = "forward-counted"


class InformationExtraction(Skill):
    """Extract three figures per entity from status mail: corrections, negations, plans, hearsay, late delivery.

    People of the house report in prose. Later mail corrects, withdraws or shifts figures, replies quote superseded
    text, forwards carry another desk's figures, some of it is planned or passed on, and delivery order is not the
    order of writing.
    """

    tag = "Information Extraction"
    measure = Measure(
        key="relief_volume",
        title="Relief volume",
        unit="{{ work }}",
        digits=2,
        meaning="how much each {{ entity }} must have done elsewhere until it is supplied again",
    )
    signal = "what is out of service there passes the limit that the rules set"
    exception = "its own agreed margin lapses"
    reads: ClassVar[Mapping[Quantity, str]] = {
        Quantity.DEMAND: "the share lost is a share of the {{ demand }}",
        Quantity.LEAD_TIME: "the loss runs for the {{ lead_time }}",
    }
    drives: ClassVar[Mapping[Quantity, Drive]] = {
        Quantity.CAPACITY: Drive(raises=False, reason="what has to be relieved elsewhere cannot be carried here"),
        Quantity.CREW: Drive(
            raises=False, reason="staff of a {{ entity }} with much to relieve go along with the work"
        ),
        Quantity.UNIT_COST: Drive(raises=True, reason="relief is bought at short notice and lifts every price paid"),
        Quantity.LEAD_TIME: Drive(raises=True, reason="a large relief volume puts the {{ entity }} back in the queue"),
    }
    sheets: ClassVar[tuple[Sheet, ...]] = (
        Sheet(
            "What status mail reports",
            {
                "layout": {
                    "": """
                        << The relief volume rests on a mailbox in mbox form: each mail begins with an envelope line
                        (`From -` and the time of delivery in UTC), then come headers, an empty line and the body. A
                        mail speaks about the {{ entity }} whose code is the last word of its `Subject:`, and about no
                        other. A sender works at the {{ entity }} whose code, in small letters, stands right behind the
                        `@` of the `From:` address, at head office where `office` stands there, and outside the house
                        where the address does not end in `.desk.example`. Mail from outside never counts.
                        || What the relief volume rests on is a mailbox in mbox form. The first line of a mail is its
                        envelope, `From -` and the time of delivery in UTC; headers, an empty line and the body follow.
                        The last word of the `Subject:` is a code, and the mail speaks about that {{ entity }} alone.
                        Where a sender works is told by what follows the `@` of the `From:` address: a code in small
                        letters means that {{ entity }}, `office` means head office, and an address that does not end in
                        `.desk.example` is from outside the house. What comes from outside never counts. >>
                    """,
                },
                "senders": {
                    "own": """
                        << Of the mails that speak about a {{ entity }}, only those count whose sender works at this
                        {{ entity }}; what head office or another {{ entity }} writes about it does not.
                        || Whoever writes about a {{ entity }} must work there for the mail to count. Mails about it
                        from head office or from another {{ entity }} do not count. >>
                    """,
                    "house": """
                        << Of the mails that speak about a {{ entity }}, those of everybody in the house count, whether
                        the sender works at this {{ entity }}, at another one or at head office.
                        || Whoever writes about a {{ entity }} may work there, at another {{ entity }} or at head
                        office: all mails from within the house count. >>
                    """,
                    "granted": """
                        << Of the mails that speak about a {{ entity }}, those whose sender works at this {{ entity }}
                        count for the units and the hours, and those whose sender works at head office count for the
                        margin. Nothing else counts, not even another figure in the same mail.
                        || Whoever writes about a {{ entity }} counts for some figures only: those who work there for
                        the units and the hours, those at head office for the margin. What they write on another figure
                        does not count, even in the same mail, and nobody else's mail does. >>
                    """,
                },
                "period": {
                    "until": """
                        A mail counts when its `Date:` is not later than `cutoff`, equality included, however old it
                        is; offsets from UTC apply.
                    """,
                    "window": """
                        A mail counts when its `Date:` lies between `opened` and `cutoff`, both included; offsets
                        from UTC apply. Older mail was settled last time and is as if never written.
                    """,
                },
                "order": {
                    "sent": """
                        << The mails that count for a {{ entity }} are read in the order of their `Date:` headers as
                        instants, whatever their place in the file. Of two mails of the same instant the one that was
                        delivered first, by its envelope line, is read first.
                        || Of the mails that count for a {{ entity }} the one with the earlier `Date:` is read first,
                        dates being instants; the place in the file means nothing. Where two have the same instant, the
                        one delivered earlier, by its envelope line, is read first. >>
                    """,
                    "arrived": """
                        << The mails that count for a {{ entity }} are read in the order of delivery by their envelope
                        lines, whatever their `Date:` headers and their place in the file: what reaches the house last
                        is news. No two mails are delivered at the same instant.
                        || Of the mails that count for a {{ entity }} the one delivered earlier is read first, as its
                        envelope line says, since the last to reach the house is the news. `Date:` headers and places in
                        the file mean nothing here, and no two mails have one instant of delivery. >>
                    """,
                },
                "reading": {
                    "": """
                        << A mail is read sentence by sentence, from top to bottom. Lines that begin with `>` quote
                        older mail and are skipped. The line `-------- Forwarded message --------` and everything below
                        it in that mail is skipped, too: it is another desk's text. Numbers stand in digits or in
                        English words, and sentences run over line ends.
                        || Mails are read from top to bottom, one sentence after the other. What stands in lines that
                        begin with `>` is quoted from older mail and not read. Nor is anything read from the line
                        `-------- Forwarded message --------` down to the end of that mail, since another desk wrote it.
                        A number may be in digits or in English words, and a sentence may go on in the next line. >>
                    """,
                },
                "figures": {
                    "": """
                        << Three figures are kept for each {{ entity }}: units (out of service), hours (closed in a
                        week) and margin (agreed, in percent). All three stand at zero until a sentence moves them. A
                        sentence that says how large a figure is sets it. One that says that nothing of it is left sets
                        it to zero. One that says that it has grown or shrunk by an amount adds to what stands at that
                        moment or takes from it, never below zero. What depends on a condition moves nothing, nor does a
                        sentence about anything else, whatever numbers it holds.
                        || For every {{ entity }} three figures are kept: the units that are out of service, the hours
                        closed in a week, and the agreed margin in percent. Each is zero at first and stays as it is
                        until a sentence moves it. A sentence may say how large a figure is, and so it is set; or that
                        nothing of it is left, and it is zero. It may say by how much the figure has grown or shrunk:
                        that is added to what stands at that moment or taken from it, down to zero at most. Nothing is
                        moved by what depends on a condition, or by sentences about other things, with or without
                        numbers. >>
                    """,
                },
                "corrections": {
                    "set": """
                        << A sentence that corrects a figure names the right number and the wrong one. It sets the
                        figure to the right number, whatever stands at that moment.
                        || Corrections of a figure state a wrong number and the right one. After such a sentence the
                        figure is the right number, whatever it was before. >>
                    """,
                    "shift": """
                        << A sentence that corrects a figure names the right number and the wrong one. The figure that
                        stands at that moment moves by the difference, right less wrong, but never below zero: what was
                        reported in between stays reported.
                        || Corrections of a figure state a wrong number and the right one. Such a sentence adds right
                        less wrong to what the figure is at that moment, but not to below zero, so that reports made in
                        between keep their effect. >>
                    """,
                },
                "plans": {
                    "ignored": """
                        << A sentence that announces a change to come moves nothing, even where it is certain: only what
                        has happened is reported.
                        || Announcements of a change to come move nothing, however certain they are, since only what has
                        happened is reported. >>
                    """,
                    "counted": """
                        << A sentence that announces a change to come, without any condition, moves the figure as if it
                        had happened when the mail was written.
                        || Announcements of a change to come move the figure as if it had come about when the mail was
                        written, unless they depend on a condition. >>
                    """,
                },
                "hearsay": {
                    "ignored": """
                        << A sentence in which the sender names somebody else as the one who says so moves nothing.
                        || Where the sender names somebody else as the one who says so, the sentence moves nothing. >>
                    """,
                    "counted": """
                        << A sentence in which the sender names somebody else as the one who says so counts like the
                        sender's own report: whoever passes it on answers for it.
                        || Where the sender names somebody else as the one who says so, the sentence counts as if it
                        were the sender's own, who answers for what is passed on. >>
                    """,
                },
            },
        ),
        Sheet(
            "From units, hours and margin to a volume",
            {
                "share": {
                    "sum": """
                        The share lost is `core_share` plus `unit_share` times the units plus the hours divided by
                        `open_week`. It may exceed one. The relief volume starts from it.
                    """,
                    "product": """
                        The share lost is one less the product of three shares kept: one less `core_share`, one less
                        `unit_share` times the units, and one less the hours divided by `open_week`; a share kept
                        below zero is zero. The relief volume starts from it.
                    """,
                },
                "run": {
                    "whole": """
                        The loss is the share lost times the {{ entity }}'s {{ demand }} times its {{ lead_time }}
                        divided by 7. Nothing is rounded on the way.
                    """,
                    "buffer": """
                        The loss is the share lost times the {{ entity }}'s {{ demand }} times the number of days by
                        which its {{ lead_time }} exceeds `buffer_days`, parts of a day included and zero where it
                        does not, divided by 7. Nothing is rounded on the way.
                    """,
                },
                "margin": {
                    "": """
                        << The relief volume is the loss times (1 + margin / 100), for a {{ entity }} that is not under
                        exception.
                        || Where a {{ entity }} is not under exception, its relief volume is the loss times one plus a
                        hundredth of its margin: loss times (1 + margin / 100). >>
                    """,
                },
                "exception": {
                    "dropped": """
                        << For a {{ entity }} under exception the margin lapses: its relief volume is the loss.
                        || No margin holds for a {{ entity }} under exception, and the loss is its relief volume. >>
                    """,
                    "taken": """
                        << For a {{ entity }} under exception the margin is held back: its relief volume is the loss
                        times (1 - margin / 100), but not below zero.
                        || The margin of a {{ entity }} under exception is held back, so that its relief volume is the
                        loss times (1 - margin / 100), or zero where that would be below zero. >>
                    """,
                    "office": """
                        << For a {{ entity }} under exception no margin of its own holds, not even one of zero: its
                        relief volume is the loss times (1 + `lapsed_margin` / 100).
                        || The margin of a {{ entity }} under exception does not hold, whatever it is, even if it is
                        zero: its relief volume is the loss times (1 + `lapsed_margin` / 100). >>
                    """,
                },
                "flag": {
                    "units": """
                        << Flag a {{ entity }} when more than `units_limit` of its units are out of service after the
                        last mail that counts.
                        || A {{ entity }} gets a flag when, once the last mail that counts has been read, more than
                        `units_limit` of its units are out of service. >>
                    """,
                    "share": """
                        << Flag a {{ entity }} when its share lost is above `share_limit`.
                        || A {{ entity }} gets a flag when the share that it has lost is larger than `share_limit`. >>
                    """,
                    "volume": """
                        << Flag a {{ entity }} when its relief volume is above `volume_share` times the mean of the
                        relief volumes of all {{ entities }} in scope.
                        || A {{ entity }} gets a flag when its relief volume is more than `volume_share` times the mean
                        that all {{ entities }} in scope have of it. >>
                    """,
                },
            },
        ),
    )
    slips: ClassVar[Mapping[StrEnum, str]] = {
        Slip.OTHER_CLOCK: "mails are read by delivery where the order of writing counts, and the other way round",
        Slip.CORRECTION_MISSED: "sentences that correct a figure are not read",
        Slip.QUOTE_COUNTED: "quoted lines are read like the sender's own",
        Slip.NEGATION_MISSED: "sentences that say that nothing is left are not read",
        Slip.FORWARD_COUNTED: "forwarded text is read as a report about the mail's own subject",
    }
    kind = Mailbox

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Period, shares, weekly hours, and the flag's limits."""
        opened = FIRST + timedelta(days=stream.integer(5, 12), hours=stream.integer(6, 20))
        cutoff = FIRST + timedelta(days=stream.integer(48, 66), hours=stream.integer(6, 20))
        return {
            "opened": f"{opened.isoformat()}+00:00",
            "cutoff": f"{cutoff.isoformat()}+00:00",
            "core_share": stream.number("0.040", "0.095", 3),
            "unit_share": stream.number("0.014", "0.026", 3),
            "open_week": stream.integer(44, 60),
            "buffer_days": stream.number("0.5", "1.5", 1),
            "lapsed_margin": stream.integer(31, 45),
            "units_limit": stream.integer(9, 14),
            "share_limit": stream.number("0.42", "0.58", 3),
            "volume_share": stream.number("0.65", "0.95", 2),
        }

    def records(self, stream: Stream, world: World, level: int) -> Mailbox:
        """A first report and ``level`` updates per entity, and now and then what others write about it."""
        mails: list[Mail] = []
        reports: list[Report] = []
        codes, first = [entity.code for entity in world.everyone], datetime.combine(world.first, time())
        for code in codes:
            thread = _Thread(stream, world, code, mails, reports)
            at = _later(stream, first, 0, 20)
            thread.mail(at, code, [(figure, "states") for figure in stream.shuffled(list(FORMS))])
            for _ in range(level):
                at = _later(stream, at, *stream.choice(((1, 3), (1, 5), (4, 16))))
                acts = [(figure, stream.choice(UPDATES)) for figure in stream.sample(list(FORMS), 2)]
                if stream.chance(2, 5):
                    figure = stream.choice(("units", "units", "hours"))
                    acts = [(figure, stream.choice(("raises", "lowers"))), (figure, "corrects")]
                if stream.chance(1, 2):
                    acts.append((stream.choice(list(FORMS)), stream.choice(("plans", "hears"))))
                thread.mail(at, code, acts, tail=stream.choice(("quoted", "quoted", "forwarded", "")), codes=codes)
                if stream.chance(3, 5):
                    # Head office writes on the margin, now and then at the very instant of the desk's own mail.
                    at = stream.choice((at, *(_later(stream, at, days, 3) for days in (1, 2, 3))))
                    thread.mail(
                        at, OFFICE, [("margin", stream.choice(("states", "states", "states", "raises", "clears")))]
                    )
                elif stream.chance(1, 2):
                    others = [one for one in codes if one != code]
                    site = stream.choice((OUTSIDE, stream.choice(others)))
                    thread.mail(
                        stream.choice((at, *(_later(stream, at, days, 3) for days in (1, 2, 3)))),
                        site,
                        [("units", "states")],
                    )
        return Mailbox(tuple(mails), tuple(reports))

    def render(self, stream: Stream, records: Mailbox) -> dict[str, str]:
        """The mails in mbox form, in order of delivery; which words tell a report is drawn here."""
        inside = [mail.site == mail.code for mail in records.mails]
        told: list[str] = []
        forms: list[str] = []
        for report in records.reports:
            known = FORMS[report.figure][report.act]
            if report.part == "forwarded" or not inside[report.mail]:
                known = tuple(form for form in known if not INSIDE.search(form))
            forms.append(stream.choice(known) if report.echo < 0 else forms[report.echo])
            told.append(_told(stream, forms[-1], report))
        texts = []
        for place in sorted(range(len(inside)), key=lambda place: records.mails[place].delivered):
            parts = {
                part: [
                    sentence
                    for sentence, report in zip(told, records.reports, strict=True)
                    if report.mail == place and report.part == part
                ]
                for part in ("own", "quoted", "forwarded")
            }
            texts.append(_mail_text(stream, records.mails[place], parts))
        return {MAILBOX: "\n".join(texts)}

    def facts(self, records: Mailbox) -> Sequence[Fact]:
        """Every figure that somebody at the entity sets in a mail of their own."""
        return [
            Fact("reports", place, "amount", report.amount, mail.code, mail.written.date(), _noun(report, mail))
            for place, report in enumerate(records.reports)
            for mail in [records.mails[report.mail]]
            if report.part == "own" and report.act in {"states", "corrects"} and mail.site == mail.code
        ]

    def solve(
        self, block: Block, dials: Dials, slip: StrEnum | None = None, margins: Margins | None = None
    ) -> Findings:
        """Read the mails that count in their order, move the figures, then weigh them."""
        margins = margins or Margins()
        mails: dict[str, list[tuple[Mail, list[Report]]]] = {code: [] for code in dials.entities}
        inside: list[list[Report]] = [[] for _ in block.records.mails]
        for report in block.records.reports:
            inside[report.mail].append(report)
        for mail, reports in zip(block.records.mails, inside, strict=True):
            if mail.code in mails:
                mails[mail.code].append((mail, reports))
        values, shares, units = {}, {}, {}
        for code in dials.entities:
            terms = block.terms.at(code)
            figures = dict.fromkeys(FORMS, 0)
            for report in _counting(mails[code], terms, slip):
                figures[report.figure] = _moved(figures[report.figure], report, terms)
            shares[code], units[code] = _share(figures, terms), figures["units"]
            values[code] = _volume(code, shares[code], figures["margin"] / 100, terms, dials)
        mean = math.fsum(values.values()) / len(values)
        flagged = set()
        for code in dials.entities:
            terms = block.terms.at(code)
            if terms.says("flag", "units"):
                over = units[code] > terms.number("units_limit")
            elif terms.says("flag", "share"):
                over = margins.above(f"share lost at {code}", shares[code], terms.number("share_limit"))
            else:
                over = margins.above(f"volume of {code}", values[code], terms.number("volume_share") * mean)
            flagged |= {code} if over else set()
        return Findings(values, frozenset(flagged))


@dataclass(frozen=True)
class _Thread:
    """The mails about one entity while they are drawn."""

    stream: Stream
    world: World
    code: str
    mails: list[Mail]
    reports: list[Report]

    def mail(
        self, at: datetime, site: str, acts: Sequence[tuple[str, str]], tail: str = "", codes: Sequence[str] = ()
    ) -> None:
        """Add one mail with its reports, and below them a quote of the desk's last mail or another desk's text."""
        stream, place = self.stream, len(self.mails)
        late = stream.integer(600, 17000) if stream.chance(2, 3) else stream.integer(1, 90)
        delivered, taken = at + timedelta(minutes=late), {mail.delivered for mail in self.mails}
        while delivered in taken:
            delivered += timedelta(seconds=7)
        writer = _writer(stream, self.world, site)
        other = stream.choice(codes) if tail == "forwarded" else ""
        own = [(echo, report) for echo, report in enumerate(self.reports) if self._is_own(report)]
        zone = stream.choice(ZONES)
        self.mails.append(Mail(self.code, writer.name, writer.role, writer.voice, site, at, zone, delivered, other))
        for figure, act in acts:
            self.reports.append(self._report(place, "own", figure, act))
        if tail == "quoted":
            last = [(echo, report) for echo, report in own if report.mail == own[-1][1].mail]
            for echo, old in stream.sample(last, min(2, len(last))):
                report = Report(place, "quoted", old.figure, old.act, old.amount, old.wrong, echo)
                self.reports.append(report)
        if other:
            self.reports.append(self._report(place, "forwarded", stream.choice(("units", "hours")), "states"))

    def _is_own(self, report: Report) -> bool:
        mail = self.mails[report.mail]
        return report.part == "own" and mail.code == mail.site == self.code

    def _report(self, place: int, part: str, figure: str, act: str) -> Report:
        """A report; a correction withdraws the number that the desk last set."""
        amount = self.stream.integer(4, 29) if act in {"states", "corrects", "hears"} else self.stream.integer(2, 7)
        wrong = 0
        if act == "corrects":
            said = [one for one in self.reports if self._is_own(one) and one.figure == figure]
            wrong = next(one.amount for one in reversed(said) if one.act in {"states", "corrects"})
            amount += amount == wrong
        return Report(place, part, figure, act, 0 if act == "clears" else amount, wrong, -1)


def _later(stream: Stream, at: datetime, least: int, most: int) -> datetime:
    """Some days later, at an hour when people are at work."""
    day = datetime.combine(at.date(), time()) + timedelta(days=stream.integer(least, most))
    return day + timedelta(minutes=stream.integer(6 * 60, 18 * 60))


def _writer(stream: Stream, world: World, site: str) -> Person:
    """Somebody who works there; where nobody is known, the duty desk."""
    if site == OUTSIDE:
        return Person(stream.choice(("Sales Team", "Service Line")), "your supplier", "", OUTSIDE)
    staff = [person for person in world.people if person.code == ("" if site == OFFICE else site)]
    return stream.choice([*staff * 4, Person("Duty Desk", "whoever is on shift", "", site)])


def _noun(report: Report, mail: Mail) -> str:
    what = {"units": "units out of service", "hours": "closed hours", "margin": "margin"}[report.figure]
    return f"the {what} in the mail of {mail.written.day} {mail.written:%B}"


def _told(stream: Stream, form: str, report: Report) -> str:
    """One sentence; numbers in digits or words."""
    for mark, number in (("<n>", report.amount), ("<m>", report.wrong)):
        form = form.replace(mark, WORDS[number] if stream.chance(1, 3) and number < len(WORDS) else str(number))
    return form[0].upper() + form[1:]


def _mail_text(stream: Stream, mail: Mail, parts: Mapping[str, list[str]]) -> str:
    """One mail in mbox form, in its writer's manner."""
    plain = unicodedata.normalize("NFKD", mail.name.split()[-1]).encode("ascii", "ignore").decode().lower()
    home = "vendor.example" if mail.site == OUTSIDE else f"{mail.site.lower()}.desk.example"
    local = (mail.written + timedelta(minutes=mail.zone)).replace(tzinfo=timezone(timedelta(minutes=mail.zone)))
    lines = [
        f"From - {mail.delivered.ctime()}",
        f'From: "{mail.name}" <{plain}@{home}>',
        f"Date: {format_datetime(local)}",
        f"Subject: {'Re: ' if parts['quoted'] else ''}Status {mail.code}",
        "",
    ]
    sentences = list(parts["own"])
    if not TERSE.search(mail.voice):
        lines += ["Dear colleagues," if "formal" in mail.voice else stream.choice(GREETINGS), ""]
        if stream.chance(1, 2):
            chatter = stream.choice(CHATTER).replace("<n>", str(stream.integer(4, 20)))
            sentences.insert(stream.choice((0, len(sentences))), chatter)
    lines += [_filled(sentences), "", f"{mail.name}, {mail.role}"]
    if parts["quoted"]:
        lines += ["", "From the last mail:", "", textwrap.indent(_filled(parts["quoted"]), "> ")]
    if mail.forwarded:
        lines += ["", FORWARDED, f"Subject: Status {mail.forwarded}", "", _filled(parts["forwarded"])]
    return "\n".join(lines) + "\n"


def _filled(sentences: Sequence[str]) -> str:
    return textwrap.fill(" ".join(sentences), 72, break_on_hyphens=False)


def _counting(mails: Sequence[tuple[Mail, list[Report]]], terms: Terms, slip: StrEnum | None) -> Iterator[Report]:
    """The reports on one entity that move a figure, in the order in which they do."""
    sent = terms.says("order", "sent") is not (slip is Slip.OTHER_CLOCK)
    opened, cutoff = (datetime.fromisoformat(str(terms.params[name])[:19]) for name in ("opened", "cutoff"))
    silent = {"wishes"} | {
        act for act, slot in (("plans", "plans"), ("hears", "hearsay")) if terms.says(slot, "ignored")
    }
    silent |= {"corrects"} if slip is Slip.CORRECTION_MISSED else set()
    silent |= {"clears"} if slip is Slip.NEGATION_MISSED else set()
    read = {"own"} | ({"quoted"} if slip is Slip.QUOTE_COUNTED else set())
    read |= {"forwarded"} if slip is Slip.FORWARD_COUNTED else set()
    for mail, reports in sorted(
        mails, key=lambda one: (one[0].written if sent else one[0].delivered, one[0].delivered)
    ):
        if mail.written > cutoff or (terms.says("period", "window") and mail.written < opened):
            continue
        for report in reports:
            if report.part in read and report.act not in silent and _answers(mail, report, terms):
                yield report


def _answers(mail: Mail, report: Report, terms: Terms) -> bool:
    """Whether the writer of a mail counts for this figure."""
    if terms.says("senders", "house"):
        return mail.site != OUTSIDE
    if terms.says("senders", "granted") and report.figure == "margin":
        return mail.site == OFFICE
    return mail.site == mail.code


def _moved(stands: int, report: Report, terms: Terms) -> int:
    """The figure after a report."""
    if report.act == "corrects" and terms.says("corrections", "shift"):
        return max(0, stands + report.amount - report.wrong)
    if report.act in {"raises", "plans"}:
        return stands + report.amount
    return max(0, stands - report.amount) if report.act == "lowers" else report.amount


def _share(figures: Mapping[str, int], terms: Terms) -> float:
    lost = [
        terms.number("core_share"),
        terms.number("unit_share") * figures["units"],
        figures["hours"] / terms.number("open_week"),
    ]
    return math.fsum(lost) if terms.says("share", "sum") else 1 - math.prod(max(1 - one, 0.0) for one in lost)


def _volume(code: str, share: float, margin: float, terms: Terms, dials: Dials) -> float:
    """The relief volume of one entity."""
    days = dials.quantities[Quantity.LEAD_TIME][code]
    if terms.says("run", "buffer"):
        days = max(days - terms.number("buffer_days"), 0.0)
    if code in dials.exceptions:
        lapsed = terms.number("lapsed_margin") / 100
        margin = {"dropped": 0.0, "taken": -min(margin, 1.0), "office": lapsed}[terms.clauses["exception"]]
    return share * dials.quantities[Quantity.DEMAND][code] * days / 7 * (1 + margin)
