"""Gate 5: a scripted reader that only searches and opens pages, with the agent's own search, finds all it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skillbench.core.library import Library
from skillbench.core.schema import Case, Page
from skillbench.verify.frozen import Frozen

PAGE_ID = re.compile(r"HB-\d{4}")


def gate_findable(frozen: Frozen) -> Iterator[str]:
    """Pages a solver needs and the reader did not find."""
    missing = set(frozen.case.needed_pages) - scripted_reader(frozen)
    if missing:
        yield f"the scripted reader did not find {', '.join(sorted(missing))}"


def scripted_reader(frozen: Frozen) -> set[str]:
    """Pages found by searching for what the brief names, opening every hit, and following the numbers it mentions."""
    case = frozen.case
    library = Library(frozen.pages)
    house = f"{case.organisation} in force since"
    queries = ["scope register columns status active in scope", "how findings act standing raises lowers exceptions"]
    queries += [f"sharing the fund claim priority standing {house}"] if case.settlement else []
    for point in case.checkpoints:
        queries += [point.title, f"{point.title} {house}", f"these findings act on the measure {point.title} {house}"]
        queries += [f"the {point.title} rests on {house}", meaning(case, point.key)]
    found: dict[str, Page] = {}
    waiting = [page for query in queries for page in library.search(query)]
    while waiting:
        page = waiting.pop()
        if page.id not in found and counts(page, case):
            found[page.id] = page
            # A number mentioned on a page is a lead, not a find: the page must be there, in force, and ours.
            leads = (library.open(page_id) for page_id in PAGE_ID.findall(page.text))
            waiting += [lead for lead in leads if lead]
    return set(found)


def meaning(case: Case, key: str) -> str:
    """What the brief says a measure is good for: the last cell of its row."""
    row = next(line for line in case.prompt.splitlines() if line.startswith(f"| `{key}` |"))
    return row.rstrip(" |").rpartition("|")[2].strip()


def counts(page: Page, case: Case) -> bool:
    """Whether a page is in force for the organisation of a case."""
    return page.withdrawn is None and page.owner == case.organisation
