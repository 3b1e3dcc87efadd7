"""Domains: organisations with a voice of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Template, UndefinedError

from skillbench.compose import domain as domains
from skillbench.compose.domain import Domain, load_domains
from skillbench.core.assets import asset_dir
from skillbench.core.errors import InputError
from skillbench.core.prompts import render_prompt
from skillbench.core.quantities import Quantity

ALL = list(load_domains().values())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the domains that a test may spoil."""
    shutil.copytree(asset_dir("prompts") / "domains", tmp_path / "domains")
    monkeypatch.setattr(domains, "asset_dir", lambda _: tmp_path)
    load_domains.cache_clear()
    yield tmp_path / "domains"
    load_domains.cache_clear()


def test_there_are_four_voices() -> None:
    """At least four organisations; no two share a name, a currency label set or an objective."""
    assert len(ALL) >= 4
    assert len({domain.organisation for domain in ALL}) == len(ALL)
    objectives = [text for domain in ALL for text in domain.objectives]
    assert len(set(objectives)) == len(objectives)


@pytest.mark.parametrize("domain", ALL, ids=[domain.name for domain in ALL])
def test_a_domain_is_complete(domain: Domain) -> None:
    """Every quantity has a name of its own; entity names hold no digit; sisters are others; every text renders."""
    assert set(domain.labels) == set(Quantity)
    assert len({label.label for label in domain.labels.values()}) == len(Quantity)
    assert not [name for name in domain.names if any(character.isdigit() for character in name)]
    assert len(set(domain.names)) == len(domain.names)
    assert domain.organisation not in domain.sisters
    names = domain.words.namespace() | {"fund": "the fund", "amount": "EUR 1"}
    for text in domain.objectives:
        assert "EUR 1" in Template(text).render(**names)
        assert "{{" not in Template(text).render(**names)
    assert domain.fund.low % domain.fund.step == domain.fund.high % domain.fund.step == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [("name: [", "expected"), ("name: clinics", "Field required"), ("- a list", "valid dictionary")],
)
def test_a_malformed_domain_is_refused(folder: Path, text: str, words: str) -> None:
    """Broken YAML, a missing field, no mapping: the message names the file and the reason."""
    (folder / "clinics.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words) as caught:
        load_domains()
    assert "clinics.yaml" in str(caught.value)


def test_an_unknown_field_is_refused(folder: Path) -> None:
    """A typing error in a field's name is not overlooked."""
    file = folder / "water.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\ncolour: blue\n", encoding="utf-8")
    with pytest.raises(InputError, match="colour"):
        load_domains()


def test_a_prompt_with_a_missing_value_is_an_error() -> None:
    """Strict undefined: a template never renders a hole."""
    with pytest.raises(UndefinedError, match="is undefined"):
        render_prompt("agent/brief.md.j2")
