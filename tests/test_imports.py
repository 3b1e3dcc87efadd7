"""Importing the package is quick and pulls in nothing heavy."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "inspect_ai",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "networkx",
    "pydantic",
    "jinja2",
    "bm25s",
    "rich",
}


def loaded(statement: str) -> tuple[set[str], float]:
    """Top-level modules in memory after a statement, and the seconds it took, in a process of its own."""
    program = (
        f"import time; start = time.perf_counter(); {statement}; took = time.perf_counter() - start; "
        "import json, sys; print(json.dumps([sorted({name.partition('.')[0] for name in sys.modules}), took]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603  our own program
    names, took = json.loads(done.stdout)
    return set(names), took


def test_the_package_imports_nothing_heavy() -> None:
    """``import skillbench`` loads none of the libraries, and takes less than 0.3 s."""
    names, took = loaded("import skillbench")
    assert not names & HEAVY
    assert took < 0.3


def test_the_ground_floor_needs_no_inspect() -> None:
    """The schema and the streams load without Inspect, and without the numeric libraries."""
    names, _ = loaded("import skillbench.core.schema, skillbench.core.streams")
    assert not names & (HEAVY - {"pydantic"})


@pytest.mark.parametrize("layer", ["compose.freeze", "judge.audit", "stats", "skills.catalogue", "taxonomy"])
def test_layers_below_the_harness_do_without_inspect(layer: str) -> None:
    """Building, judging and estimating never load Inspect."""
    names, _ = loaded(f"import skillbench.{layer}")
    assert "inspect_ai" not in names


def test_the_command_line_starts_light() -> None:
    """``skillbench --version`` loads neither Inspect nor pandas: commands load what they need when called."""
    names, _ = loaded("import skillbench.cli")
    assert not names & (HEAVY - {"rich"})


def test_what_every_inspect_process_loads_is_light() -> None:
    """The entry point adds no numeric library, no search index and no composer to Inspect's own imports."""
    names, _ = loaded("import skillbench._registry")
    assert not names & {"numpy", "scipy", "numba", "pandas", "bm25s", "networkx"}
