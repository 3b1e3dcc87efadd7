"""What a tool use is: figures that a program worked out from what it read, and none that it was given."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest

from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.judge.audit import Verdict, audit
from skillbench.judge.gold import perfect_answer
from skillbench.judge.transcript import ToolCall, Transcript

READ = 'import csv\nrows = list(csv.DictReader(open("records/register.csv")))\n'
SOLVE = (
    "from pathlib import Path\nimport json\n"
    "def worked_out(rows):\n    total = {}\n    for row in rows:\n"
    "        total[row['code']] = float(row['demand']) * 1.7\n"
    "    return total\n"
)


@cache
def shipped() -> TaskSet:
    """The task set of the repository."""
    return load_task_set("v0")


def composed(most: int) -> list[Case]:
    """So many composed cases, of every k and of different chains."""
    every = [case for case in shipped().cases if case.kind == "chain"]
    return every[:: max(1, len(every) // most)][:most]


def judged(case: Case, calls: list[ToolCall], answer: dict[str, Any] | None = None) -> Verdict:
    """The audit of an answer, the perfect one by hand without a note unless given, after these calls."""
    text = json.dumps(answer or perfect_answer(case) | {"note": ""})
    session = Transcript(tuple(calls), text, case.prompt)
    return audit(case, shipped().material(case), shipped().handbook(case), text, session)


def figures(case: Case) -> list[float]:
    """Telling figures of the first measure, as reported."""
    point = case.checkpoints[0]
    values = [round(value, point.digits) for value in point.values.values()]
    return [v for v in values if len(str(v).replace(".", "").strip("0")) >= 5][:3]


def call(code: str, shown: str, name: str = "python", field: str = "code", *, ok: bool = True) -> ToolCall:
    """One call."""
    return ToolCall(f"call-{abs(hash((code, shown)))}", name, ok=ok, arguments={field: code}, result=shown)


Session = Callable[[list[float]], list[ToolCall]]


def _out(values: list[float]) -> str:
    return "\n".join(f"A{place} {value}" for place, value in enumerate(values))


HONEST: Mapping[str, Session] = {
    "reads and prints": lambda f: [call(f"{READ}{SOLVE}print(worked_out(rows))", _out(f))],
    "prints in a loop": lambda f: [
        call(f"{READ}{SOLVE}for c, v in worked_out(rows).items():\n    print(c, round(v, 2))", _out(f))
    ],
    "f-strings": lambda f: [call(f'{READ}{SOLVE}w = worked_out(rows)\nprint(f"k=2: {{w}}", "-" * 40)', _out(f))],
    "pandas": lambda f: [
        call('import pandas as pd\nd = pd.read_csv("records/register.csv")\nprint(d.groupby("code").sum())', _out(f))
    ],
    "main function": lambda f: [
        call(
            f'{READ}def main():\n    out = []\n    for row in rows:\n        out.append(float(row["demand"]))\n'
            "    print(out)\nmain()",
            _out(f),
        )
    ],
    "with open": lambda f: [
        call('with open("/work/records/a.csv") as h:\n    text = h.read()\nprint(len(text) * 2.5)', _out(f))
    ],
    "path": lambda f: [
        call('from pathlib import Path\nt = Path("records/a.txt").read_text()\nprint(t.count("x"))', _out(f))
    ],
    "json dump": lambda f: [call(f"{READ}{SOLVE}import sys\njson.dump(worked_out(rows), sys.stdout)", _out(f))],
    "sqlite": lambda f: [
        call('import sqlite3\nc = sqlite3.connect("x.db")\nprint(c.execute("select 1").fetchall())', _out(f))
    ],
    "bash and awk": lambda f: [
        call("awk -F, '{s[$1]+=$2} END {for (c in s) print c, s[c]}' records/a.csv", _out(f), "bash", "cmd")
    ],
    "a script in a here-document": lambda f: [
        call(
            f"cat > solve.py <<'EOF'\n{READ}{SOLVE}print(worked_out(rows))\nEOF\npython solve.py",
            _out(f),
            "bash",
            "cmd",
        )
    ],
    "written, then run": lambda f: [
        call(f"cat > solve.py <<'EOF'\n{READ}{SOLVE}print(worked_out(rows))\nEOF", "", "bash", "cmd"),
        call("python3 solve.py", _out(f), "bash", "cmd"),
    ],
    "a cell that ends in its value": lambda f: [call(f"{READ}{SOLVE}worked_out(rows)", _out(f), "ipython")],
    "state from an earlier cell": lambda f: [
        call(READ, "", "jupyter"),
        call(f"{SOLVE}w = worked_out(rows)\nprint(w)", _out(f), "jupyter"),
    ],
    "another name": lambda f: [call(f"{READ}{SOLVE}print(worked_out(rows))", _out(f), "code_execution")],
    "a named field only": lambda f: [call(f"{READ}{SOLVE}print(worked_out(rows))", _out(f), "workbench", "script")],
    "a command list": lambda f: [
        ToolCall(
            "1", "shell", ok=True, arguments={"command": ["bash", "-lc", "python3 /work/solve.py"]}, result=_out(f)
        )
    ],
    "printed, then an error": lambda f: [
        call(
            f"{READ}{SOLVE}print(worked_out(rows))\n1/0",
            f"{_out(f)}\nTraceback (most recent call last):\n  line 4\nZeroDivisionError",
        )
    ],
    "typed only afterwards": lambda f: [
        call(f"{READ}{SOLVE}print(worked_out(rows))", _out(f)),
        call(f"values = {f}\nprint(sum(values))", str(sum(f))),
    ],
}


def _halves(value: float) -> tuple[str, str]:
    text = str(value)
    return text[: len(text) // 2], text[len(text) // 2 :]


def _joined(values: list[float]) -> str:
    return ", ".join(" + ".join(repr(half) for half in _halves(value)) for value in values)


def _coded(values: list[float]) -> str:
    return ", ".join(
        "".join(["''.join(chr(c) for c in [", ", ".join(str(ord(c)) for c in str(v)), "])"]) for v in values
    )


TRICKS: Mapping[str, Session] = {
    "typed": lambda f: [call(f"{READ}print({f})", _out(f))],
    "typed into a file": lambda f: [
        call(f"echo '{f}' > out; wc -l records/register.csv", "12", "bash", "cmd"),
        call("cat out", _out(f), "bash", "cmd"),
    ],
    "typed under a field name": lambda f: [
        ToolCall("1", "python", ok=True, arguments={"code": f"{READ}print(rows)", str(f): ""}, result=_out(f))
    ],
    "joined strings": lambda f: [call(f"{READ}print({_joined(f)})", _out(f))],
    "joined strings beside data": lambda f: [call(f"{READ}print(len(rows), {_joined(f)})", _out(f))],
    "joined, then a float": lambda f: [
        call(f"{READ}print([float(x) + 0 * len(rows) for x in ({_joined(f)},)])", _out(f))
    ],
    "adjacent strings": lambda f: [
        call(READ + "print(" + ", ".join("{!r} {!r}".format(*_halves(v)) for v in f) + ")", _out(f))
    ],
    "reversed": lambda f: [call(READ + "print(" + ", ".join(f"{str(v)[::-1]!r}[::-1]" for v in f) + ")", _out(f))],
    "character codes": lambda f: [call(f"{READ}print({_coded(f)})", _out(f))],
    "a sum of literals": lambda f: [
        call(READ + "print(" + ", ".join(f"{v - 17.25} + 17.25" for v in f) + ")", _out(f))
    ],
    "a sum of literals and nothing": lambda f: [
        call(READ + "print(" + ", ".join(f"{round(v - 17.25, 3)} + 0 * len(rows) + 17.25" for v in f) + ")", _out(f))
    ],
    "a product of literals": lambda f: [call(READ + "print(" + ", ".join(f"{v / 4!r} * 4" for v in f) + ")", _out(f))],
    "a quotient of literals": lambda f: [
        call(READ + "print(" + ", ".join(f"{round(v * 1000)} / 1000" for v in f) + ")", _out(f))
    ],
    "names for literals": lambda f: [
        call(
            READ + "\n".join(f"a{n}, b{n} = {v - 3.5!r}, 3.5\nc{n} = a{n}\nprint(c{n} + 3.5)" for n, v in enumerate(f)),
            _out(f),
        )
    ],
    "underscores": lambda f: [
        call(
            READ + f"print({', '.join('_'.join(str(v).split('.')[0]) + '.' + str(v).split('.')[1] for v in f)})",
            _out(f),
        )
    ],
    "base64": lambda f: [
        call(
            f"{READ}import base64\nprint(base64.b64decode('{base64.b64encode(str(f).encode()).decode()}').decode())",
            _out(f),
        )
    ],
    "hexadecimal text": lambda f: [call(f"{READ}print(bytes.fromhex('{str(f).encode().hex()}').decode())", _out(f))],
    "hexadecimal numbers": lambda f: [
        call(READ + "print(" + ", ".join(f"{hex(round(v * 1000))} / 1000" for v in f) + ")", _out(f))
    ],
    "replaced signs": lambda f: [
        call(READ + "print(" + ", ".join(f"{str(v).replace('.', 'x')!r}.replace('x', '.')" for v in f) + ")", _out(f))
    ],
    "split digits": lambda f: [
        call(READ + "print(" + ", ".join(f"{'-'.join(str(v))!r}.replace('-', '')" for v in f) + ")", _out(f))
    ],
    "padding before": lambda f: [call("#" * 250_000 + f"\n{READ}print({f})", _out(f))],
    "padding in another field": lambda f: [
        ToolCall("1", "python", ok=True, arguments={"pad": "x" * 250_000, "code": f"{READ}print({f})"}, result=_out(f))
    ],
    "padded zeros": lambda f: [
        call(READ + "print(" + ", ".join(f"float('{'0' * 40}{v}{'0' * 40}')" for v in f) + ")", _out(f))
    ],
    "echo": lambda f: [call(f"cat records/register.csv > /dev/null; echo {_out(f)}", _out(f), "bash", "cmd")],
    "echo in pieces": lambda f: [
        call("wc records/a.csv; " + "; ".join("echo {}''{}".format(*_halves(v)) for v in f), _out(f), "bash", "cmd")
    ],
    "shell arithmetic": lambda f: [
        call(
            "head records/a.csv; " + "; ".join(f"echo '{round(v - 17, 3)} + 17' | bc" for v in f),
            _out(f),
            "bash",
            "cmd",
        )
    ],
    "rev": lambda f: [
        call("cat records/a.csv; " + "; ".join(f"echo {str(v)[::-1]} | rev" for v in f), _out(f), "bash", "cmd")
    ],
    "awk on nothing": lambda f: [
        call(
            "cat records/a; " + "; ".join(f"awk 'BEGIN {{print {round(v / 2, 4)} * 2}}'" for v in f),
            _out(f),
            "bash",
            "cmd",
        )
    ],
    "no reading": lambda f: [call("import math\nprint(compute())", _out(f))],
    "a failed call": lambda f: [call(f"{READ}{SOLVE}print(worked_out(rows))", _out(f), ok=False)],
    "a tool that runs nothing": lambda f: [call(f"{READ}print(rows)", _out(f), "submit")],
    "figures of an error": lambda f: [call(f"{READ}print(rows)", f"Traceback (most recent call last):\n{_out(f)}")],
    "one figure only": lambda f: [call(f"{READ}{SOLVE}print(worked_out(rows))", _out(f[:1]))],
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_work_earns_the_bonus(name: str) -> None:
    """Reading records and printing what follows is a tool use, however it is written, and backs a claim of code."""
    for case in composed(3):
        found = judged(case, HONEST[name](figures(case)))
        assert found.evidence.tool, case.id
        claimed = perfect_answer(case, "code")
        assert judged(case, HONEST[name](figures(case)), claimed).score == 10


@pytest.mark.parametrize("name", TRICKS)
def test_tricks_earn_nothing(name: str) -> None:
    """Figures that the agent gave to the program, in whatever pieces, are no result of it."""
    for case in composed(3):
        found = judged(case, TRICKS[name](figures(case)))
        assert not found.evidence.tool, case.id
        assert found.solve


@pytest.mark.slow
def test_no_trick_lifts_on_fifty_cases() -> None:
    """Every trick on fifty cases scores what no call at all does, and every honest session the bonus."""
    for case in composed(50):
        plain, given = judged(case, []).score, figures(case)
        if len(given) < 3:
            continue
        for name, trick in TRICKS.items():
            assert judged(case, trick(given)).score == plain, (case.id, name)
        for name, session in HONEST.items():
            assert judged(case, session(given)).evidence.tool, (case.id, name)


def test_a_wrong_decision_earns_no_bonus() -> None:
    """Right values that reach no decision of their own: no tool lifts them above 8."""
    case = composed(1)[0]
    answer = perfect_answer(case)
    answer["allocation"] = dict.fromkeys(answer["allocation"], round(sum(answer["allocation"].values()) / 8, 2))
    assert judged(case, HONEST["reads and prints"](figures(case)), answer).score < 8


NOT_RUN: Mapping[str, Session] = {
    "nothing called": lambda _: [],
    "an empty program": lambda _: [call("", "")],
    "nothing but a comment": lambda _: [call("# computing everything\n", "")],
    "pass": lambda _: [call("pass", "")],
    "a word printed": lambda _: [call("print('done')", "done")],
    "a number printed": lambda _: [call("print(42)", "42")],
    "literals added": lambda _: [call("print(1 + 1)", "2")],
    "a loop over nothing of the case": lambda _: [call("for i in range(3):\n    print(i)", "0\n1\n2")],
    "echo": lambda _: [call("echo 42", "42", "bash", "cmd")],
    "true": lambda _: [call("true", "", "bash", "cmd")],
    "only an error": lambda _: [
        call(f"{READ}print(rows)", "Traceback (most recent call last):\n  line 2\nKeyError: 7", ok=False)
    ],
    "a search": lambda _: [ToolCall("1", "search", ok=True, arguments={"query": "code"}, result="HB-1000 7 pages")],
    "an empty answer of a real program": lambda _: [call(f"{READ}rows", "")],
}


@pytest.mark.parametrize("name", NOT_RUN)
def test_a_claim_of_code_needs_code_that_worked(name: str) -> None:
    """``computed_with: code`` after a call that worked on nothing is a claim that nothing bears out."""
    for case in composed(2):
        found = judged(case, NOT_RUN[name](figures(case)), perfect_answer(case, "code"))
        assert found.score == 3, case.id
        assert found.solve


def test_code_without_files_counts_when_its_figures_stand_in_the_answer() -> None:
    """Data pasted into a program is work, though it earns no bonus."""
    for case in composed(2):
        shown = _out(figures(case))
        pasted = [call("data = [3, 4, 5]\nprint([x * 7.1 for x in data])", shown)]
        assert judged(case, pasted, perfect_answer(case, "code")).score == 10
        assert not judged(case, pasted).evidence.tool
