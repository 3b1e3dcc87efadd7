"""Domains: organisations with a voice of their own."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from jinja2 import StrictUndefined, Template, UndefinedError

from skillbench.compose import domain as domains
from skillbench.compose.domain import Domain, Seat, load_domains
from skillbench.core.assets import asset_dir
from skillbench.core.errors import InputError
from skillbench.core.prompts import render_prompt
from skillbench.core.quantities import Quantity
from skillbench.skills.catalogue import load_catalogue

ALL = list(load_domains().values())
NAMES = [domain.name for domain in ALL]
MEASURES = {skill.measure.key: frozenset(skill.reads) for skill in load_catalogue().values()}
PAIRS = list(permutations(MEASURES, 2))


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


@pytest.mark.parametrize("domain", ALL, ids=NAMES)
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


def linked(domain: Domain, before: str, after: str) -> bool:
    """Whether the first measure moves a quantity that the second reads."""
    return not MEASURES[after].isdisjoint(domain.links[before])


@pytest.mark.parametrize("domain", ALL, ids=NAMES)
def test_a_graph_links_most_pairs(domain: Domain) -> None:
    """Every measure moves at least three quantities, and three of four ordered pairs of measures can hand over."""
    assert set(domain.links) == set(MEASURES)
    assert min(len(moves) for moves in domain.links.values()) >= 3
    assert sum(linked(domain, *pair) for pair in PAIRS) >= 0.75 * len(PAIRS)


def test_every_pair_meets_in_three_domains() -> None:
    """No ordered pair of measures depends on one or two domains to be composed."""
    thin = [pair for pair in PAIRS if sum(linked(domain, *pair) for domain in ALL) < 3]
    assert thin == []


@pytest.mark.parametrize("domain", ALL, ids=NAMES)
def test_flags_lead_somewhere(domain: Domain) -> None:
    """Flags name measures that exist; every measure flags into another and is flagged into."""
    targets = {target for into in domain.flags.values() for target in into}
    assert set(domain.flags) == targets == set(MEASURES)


@pytest.mark.parametrize("domain", ALL, ids=NAMES)
def test_reasons_are_in_plain_words(domain: Domain) -> None:
    """No reason names a measure's key, its title or a code word; none is used by another domain."""
    titles = [skill.measure.title.lower() for skill in load_catalogue().values()]
    others = {reason for other in ALL if other is not domain for reason in other.reasons()}
    for reason in domain.reasons():
        assert "_" not in reason
        assert not [title for title in titles if title in reason.lower()]
        assert reason not in others


def test_nobody_works_in_two_places() -> None:
    """First names and surnames differ over all domains, senders of briefs included."""
    people = [re.sub(r"^Dr\. ", "", person.name) for domain in ALL for person in domain.people]
    senders = [re.sub(r"^Dr\. |,.*", "", domain.sender) for domain in ALL]
    for part in (0, -1):
        names = [name.split()[part] for name in people + senders]
        assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("domain", ALL, ids=NAMES)
def test_a_domain_has_people_everywhere(domain: Domain) -> None:
    """Twelve entities can have a person each, and head office has its own; no two write alike."""
    seats = Counter(person.seat for person in domain.people)
    assert seats[Seat.ENTITY] >= 12
    assert seats[Seat.CENTRAL] >= 5
    assert len({person.voice for person in domain.people}) == len(domain.people)


@pytest.mark.parametrize("domain", ALL, ids=NAMES)
def test_calendars_tell_the_truth(domain: Domain) -> None:
    """The period is spring 2026; Good Friday is on its date, and a weekday in a holiday's name is the day's own."""
    calendar = domain.calendar
    assert (calendar.start, calendar.end) == (date(2026, 3, 2), date(2026, 5, 31))
    assert ZoneInfo(calendar.zone)
    days = {holiday.name: holiday.date for holiday in calendar.holidays}
    assert days["Good Friday"] == date(2026, 4, 3)
    weekdays = [f"{date(2026, 3, 2 + day):%A}" for day in range(7)]
    assert set(calendar.closed) <= {day.lower() for day in weekdays}
    for name, day in days.items():
        assert [word for word in weekdays if word in name] in ([], [f"{day:%A}"])
    assert len({event.title for event in calendar.events}) == len(calendar.events)
    assert max(event.days.high for event in calendar.events) < (calendar.end - calendar.start).days


@pytest.mark.parametrize("domain", ALL, ids=NAMES)
def test_figures_are_plausible_together(domain: Domain) -> None:
    """No range is wider than a factor of eight, bounds fit their places, and demand is capacity times load."""
    assert set(domain.figures) == set(Quantity)
    for figure in domain.figures.values():
        assert figure.high <= 8 * figure.low
        assert figure.low == round(figure.low, figure.places)
        assert figure.high == round(figure.high, figure.places)
    demand, capacity, load = domain.figures[Quantity.DEMAND], domain.figures[Quantity.CAPACITY], domain.load
    assert (load.low, load.high) == (Decimal("0.55"), Decimal("1.10"))
    assert float(demand.low) == pytest.approx(float(capacity.low * load.low), rel=0.05)
    assert float(demand.high) == pytest.approx(float(capacity.high * load.high), rel=0.05)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("why: >-\n", "why: Too short. #", "not one plain sentence"),
        ("    net_spend: >-\n      Materials", "    stock_cost: >-\n      Materials", "its own exception"),
        ("{{ start }}", "{{ begin }}", "it needs"),
        ("days: {low: 1,", "days: {low: 99,", "the shorter one comes first"),
        ("date: 2026-04-03", "date: 2026-06-03", "date order"),
        ("start: 2026-03-02", "start: 2026-04-04", "lies outside"),
        ("  Capstan Hall: the Winch", "  Capstan Hall: Keel and Rib", "may mean two entities"),
        ("  Capstan Hall: the Winch\n", "", "needs one colloquial name"),
        ('load: {low: "0.55"', 'load: {low: "5.5"', "low below high"),
    ],
)
def test_an_unsound_world_is_refused(folder: Path, old: str, new: str, words: str) -> None:
    """A reason that is none, a self-made exception, a hole in an event, days and bounds the wrong way round."""
    file = folder / "museums.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        load_domains()


def test_a_reason_serves_one_link(folder: Path) -> None:
    """The same sentence under two links of a domain is refused."""
    file = folder / "water.yaml"
    record = yaml.safe_load(file.read_text(encoding="utf-8"))
    record["links"]["net_spend"]["unit_cost"]["why"] = record["links"]["grounds_cost"]["unit_cost"]["why"]
    file.write_text(yaml.safe_dump(record), encoding="utf-8")
    with pytest.raises(InputError, match="stands twice"):
        load_domains()


EVERYDAY = re.compile(
    r"\b(stocks?|shel(?:f|ves)|spends?|spending|invoices?|logins?|faults?|faulty|refits?|relief|suppl(?:y|ies)|desks?|"
    r"grounds|fences?|rollouts?|loss(?:es)?|lost|orders?|repairs?)\b"
)


@pytest.mark.parametrize("domain", ALL, ids=NAMES)
def test_house_matters_sound_like_measures(domain: Domain) -> None:
    """Four pages about other matters are long and use three everyday words of the measures; none states a parameter."""
    titles = [page.title for page in domain.general]
    assert len(set(titles)) == len(titles)
    words = {page.title: len(page.text.split()) for page in domain.general}
    long = [page for page in domain.general if 120 <= words[page.title] <= 250]
    assert len(long) >= 4
    for page in long:
        assert len(set(EVERYDAY.findall(page.text.lower()))) >= 3, page.title
        assert "`" not in page.text


@pytest.mark.parametrize("domain", ALL, ids=NAMES)
def test_openings_differ_and_ask(domain: Domain) -> None:
    """No two openings begin alike; a twin's needs nothing but the domain's words and names all its entities."""
    openings = domain.objectives + domain.twins
    assert len({" ".join(text.split()[:4]) for text in openings}) == len(openings)
    for text in domain.twins:
        assert domain.entity in Template(text, undefined=StrictUndefined).render(**domain.words.namespace())
