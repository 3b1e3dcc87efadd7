"""Rows come back tagged or listed with a reason: none is lost, none is skipped in silence."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from agents.play import INSPECTS_OWN
from click.testing import CliRunner
from inspect_ai.model import Model, ModelOutput, ModelUsage, get_model

from skillbench.cli import main
from skillbench.core.errors import InputError
from skillbench.synthesis.annotating import annotate, read_vocabulary
from skillbench.synthesis.asker import Settings
from skillbench.taxonomy import read_corpus

pytestmark = INSPECTS_OWN
SKILLS = ["Data Cleaning", "SQL Querying", "Tax and Pricing"]


def replies(*texts: str) -> Model:
    """A model that answers with these texts in turn in every conversation, the last for ever."""

    def respond(messages: list[Any], *_: Any) -> ModelOutput:
        said = sum(message.role == "assistant" for message in messages)
        output = ModelOutput.from_content("mockllm/model", texts[min(said, len(texts) - 1)])
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    return get_model("mockllm/model", custom_outputs=respond, memoize=False)


def corpus(folder: Path, *rows: Any) -> list[str]:
    """A corpus of these rows; a text stands as it is."""
    path = folder / "rows.jsonl"
    path.write_text(
        "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in rows), encoding="utf-8"
    )
    return [str(path)]


def lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a written file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


ROWS = (
    {"id": "one", "text": "Clean the readings and query them."},
    "{no json",
    {"output": "an answer to nothing"},
    {"id": "two", "instruction": "Price it", "tags": ["Tax and Pricing"]},
)


def test_every_row_is_tagged_kept_or_listed(tmp_path: Path) -> None:
    """A good row is tagged in the list's spelling, a tagged one kept, a bad one listed with its line."""
    out = tmp_path / "tagged.jsonl"
    model = replies('{"skills": ["sql querying", "Data Cleaning", "SQL Querying"]}')
    done = annotate(corpus(tmp_path, *ROWS), out, Settings(model), vocabulary=SKILLS)
    assert (done.tagged, done.kept, done.untagged, done.again) == (1, 1, 2, 0)
    assert [(row["id"], row["tags"]) for row in lines(out)] == [
        ("one", ["SQL Querying", "Data Cleaning"]),
        ("two", ["Tax and Pricing"]),
    ]
    bad = lines(tmp_path / "tagged.untagged.jsonl")
    assert [row["line"] for row in bad] == [2, 3]
    assert "not JSON" in bad[0]["reason"]
    assert "no request" in bad[1]["reason"]
    assert read_corpus(out).tags == tuple(sorted(SKILLS))


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "empty"),
        ("I would say SQL", "not one JSON value"),
        ('["SQL Querying"]', "not an object"),
        ('{"skills": ["SQL Querying"], "note": "x"}', "not an object"),
        ('{"skills": ["SQL Query"]}', r"not on the list: 'SQL Query' \(did you mean 'SQL Querying'\?\)"),
        ('{"skills": [1]}', "list of texts"),
        (json.dumps({"skills": [f"S{i}" for i in range(7)]}), "at most 6"),
        ('{"skills": []}', "none of the skills"),
    ],
)
def test_a_reply_that_cannot_be_used_is_told(tmp_path: Path, reply: str, reason: str) -> None:
    """After all attempts the row is listed with what was wrong with the last reply, and the reply."""
    out = tmp_path / "tagged.jsonl"
    annotate(corpus(tmp_path, ROWS[0]), out, Settings(replies(reply)), vocabulary=SKILLS)
    [bad] = lines(tmp_path / "tagged.untagged.jsonl")
    assert re.search(reason, bad["reason"])
    assert not out.read_text(encoding="utf-8")


def test_half_a_character_loses_no_row(tmp_path: Path) -> None:
    """A reply with text that no file can hold is a reason like any other."""
    out = tmp_path / "tagged.jsonl"
    done = annotate(
        corpus(tmp_path, ROWS[0]), out, Settings(replies('{"skills": ["\ud800"]} \ud800')), vocabulary=SKILLS
    )
    assert (done.tagged, done.untagged) == (0, 1)
    assert len(lines(tmp_path / "tagged.untagged.jsonl")) == 1


def test_a_reply_is_mended_when_told_why(tmp_path: Path) -> None:
    """The second reply of a conversation counts as much as the first."""
    out = tmp_path / "tagged.jsonl"
    done = annotate(
        corpus(tmp_path, ROWS[0]), out, Settings(replies("hm", '{"skills": ["SQL Querying"]}')), vocabulary=SKILLS
    )
    assert done.spent.replies == 2
    assert lines(out)[0]["tags"] == ["SQL Querying"]


def test_open_names_are_made_one(tmp_path: Path) -> None:
    """Spellings that rows differ in become one skill, and a file says which stood for which."""
    texts = iter(['{"skills": ["Data Cleaning"]}', '{"skills": ["data cleanings", "SQL Queries"]}'] * 2)

    def respond(*_: Any) -> ModelOutput:
        output = ModelOutput.from_content("mockllm/model", next(texts))
        output.usage = ModelUsage()
        return output

    model = get_model("mockllm/model", custom_outputs=respond, memoize=False)
    out = tmp_path / "tagged.jsonl"
    annotate(corpus(tmp_path, {"text": "a"}, {"text": "b"}, {"text": "c"}), out, Settings(model))
    assert {tag for row in lines(out) for tag in row["tags"]} == {"Data Cleaning", "SQL Queries"}
    names = json.loads((tmp_path / "tagged.names.json").read_text(encoding="utf-8"))
    assert names["Data Cleaning"] == {"Data Cleaning": 2, "data cleanings": 1}


def test_a_second_run_asks_nothing(tmp_path: Path) -> None:
    """The same command over a finished run gives the same bytes without one reply; another model is refused."""
    source, out = corpus(tmp_path, *ROWS), tmp_path / "tagged.jsonl"
    annotate(source, out, Settings(replies('{"skills": ["SQL Querying"]}')), vocabulary=SKILLS)
    first = out.read_bytes()
    again = annotate(source, out, Settings(replies("never asked")), vocabulary=SKILLS)
    assert (again.spent.replies, out.read_bytes()) == (0, first)
    with pytest.raises(InputError, match="holds another run: model"):
        annotate(source, out, Settings("skillbench-rehearsal/plain"), vocabulary=SKILLS)


def test_a_list_of_skills_must_be_one(tmp_path: Path) -> None:
    """A list may be lines or a CSV; an empty one, and two spellings of one name, are refused."""
    path = tmp_path / "skills.txt"
    path.write_text("family,skill\na,SQL Querying\na,Data Cleaning\n", encoding="utf-8")
    assert read_vocabulary(path) == ["SQL Querying", "Data Cleaning"]
    path.write_text("SQL Querying\nsql queryings\n", encoding="utf-8")
    with pytest.raises(InputError, match="are one name"):
        read_vocabulary(path)
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds no name"):
        read_vocabulary(path)


def test_the_command_tags_the_shipped_corpus(tmp_path: Path) -> None:
    """From the command line to a corpus that the taxonomy reads; a wrong setting is told before anything runs."""
    source, out = corpus(tmp_path, *({"text": f"work {i} of cleaning"} for i in range(9))), tmp_path / "t.jsonl"
    given = ["annotate", *source, "--model", "skillbench-rehearsal/plain", "--out", str(out)]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 0, done.output
    assert "9 rows tagged" in done.output
    assert read_corpus(out).rows == 9
    wrong = CliRunner().invoke(main, [*given, "-G", "max_token=3"])
    assert wrong.exit_code == 2
    assert "did you mean 'max_tokens'" in wrong.output
