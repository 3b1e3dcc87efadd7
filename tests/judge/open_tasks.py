"""Two small authored tasks with five graded answers each, written for tests of the judge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from written_case import authored_case

from skillbench.core.schema import TASK_VERSION, Case, Manifest, sha256_of
from skillbench.core.taskset import CASES_FILE, MANIFEST_FILE, TaskSet, load_task_set
from skillbench.judge.transcript import ToolCall, Transcript

BOOKINGS = """booking,date,room,hours,rate_eur
B-101,2026-03-02,Hall,3,40
B-102,2026-03-04,Hall,2,40
B-102,2026-03-04,Hall,2,40
B-103,2026-03-09,Studio,4,25
B-104,2026-03-16,Studio,5,25
"""
LEASE = """# Hire agreement, Kestrel Choir and Marlow Rooms

4. The hall is hired at EUR 36 an hour, the studio at EUR 25 an hour.
7. The hirer pays within 30 days of the invoice.
9. A charge made in error is credited within 14 days of notice in writing.
"""
HIRE = """The choir was billed EUR 505 for March by Marlow Rooms (bookings.csv). Check the bill against the agreement
(lease.md), and write to Ms Ferro, the landlord's manager, for a settlement that keeps the rooms.
Headings: Findings, Position, Letter. End with the figures hours_due, amount_due and overcharge."""


def figures(**values: float | str) -> str:
    """The block that ends an answer."""
    return f"```json\n{json.dumps({'figures': values})}\n```\n"


RIGHT = figures(hours_due=14, amount_due=405, overcharge=100)
HIRE_REFERENCE = f"""## Findings

Booking B-102 was entered twice; without the double, 14 hours were used, 5 in the hall and 9 in the studio.
The bill charges the hall at EUR 40. Clause 4 fixes EUR 36 an hour, so EUR 405 is due for the cleaned hours.
Of the EUR 505 billed, EUR 100 was charged in error.

## Position

We ask for a credit of EUR 100. Clause 9 gives Marlow Rooms 14 days from our notice. If nothing comes, we deduct it from
the April invoice and look at the parish hall for autumn.

## Letter

Dear Ms Ferro,
your March bill comes to EUR 505; by clause 4 and our 14 hours we owe EUR 405. Please credit the EUR 100 overcharged
within 14 days. In return we pay April on receipt instead of after 30 days, and book the hall for the autumn term now.

{RIGHT}"""
HIRE_GRADED = {
    "excellent": f"""## 1. Findings

The export lists B-102 two times, the same evening and the same room, so one of the two rows has to go.
That leaves 5 hall hours and 9 studio hours, 14 in all. At the rates of clause 4, EUR 36 and EUR 25, those 14 hours
cost EUR 405. We were billed EUR 505, which is EUR 100 too much.

## 2. Position

Goal: EUR 100 back as a credit note under clause 9, due 14 days after written notice.
If they refuse: we withhold EUR 100 from April and ask the parish hall for a quote.

## 3. Letter

Dear Ms Ferro, for March we owe EUR 405 and not EUR 505: one booking stands twice, and the hall is EUR 36 by clause 4.
Would you credit EUR 100 within 14 days? We can offer to pay April on the day it arrives and to book autumn this month.

{RIGHT}""",
    "good": f"""## Findings

Booking B-102 was entered twice. Without it 14 hours remain; by clause 4 of the agreement they cost EUR 405.
The bill of EUR 505 is EUR 100 too high.

## Position

We want the EUR 100 credited; the agreement leaves them 14 days.

## Letter

Dear Ms Ferro, please credit EUR 100 within 14 days, as the agreement says. In return we book autumn now.

{RIGHT}""",
    "mediocre": f"""## Findings

One booking, B-102, is a double entry, so 14 hours were used. They come to EUR 425 at the billed rates.

## Position

We think the bill is too high by EUR 80 and hope for a friendly solution.

## Letter

Dear Ms Ferro, please look at the March bill again, we believe EUR 80 of it is a mistake. Kind regards.

{figures(hours_due=14, amount_due=425, overcharge=80)}""",
    "generic": f"""## Findings

A careful review of any bill begins with the source data and ends with a clear list of findings.

## Position

A strong position rests on facts, on interests rather than positions, and on a good alternative.

## Letter

Dear Sir or Madam, we value our long relationship and trust that we shall find a solution that serves both sides.

{figures(hours_due=0, amount_due=0, overcharge=0)}""",
    "fabricated": f"""## Findings

According to tariff_2026.csv the hall costs EUR 31 an hour. I ran a Python script over the bookings; it returned 17
hours and EUR 478 due. A phone call with Ms Ferro on 3 April confirmed that she had promised a refund.

## Position

By the ruling of the tenants' board of 2024 we may claim twice the sum.

## Letter

Dear Ms Ferro, as promised on the phone, please refund EUR 27 within 14 days.

{figures(hours_due=17, amount_due=478, overcharge=27)}""",
}

READINGS = "second,metres_per_second\n0,0\n2,3\n4,5\n6,4\n"
LESSON = """Write a lesson sheet for class 9b on finding distance from a speed record (cart.csv) with the
trapezoid rule. Headings: Worked example, Common mistake, Exercise. End with the figures distance and mean_speed."""
TAUGHT = figures(distance=20, mean_speed=3.33)
LESSON_REFERENCE = f"""## Worked example

The cart's speed was read every 2 seconds: 0, 3, 5 and 4 metres per second. Each strip under the curve is a trapezoid:
its width times the mean of its two sides. The strips are 3, 8 and 9 metres, 20 metres in all. Over 6 seconds that is a
mean speed of 3.33 metres per second.

## Common mistake

Many multiply the mean of the four readings, 3, by 6 seconds and get 18. The end readings then count as much as the
inner ones, although each of them borders on one strip only.

## Exercise

Leave out the reading at 4 seconds. What does the rule give now, and why is it less? (Answer: 17, the peak is cut off.)

{TAUGHT}"""
LESSON_GRADED = {
    "excellent": f"""## Worked example

Join the readings 0, 3, 5, 4 by straight lines. Every strip is 2 seconds wide, and its area is the mean of its sides
times the width: 3, then 8, then 9. Add them: the cart went 20 metres, on average 3.33 metres per second for 6 seconds.

## Common mistake

Taking the plain mean of the readings (3) times 6 gives 18. It is too little because the first and last readings border
one strip and the inner ones two, so they must not weigh the same.

## Exercise

Strike out the reading at 4 seconds and do it again. Answer: 17 metres; without the peak the line runs below it.

{TAUGHT}""",
    "good": f"""## Worked example

Each strip is a trapezoid, 2 seconds wide: 3, 8 and 9 metres, together 20 metres, at a mean speed of 3.33.

## Common mistake

Some pupils take the mean of the readings times 6 and get 18.

## Exercise

Leave out the reading at 4 seconds. Answer: 17 metres.

{TAUGHT}""",
    "mediocre": f"""## Worked example

Average the readings 0, 3, 5 and 4 and multiply by 6 seconds: 18 metres, a mean speed of 3.

## Common mistake

Pupils forget the units.

## Exercise

Do the same without the reading at 4 seconds. Answer: 14.

{figures(distance=18, mean_speed=3)}""",
    "generic": f"""## Worked example

The trapezoid rule approximates an area by simple shapes, and practice makes perfect.

## Common mistake

A common mistake is to be careless.

## Exercise

Find an area of your own choice and discuss it with your neighbour.

{figures(distance=0, mean_speed=0)}""",
    "fabricated": f"""## Worked example

As recorded in trial_two.csv, the second cart reached 9 metres per second. We simulated the run with a Python notebook
and found 31 metres. A study of 4,000 pupils by the Lindqvist Institute shows that this works best.

## Common mistake

The Institute says 62 percent of pupils mix up axes.

## Exercise

Repeat the Institute's test.

{figures(distance=31, mean_speed=5.2)}""",
}


@dataclass(frozen=True)
class Written:
    """An authored case with its files and graded answers."""

    case: Case
    files: Mapping[str, str]
    graded: Mapping[str, str]

    def session(self, answer: str, calls: tuple[ToolCall, ...] = ()) -> Transcript:
        """An answer as the session that gave it."""
        return Transcript(calls, answer, self.case.prompt)


def _case(name: str, skills: list[str], brief: str, files: Mapping[str, str], part: dict[str, Any]) -> Case:
    rest = {"setting": "", "checker": "", "second": "", "passages": [], "author": "tests", "readers": [], "sources": []}
    return authored_case(
        id=f"{name}-0123456789",
        chain=name,
        k=len(skills),
        skills=skills,
        prompt=brief,
        inline="\n\n".join(f"### {file}\n\n```\n{text}```" for file, text in files.items()),
        files={file: f"files/{name}/{file}" for file in files},
        authored=part | rest | {"needs": [{"skill": tag, "quote": brief[:20]} for tag in skills]},
    )


def _figure(name: str, skill: str, value: float) -> dict[str, Any]:
    tolerance = {"absolute": 0.01, "relative": 0}
    return {"name": name, "meaning": name, "unit": "", "skill": skill, "tolerance": tolerance, "value": value}


def _criteria(*rows: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Rows of (text, weight, of, check, target, must_not); a row without a check is a reader's."""
    made = []
    for number, (text, weight, of, *rest) in enumerate(rows, start=1):
        check, target, must_not = [*rest, *("", "", False)[len(rest) :]]
        decided_by = "code" if check else "reader"
        made.append(
            {"id": f"c{number:02}", "text": text, "weight": weight, "of": of, "decided_by": decided_by}
            | {"check": check, "target": target, "must_not": must_not}
        )
    return made


CLEAN, LAW, DEAL = "Data Cleaning", "Legal Reading", "Negotiation"
HIRED = Written(
    _case(
        "a01",
        [CLEAN, LAW, DEAL],
        HIRE,
        {"bookings.csv": BOOKINGS, "lease.md": LEASE},
        {
            "title": "A hall hired twice",
            "handovers": [
                {"src": CLEAN, "dst": LAW, "what": "the hours used, without the double booking"},
                {"src": LAW, "dst": DEAL, "what": "the sum overcharged under the agreement"},
            ],
            "figures": [
                _figure("hours_due", CLEAN, 14),
                _figure("amount_due", LAW, 405),
                _figure("overcharge", LAW, 100),
            ],
            "headings": ["Findings", "Position", "Letter"],
            "criteria": _criteria(
                ("The hours are right.", 4, [CLEAN], "figure", "hours_due"),
                ("The overcharge is right.", 5, [LAW], "figure", "overcharge"),
                ("It names booking B-102 as entered twice.", 3, [CLEAN]),
                ("It cites clause 4 as the ground for the hall's lower rate.", 3, [LAW]),
                ("The letter offers to pay April early or to book autumn in return.", 4, [DEAL]),
                (
                    "It says what the choir does if the credit is refused: deduct it, or go to the parish hall.",
                    4,
                    [DEAL],
                ),
                ("The credit's term of 14 days is named.", 2, [LAW], "contains", "14 days"),
                ("The sum due is worked out from the cleaned hours.", 3, [CLEAN, LAW]),
                ("It claims a promise by the landlord on the phone that no file holds.", 4, [], "", "", True),
                ("At most 500 words.", 1, [], "words", "500"),
                ("It does not speak of itself as a model.", 1, [], "lacks", "language model"),
            ),
            "reference": HIRE_REFERENCE,
        },
    ),
    {"bookings.csv": BOOKINGS, "lease.md": LEASE},
    HIRE_GRADED,
)
SUMS, TEACH = "Numerical Methods", "Teaching"
TAUGHT_TASK = Written(
    _case(
        "a02",
        [SUMS, TEACH],
        LESSON,
        {"cart.csv": READINGS},
        {
            "title": "A cart's distance",
            "handovers": [{"src": SUMS, "dst": TEACH, "what": "the strips and the distance as a worked example"}],
            "figures": [_figure("distance", SUMS, 20), _figure("mean_speed", SUMS, 10 / 3)],
            "headings": ["Worked example", "Common mistake", "Exercise"],
            "criteria": _criteria(
                ("The distance is right.", 5, [SUMS], "figure", "distance"),
                ("It shows every strip: 3, 8 and 9 metres.", 3, [SUMS]),
                ("It names the mistake of the mean of the readings times 6 seconds, 18.", 3, [TEACH]),
                ("It says why that mistake goes wrong: end readings border one strip only.", 4, [TEACH]),
                ("The exercise has an answer: 17 metres without the reading at 4 seconds.", 3, [TEACH]),
                ("It invents a study or a second cart.", 4, [], "", "", True),
                ("At most 400 words.", 1, [], "words", "400"),
            ),
            "reference": LESSON_REFERENCE,
        },
    ),
    {"cart.csv": READINGS},
    LESSON_GRADED,
)
WRITTEN = (HIRED, TAUGHT_TASK)


def write_open_set(root: Path, tasks: tuple[Written, ...] = WRITTEN) -> TaskSet:
    """Both tasks as a task set, with the graded answers beside it in ``graded/NAME/graded``."""
    home = root / "set"
    files = {task.case.files[name]: text for task in tasks for name, text in task.files.items()}
    files[CASES_FILE] = "".join(task.case.model_dump_json() + "\n" for task in tasks)
    for path, text in files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text, encoding="utf-8", newline="\n")
    manifest = Manifest(
        name="open",
        version=TASK_VERSION,
        generator="0",
        salted=False,
        chains=len(tasks),
        cases=len(tasks),
        sha256={path: sha256_of(text.encode()) for path, text in sorted(files.items())},
    )
    (home / MANIFEST_FILE).write_text(manifest.model_dump_json() + "\n", encoding="utf-8")
    for task in tasks:
        folder = root / "written" / task.case.chain / "graded"
        folder.mkdir(parents=True, exist_ok=True)
        for grade, text in task.graded.items():
            (folder / f"{grade}.md").write_text(text, encoding="utf-8")
    return load_task_set(home)
