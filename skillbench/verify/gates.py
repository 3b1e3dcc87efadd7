"""The gates a frozen case must pass (DESIGN section 6), run from the frozen files alone.

Gate 1 (the reference answer scores full marks, trivial answers score nothing) needs the judge and lives in
:mod:`skillbench.verify.scored`; the other five are here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from skillbench.compose.cases import prompt_budget
from skillbench.compose.chain import Link
from skillbench.compose.conditions import (
    amounts,
    amounts_moved,
    breaks_downstream,
    breaks_locally,
    replay,
)
from skillbench.core.library import Library
from skillbench.core.roster import Entity, Roster
from skillbench.core.schema import Case, Page
from skillbench.core.streams import stream
from skillbench.core.taskset import TaskSet
from skillbench.skills.catalogue import load_catalogue, moved, skill_named
from skillbench.skills.contract import Block, Dials, Findings, Param
from skillbench.skills.dataflow import base_dials, block_of, case_dials, key_findings
from skillbench.skills.formats import csv_rows, markdown_rows

RESAMPLES = 20
RESAMPLES_MOVED = 19
FREQUENCY_SEEDS = 2000
PARAMETERS = "| parameter |"
PAGE_ID = re.compile(r"HB-\d{4}")


@dataclass(frozen=True)
class Failure:
    """A gate that a case did not pass.

    Attributes:
        subject: id of the case, or the tag of the skill.
        gate: name of the gate.
        reason: what was found.
    """

    subject: str
    gate: str
    reason: str


@dataclass(frozen=True)
class Frozen:
    """A case with everything a gate looks at, read from the task set."""

    case: Case
    records: Mapping[str, str]
    pages: tuple[Page, ...]

    @property
    def links(self) -> list[Link]:
        """The case as the composer saw it."""
        found = key_findings(self.case)
        return [
            Link(
                tag=tag,
                block=block_of(self.case, tag, self.records),
                base=base_dials(self.case, tag),
                incoming=tuple(c for c in self.case.couplings if c.dst == tag),
                findings=found[tag],
                attempt=0,
            )
            for tag in self.case.skills
        ]

    @property
    def roster(self) -> Roster:
        """Entities and decoys as the register states them."""
        rows = csv_rows(self.records["register.csv"])
        active = tuple(Entity(row["code"], row["name"]) for row in rows if row["status"] == "active")
        return Roster(active, tuple(Entity(row["code"], row["name"]) for row in rows if row["status"] != "active"))


def open_case(task_set: TaskSet, case: Case) -> Frozen:
    """A case of a task set, ready for the gates."""
    return Frozen(case, task_set.records(case), task_set.handbook(case))


def gate_stable(frozen: Frozen) -> Iterator[str]:
    """Gate 2: the key can be recomputed, every decision is clear of its threshold, rounding changes nothing."""
    found = key_findings(frozen.case)
    for link in frozen.links:
        skill = skill_named(link.tag)
        answer = skill.solve(link.block, case_dials(frozen.case, link.tag, found))
        if any(not math.isclose(answer.values[c], v, rel_tol=1e-9) for c, v in link.findings.values.items()):
            yield f"{link.tag}: the frozen key is not what the reference solver finds"
        if answer.flagged != link.findings.flagged:
            yield f"{link.tag}: frozen flags differ from the reference solver's"
        upstream = {tag: found[tag] for tag in frozen.case.skills[: frozen.case.skills.index(link.tag)]}
        reason = breaks_locally(skill, link, upstream)
        if reason:
            yield f"{link.tag}: {reason}"
    settlement = frozen.case.settlement
    if settlement is not None:
        shares = amounts(settlement, frozen.links, found)
        frozen_shares = settlement.amounts
        if shares.keys() != frozen_shares.keys() or any(
            not math.isclose(frozen_shares[code], share, rel_tol=1e-9) for code, share in shares.items()
        ):
            yield "the frozen amounts are not what the settlement gives"


def gate_sensitive(frozen: Frozen) -> Iterator[str]:
    """Gate 3: every slip, every dropped coupling and nearly every resampled block changes the final answer."""
    case, links = frozen.case, frozen.links
    key = key_findings(case)
    if case.settlement is not None:
        reason = breaks_downstream(links, {case.k: case.settlement})
        if reason:
            yield reason
    for place, link in enumerate(links):
        changed = sum(_resampled(frozen, links, key, place, draw) for draw in range(RESAMPLES))
        if changed < RESAMPLES_MOVED:
            yield f"{link.tag}: only {changed} of {RESAMPLES} resampled blocks change the final answer"
        for page_id, params in _lookalikes(frozen, link):
            wrong = skill_named(link.tag).solve(Block(link.block.files, params), case_dials(case, link.tag, key))
            if not moved(skill_named(link.tag), link.findings, wrong):
                yield f"{link.tag}: the parameters of page {page_id}, which does not count, give nearly the same answer"


def _lookalikes(frozen: Frozen, link: Link) -> Iterator[tuple[str, dict[str, Param]]]:
    """Withdrawn and foreign pages of a skill's rules, with the parameters they print."""
    point = frozen.case.checkpoint(link.tag)
    title = next((page.title for page in frozen.pages if page.id == point.page), None)
    for page in frozen.pages:
        if page.title == title and page.id != point.page:
            printed = {
                row["parameter"]: row["value"] for row in markdown_rows(PARAMETERS + page.text.partition(PARAMETERS)[2])
            }
            yield page.id, {name: type(value)(printed[name]) for name, value in point.params.items()}


def _resampled(frozen: Frozen, links: list[Link], key: Mapping[str, Findings], place: int, draw: int) -> bool:
    case, link = frozen.case, links[place]
    skill = skill_named(link.tag)
    fresh = skill.fabricate(stream("gates", case.id, link.tag, str(draw)), frozen.roster, case.dials.level)
    block = Block(fresh.files, link.block.params)
    other = Link(link.tag, block, link.base, link.incoming, link.findings, draw)
    found = replay([*links[:place], other, *links[place + 1 :]], key, place, None, None)
    if case.settlement is None:
        return moved(skill, link.findings, found[link.tag])
    return amounts_moved(case.settlement.amounts, amounts(case.settlement, links, found))


def gate_unguessable(frozen: Frozen) -> Iterator[str]:
    """Gate 4, per case: records hold more than the entities in play, and names say nothing."""
    roster = frozen.roster
    if not roster.decoys:
        yield "the register lists only entities in play"
    if any(character.isdigit() for entity in roster.everyone for character in entity.name):
        yield "an entity's name holds a digit"
    for tag in frozen.case.skills:
        text = "\n".join(block_of(frozen.case, tag, frozen.records).files.values())
        if not any(decoy.code in text or decoy.name in text for decoy in roster.decoys):
            yield f"{tag}: the records name only entities in play"
    order = [entity.code for entity in sorted(roster.active, key=lambda entity: entity.code)]
    for point in frozen.case.checkpoints:
        if sorted(order, key=lambda code: point.values[code]) in (order, order[::-1]):
            yield f"{point.tag}: values rise or fall in the order of the codes"


def gate_findable(frozen: Frozen) -> Iterator[str]:
    """Gate 5: a scripted reader that only searches and opens pages collects every page a solver needs."""
    missing = set(frozen.case.needed_pages) - scripted_reader(frozen)
    if missing:
        yield f"the scripted reader did not find {', '.join(sorted(missing))}"


def scripted_reader(frozen: Frozen) -> set[str]:
    """Pages found by searching for what the brief names, keeping those in force for the organisation."""
    case = frozen.case
    library = Library(frozen.pages)
    queries = ["scope register columns status active in scope", "how measures hand over standing raises lowers"]
    queries += [f"sharing the fund claim priority standing {case.organisation}"] if case.settlement else []
    for point in case.checkpoints:
        queries += [point.title, f"Hand-overs into {point.title}", f"{point.title} {case.organisation} in force since"]
    hits = [page for query in queries for page in library.search(query, top=10) if _counts(page, case)]
    # A number mentioned on a page is a lead, not a find: the sheet must be there, in force, and ours.
    leads = [library.open(page_id) for page in hits for page_id in PAGE_ID.findall(page.text)]
    return {page.id for page in (*hits, *leads) if page and _counts(page, case)}


def _counts(page: Page, case: Case) -> bool:
    header = page.text.partition("\n\n")[2].partition("\n\n")[0]
    return "in force" in header and header.endswith(f"applies to: {case.organisation}")


def gate_length(frozen: Frozen) -> Iterator[str]:
    """Gate 6: the prompt stays within its budget for this k."""
    length, budget = len(frozen.case.prompt), prompt_budget(frozen.case.k)
    if length > budget:
        yield f"the prompt has {length:,} characters; the budget at k={frozen.case.k} is {budget:,}"


GATES: Mapping[str, Callable[[Frozen], Iterator[str]]] = {
    "2 stable": gate_stable,
    "3 sensitive": gate_sensitive,
    "4 unguessable": gate_unguessable,
    "5 findable": gate_findable,
    "6 length": gate_length,
}


def check_case(task_set: TaskSet, case: Case) -> list[Failure]:
    """Gates 2 to 6 on one case."""
    frozen = open_case(task_set, case)
    return [Failure(case.id, name, reason) for name, gate in GATES.items() for reason in gate(frozen)]


def check_frequency(tag: str, seeds: int = FREQUENCY_SEEDS) -> list[Failure]:
    """Gate 4, per skill: over many seeds the most frequent total is at most 10 % of them."""
    skill = load_catalogue()[tag]
    entities = [Entity(f"Q{number}", name) for number, name in zip(range(11, 22), "ABCDEFGHIJK", strict=True)]
    roster = Roster(tuple(entities[:8]), tuple(entities[8:]))
    dials = Dials({quantity: {entity.code: 20.0 for entity in roster.active} for quantity in skill.reads})
    totals = Counter(
        round(sum(skill.solve(block, dials).values.values()), skill.measure.digits)
        for block in (skill.fabricate(stream("gates", "frequency", tag, str(n)), roster, 1) for n in range(seeds))
    )
    answer, count = totals.most_common(1)[0]
    if count <= seeds / 10:
        return []
    return [Failure(tag, "4 unguessable", f"{count} of {seeds} seeds give the same total {answer}")]
