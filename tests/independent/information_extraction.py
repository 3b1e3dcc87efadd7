"""Relief volume from a mailbox of status mails, solved from the rules text alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parseaddr, parsedate_to_datetime
from fractions import Fraction

FORWARDED = "-------- Forwarded message --------"
ENVELOPE = re.compile(r"From \S+@\S+ .*\d\d:\d\d.*")

UNITS, HOURS, MARGIN = "units", "hours", "margin"
FORMS = {
    (UNITS, "set"): """
        We have <n> units out of service.
        <n> units are down at the moment.
        The count of dead units stands at <n>.
        As of today <n> of our units do not run.
        Out of order: <n> units.
        Technicians have red-tagged <n> units.
        Correction on units: make that <n>, not <m>.
        I misread the unit sheet: not <m> units but <n>.
        """,
    (UNITS, "zero"): """
        We no longer have any unit out of service.
        The units reported as down no longer are.
        """,
    (UNITS, "add"): "The unit count has risen by <n> since our last mail.",
    (UNITS, "take"): "<n> of the units on our list are no longer down.",
    (HOURS, "set"): """
        We stay shut for <n> hours a week.
        Closed hours now come to <n> a week.
        The doors are locked <n> hours every week.
        Our weekly closure is <n> hours.
        For <n> hours each week nobody can work here.
        Time lost to closure: <n> hours a week.
        Correction on closure: make that <n> hours, not <m>.
        The closure figure had a typo: <n> hours is right, <m> is wrong.
        """,
    (HOURS, "zero"): """
        We no longer close during the week.
        The weekly closure no longer applies.
        """,
    (HOURS, "add"): "The weekly closure has grown by <n> hours since our last mail.",
    (HOURS, "take"): "<n> of the closed hours are no longer needed.",
    (MARGIN, "set"): """
        We agreed on a margin of <n> percent.
        The margin is <n> percent.
        Please plan with <n> percent on top.
        Our safety margin was set at <n> percent.
        Head office granted us <n> percent extra.
        Reserve to be added: <n> percent.
        Correction on the margin: make that <n> percent, not <m>.
        Read <n> percent for <m> in the margin line.
        """,
    (MARGIN, "zero"): """
        The margin no longer stands.
        We no longer ask for any percent on top.
        """,
    (MARGIN, "add"): "The margin goes up by <n> points from what we last wrote.",
    (MARGIN, "take"): "<n> points of the margin are no longer granted.",
}
ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
    "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def number_words() -> dict[str, int]:
    """Return the English words for 0 to 999, with single spaces for hyphens."""
    words = {word: value for value, word in enumerate(ONES)}
    for tens, word in enumerate(TENS, start=2):
        words[word] = tens * 10
        words.update({f"{word} {ONES[one]}": tens * 10 + one for one in range(1, 10)})
    below_hundred = dict(words)
    for hundreds, word in enumerate(ONES[1:10], start=1):
        words[f"{word} hundred"] = hundreds * 100
        for rest, value in below_hundred.items():
            if value:
                words[f"{word} hundred {rest}"] = words[f"{word} hundred and {rest}"] = hundreds * 100 + value
    return words


WORDS = number_words()


def form_pattern(form: str) -> re.Pattern[str]:
    """Return the pattern of one form."""
    pattern = re.escape(form)
    for name in ("n", "m"):
        pattern = pattern.replace(f"<{name}>", rf"(?P<{name}>[\w.\- ]+?)")
    return re.compile(pattern)


PATTERNS = [
    (figure, action, form_pattern(line.strip()))
    for (figure, action), lines in FORMS.items()
    for line in lines.strip().splitlines()
]


def figure_of(text: str) -> Fraction | None:
    """Return a figure written in digits or in English words; None when it is neither."""
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return Fraction(text)
    value = WORDS.get(re.sub(r"[-\s]+", " ", text).strip().lower())
    return None if value is None else Fraction(value)


def mails(text: str) -> list[tuple[dict[str, str], list[str]]]:
    """Return headers and body lines of every mail, in file order."""
    blocks: list[list[str]] = []
    for line in text.splitlines():
        if ENVELOPE.fullmatch(line):
            blocks.append([])
        elif blocks:
            blocks[-1].append(line)
    result = []
    for block in blocks:
        end = next((i for i, line in enumerate(block) if not line.strip()), len(block))
        headers: dict[str, str] = {}
        name = ""
        for line in block[:end]:
            if line[0] in " \t" and name:
                headers[name] += " " + line.strip()
            else:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                headers[name] = value.strip()
        result.append((headers, block[end + 1 :]))
    return result


def sentences(body: list[str]) -> list[str]:
    """Return the sentences of a body, each on one line, without quoted and forwarded text."""
    paragraphs: list[list[str]] = [[]]
    for line in body:
        if line.strip() == FORWARDED:
            break
        if not line.strip() or line.startswith(">"):
            paragraphs.append([])
        else:
            paragraphs[-1].append(line.strip())
    return [sentence for lines in paragraphs for sentence in re.split(r"(?<=\.)\s+", " ".join(lines)) if sentence]


def report_in(sentence: str) -> tuple[str, str, Fraction] | None:
    """Return figure, action and amount of a report; None when the sentence is not one."""
    for figure, action, pattern in PATTERNS:
        match = pattern.fullmatch(sentence)
        if match is None:
            continue
        amounts = {name: figure_of(text) for name, text in match.groupdict().items()}
        if None not in amounts.values():
            return figure, action, amounts.get("n") or Fraction(0)
    return None


def as_instant(moment: datetime) -> datetime:
    """Return the moment with an offset; one without is in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def solve(
    files: dict[str, str],
    params: dict[str, int | float | str],
    quantities: dict[str, dict[str, float]],
    exceptions: set[str],
) -> tuple[dict[str, float], set[str]]:
    """Return the relief volume and the flagged pumping stations."""
    (text,) = files.values()
    cutoff = as_instant(datetime.fromisoformat(str(params["cutoff"])))
    counting: list[tuple[datetime, str, list[str]]] = []
    for headers, body in mails(text):
        code = (headers.get("subject", "").split() or [""])[-1]
        address = parseaddr(headers.get("from", ""))[1].lower()
        if code not in quantities["demand"] or not address.endswith("@desk.example"):
            continue
        sent = as_instant(parsedate_to_datetime(headers["date"]))
        if sent <= cutoff:
            counting.append((sent, code, body))

    figures = {code: {UNITS: Fraction(0), HOURS: Fraction(0), MARGIN: Fraction(0)} for code in quantities["demand"]}
    for _, code, body in sorted(counting, key=lambda mail: mail[0]):
        for sentence in sentences(body):
            report = report_in(sentence)
            if report is None:
                continue
            figure, action, amount = report
            standing = figures[code][figure]
            new = {"set": amount, "zero": Fraction(0), "add": standing + amount, "take": max(0, standing - amount)}
            figures[code][figure] = Fraction(new[action])

    result: dict[str, float] = {}
    for code, kept in figures.items():
        share = float(params["core_share"]) + float(params["unit_share"]) * float(kept[UNITS])
        share += float(kept[HOURS]) / float(params["open_week"])
        loss = share * quantities["demand"][code] * quantities["lead_time"][code] / 7
        result[code] = loss if code in exceptions else loss * (1 + float(kept[MARGIN]) / 100)
    return result, {code for code, kept in figures.items() if kept[UNITS] > float(params["units_limit"])}
