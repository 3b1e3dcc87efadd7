"""Samples: everything an agent needs, and nothing of the key."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from inspect_ai.dataset import Sample

from skillbench.core.schema import Case
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.deliverables.base.registry import product_of
from skillbench.harness.dataset import RECORDS, prompt_for, samples
from skillbench.harness.selection import Tools, parse_tools

SPELLINGS = ["none", "code", "search", "code,search"]


@pytest.fixture(scope="module", params=["small", "v0"])
def task_set(request: pytest.FixtureRequest, small_set: TaskSet) -> TaskSet:
    """The fresh small set, and the shipped one."""
    return small_set if request.param == "small" else load_task_set("v0")


@pytest.fixture(scope="module", params=SPELLINGS)
def tools(request: pytest.FixtureRequest) -> Tools:
    """Each tool setting in turn."""
    return parse_tools(request.param)


def key_numbers(case: Case) -> Iterator[float]:
    """Every number of the key and of the slips."""
    for point in case.checkpoints:
        yield from point.values.values()
        for slip in point.slips.values():
            yield from slip.values.values()
    if product := product_of(case):
        yield from product.figures()[:-1]  # the fund itself stands in the brief


def visible(sample: Sample) -> str:
    """Everything of a sample that an agent or a reader of its input may see."""
    return sample.model_dump_json() + "".join((sample.files or {}).values())


def test_no_sample_holds_its_key(task_set: TaskSet, tools: Tools) -> None:
    """Neither input nor files nor metadata hold a full-precision number of the key or of a slip, or a slip's name."""
    checked = 0
    for case, sample in zip(task_set.cases, samples(task_set, task_set.cases, tools), strict=True):
        text = visible(sample)
        keys = {repr(number) for number in key_numbers(case) if len(repr(number)) > 9}
        checked += len(keys)
        assert not [key for key in keys if key in text], case.id
        assert not [slip for point in case.checkpoints for slip in point.slips if json.dumps(slip) in text]
        assert sample.target == ""
    assert checked > 20 * len(task_set.cases)


def test_records_are_files_where_there_is_a_sandbox(task_set: TaskSet, tools: Tools) -> None:
    """With code every record lies below the records folder; without, there are no files and all stand in the prompt."""
    for case, sample in zip(task_set.cases, samples(task_set, task_set.cases, tools), strict=True):
        records = task_set.records(case)
        if tools.code:
            assert sample.files == {f"{RECORDS}/{name}": text for name, text in records.items()}
        else:
            assert sample.files is None
            assert all(text in str(sample.input) for text in records.values())


def test_needed_pages_are_inlined_without_search(task_set: TaskSet, tools: Tools) -> None:
    """Without search the prompt holds every needed page whole and no other; with search it holds none."""
    for case in task_set.cases:
        prompt = prompt_for(task_set, case, tools)
        shown = {page.id for page in task_set.handbook(case) if page.text.strip() in prompt}
        assert shown == (set() if tools.search else set(case.needed_pages))


def test_metadata_is_what_metrics_need(small_set: TaskSet) -> None:
    """Chain, kind, k and group of every sample, small enough for Inspect's summaries."""
    for case, sample in zip(
        small_set.cases, samples(small_set, small_set.cases, Tools(code=True, search=True)), strict=True
    ):
        metadata = sample.metadata or {}
        assert (metadata["chain"], metadata["kind"], metadata["k"]) == (case.chain, case.kind, case.k)
        assert metadata["group"] == ("twin" if case.kind == "twin" else f"k{case.k}")
        assert all(len(json.dumps(value)) < 1000 for value in metadata.values())
        assert sample.id == case.id
