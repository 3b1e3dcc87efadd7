"""Planted weaknesses are planted at their rates: over the whole shipped set, held against the judge."""

from __future__ import annotations

import json
import math
from collections import Counter
from statistics import NormalDist

import pytest

from skillbench.core.closeness import agree
from skillbench.core.schema import Case
from skillbench.core.streams import stream
from skillbench.core.taskset import TaskSet, load_task_set
from skillbench.harness.weakness import NUDGE, Weakness, fabricated, findings_with
from skillbench.judge.gold import perfect_answer
from skillbench.skills.dataflow import key_findings
from skillbench.verify.scored import judged

V0 = load_task_set("v0")


def answer_of(weakness: Weakness, task_set: TaskSet, case: Case, name: str) -> dict[str, object]:
    """What an agent of this weakness hands in."""
    found = findings_with(weakness, case, task_set.truth(case), stream("tests", name, case.id))
    return perfect_answer(case, "hand", found)


def test_no_weakness_is_the_key(small_set: TaskSet) -> None:
    """Without weakness the findings are the key, for prefixes and twins."""
    for case in small_set.cases:
        assert answer_of(Weakness(), small_set, case, "none") == perfect_answer(case, "hand")


def test_an_unnamed_mistake_moves_one_figure(small_set: TaskSet) -> None:
    """Without slips one entity's figure is off, by far more than any tolerance, and no flag changes."""
    for case in small_set.cases:
        if case.kind == "twin":
            [point] = case.checkpoints
            found = findings_with(Weakness(error=1.0), case, small_set.truth(case), stream("tests", case.id))[point.tag]
            moved = [code for code, value in point.values.items() if not math.isclose(found.values[code], value)]
            assert len(moved) == 1
            assert found.flagged == frozenset(point.flagged)
            off = found.values[moved[0]] - point.values[moved[0]]
            assert off == pytest.approx(max(point.values.values()) * (NUDGE - 1))


def test_mistakes_are_carried_on(small_set: TaskSet) -> None:
    """What comes after a mistake is computed on the wrong figures: right for them, wrong by the key."""
    case = next(case for case in small_set.cases if case.k == 3)
    key = key_findings(case)
    for seed in range(300):
        verdict = judged(small_set, case, json.dumps(answer_of(Weakness(error=0.5), small_set, case, str(seed))))
        for skill in verdict.skills:
            assert skill.correct == (skill.label in {"right", "restored"})
        if [skill.label for skill in verdict.skills] == ["local", "propagated", "propagated"]:
            break
    else:
        pytest.fail("no draw made one early mistake that travels to the end")
    assert set(key) == set(case.skills)


def test_draws_do_not_depend_on_outcomes() -> None:
    """The same skills go wrong whether or not earlier ones did: a higher rate adds mistakes and takes none away."""
    for seed in range(200):
        wrong = [
            [Weakness(error=rate).goes_wrong(draw, place) for place in range(7)]
            for rate in (0.1, 0.3)
            for draw in [stream("nested", str(seed))]
        ]
        assert all(high or not low for low, high in zip(*wrong, strict=True))


@pytest.mark.parametrize(("error", "tax"), [(0.1, 0.0), (0.03, 0.12), (0.0, 0.5)])
def test_skills_go_wrong_at_their_rate(error: float, tax: float) -> None:
    """Over 20,000 draws the share of mistake-free cases of k lies within four standard errors of the planted rate."""
    weakness = Weakness(error=error, tax=tax)
    for k in (1, 2, 7):
        draws = 20_000
        clean = 0
        for seed in range(draws):
            draw = stream("rate", str(error), str(tax), str(k), str(seed))
            clean += not any(weakness.goes_wrong(draw, place) for place in range(k))
        rate = weakness.solve_rate(k)
        assert abs(clean / draws - rate) <= 4 * math.sqrt(rate * (1 - rate) / draws)


def test_a_mistake_free_draw_is_a_solved_case() -> None:
    """On shipped cases of every k the judge says solved exactly when no skill was planted wrong: nothing hides."""
    weakness = Weakness(error=0.1)
    first: dict[int, list[Case]] = {}
    for case in V0.cases:
        first.setdefault(case.k, []).append(case)
    for cases in first.values():
        for case in cases[:2]:
            for epoch in range(4):
                name = ("sharp", str(epoch), case.id)
                draw = stream(*name)
                found = findings_with(weakness, case, V0.truth(case), draw)
                key = key_findings(case)
                untouched = all(agree(case.checkpoint(tag).tolerance, key[tag], found[tag]) for tag in case.skills)
                verdict = judged(V0, case, json.dumps(perfect_answer(case, "hand", found)))
                assert verdict.solve == untouched, (case.id, epoch)


def interval(solved: int, tries: int, z: float) -> tuple[float, float]:
    """Wilson's interval of a share."""
    share, scale = solved / tries, 1 + z * z / tries
    middle = (share + z * z / (2 * tries)) / scale
    half = z * math.sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries)) / scale
    return middle - half, middle + half


@pytest.mark.slow
def test_the_planted_rate_is_measured_at_every_k() -> None:
    """Over the whole shipped set, judged: error=0.1 without tax gives solve rates whose intervals hold 0.9**k.

    The seven intervals hold together at 99 % (Bonferroni), and are narrow enough to tell k from k - 3 and k + 3.
    """
    weakness, epochs = Weakness(error=0.1), 36
    solved: Counter[int] = Counter()
    tries: Counter[int] = Counter()
    for case in V0.cases:
        for epoch in range(epochs):
            answer = answer_of(weakness, V0, case, f"rates-{epoch}")
            solved[case.k] += judged(V0, case, json.dumps(answer)).solve
            tries[case.k] += 1
    z = NormalDist().inv_cdf(1 - 0.01 / (2 * len(tries)))
    for k in sorted(tries):
        low, high = interval(solved[k], tries[k], z)
        assert low <= 0.9**k <= high, (k, solved[k], tries[k])
        assert not low <= 0.9 ** (k + 3) <= high
        assert not low <= 0.9 ** (k - 3) <= high


def test_a_fabricated_parameter_stands_on_no_page(small_set: TaskSet) -> None:
    """At rate 1 the quoted numbers differ from every page of the handbook; at rate 0 none does."""
    for case in small_set.cases:
        plain = perfect_answer(case)
        assert fabricated(Weakness(), perfect_answer(case), stream("fabricate", case.id)) == plain
        made = fabricated(Weakness(fabricate=1.0), perfect_answer(case), stream("fabricate", case.id))
        changed = [
            (key, name)
            for key, section in made["measures"].items()
            for name, value in section["basis"]["parameters"].items()
            if value != plain["measures"][key]["basis"]["parameters"][name]
        ]
        assert len(changed) >= 2
        for key, name in changed:
            value = made["measures"][key]["basis"]["parameters"][name]
            assert not [page for page in small_set.handbook(case) if f"| {name} | {value} |" in page.text]
