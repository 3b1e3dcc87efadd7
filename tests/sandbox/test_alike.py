"""The three kinds of sandbox hold the same limits, and Docker's profile is made from the bubblewrap table."""

from __future__ import annotations

import json
import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from skillbench.sandbox.docker import COMPOSE
from skillbench.sandbox.docker.allowed import CALLS, PROFILE, rendered
from skillbench.sandbox.guest import container, seccomp
from skillbench.sandbox.kubernetes import K8S_VALUES
from skillbench.sandbox.limits import ENVIRONMENT, SandboxLimits

LIMITS = SandboxLimits()


def _yaml(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def test_places_are_less_than_half_of_memory() -> None:
    """Files are held in memory, so full places leave room for work."""
    assert sum(place.mib for place in LIMITS.places) < LIMITS.memory_mib / 2


def test_compose_file_holds_the_limits() -> None:
    """Memory, processes, processor, files and every writable place are those of limits.py."""
    compose = _yaml(COMPOSE)
    service = compose["services"]["default"]
    assert service["mem_limit"] == service["memswap_limit"] == f"{LIMITS.memory_mib}m"
    assert service["pids_limit"] == LIMITS.processes == container.CAPACITY
    assert service["cpus"] == LIMITS.cpus
    assert service["ulimits"]["nofile"] == LIMITS.open_files
    assert service["environment"] == ENVIRONMENT
    found = {"/dev/shm": f"{service['shm_size']}"}  # noqa: S108  the container's own
    for mount in service["volumes"]:
        options = compose["volumes"][mount["source"]]["driver_opts"]
        assert options["type"] == "tmpfs"
        size, inodes = re.findall(r"(?:size|nr_inodes)=(\w+)", options["o"])
        place = next(place for place in LIMITS.places if place.path == mount["target"])
        assert int(inodes) == place.inodes
        found[mount["target"]] = size
    assert found == {place.path: f"{place.mib}m" for place in LIMITS.places}


def test_cluster_values_hold_the_limits() -> None:
    """The pod's memory, processor, environment and writable places are those of limits.py."""
    service = _yaml(K8S_VALUES)["services"]["default"]
    assert service["resources"]["limits"]["memory"] == f"{LIMITS.memory_mib}Mi"
    assert service["resources"]["limits"]["cpu"] == LIMITS.cpus
    assert {one["name"]: one["value"] for one in service["env"]} == ENVIRONMENT
    sizes = {volume["name"]: volume["emptyDir"]["sizeLimit"] for volume in service["volumes"]}
    placed = {mount["mountPath"]: sizes[mount["name"]] for mount in service["volumeMounts"]}
    assert placed == {place.path: f"{place.mib}Mi" for place in LIMITS.places}


def test_cluster_values_deny_all_network() -> None:
    """Nothing is allowed out, and no service account's token is in the pod."""
    values = _yaml(K8S_VALUES)
    assert values["networkPolicy"] == {"enabled": True}
    assert [values[f"allow{what}"] for what in ("Domains", "DomainsPorts", "CIDR", "Entities")] == [[], [], [], []]
    assert values["services"]["default"]["networkIsolated"] is True
    assert values["automountServiceAccountToken"] is values["serviceAccountCreate"] is False


def _chart() -> Path | None:
    """The chart's folder: named by the environment, or in the installed package."""
    if named := os.environ.get("SKILLBENCH_K8S_CHART"):
        return Path(named)
    package = find_spec("k8s_sandbox")
    if package is None or package.origin is None:
        return None
    return Path(package.origin).parent / "resources" / "helm" / "agent-env"


def test_cluster_values_fit_the_chart() -> None:
    """The values, over the chart's own, are valid by the schema that inspect-k8s-sandbox ships."""
    jsonschema = pytest.importorskip("jsonschema")
    chart = _chart()
    if chart is None:
        pytest.skip("inspect-k8s-sandbox is not installed, and SKILLBENCH_K8S_CHART names no chart folder")
    schema = json.loads((chart / "values.schema.json").read_text(encoding="utf-8"))
    merged = {**_yaml(chart / "values.yaml"), **_yaml(K8S_VALUES)}
    jsonschema.validate(merged, schema)
    merged["services"]["default"]["mem_limit"] = "2g"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(merged, schema)


def test_docker_profile_is_current() -> None:
    """seccomp.json is what the table makes; run ``python -m skillbench.sandbox.docker.allowed``."""
    assert PROFILE.read_text(encoding="utf-8") == rendered()


def test_every_refused_call_was_considered_for_docker() -> None:
    """The list of known calls holds all refused ones, so that none is refused by a slip of the pen."""
    assert set(seccomp.REFUSED) <= set(CALLS.read_text(encoding="ascii").split()) | {"_sysctl"}
