"""The pipeline through Inspect: what is written is frozen or listed, nothing is lost, nothing is paid twice."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from agents.play import INSPECTS_OWN
from small import contents
from written_task import ROW

from skillbench.authoring.freeze import ALIKE, QUARANTINE_FILE
from skillbench.authoring.plan import CORPUS, PlanRow, draw_plan, write_plan
from skillbench.authoring.run import Commission, Finished, author_set, run_place
from skillbench.core.errors import InputError, SandboxError
from skillbench.core.taskset import load_task_set
from skillbench.judge.opening import open_task_set
from skillbench.sandbox.bubblewrap import BubblewrapSandboxEnvironment  # noqa: F401  registers the provider
from skillbench.sandbox.select import ResolvedSandbox, resolve_sandbox
from skillbench.synthesis.asker import Settings

pytestmark = INSPECTS_OWN

ROOT = Path(__file__).parents[2]
WRITTEN = Path(__file__).parent / "written"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A cache of its own for each test."""
    monkeypatch.setenv("INSPECT_CACHE_DIR", str(tmp_path / "cache"))
    yield
    gc.collect()  # while the marks above hold


@pytest.fixture(scope="module")
def box() -> ResolvedSandbox:
    """Bubblewrap, where it can run."""
    try:
        return resolve_sandbox("bubblewrap")
    except SandboxError as error:
        pytest.skip(str(error))


def rows_of(count: int) -> list[PlanRow]:
    """A plan of so many pairs and triples."""
    return draw_plan(CORPUS, [2, 3], (count + 1) // 2, "sweet-spot", "tests")[:count]


def written(
    rows: list[PlanRow], out: Path, model: str = "plain", home: ResolvedSandbox | None = None, **more: object
) -> Finished:
    """Have a scripted author write a plan."""
    args = {"receipts": str(out.parent / "receipts")}
    settings = Settings(f"skillbench-author/{model}", model_args=args, stretch=4)
    return author_set(Commission(rows, CORPUS, "tests", settings, home, **more), out)  # type: ignore[arg-type]


def receipts(folder: Path) -> Counter[str]:
    """What was paid, reply by reply."""
    return Counter((folder / "receipts").read_text(encoding="utf-8").splitlines())


@pytest.mark.slow
def test_what_passes_is_frozen(tmp_path: Path, box: ResolvedSandbox) -> None:
    """Tasks that pass are cases of a set that loads, in the plan's order, with values that the programs computed."""
    rows = rows_of(6)
    done = written(rows, tmp_path / "set", home=box)
    assert done.counts is not None
    assert (done.counts.accepted, done.counts.quarantined, done.missing) == (6, 0, [])
    task_set = open_task_set(tmp_path / "set")
    assert [case.chain for case in task_set.cases] == [row.name for row in rows]
    for case in task_set.cases:
        assert case.authored is not None
        assert (
            case.authored.figures[0].value
            == json.loads(case.authored.reference.split("```json")[1][:-4])["figures"]["units"]
        )
        assert all(passage.passed for passage in case.authored.passages)
        assert all(text in case.prompt for text in task_set.records(case).values())
        assert case.id.startswith(f"{case.chain}-k{case.k}-")
    assert (tmp_path / "set" / QUARANTINE_FILE).read_bytes() == b""
    with pytest.raises(InputError, match="holds a frozen task set already"):
        written(rows, tmp_path / "set", home=box)


@pytest.mark.slow
def test_nonsense_is_repaired_once_and_then_listed(tmp_path: Path, box: ResolvedSandbox) -> None:
    """Of an author that fails three times in ten every tuple is in the set or in the quarantine, none in both."""
    rows = rows_of(24)
    done = written(rows, tmp_path / "set", "nonsense", box)
    assert done.counts is not None
    cases = load_task_set(tmp_path / "set").cases
    lines = [json.loads(line) for line in (tmp_path / "set" / QUARANTINE_FILE).read_text().splitlines()]
    accepted, refused = {case.chain for case in cases}, {line["row"]["name"] for line in lines}
    assert accepted | refused == {row.name for row in rows}
    assert not accepted & refused
    assert done.counts.repaired > 0
    assert refused
    for line in lines:
        assert line["rounds"] == 2
        assert line["reason"]
        assert line["completion"] or line["draft"] or "empty" in line["reason"]


def test_nothing_that_was_paid_is_lost_with_a_journal(tmp_path: Path) -> None:
    """A run whose journal was cut anywhere, as a kill leaves it, goes on and pays for nothing again."""
    rows = rows_of(4)
    with pytest.raises(InputError, match="none of 4 tasks passed the gates"):
        written(rows, tmp_path / "set")  # no sandbox ran the programs, so that this is quick
    paid = receipts(tmp_path)
    assert set(paid.values()) == {1}
    journal = run_place(tmp_path / "set") / "parts" / "00000.jsonl"
    whole = journal.read_bytes()
    for share in (0.1, 0.6):
        journal.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(InputError, match="none of 4 tasks"):
            written(rows, tmp_path / "set")
        assert receipts(tmp_path) == paid
        assert sorted(journal.read_bytes().splitlines()) == sorted(whole.splitlines())


def test_a_run_goes_on_only_with_its_own_options(tmp_path: Path) -> None:
    """Another plan in the same place is refused, and says what differs."""
    with pytest.raises(InputError, match="none of 2 tasks"):
        written(rows_of(2), tmp_path / "set")
    with pytest.raises(InputError, match="plan_digest was"):
        written(rows_of(3), tmp_path / "set")


@pytest.mark.slow
def test_written_tasks_pass_the_same_way_to_the_same_bytes(tmp_path: Path, box: ResolvedSandbox) -> None:
    """The planted author gives folders back; frozen twice, from two places, the set has the same bytes."""
    write_plan([ROW], tmp_path / "plan.jsonl")
    for place in ("one", "two"):
        settings = Settings("skillbench/written")
        order = Commission([ROW], CORPUS, "tests", settings, box, folder=str(WRITTEN))
        done = author_set(order, tmp_path / place / "set")
        assert done.counts is not None
    one, two = contents(tmp_path / "one" / "set"), contents(tmp_path / "two" / "set")
    assert one == two
    (case,) = load_task_set(tmp_path / "one" / "set").cases
    assert case.authored is not None
    assert case.authored.author == "people of the project"
    assert {figure.name: figure.value for figure in case.authored.figures} == {
        "flights": 6.0,
        "freight_kg": 3900.0,
        "days": 14.0,
        "last_work": "W4",
    }


@pytest.mark.slow
def test_a_task_that_says_the_same_is_refused(tmp_path: Path, box: ResolvedSandbox) -> None:
    """Of two tasks with the same words the plan's later one is quarantined, and the earlier one is named."""
    folder = tmp_path / "written"
    for name in ("t01", "t02"):
        (folder).mkdir(exist_ok=True)
        (folder / name).symlink_to(WRITTEN / "t01")
    rows = [ROW, ROW.model_copy(update={"name": "t02"})]
    order = Commission(rows, CORPUS, "tests", Settings("skillbench/written"), box, folder=str(folder))
    done = author_set(order, tmp_path / "set")
    assert done.counts is not None
    assert (done.counts.accepted, done.counts.by_gate) == (1, {ALIKE: 1})
    (line,) = (json.loads(line) for line in (tmp_path / "set" / QUARANTINE_FILE).read_text().splitlines())
    assert line["passages"][-1]["reason"] == "100% of its words in a row stand in t01 too"


@pytest.mark.slow
def test_a_tuple_without_reply_is_asked_again_or_given_up(tmp_path: Path, box: ResolvedSandbox) -> None:
    """A task that nobody wrote freezes nothing, is named, and is quarantined only when asked."""
    rows = [ROW, ROW.model_copy(update={"name": "t09"})]
    order = Commission(rows, CORPUS, "tests", Settings("skillbench/written"), box, folder=str(WRITTEN))
    done = author_set(order, tmp_path / "set")
    assert done.counts is None
    ((name, reason),) = done.missing
    assert name == "t09"
    assert "lacks" in reason
    given_up = Commission(rows, CORPUS, "tests", Settings("skillbench/written"), box, folder=str(WRITTEN), give_up=True)
    counts = author_set(given_up, tmp_path / "set").counts
    assert counts is not None
    assert (counts.accepted, counts.by_gate) == (1, {"no reply": 1})


KILLS, TASKS = 20, 40


@pytest.mark.slow
def test_a_killed_run_loses_nothing_and_pays_nothing_twice(tmp_path: Path, box: ResolvedSandbox) -> None:
    """Killed at twenty random points, a run ends with every task, and with every reply paid once."""
    del box
    command = [sys.executable, str(Path(__file__).with_name("kills.py")), str(tmp_path), str(KILLS), str(TASKS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  our own program
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == f"{KILLS} kills, {2 * TASKS} replies"
    assert len(load_task_set(tmp_path / "set").cases) == TASKS
    assert set(receipts(tmp_path).values()) == {1}
