"""Relief volume by reading: every sentence is classed by its words, then the figures are played through day by day.

Written by one person with the reference, in another method: the reference works on rows and never reads a sentence;
this solver knows none of the forms in which mail is written, only words that tell figure and speech act.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_string
from email.utils import parsedate_to_datetime
from functools import reduce
from typing import NamedTuple

UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBER = re.compile(
    rf"\b(?:\d+|zero|(?:{'|'.join(TENS)})(?:-(?:{'|'.join(UNITS)}))?|{'|'.join(TEENS)}|{'|'.join(UNITS)})\b",
    re.IGNORECASE,
)
FIGURES = {
    "margin": r"\bmargin\b|\bpercent|\bon top\b",
    "units": r"\bunits?\b",
    "hours": r"\bclos\w+|\bshut\b|\blocked\b",
}
# The first act whose words are found counts; a sentence with two numbers corrects, one with none of these states.
ACTS = {
    "condition": r"^(If|Should|Unless)\b",
    "hearsay": r"\bsays? that\b|^According to\b",
    "announcement": r"\bwill\b",
    "nothing": r"\b(no longer|any longer|any more|altogether|the last of)\b",
    "less": r"\b(running again|back into service|cut by|come down|we now open)\b",
    "more": r"\b(more units have failed|risen|grown|another|gone up)\b",
}


class Mail(NamedTuple):
    """One mail, its two instants, and its sentences."""

    code: str
    site: str
    written: datetime
    delivered: datetime
    sentences: list[str]


class Said(NamedTuple):
    """One sentence as understood; the number that is right, and the one that is wrong."""

    figure: str
    act: str
    right: int
    wrong: int


def number_of(text: str) -> int:
    """A number in digits or in words."""
    if text.isdigit():
        return int(text)
    values = {word: value for value, word in enumerate(["zero", *UNITS, *TEENS])}
    values |= {word: 10 * value for value, word in enumerate(TENS, start=2)}
    return sum(values[part] for part in text.lower().split("-"))


def mails_of(text: str) -> list[Mail]:
    """Every mail of the file."""
    found = []
    for part in re.split(r"^From - ", text, flags=re.MULTILINE)[1:]:
        envelope, _, rest = part.partition("\n")
        message = message_from_string(rest)
        address = str(message["From"]).rpartition("<")[2].rstrip(">")
        home = address.partition("@")[2]
        site = home.removesuffix(".desk.example") if home.endswith(".desk.example") else "outside"
        body = str(message.get_payload()).split("-------- Forwarded message --------")[0]
        own = "\n".join(line for line in body.splitlines() if not line.startswith(">"))
        # A paragraph that ends in a full stop is prose; greetings and signatures do not.
        prose = [" ".join(text.split()) for text in own.split("\n\n") if text.strip().endswith(".")]
        found.append(
            Mail(
                str(message["Subject"]).split()[-1],
                site,
                parsedate_to_datetime(str(message["Date"])),
                datetime.strptime(envelope, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC),
                re.findall(r"[^.\s][^.]*\.", " ".join(prose)),
            )
        )
    return found


def understood(text: str) -> Said | None:
    """What a sentence says about one of the three figures; None where it says nothing."""
    figure = next((name for name, words in FIGURES.items() if re.search(words, text, re.IGNORECASE)), None)
    if figure is None:
        return None
    numbers = [number_of(found) for found in NUMBER.findall(text)]
    if len(numbers) == 2:
        wrong = re.search(r"(?:\bnot|\binstead of|\band) ([\w-]+)(?: percent)?(?:\.$| is wrong)", text)
        withdrawn = number_of(wrong[1]) if wrong else -1
        right = numbers[0] if numbers[1] == withdrawn else numbers[1]
        return Said(figure, "correction", right, withdrawn)
    act = next((name for name, words in ACTS.items() if re.search(words, text, re.IGNORECASE)), "state")
    return Said(figure, act, numbers[0] if numbers else 0, 0)


def after(stands: int, said: Said, clauses: dict[str, str]) -> int:
    """The figure after a sentence."""
    ignored = {"hearsay": clauses["hearsay"] == "ignored", "announcement": clauses["plans"] == "ignored"}
    if said.act == "condition" or ignored.get(said.act, False):
        return stands
    shifts = {"more": said.right, "announcement": said.right, "less": -said.right}
    if clauses["corrections"] == "shift":
        shifts["correction"] = said.right - said.wrong
    return max(stands + shifts[said.act], 0) if said.act in shifts else 0 if said.act == "nothing" else said.right


def speaks(mail: Mail, figure: str, clause: str) -> bool:
    """Whether the sender of a mail is heard on a figure."""
    at_home = mail.site == mail.code.lower()
    if clause == "granted":
        return mail.site == "office" if figure == "margin" else at_home
    return at_home if clause == "own" else mail.site != "outside"


def share_lost(kept: dict[str, int], params: dict[str, float], clause: str) -> float:
    """The share lost."""
    units, hours = params["unit_share"] * kept["units"], kept["hours"] / params["open_week"]
    if clause == "sum":
        return params["core_share"] + units + hours
    return 1 - (1 - params["core_share"]) * max(0, 1 - units) * max(0, 1 - hours)


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    clauses: dict[str, str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the relief volume and the flagged entities."""
    opened, cutoff = (datetime.fromisoformat(str(params[name])) for name in ("opened", "cutoff"))
    number = {name: float(value) for name, value in params.items() if name not in {"opened", "cutoff"}}
    mails = [mail for mail in mails_of(files["status_mail.mbox"]) if mail.written <= cutoff]
    if clauses["period"] == "window":
        mails = [mail for mail in mails if mail.written >= opened]
    mails.sort(key=lambda mail: mail.delivered)
    if clauses["order"] == "sent":
        mails.sort(key=lambda mail: mail.written)

    volumes: dict[str, float] = {}
    lost: dict[str, float] = {}
    units: dict[str, int] = {}
    for code, demand in quantities["demand"].items():
        kept = {}
        for figure in FIGURES:
            told = [
                said
                for mail in mails
                if mail.code == code and speaks(mail, figure, clauses["senders"])
                for said in map(understood, mail.sentences)
                if said is not None and said.figure == figure
            ]
            kept[figure] = reduce(lambda stands, said: after(stands, said, clauses), told, 0)
        units[code], lost[code] = kept["units"], share_lost(kept, number, clauses["share"])
        days = quantities["lead_time"][code]
        if clauses["run"] == "buffer":
            days = max(0.0, days - number["buffer_days"])
        percent = float(kept["margin"])
        if code in exceptions:
            percent = {"dropped": 0.0, "taken": max(-percent, -100.0), "office": number["lapsed_margin"]}[
                clauses["exception"]
            ]
        volumes[code] = lost[code] * demand * days * (100 + percent) / 700
    mean = sum(volumes.values()) / len(volumes)
    flags = {
        "units": {code for code in volumes if units[code] > number["units_limit"]},
        "share": {code for code in volumes if lost[code] > number["share_limit"]},
        "volume": {code for code in volumes if volumes[code] > number["volume_share"] * mean},
    }
    return volumes, flags[clauses["flag"]]
