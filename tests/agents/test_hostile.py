"""Whatever an agent hands in is scored; nothing it does becomes an error or a key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from agents.play import INSPECTS_OWN, audited, calls, play, scripted, submits, verdicts
from inspect_ai.model import ModelOutput

from skillbench.core.taskset import TaskSet

pytestmark = INSPECTS_OWN

GARBAGE = {
    "prose": ("I could not do it, sorry.", "no JSON"),
    "nothing": ("", "no JSON"),
    "half an object": ('{"measures": {', "invalid JSON"),
    "a list": ("[1, 2, 3]", "not an object"),
    "NaN": ('{"measures": NaN, "note": "x"}', "measures"),
    "a key twice": ('{"note": "a", "note": "b", "measures": {}}', "duplicate key"),
    "deep nesting": ("[" * 100_000, "nested too deeply"),
    "another object": ('{"answer": 42}', "measures: missing"),
    "unpaired surrogate": ('{"measures": {}, "note": "\\ud800"}', ""),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_scores_nothing(small_set: TaskSet, tmp_path: Path, name: str) -> None:
    """An answer that is no deliverable is a score of at most 1 with its defect named: not an error, not unscored."""
    text, words = GARBAGE[name]
    log = play(small_set, tmp_path, scripted(submits(text)), limit=3)
    for found in verdicts(log).values():
        assert found["values"]["score"] <= 1.0
        assert (found["values"]["solve"], found["values"]["coverage"]) == (0.0, 0.0)
        assert words in "; ".join(found["defects"])


def test_prose_scores_zero(small_set: TaskSet, tmp_path: Path) -> None:
    """An agent that submits no JSON at all scores 0."""
    log = play(small_set, tmp_path, scripted(submits("I could not do it, sorry.")))
    assert {found["values"]["score"] for found in verdicts(log).values()} == {0.0}


@pytest.mark.slow
def test_ten_megabytes_are_refused_quickly(small_set: TaskSet, tmp_path: Path) -> None:
    """A 10 MB answer is not parsed: score 0, and the defect says how large it was and what is read."""
    text = json.dumps({"measures": {}, "note": "x" * 10_000_000})
    log = play(small_set, tmp_path, scripted(submits(text)), limit=1)
    [found] = verdicts(log).values()
    assert found["values"]["score"] == 0.0
    assert f"too large: {len(text)} characters, 1000000 are read" in found["defects"][0]


def test_an_agent_that_never_submits_stops_at_its_limit(small_set: TaskSet, tmp_path: Path) -> None:
    """Talk without submission ends at the message limit and scores 0, not an error."""
    log = play(
        small_set,
        tmp_path,
        scripted(lambda: ModelOutput.from_content("mockllm/model", "Thinking…")),
        limit=1,
        message_limit=9,
    )
    [sample] = log.samples or ()
    assert sample.limit is not None
    assert sample.limit.type == "message"
    assert audited(sample)["values"]["score"] == 0.0


def test_calls_for_what_is_not_there_are_answered(small_set: TaskSet, tmp_path: Path) -> None:
    """An unknown tool, an unknown page, a strange query: the agent is told, and goes on."""
    agent = scripted(
        calls("juggle", balls=3),
        calls("open", page="HB-0000"),
        calls("search", query=""),
        calls("search", query="☂" * 5000),
        submits("{}"),
    )
    log = play(small_set, tmp_path, agent, tools="search", limit=1)
    [sample] = log.samples or ()
    said = [message.text for message in sample.messages if message.role == "tool"]
    assert "There is no page 'HB-0000'. Use search" in said[1]
    assert "No page holds any of the words" in said[2]
    assert audited(sample)["values"]["score"] <= 1.0


LOOK = """
import json, os
found, texts = [], ""
for top, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(top, name) not in ("/proc", "/sys", "/dev", "/usr")]
    found += [os.path.join(top, name) for name in files]
for path in found:
    if path.startswith(("/work", "/home", "/tmp", "/var/tmp")):
        texts += open(path, errors="replace").read()
suspects = [path for path in found if path.endswith((".jsonl", "manifest.json", ".eval"))]
hits = [key for key in KEYS if key in texts]
records = sorted(os.listdir("/work/records"))
print(json.dumps({"work": records, "suspects": suspects, "hits": hits, "env": dict(os.environ)}))
"""


def test_neither_keys_nor_secrets_are_in_the_sandbox(
    small_set: TaskSet, tmp_path: Path, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agent that looks everywhere finds its records, and no key, no task set, no secret of the environment."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-the-secret-of-this-test")
    case = small_set.cases[0]
    keys = [repr(value) for point in case.checkpoints for value in point.values.values() if len(repr(value)) > 8]
    agent = scripted(calls("python", code=f"KEYS = {keys!r}\n{LOOK}"), submits("{}"))
    log = play(small_set, tmp_path, agent, tools="code", sandbox=sandbox, limit=1)
    [sample] = log.samples or ()
    assert sample.id == case.id
    [seen] = [message for message in sample.messages if message.role == "tool" and message.function == "python"]
    looked = json.loads(seen.text)
    assert looked["work"] == sorted(case.files)
    assert (looked["suspects"], looked["hits"]) == ([], [])
    assert len(keys) >= 10
    assert "sk-the-secret-of-this-test" not in str(looked["env"])
