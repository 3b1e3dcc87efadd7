"""The pipelines through the real clients of OpenAI and Anthropic: whatever the wire does, no row is lost or skipped."""

from __future__ import annotations

import gc
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from inspect_ai.model import BatchConfig, GenerateConfig
from judge.wire import Reply, Script, Wire, wire
from synthesis.batch_wire import batch_wire

from skillbench.core.streams import stream
from skillbench.synthesis.annotating import Annotated, annotate
from skillbench.synthesis.asker import Settings

# Inspect leaves streams to the garbage collector and passes tenacity an old parameter; neither is ours to mend.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:The 'initial' parameter:DeprecationWarning"),
]

SKILLS = ["Data Cleaning", "SQL Querying", "Tax and Pricing"]
SPEECHES = ("chat", "responses", "messages")
NONSENSE = ("", "It depends.", '{"skills": ["Jugg', '{"skills": ["Juggling"]}', '[{"skills": []}]')
ROW = re.compile(r"row number (\d+)")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What Inspect left open is collected here, under the filters above, and not at the session's end."""
    yield
    gc.collect()


def rows(folder: Path, count: int) -> list[str]:
    """A corpus of numbered rows."""
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps({"text": f"row number {n}"}) + "\n" for n in range(count)), encoding="utf-8")
    return [str(path)]


def number_of(body: Any) -> int:
    """Which row a request is about."""
    found = ROW.search(json.dumps(body))
    assert found
    return int(found[1])


def right(number: int) -> str:
    """The reply that a row deserves."""
    return json.dumps({"skills": [SKILLS[number % 3]]})


def settings(url: str, speech: str, **config: Any) -> Settings:
    """A model behind one of the three formats."""
    if speech == "messages":
        return Settings("anthropic/claude-haiku-4-5", url, {"api_key": "k"}, GenerateConfig(**config))
    args = {"api_key": "k", "responses_api": speech == "responses"}
    return Settings("openai/gpt-4o", f"{url}/v1", args, GenerateConfig(**config))


def numbers(path: Path) -> dict[int, Any]:
    """What was written of each row: its tags, or the reason why it has none."""
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {row["line"] - 1 if "line" in row else int(row["text"].split()[-1]): row for row in found}


def whole(out: Path, count: int) -> dict[int, Any]:
    """The untagged rows, after a check that every row stands in one file, once, and tagged ones as they deserve."""
    good, bad = numbers(out), numbers(out.with_suffix(".untagged.jsonl"))
    assert sorted([*good, *bad]) == list(range(count))
    assert all(row["tags"] == [SKILLS[number % 3]] for number, row in good.items())
    assert all(row["reason"] for row in bad.values())
    return bad


def flaky(server: list[Wire], faults: str) -> Script:
    """Nonsense three times in ten, other faults one time in ten each; rows 5 and 11 get nonsense for ever."""
    seen = Counter[int]()

    def script(count: int, prompt: str) -> Reply:
        del prompt
        number = number_of(server[0].requests[count][1])
        seen[number] += 1
        draws = stream("tests", "synthesis wire", str(number), str(seen[number]))
        if number in {5, 11}:
            return Reply("text", draws.choice(NONSENSE))
        kind = draws.integer(1, 10)
        if kind <= 3:
            return Reply("text", draws.choice(NONSENSE))
        if kind == 4 and faults:
            return Reply(draws.choice(faults.split()))
        return Reply("text", right(number))

    return script


def annotated(folder: Path, script: Script, box: list[Wire], speech: str, count: int, **config: Any) -> Annotated:
    """One run against a server with this script."""
    with wire(script) as server:
        box[:] = [server]
        return annotate(
            rows(folder, count), folder / "t.jsonl", settings(server.url, speech, **config), vocabulary=SKILLS
        )


@pytest.mark.parametrize("speech", SPEECHES)
def test_nonsense_and_cut_replies_cost_attempts_and_no_row(tmp_path: Path, speech: str) -> None:
    """With nonsense three times in ten, cut texts and refusals, every row is tagged rightly or listed."""
    box: list[Wire] = []
    done = annotated(tmp_path, flaky(box, "length refusal"), box, speech, 24)
    bad = whole(tmp_path / "t.jsonl", 24)
    assert {5, 11} <= set(bad)
    assert len(bad) <= 6
    assert not any(row["again"] for row in bad.values())
    assert done.tagged + done.untagged == 24
    assert done.spent.replies == len(box[0].requests)
    assert done.spent.read == 100 * done.spent.replies


@pytest.mark.slow
@pytest.mark.parametrize("speech", ["chat", "messages"])
def test_limits_and_broken_servers_are_waited_for(tmp_path: Path, speech: str) -> None:
    """A 429, a 500 and half a body are asked again by the client; they are no replies and count as no attempt."""
    box: list[Wire] = []
    seen = Counter[int]()
    faults = {2: "429", 6: "500", 9: "429"}

    def script(count: int, prompt: str) -> Reply:
        del prompt
        number = number_of(box[0].requests[count][1])
        seen[number] += 1
        return Reply(faults[number]) if number in faults and seen[number] == 1 else Reply("text", right(number))

    done = annotated(tmp_path, script, box, speech, 12)
    assert whole(tmp_path / "t.jsonl", 12) == {}
    assert done.spent.replies == 12
    assert len(box[0].requests) == 15


def test_what_got_no_reply_is_listed_and_asked_again(tmp_path: Path) -> None:
    """Rows for which a server broke are listed; the same command asks for them alone, and ends like a smooth run."""
    box: list[Wire] = []

    def broken(count: int, prompt: str) -> Reply:
        del prompt
        number = number_of(box[0].requests[count][1])
        return Reply("500") if number % 3 == 1 else Reply("text", right(number))

    def healthy(count: int, prompt: str) -> Reply:
        del prompt
        return Reply("text", right(number_of(box[0].requests[count][1])))

    torn, smooth = tmp_path / "torn", tmp_path / "smooth"
    for folder in (torn, smooth):
        folder.mkdir()
    first = annotated(torn, broken, box, "chat", 12, max_retries=0)
    assert (first.tagged, first.untagged, first.again) == (8, 4, 4)
    bad = whole(torn / "t.jsonl", 12)
    assert all(row["again"] and "InternalServerError" in row["reason"] for row in bad.values())
    second = annotated(torn, healthy, box, "chat", 12, max_retries=0)
    assert (second.tagged, second.untagged) == (12, 0)
    assert sorted(number_of(body) for _, body in box[0].requests) == [1, 4, 7, 10]
    annotated(smooth, healthy, box, "messages", 12)
    assert (torn / "t.jsonl").read_bytes() == (smooth / "t.jsonl").read_bytes()


@pytest.mark.parametrize("speech", ["chat", "messages"])
def test_a_batch_is_one_request_and_loses_nothing(tmp_path: Path, speech: str) -> None:
    """In batch mode rows go out together, are polled for, and come back each to its own row; nonsense goes again."""
    seen = Counter[int]()

    def script(body: dict[str, Any]) -> Reply:
        number = number_of(body)
        seen[number] += 1
        nonsense = number == 5 or (number % 3 == 0 and seen[number] == 1)
        return Reply("text", "nonsense" if nonsense else right(number))

    batch = BatchConfig(size=50, send_delay=0.3, tick=0.05)
    with batch_wire(script) as server:
        given = settings(server.url, speech, batch=batch, max_connections=50)
        done = annotate(rows(tmp_path, 20), tmp_path / "t.jsonl", given, vocabulary=SKILLS)
    assert set(whole(tmp_path / "t.jsonl", 20)) == {5}
    assert done.spent.replies == 20 + 7 + 2
    sizes = [len(requests) for requests in server.batches.values()]
    assert sum(sizes) == done.spent.replies
    assert len(sizes) <= 6
