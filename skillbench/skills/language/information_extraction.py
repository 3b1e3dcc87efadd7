"""Information Extraction: a mailbox of status reports, corrected, quoted and forwarded."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_string
from email.utils import format_datetime, parsedate_to_datetime
from typing import ClassVar

from skillbench.core.quantities import Quantity
from skillbench.core.roster import Roster
from skillbench.core.streams import Stream
from skillbench.skills.contract import Block, Dials, Drive, Findings, Margins, Measure, Param, Skill

MAILBOX = "status_mail.mbox"
FIRST_DAY = datetime(2026, 3, 2, tzinfo=UTC)
FORWARDED = "-------- Forwarded message --------"
ZONES = (-300, 0, 60, 330)  # minutes east of UTC
SMALL = (  # noqa: SIM905  a list would take twenty lines
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = SMALL + [f"{ten}-{unit}".removesuffix("-zero") for ten in TENS for unit in SMALL[:10]]
GREETINGS = ("Hello all,", "Morning,", "Colleagues,")
CHATTER = (
    "We expect <n> units back by Friday.",
    "Please send <n> fuses with the next van.",
    "The auditors stayed for <n> hours.",
    "Prices rose by <n> percent, says the paper.",
)
FORMS: dict[str, dict[str, tuple[str, ...]]] = {
    "units": {
        "states": (
            "We have <n> units out of service.",
            "<n> units are down at the moment.",
            "The count of dead units stands at <n>.",
            "As of today <n> of our units do not run.",
            "Out of order: <n> units.",
            "Technicians have red-tagged <n> units.",
        ),
        "corrects": (
            "Correction on units: make that <n>, not <m>.",
            "I misread the unit sheet: not <m> units but <n>.",
        ),
        "clears": ("We no longer have any unit out of service.", "The units reported as down no longer are."),
        "raises": ("The unit count has risen by <n> since our last mail.",),
        "lowers": ("<n> of the units on our list are no longer down.",),
    },
    "hours": {
        "states": (
            "We stay shut for <n> hours a week.",
            "Closed hours now come to <n> a week.",
            "The doors are locked <n> hours every week.",
            "Our weekly closure is <n> hours.",
            "For <n> hours each week nobody can work here.",
            "Time lost to closure: <n> hours a week.",
        ),
        "corrects": (
            "Correction on closure: make that <n> hours, not <m>.",
            "The closure figure had a typo: <n> hours is right, <m> is wrong.",
        ),
        "clears": ("We no longer close during the week.", "The weekly closure no longer applies."),
        "raises": ("The weekly closure has grown by <n> hours since our last mail.",),
        "lowers": ("<n> of the closed hours are no longer needed.",),
    },
    "margin": {
        "states": (
            "We agreed on a margin of <n> percent.",
            "The margin is <n> percent.",
            "Please plan with <n> percent on top.",
            "Our safety margin was set at <n> percent.",
            "Head office granted us <n> percent extra.",
            "Reserve to be added: <n> percent.",
        ),
        "corrects": (
            "Correction on the margin: make that <n> percent, not <m>.",
            "Read <n> percent for <m> in the margin line.",
        ),
        "clears": ("The margin no longer stands.", "We no longer ask for any percent on top."),
        "raises": ("The margin goes up by <n> points from what we last wrote.",),
        "lowers": ("<n> points of the margin are no longer granted.",),
    },
}
EFFECTS = {
    "states": "sets the figure to `<n>`",
    "corrects": "sets the figure to `<n>`, whatever stood before; `<m>` is the figure withdrawn",
    "clears": "sets the figure to zero",
    "raises": "adds `<n>` to the figure that stands",
    "lowers": "takes `<n>` from the figure that stands, never below zero",
}
FIGURE = r"[0-9]+|[a-z]+(?:-[a-z]+)?"
PATTERNS = [
    (fact, effect, re.compile(re.sub("<([nm])>", rf"(?P<\1>{FIGURE})", form.replace(".", r"\.")), re.IGNORECASE))
    for fact, effects in FORMS.items()
    for effect, forms in effects.items()
    for form in forms
]


def _listing() -> str:
    """The sentence forms as lists for the handbook, by fact and effect."""
    parts = [""]
    for fact, effects in FORMS.items():
        parts.append(f"**{fact.capitalize()}**\n")
        for effect, forms in effects.items():
            parts.append(f"- {EFFECTS[effect]}: " + "; ".join(f"`{form}`" for form in forms))
        parts.append("")
    return "\n".join(parts)


class InformationExtraction(Skill):
    """Extract three figures per entity from status mail: corrections, negations, quotes, late delivery.

    Desks report in prose. Later mail corrects, withdraws or shifts figures, replies quote superseded text,
    forwards carry another desk's figures, and delivery order is not the order of writing.
    """

    tag = "Information Extraction"
    measure = Measure(
        key="relief_volume",
        title="Relief volume",
        unit="{{ work }}",
        digits=2,
        meaning="how much each {{ entity }} must have done elsewhere until it is supplied again",
    )
    signal = "more than `units_limit` units of the {{ entity }} are out of service"
    exception = "its agreed margin is not added"
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
    rules: ClassVar[Mapping[str, str]] = {
        "Relief volume: reading the mailbox": """
The mailbox is a text in mbox form: each mail begins with an envelope line (`From `, an address, the time of
delivery), then come headers, an empty line and the body. A mail speaks about the {{ entity }} whose code is the
last word of its Subject, and about no other. It counts when the address in its `From:` header ends in
`@desk.example` and its `Date:` header is not later than `cutoff`; offsets from UTC apply, and the envelope line
plays no part. Mail from any other address is hearsay and does not count.

The mails that count for a {{ entity }} are read in the order of their `Date:` headers as instants, whatever their
place in the file, and the reports of one mail from top to bottom. Lines that begin with `>` quote older mail and
are skipped. The line `-------- Forwarded message --------` and everything below it in that mail is skipped, too: it
is another desk's text.

Three figures are kept for each {{ entity }}: units (out of service), hours (closed in a week) and margin (agreed,
percent). All three stand at zero until reported. Each report is one sentence in one of the forms below, where `<n>`
and `<m>` stand for figures, and no other sentence is a report, whatever figures it holds. Sentences end in a full
stop and never run over an empty line, but may run over line ends: where a line ends, read a space. A figure is
written in digits or in English words (`fourteen`, `twenty-six`), capitals or not. A form that raises or lowers
works on the figure that stands when its sentence is read.
"""
        + _listing(),
        "Relief volume: the figure and the flag": """
The share lost is `core_share` plus `unit_share` times the units plus the hours divided by `open_week`. It may
exceed one. The loss is the share lost times the {{ entity }}'s {{ demand }} times its {{ lead_time }} divided by 7.
The relief volume is the loss times (1 + margin / 100). For a {{ entity }} under exception the margin is not added:
its relief volume is the loss. Nothing is rounded on the way.

Flag a {{ entity }} when more than `units_limit` of its units are out of service in the end.
""",
    }
    slips: ClassVar[Mapping[str, str]] = {
        "delivery-order": "mails are read in the order of the file instead of their Date headers",
        "correction-missed": "sentences that correct a figure are not read",
        "quote-counted": "quoted lines are read like the sender's own",
        "negation-missed": "sentences with 'no longer' are not read",
        "forward-counted": "forwarded text is read as a report about the mail's own subject",
    }

    def draw_params(self, stream: Stream) -> dict[str, Param]:
        """Cut-off, shares, weekly hours, and the flag's limit."""
        return {
            "cutoff": (FIRST_DAY + timedelta(days=3, hours=stream.integer(8, 40))).isoformat(),
            "core_share": stream.number("0.040", "0.095", 3),
            "unit_share": stream.number("0.018", "0.036", 3),
            "open_week": stream.integer(84, 140),
            "units_limit": stream.integer(9, 14),
        }

    def fabricate(self, stream: Stream, roster: Roster, level: int) -> Block:
        """A first report and ``level`` updates per entity, now and then hearsay, in the order of delivery."""
        mails: list[tuple[datetime, str]] = []
        for entity in roster.everyone:
            stands: dict[str, int] = {}
            written = FIRST_DAY + timedelta(minutes=stream.integer(300, 4300))
            report = [self._sentence(stream, stands, fact, "states") for fact in stream.shuffled(list(FORMS))]
            mails.append(self._mail(stream, entity.code, written, report, ""))
            for _ in range(level):
                written += timedelta(minutes=stream.integer(600, 2600 // level))
                facts = stream.sample(list(FORMS), 2)
                effects = ("states", "corrects", "corrects", "corrects", "clears", "raises", "lowers", "lowers")
                update = [self._sentence(stream, stands, fact, stream.choice(effects)) for fact in facts]
                mails.append(self._mail(stream, entity.code, written, update, self._tail(stream, roster, report)))
                report = update
            if stream.chance(1, 8):
                hearsay = [self._sentence(stream, {}, "units", "states")]
                mails.append(self._mail(stream, entity.code, written + timedelta(hours=3), hearsay, "", desk=False))
        text = "".join(mail for _, mail in sorted(mails))
        return Block({MAILBOX: text}, self.draw_params(stream))

    @staticmethod
    def _sentence(stream: Stream, stands: dict[str, int], fact: str, effect: str) -> str:
        """One report; ``stands`` is moved along so that corrections name the figure they withdraw."""
        held = stands.get(fact, 0)
        if effect == "lowers" and held < 4:
            effect = "states"
        figure = stream.integer(2, 3) if effect == "lowers" else stream.integer(2, 6)
        if effect in {"states", "corrects"}:
            figure = stream.integer(4, 29)
            figure += figure == held
        after = {"clears": 0, "raises": held + figure, "lowers": held - figure}
        stands[fact] = after.get(effect, figure)

        def told(number: int) -> str:
            return WORDS[number] if stream.chance(1, 3) else str(number)

        form = stream.choice(FORMS[fact][effect]).replace("<n>", told(figure)).replace("<m>", told(held))
        return form[0].upper() + form[1:]

    def _tail(self, stream: Stream, roster: Roster, older: Sequence[str]) -> str:
        """What stands below an update: the mail it answers, another desk's mail, or nothing."""
        if stream.chance(1, 2):
            quoted = textwrap.fill(
                " ".join(older), 72, initial_indent="> ", subsequent_indent="> ", break_on_hyphens=False
            )
            return f"\nYou wrote:\n\n{quoted}\n"
        if stream.chance(3, 4):
            other = stream.choice(roster.everyone).code
            facts = stream.sample(list(FORMS), 2)
            text = " ".join(self._sentence(stream, {}, fact, "states") for fact in facts)
            return f"\n{FORWARDED}\nSubject: Status {other}\n\n{textwrap.fill(text, 72, break_on_hyphens=False)}\n"
        return ""

    @staticmethod
    def _mail(
        stream: Stream, code: str, written: datetime, report: Sequence[str], tail: str, *, desk: bool = True
    ) -> tuple[datetime, str]:
        """Time of delivery and text of one mail."""
        delivered = written + timedelta(minutes=stream.integer(1, 9000 if stream.chance(1, 2) else 90))
        sender = f"{code.lower()}@desk.example" if desk else "sales@vendor.example"
        local = written.astimezone(timezone(timedelta(minutes=stream.choice(ZONES))))
        chatter = stream.choice(CHATTER).replace("<n>", str(stream.integer(2, 30)))
        sentences = [*report, chatter] if stream.chance(1, 2) else [*report]
        body = textwrap.fill(" ".join(stream.shuffled(sentences)), 72, break_on_hyphens=False)
        return delivered, (
            f"From {sender} {delivered.replace(tzinfo=None).ctime()}\nFrom: {sender}\nDate: {format_datetime(local)}\n"
            f"Subject: {'Re: ' if tail else ''}Status {code}\n\n{stream.choice(GREETINGS)}\n\n{body}\n{tail}\n"
        )

    def solve(self, block: Block, dials: Dials, slip: str | None = None, margins: Margins | None = None) -> Findings:
        """Read the mails that count by date, move the figures, then weigh them."""
        del margins  # every comparison here is between instants or whole figures
        params = block.params
        cutoff = datetime.fromisoformat(str(params["cutoff"]))
        mails: list[tuple[datetime, str, str]] = []
        for part in re.split(r"(?m)^From .*\n", block.files[MAILBOX])[1:]:
            mail = message_from_string(part)
            written = parsedate_to_datetime(mail["Date"])
            if mail["From"].endswith("@desk.example") and written <= cutoff:
                mails.append((written, mail["Subject"].split()[-1], str(mail.get_payload())))
        if slip != "delivery-order":
            mails.sort()
        figures = {code: dict.fromkeys(FORMS, 0) for code in dials.entities}
        for _, code, body in mails:
            if code in figures:
                self._read(figures[code], self._own_text(body, slip), slip)
        values = {}
        for code, figure in figures.items():
            lost = float(params["core_share"]) + float(params["unit_share"]) * figure["units"]
            lost += figure["hours"] / float(params["open_week"])
            margin = 0 if code in dials.exceptions else figure["margin"]
            loss = lost * dials.quantities[Quantity.DEMAND][code] * dials.quantities[Quantity.LEAD_TIME][code] / 7
            values[code] = loss * (1 + margin / 100)
        limit = int(params["units_limit"])
        return Findings(values, frozenset(code for code, figure in figures.items() if figure["units"] > limit))

    @staticmethod
    def _own_text(body: str, slip: str | None) -> list[str]:
        """The sender's sentences, in order."""
        if slip != "forward-counted":
            body = body.partition(FORWARDED)[0]
        lines = body.splitlines()
        if slip == "quote-counted":
            lines = [line.removeprefix("> ") for line in lines]
        paragraphs = "\n".join(line for line in lines if not line.startswith(">")).split("\n\n")
        return [sentence for text in paragraphs for sentence in re.split(r"(?<=\.)\s+", " ".join(text.split()))]

    @staticmethod
    def _read(figures: dict[str, int], sentences: Sequence[str], slip: str | None) -> None:
        for sentence in sentences:
            if slip == "negation-missed" and "no longer" in sentence:
                continue
            for fact, effect, pattern in PATTERNS:
                found = pattern.fullmatch(sentence)
                if found is None or (slip == "correction-missed" and effect == "corrects"):
                    continue
                told = found.groupdict().get("n", "0").lower()
                figure = int(told) if told.isdigit() else WORDS.index(told)
                moved = {"raises": figures[fact] + figure, "lowers": max(0, figures[fact] - figure)}
                figures[fact] = moved.get(effect, figure)
