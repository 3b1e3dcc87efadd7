"""Every kind of deliverable, on a chain composed with it: gates, the order of scores, the gold set, attacks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import jsonschema
import pytest

from skillbench.core.schema import Case
from skillbench.core.streams import stream
from skillbench.core.taskset import TaskSet
from skillbench.deliverables.base.contract import Deliverable, Harm
from skillbench.deliverables.base.registry import product_of
from skillbench.judge.attacks import FAMILIES, attacks
from skillbench.judge.audit import Verdict, audit
from skillbench.judge.forgeries import HARMLESS
from skillbench.judge.gold import perfect_answer
from skillbench.judge.mutations import specimens
from skillbench.judge.order import NEVER_ABOVE, ORDER, text_of
from skillbench.judge.profile import load_rules
from skillbench.judge.score import score
from skillbench.judge.transcript import ToolCall, Transcript
from skillbench.skills.dataflow import by_measure, key_findings
from skillbench.verify.gates import check_case
from skillbench.verify.scored import check_scores

HOSTILE: tuple[Any, ...] = (None, 1, "x", [], {}, [[]], {"a": {"b": [1]}}, True, 1e308, {"text": 3}, {"claims": {}})


def composed(task_set: TaskSet) -> Iterator[tuple[Case, Deliverable]]:
    """Its cases that hand something in."""
    for case in task_set.cases:
        if product := product_of(case):
            yield case, product


def judged(task_set: TaskSet, case: Case, text: str, calls: tuple[ToolCall, ...] = ()) -> Verdict:
    """The audit's verdict."""
    session = Transcript(calls, text, case.prompt)
    return audit(case, task_set.material(case), task_set.handbook(case), text, session)


def test_every_gate_holds(kind_set: TaskSet) -> None:
    """Whatever is handed in, a composed case passes all gates."""
    for case in kind_set.cases:
        assert check_scores(kind_set, case) + check_case(kind_set, case) == []


def test_the_order_of_scores_holds(kind_set: TaskSet) -> None:
    """Every row of the order keeps its bounds, and garbage never beats leaving out."""
    for case, _ in composed(kind_set):
        found: dict[str, Decimal] = defaultdict(Decimal)
        for row in ORDER:
            verdict = judged(kind_set, case, text_of(row.make(case, kind_set.truth(case))))
            found[row.name] = verdict.scored.without_bonus
            assert row.least <= found[row.name] <= row.most, (case.id, row.name)
            assert verdict.solve is row.solves, (case.id, row.name)
        for low, high in NEVER_ABOVE:
            assert found[low] <= found[high], (case.id, low, high)


def test_every_ledger_is_exact(kind_set: TaskSet) -> None:
    """The audit's ledger of every damaged answer is the one written down from the damage."""
    for case, _ in composed(kind_set):
        for specimen in specimens(case, kind_set.truth(case), kind_set.handbook(case)):
            verdict = judged(kind_set, case, specimen.answer, specimen.calls)
            assert verdict.scored == score(specimen.expected, load_rules()), (case.id, specimen.mutation)


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_no_attack_gains(kind_set: TaskSet, family: str) -> None:
    """No family raises a score, and none of honest work brings a ceiling down."""
    for case, _ in composed(kind_set):
        for one in attacks(case, family, 6):
            honest = judged(kind_set, case, one.honest.text, one.honest.calls)
            attacked = judged(kind_set, case, one.attacked.text, one.attacked.calls)
            assert attacked.scored.without_bonus <= honest.scored.without_bonus or family in HARMLESS
            assert not (family in HARMLESS and attacked.evidence.hallucinations)


def test_the_schema_takes_the_key(kind_set: TaskSet) -> None:
    """A perfect and every damaged answer keep the case's schema; no inner field is called ``measures``."""
    for case, product in composed(kind_set):
        validator = jsonschema.Draft202012Validator(case.deliverable)
        assert validator.is_valid(json.loads(json.dumps(perfect_answer(case))))
        assert '"measures"' not in json.dumps(product.properties())  # what tells an answer from other objects
        assert set(product.perfect()) == set(product.properties())


def test_the_brief_asks_for_its_fields(kind_set: TaskSet) -> None:
    """Every field and every file stands in the brief, and no slip's name does."""
    for case, product in composed(kind_set):
        assert all(f"`{name}`" in case.prompt for name in product.properties())
        assert all(f"`{name}`" in case.prompt for name in product.files())
        assert product.files().items() <= kind_set.records(case).items()
        brief = case.prompt.partition("## Records")[0]
        assert not [slip for point in case.checkpoints for slip in point.slips if slip in brief]


def test_anything_is_read(kind_set: TaskSet) -> None:
    """Whatever stands in a field is read without an error, is not right and shows no work."""
    for _, product in composed(kind_set):
        for name in product.properties():
            for value in (*HOSTILE, *(dict.fromkeys(("amounts", "text", "claims"), one) for one in HOSTILE)):
                part = product.read({name: value})
                decision = product.compare(part, None)
                assert not decision.right
                assert not decision.worked
                json.dumps(product.trimmed(part))
        assert product.missing(product.read({})) == list(product.properties())


def test_work_is_told_from_none(kind_set: TaskSet) -> None:
    """The key is right, each damage is wrong, and what holds no work counts as not handed in."""
    for case, product in composed(kind_set):
        perfect = product.compare(product.read(product.perfect()), None)
        assert perfect.right
        assert perfect.formed
        assert perfect.to_key.credit == product.asked
        for how in Harm:
            decision = product.compare(product.read(product.harmed(how)), None)
            assert not decision.right
            assert decision.worked is (how is not Harm.WORTHLESS)
        for number in range(20):
            fields = product.worthless(stream("worthless", case.id, str(number)))
            assert not product.compare(product.read(fields), None).right


def test_a_product_follows_the_own_measures(kind_set: TaskSet) -> None:
    """What follows from other measures stands by them, moves, and is not right."""
    for case, product in composed(kind_set):
        other = by_measure(key_findings(case))
        point = case.checkpoints[0]
        slip = next(iter(point.slips.values()))
        other[point.key] = type(other[point.key])(slip.values, frozenset(slip.flagged))
        followed = product.after(other)
        assert product.moved(followed)
        part = product.read(followed.perfect())
        assert not product.compare(part, None).right
        assert product.compare(part, other).stands
