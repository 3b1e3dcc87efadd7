"""The handbook: the pages that count can be told from those that only look as if they did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from small import DIALS, NAMES, RECIPES

from skillbench.compose.chain import Chain, compose_chain
from skillbench.compose.domain import load_domains
from skillbench.compose.handbook import handbook, needed_pages, terms_with
from skillbench.core.library import snippet
from skillbench.core.schema import Case, Page
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.deliverables.base.registry import product_of
from skillbench.deliverables.division import Division
from skillbench.skills.catalogue import moved, skill_named
from skillbench.skills.contract import Block
from skillbench.skills.dataflow import block_of, case_dials, key_findings
from skillbench.skills.formats import markdown_rows

HEADER = re.compile(
    r"^Sheet (HB-\d{4}) · revision (\d+) · (in force since|withdrawn on) (\d{4}-\d\d-\d\d) · applies to: (.+)$"
)


@pytest.fixture(scope="module", params=["small", "v0"])
def task_set(request: pytest.FixtureRequest, small_set: TaskSet) -> TaskSet:
    """The fresh small set, and the shipped one."""
    return small_set if request.param == "small" else load_task_set("v0")


@pytest.fixture(scope="module")
def chain() -> Chain:
    """A chain of three skills."""
    return compose_chain("c01-depots", RECIPES[0].tags, load_domains()["depots"], NAMES, DIALS)


def books(task_set: TaskSet) -> Iterator[tuple[Case, dict[str, Page]]]:
    """The longest case of every chain with its pages by id."""
    longest = {case.chain: case for case in sorted(task_set.cases, key=lambda case: case.k)}
    for case in longest.values():
        pages = task_set.handbook(case)
        assert len({page.id for page in pages}) == len(pages)
        yield case, {page.id: page for page in pages}


def header(page: Page) -> str:
    """The line that says whether a page counts, as a reader sees it."""
    line = page.text.split("\n\n")[1]
    assert HEADER.match(line), line
    return line


def counts(page: Page, case: Case) -> bool:
    """Whether a page is in force and applies to the case's organisation."""
    line = header(page)
    return "in force" in line and line.endswith(f"applies to: {case.organisation}")


def test_needed_pages_count(task_set: TaskSet) -> None:
    """Every page a solver needs exists, is in force, and applies to the organisation."""
    for longest, pages in books(task_set):
        for case in (case for case in task_set.cases if case.chain == longest.chain):
            assert all(counts(pages[page_id], case) for page_id in case.needed_pages)
            assert len(set(case.needed_pages)) == len(case.needed_pages)


def test_rules_pages_print_the_parameters_in_force(task_set: TaskSet) -> None:
    """The page of a checkpoint holds exactly its parameters, in the spelling an answer may quote."""
    for case, pages in books(task_set):
        for point in case.checkpoints:
            printed = {row["parameter"]: row["value"] for row in markdown_rows(pages[point.page].text)}
            assert printed == {name: str(value) for name, value in point.params.items()}


def test_hand_over_pages_state_every_coupling(task_set: TaskSet) -> None:
    """For each coupling its page names the source, the column moved and the direction, and gives a reason."""
    for case, pages in books(task_set):
        titles = {point.tag: point.title for point in case.checkpoints}
        for rule in case.couplings:
            page = pages[rule.page]
            assert f'"{titles[rule.dst]}" (field' in page.text
            verb = "raises" if rule.raises else "lowers"
            stated = rf'"{re.escape(titles[rule.src])}" {verb} the .*\(`{rule.quantity}`\)'
            flagged = rf'^- .*flagged under "{re.escape(titles[rule.src])}".*\. [A-Z].*\.$'
            assert re.search(stated if rule.quantity else flagged, page.text, re.MULTILINE), rule.id
            assert rule.page in case.needed_pages


def test_the_page_of_the_product_lists_every_measure(task_set: TaskSet) -> None:
    """Its table says for each measure whether it multiplies or divides the claim."""
    for case, pages in books(task_set):
        division = product_of(case)
        assert isinstance(division, Division)
        table = markdown_rows(pages[division.page].text)
        rows = {row["field"]: row["the root of its standing"] for row in table}
        for key, favours in division.favours.items():
            assert rows[key] == ("multiplies the claim" if favours else "divides the claim")


def test_lookalikes_give_another_answer(task_set: TaskSet) -> None:
    """Every sheet of a skill has twins that do not count; reading one for the sheet in force gives another answer."""
    for case, pages in books(task_set):
        key, truth = key_findings(case), task_set.truth(case)
        for point in case.checkpoints:
            skill, block = skill_named(point.tag), block_of(case, point.tag, truth)
            twins = [page for page in pages.values() if page.skill == point.tag and page.id not in case.needed_pages]
            assert twins, point.tag
            assert not any(counts(page, case) for page in twins)
            for page in twins:
                other = Block(block.records, terms_with(block.terms, page))
                assert moved(skill, key[point.tag], skill.solve(other, case_dials(case, point.tag, key)))


def test_detail_sheets_have_twins_too() -> None:
    """In the shipped set every sheet title of every asked skill stands on a page that does not count."""
    shipped = load_task_set("v0")
    for case, pages in books(shipped):
        spare = {page.title for page in pages.values() if page.id not in case.needed_pages}
        titles = [sheet.title for tag in case.skills for sheet in skill_named(tag).sheets]
        assert sum(title in spare for title in titles) >= 0.8 * len(titles)


def test_lookalikes_differ_in_words(task_set: TaskSet) -> None:
    """Most pages that look like a needed sheet differ from it in a clause, not only in a number."""
    differ = total = 0
    for case, pages in books(task_set):
        for page in pages.values():
            held = next((one for one in case.checkpoints if one.tag == page.skill), None)
            if held and page.id not in case.needed_pages:
                total += 1
                differ += any(held.clauses[slot] != text for slot, text in page.slots.items())
    assert differ >= 0.9 * total


def test_titles_name_no_measure(task_set: TaskSet) -> None:
    """No title holds a measure's name, and no search result shows status or scope."""
    for case, pages in books(task_set):
        for page in pages.values():
            assert not [point.title for point in case.checkpoints if point.title.casefold() in page.title.casefold()]
            assert page.status not in snippet(page)
            assert page.owner not in snippet(page).partition(page.title)[2][:40]


def test_both_kinds_of_lookalike_stand_in_a_book(task_set: TaskSet) -> None:
    """Withdrawn revisions of the house's own pages, and pages in force elsewhere."""
    for case, pages in books(task_set):
        lines = [header(page) for page in pages.values()]
        assert any("withdrawn" in line and line.endswith(case.organisation) for line in lines)
        assert any("in force" in line and not line.endswith(case.organisation) for line in lines)


def test_of_every_title_one_revision_is_in_force(task_set: TaskSet) -> None:
    """Per title and owner the highest revision alone is in force; each earlier one ended when a later one began."""
    for _, pages in books(task_set):
        history: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
        for page in pages.values():
            found = HEADER.match(header(page))
            assert found
            assert found[1] == page.id
            history.setdefault((page.title, found[5]), []).append((int(found[2]), found[3], found[4]))
        for key, sheets in history.items():
            revisions, states, dates = zip(*sorted(sheets), strict=True)
            assert revisions == tuple(range(1, len(sheets) + 1)), key
            assert states == (*["withdrawn on"] * (len(sheets) - 1), "in force since"), key
            assert list(dates) == sorted(dates), key


def test_numbers_say_nothing(task_set: TaskSet) -> None:
    """Neither place nor number sets the needed pages apart: some others come before and after them in both orders."""
    for case, pages in books(task_set):
        for order in (list(pages), sorted(pages)):
            places = [order.index(page_id) for page_id in case.needed_pages]
            assert min(places) < len(order) / 2 < max(places)
            assert max(places) - min(places) >= len(places)


@pytest.mark.parametrize("size", [0, 12, 24, 60, 300])
def test_size_is_a_dial(chain: Chain, size: int) -> None:
    """The book has the size asked for, and never loses a page a solver needs."""
    pages = {page.id for page in handbook(chain, size)}
    needed = set(needed_pages(chain, [link.tag for link in chain.links]))
    assert needed <= pages
    assert len(pages) == max(size, len(needed))


def test_a_twin_needs_no_product_and_no_hand_over(chain: Chain) -> None:
    """One skill alone needs the scope page and its two rules pages."""
    tag = chain.links[1].tag
    book = {page.id: page.title for page in handbook(chain, 0)}
    titles = [book[page_id] for page_id in needed_pages(chain, [tag])]
    assert titles == ["Scope and the register", *(sheet.title for sheet in skill_named(tag).sheets)]


def test_every_template_is_filled(chain: Chain) -> None:
    """No page shows a template's braces, the marks between wordings, or an empty body."""
    for page in islice(handbook(chain, 60), 60):
        assert not [mark for mark in ("{{", "<<", "||", ">>") if mark in page.text]
        assert "{%" not in page.text
        assert len(page.text.split("\n\n", 2)[2].strip()) > 40


def test_another_attempt_numbers_pages_anew(chain: Chain) -> None:
    """The book is drawn from the chain's names, so another name gives another book."""
    other = replace(chain, names=(*chain.names, "again"))
    assert [page.id for page in handbook(chain, 40)] != [page.id for page in handbook(other, 40)]
