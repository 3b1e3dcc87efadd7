"""What a person types is found, however the package was installed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from inspect_ai._util import registry
from inspect_ai.scorer import Scorer, scorer

from skillbench.harness.names import PREFIXES, register_names
from skillbench.harness.scorer import audit_scorer
from skillbench.task import skillbench


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("task", "skillbench"),
        ("scorer", "audit"),
        ("scorer", "audit_scorer"),
        ("scorer", "rubric"),
        ("metric", "composed_mean"),
        ("metric", "composed_stderr"),
        ("metric", "panel"),
    ],
)
def test_everything_is_found_bare_and_behind_both_package_names(
    kind: registry.RegistryType, name: str, prefix: str
) -> None:
    """Logs of a wheel and of an editable installation name these differently; either is understood."""
    assert registry.registry_has(kind, prefix + name)


def test_the_canonical_name_is_the_packages() -> None:
    """Whatever was typed, the log says ``skillbench/...``."""
    assert registry.registry_info(skillbench).name == "skillbench/skillbench"
    assert registry.registry_info(audit_scorer).name == "skillbench/audit_scorer"


def test_a_name_of_another_package_is_left_to_it() -> None:
    """A bare name already registered keeps its owner; the full name is ours all the same."""

    @scorer(metrics=[], name="theirs_already")
    def theirs() -> Scorer:
        raise NotImplementedError

    @scorer(metrics=[], name="ours_too")
    def ours() -> Scorer:
        raise NotImplementedError

    register_names(ours, "theirs_already")
    assert registry.registry_lookup("scorer", "theirs_already") is theirs
    assert registry.registry_lookup("scorer", "skillbench/theirs_already") is ours


def test_without_inspects_registry_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry is private to Inspect: where a version has none, its own names remain and no import fails."""
    monkeypatch.delattr(registry, "registry_add")
    register_names(SimpleNamespace())
