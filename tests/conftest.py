"""Ground shared by all tests: one neutral domain, one roster, random dials."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import fsspec
import pytest
from once import once
from small import freeze_amended, freeze_small

from skillbench.compose.world import trial_world as world_of
from skillbench.core.quantities import Quantity, Words
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.skills.trials import random_dials as dials_of

__all__ = ["dials_of", "world_of"]

pytest_plugins = ["real_runs"]


@pytest.fixture(scope="session")
def words() -> Words:
    """A plain domain in which every template must render."""
    return Words("site", "sites", {q: str(q).replace("_", " ") for q in Quantity}, "units", "EUR")


@pytest.fixture(scope="session")
def small_set(tmp_path_factory: pytest.TempPathFactory) -> TaskSet:
    """Two chains of three skills, freshly built; never altered in place."""
    return load_task_set(once(tmp_path_factory, "small", freeze_small))


@pytest.fixture(scope="session")
def amended_set(tmp_path_factory: pytest.TempPathFactory) -> TaskSet:
    """The same two chains under circulars of level 2; never altered in place."""
    return load_task_set(once(tmp_path_factory, "amended", freeze_amended))


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """The address of an S3 server on a free port of this machine, in memory and gone after the tests."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415  takes seconds to load, and few tests need it

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty bucket, ``s3://...``, that this process and its children reach with the credentials they find."""
    facts = {
        "ENDPOINT_URL": s3_address,
        "ACCESS_KEY_ID": "test",
        "SECRET_ACCESS_KEY": "test",
        "DEFAULT_REGION": "us-east-1",
    }
    for name, value in facts.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    name = f"bucket-{uuid.uuid4().hex}"
    fsspec.filesystem("s3").mkdir(name)
    return f"s3://{name}"
