"""How far a program comes that was written against one chain, and which clauses could be misread without harm."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from drawn import READ, USUAL, Options, Row, composed, percent

from skillbench.compose.chain import Chain
from skillbench.compose.freeze import build_set
from skillbench.compose.recipes import draw_recipes
from skillbench.core.schema import TASK_VERSION, Case
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.judge.audit import Verdict
from skillbench.skills.catalogue import load_catalogue, skill_named, tolerance
from skillbench.skills.contract import Block, Findings, Terms
from skillbench.verify.scored import judged

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))
from whole_case import Clauses, answered

WEAKEST = 12
"""Clauses that are listed."""


def program_rows(options: Options) -> Iterator[Row]:
    """Programs of one chain each, on every case of chains of another salt."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "set"
        names = (TASK_VERSION, options.seed, "another salt")
        build_set(out, draw_recipes(options.chains, 7, options.seed), names, USUAL, salted=True)
        task_set = load_task_set(out)
        right = [verdict(task_set, case, {one.tag: one.clauses for one in case.checkpoints}) for case in task_set.cases]
        known = [(case, verdict(task_set, case, one)) for one in _programs(options) for case in task_set.cases]
    solved = sum(one.solve for one in right)
    yield Row("right clauses: cases solved", "100 %", percent(solved, len(right)), solved == len(right))
    solved = sum(one.solve for _, one in known)
    yield Row("clauses of one chain: cases solved", "<= 10 %", percent(solved, len(known)), solved <= len(known) / 10)
    for k in (1, 2, 7):
        some = [one.solve for case, one in known if case.k == k]
        yield Row(f"    at k = {k}", "", percent(sum(some), len(some)))
    points = [skill.correct for _, one in known for skill in one.skills]
    yield Row("    checkpoints right", "", percent(sum(points), len(points)))
    yield _met(options, task_set.cases)
    met: dict[str, list[bool]] = defaultdict(list)
    for case, one in known:
        if case.kind == "twin":
            met[case.skills[0]].append(one.solve)
    for tag, hits in sorted(met.items(), key=lambda item: -sum(item[1]) / len(item[1]))[:3]:
        yield Row(f"    twins of {tag}", "", percent(sum(hits), len(hits)))


def verdict(task_set: TaskSet, case: Case, clauses: Clauses) -> Verdict:
    """How the program's answer is judged; where the program breaks down it hands in nothing."""
    try:
        answer = json.dumps(answered(case, task_set.records(case), task_set.handbook(case), clauses))
    except (ArithmeticError, LookupError, ValueError):
        answer = ""
    return judged(task_set, case, answer)


def slot_rows(options: Options) -> Iterator[Row]:
    """One clause read for another alternative, all else right: how often the checkpoint stays right."""
    stayed: Counter[tuple[str, str]] = Counter()
    tried: Counter[tuple[str, str]] = Counter()
    for place, recipe in enumerate(draw_recipes(options.chains, 7, f"{options.seed}-slots")):
        for tag, slot, same in _misread(composed(recipe.tags, place, (options.seed, "slots"))):
            tried[tag, slot] += 1
            stayed[tag, slot] += same
    yield Row("one clause misread: checkpoints still right", "", percent(stayed.total(), tried.total()))
    for tag, slot in sorted(tried, key=lambda one: -stayed[one] / tried[one])[:WEAKEST]:
        yield Row(f"    {tag}: {slot}", "", percent(stayed[tag, slot], tried[tag, slot]))


def _met(options: Options, cases: Sequence[Case]) -> Row:
    """What a program could solve that knows every alternative of twelve chains and tells them apart."""
    known = set()
    for place, recipe in enumerate(draw_recipes(READ, 7, options.seed)):
        for link in composed(recipe.tags, place, (options.seed, "read")).links:
            known |= {(link.tag, *item) for item in link.block.terms.clauses.items()}
    asked = [{(one.tag, *item) for one in case.checkpoints for item in one.clauses.items()} for case in cases]
    told = percent(sum(some <= known for some in asked), len(asked))
    return Row(f"    cases whose alternatives all stood in {READ} other chains", "", told)


def _programs(options: Options) -> Iterator[Clauses]:
    """The clauses of chains over all skills."""
    recipes = draw_recipes(options.programs, len(load_catalogue()), options.seed, method="random")
    for place, recipe in enumerate(recipes):
        chain = composed(recipe.tags, place, (options.seed, "one salt"))
        yield {link.tag: dict(link.block.terms.clauses) for link in chain.links}


def _misread(chain: Chain) -> Iterator[tuple[str, str, bool]]:
    truth = {link.tag: link.findings for link in chain.links}
    for link in chain.links:
        skill, terms, dials = skill_named(link.tag), link.block.terms, link.dials(truth)
        for slot, texts in skill.slots().items():
            for other in (one for one in texts if one != terms.clauses[slot]):
                wrong = Block(link.block.records, Terms(terms.params, {**terms.clauses, slot: other}))
                yield link.tag, slot, _agree(link.tag, link.findings, skill.solve(wrong, dials))


def _agree(tag: str, key: Findings, other: Findings) -> bool:
    skill = skill_named(tag)
    near = (abs(other.values[code] - value) <= tolerance(skill, value) for code, value in key.values.items())
    return other.flagged == key.flagged and all(near)
