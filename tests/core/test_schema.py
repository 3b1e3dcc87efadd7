"""The schema of a task set refuses what it does not know."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from skillbench.compose.cases import Draft
from skillbench.core.schema import CANARY, Case, Coupling, Page, Strict, canonical_json, sha256_of
from skillbench.core.taskset import TaskSet

Change = Callable[[dict[str, Any]], object]


def case_of(task_set: TaskSet, kind: str, k: int) -> dict[str, Any]:
    """The first case of a kind and k, as plain JSON."""
    found = next(case for case in task_set.cases if (case.kind, case.k) == (kind, k))
    return dict(found.model_dump(mode="json"))


CHANGES: dict[str, tuple[Change, str]] = {
    "unknown field": (lambda c: c.update(colour="red"), "colour"),
    "unknown field inside": (lambda c: c["checkpoints"][0].update(colour="red"), "colour"),
    "missing field": (lambda c: c.pop("prompt"), "prompt"),
    "NaN in a key": (lambda c: c["checkpoints"][0]["values"].update(A11=math.nan), "finite number"),
    "infinite fund": (lambda c: c["product"]["key"].update(fund=math.inf), "finite number"),
    "NaN parameter": (lambda c: c["checkpoints"][0]["params"].update(rate=math.nan), "finite number"),
    "unknown quantity": (lambda c: c["register_values"].update(colour={}), "register_values"),
    "unknown kind": (lambda c: c.update(kind="pair"), "kind"),
    "k of 17": (lambda c: c.update(k=17), "less than or equal to 16"),
    "k that disagrees": (lambda c: c.update(k=2), "do not agree"),
    "skills in another order": (lambda c: c["skills"].reverse(), "do not agree"),
    "a skill twice": (lambda c: c["checkpoints"][1].update(tag=c["skills"][0]), "do not agree"),
    "product lost": (lambda c: c.update(product=None), "a chain with k=3 without a product"),
    "twin of three": (lambda c: c.update(kind="twin"), "a twin with k=3 with a product"),
    "long entity code": (lambda c: c["checkpoints"][0]["values"].update({"A" * 17: 1.0}), "at most 16 characters"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_malformed_case_is_refused(small_set: TaskSet, name: str) -> None:
    """Each defect is refused, and the message names the place or the disagreement."""
    change, words = CHANGES[name]
    case = case_of(small_set, "chain", 3)
    change(case)
    with pytest.raises(ValidationError, match=words):
        Case.model_validate(case)


def test_a_twin_asks_for_one_skill(small_set: TaskSet) -> None:
    """A single skill under the name of a chain is refused."""
    twin = case_of(small_set, "twin", 1)
    assert Case.model_validate(twin).product is None
    with pytest.raises(ValidationError, match="a chain with k=1 without a product"):
        Case.model_validate({**twin, "kind": "chain"})


@pytest.mark.parametrize("where", ["backwards", "onto itself", "from a stranger", "into a stranger"])
def test_couplings_run_forwards(small_set: TaskSet, where: str) -> None:
    """A coupling from a later skill, from itself, or with a skill the case does not ask for is refused."""
    case = case_of(small_set, "chain", 3)
    first, last = case["skills"][0], case["skills"][-1]
    src, dst = {
        "backwards": (last, first),
        "onto itself": (first, first),
        "from a stranger": ("Juggling", last),
        "into a stranger": (first, "Juggling"),
    }[where]
    case["couplings"].append({**case["couplings"][0], "src": src, "dst": dst})
    with pytest.raises(ValidationError, match="does not run forward"):
        Case.model_validate(case)


@pytest.mark.parametrize(("quantity", "raises"), [("demand", None), (None, True)])
def test_a_direction_goes_with_a_quantity(quantity: str | None, raises: bool | None) -> None:
    """A quantity without direction, and an exception with one, are refused."""
    with pytest.raises(ValidationError, match="both quantity and direction or neither"):
        Coupling.model_validate({"src": "A", "dst": "B", "quantity": quantity, "raises": raises, "page": "HB-0001"})


def test_a_coupling_reads_as_a_sentence() -> None:
    """The id of a coupling names both ends and what is handed over."""
    plain = {"src": "A", "dst": "B", "page": "HB-0001"}
    assert Coupling.model_validate({**plain, "quantity": "demand", "raises": False}).id == "A -> B: demand"
    assert Coupling.model_validate({**plain, "quantity": None, "raises": None}).id == "A -> B: exception"


def test_records_do_not_change(small_set: TaskSet) -> None:
    """An instance is frozen."""
    with pytest.raises(ValidationError, match="frozen"):
        small_set.cases[0].k = 5  # type: ignore[misc]  # what this test is about


def test_a_case_survives_json(small_set: TaskSet) -> None:
    """Written and read again, every case is the same, to the last bit of every float."""
    for case in small_set.cases:
        assert Case.model_validate_json(case.model_dump_json()) == case


def test_every_case_carries_the_canary(small_set: TaskSet) -> None:
    """Every line of a frozen set, and its manifest, hold the string that keeps it out of training data."""
    lines = small_set.read("cases.jsonl").splitlines()
    assert all(CANARY in line for line in lines)
    assert small_set.manifest.canary == CANARY


@pytest.mark.parametrize("field", sorted(set(Case.model_fields) - {"id", "authored"}))
def test_the_content_hash_covers_every_field(small_set: TaskSet, field: str) -> None:
    """A change of any field that a keyed case has, however small, gives the case another id."""
    case = next(case for case in small_set.cases if case.kind == "chain" and case.k == 3)
    fields = {name: getattr(case, name) for name in Case.model_fields if name != "id"} | {"name": "k3"}
    files = {path: small_set.read(path) for path in (*case.files.values(), *case.truth.values())}
    changed = _other(field, fields)
    assert Draft(fields, files).frozen().id == case.id
    assert Draft({**fields, **changed}, files).frozen().id.rpartition("-")[2] != case.id.rpartition("-")[2]


def test_the_content_hash_covers_the_files(small_set: TaskSet) -> None:
    """One more line feed in one record file gives the case another id."""
    case = next(case for case in small_set.cases if case.kind == "twin")
    fields = {name: getattr(case, name) for name in Case.model_fields if name != "id"}
    files = {path: small_set.read(path) for path in (*case.files.values(), *case.truth.values())}
    name = case.id.split("-")[-2]
    last = next(iter(files))
    assert Draft({**fields, "name": name}, files).frozen().id == case.id
    assert Draft({**fields, "name": name}, {**files, last: files[last] + "\n"}).frozen().id != case.id


def _other(field: str, fields: dict[str, Any]) -> dict[str, Any]:
    """A valid value of a field that is not the one it has; fields that must agree change together."""
    value = fields[field]
    if field in {"kind", "k", "checkpoints", "skills", "product"}:
        points = [point.model_copy(update={"title": point.title + "!"}) for point in value] if field[0] == "c" else []
        return {
            "checkpoints": {"checkpoints": points},
            "skills": {"checkpoints": fields["checkpoints"][::-1], "skills": fields["skills"][::-1], "couplings": []},
            "product": {"product": fields["product"].model_copy(update={"kind": "other"})} if fields["product"] else {},
            "k": _twin_of(fields),
            "kind": _twin_of(fields),
        }[field]
    if isinstance(value, Strict):
        name, number = next((n, v) for n, v in value.model_dump().items() if isinstance(v, int | float))
        return {field: value.model_copy(update={name: number + 1})}
    if isinstance(value, dict):
        return {field: dict(list(value.items())[1:])}
    return {field: value + "!" if isinstance(value, str) else value[1:]}


def _twin_of(fields: dict[str, Any]) -> dict[str, Any]:
    first = {"checkpoints": fields["checkpoints"][:1], "skills": fields["skills"][:1]}
    return {"kind": "twin", "k": 1, "product": None, "couplings": [], **first}


def test_canonical_json_is_one_spelling() -> None:
    """Order of keys does not matter, letters stay letters, and NaN has no spelling."""
    assert canonical_json({"b": 1.0, "a": ["é", None]}) == canonical_json({"a": ["é", None], "b": 1.0})
    assert canonical_json({"b": 0.1, "a": "é"}) == '{"a":"é","b":0.1}'
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json(math.nan)


def test_the_digest_of_a_set_covers_every_path(small_set: TaskSet) -> None:
    """A manifest's digest changes with any path or hash, and not with the set's name."""
    manifest = small_set.manifest
    path, digest = next(iter(manifest.sha256.items()))
    others = [
        {**manifest.sha256, path: sha256_of(digest.encode())},
        {**manifest.sha256, "more": digest},
        {other: value for other, value in manifest.sha256.items() if other != path},
    ]
    digests = {manifest.model_copy(update={"sha256": other}).digest for other in others}
    assert len(digests | {manifest.digest}) == 4
    assert manifest.model_copy(update={"name": "another"}).digest == manifest.digest


def test_pages_are_strict_too() -> None:
    """A handbook page takes id, title and text, and nothing else."""
    with pytest.raises(ValidationError, match="secret"):
        Page.model_validate_json(json.dumps({"id": "HB-0001", "title": "T", "text": "…", "secret": 1}))
