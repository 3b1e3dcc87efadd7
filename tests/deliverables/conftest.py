"""One small chain for every kind of deliverable."""

from __future__ import annotations

import pytest
from once import once
from small import freeze_kind

from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.deliverables.base.registry import load_kinds


@pytest.fixture(scope="session", params=list(load_kinds()))
def kind_set(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TaskSet:
    """A chain of three skills that hands in one kind."""
    kind = request.param
    return load_task_set(once(tmp_path_factory, f"kind-{kind}", lambda out: freeze_kind(out, kind)))
