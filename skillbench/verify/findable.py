"""Gate 5: a scripted reader that only searches and opens pages, with the agent's own search, finds all it needs."""

from __future__ import annotations

from collections.abc import Iterator

from skillbench.compose.worker import PAGE_ID, purse_of, queries
from skillbench.core.library import Library
from skillbench.core.schema import Case, Page
from skillbench.verify.frozen import Frozen


def gate_findable(frozen: Frozen) -> Iterator[str]:
    """Pages a solver needs and the reader did not find; a purse that is not the perfect worker's spending."""
    missing = set(frozen.case.needed_pages) - scripted_reader(frozen)
    if missing:
        yield f"the scripted reader did not find {', '.join(sorted(missing))}"
    if held := frozen.case.purse:
        spent = purse_of(frozen.case, Library(frozen.pages), held.prices).worth
        if spent != held.worth:
            yield f"its purse is worth {held.worth} points, the perfect worker spends {spent}"


def scripted_reader(frozen: Frozen) -> set[str]:
    """Pages found by searching for what the brief names, opening every hit, and following the numbers it mentions."""
    case = frozen.case
    library = Library(frozen.pages)
    found: dict[str, Page] = {}
    waiting = [page for query in queries(case) for page in library.search(query)]
    while waiting:
        page = waiting.pop()
        if page.id not in found and counts(page, case):
            found[page.id] = page
            # A number mentioned on a page is a lead, not a find: the page must be there, in force, and ours.
            leads = (library.open(page_id) for page_id in PAGE_ID.findall(page.text))
            waiting += [lead for lead in leads if lead]
    return set(found)


def counts(page: Page, case: Case) -> bool:
    """Whether a page is in force for the organisation of a case."""
    return page.withdrawn is None and page.owner == case.organisation
