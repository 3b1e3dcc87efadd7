"""Freezing a set: same names same bytes, interrupted builds go on, frozen sets are safe."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from small import DIALS, FACTS, NAMES, RECIPES, contents, freeze_small

from skillbench.compose import freeze
from skillbench.compose.freeze import PARTS, Built, Recipe, balanced, build_chain, build_set
from skillbench.core.errors import InputError
from skillbench.core.schema import Case
from skillbench.core.taskset import CASES_FILE, MANIFEST_FILE, TaskSet, load_task_set


class Interrupted(Exception):  # noqa: N818  a stop, not an error
    """The person at the keyboard lost patience."""


def first_then_stop(build: Callable[..., Built], *columns: list[Any]) -> Iterator[Built]:
    """A ``map`` that is interrupted after its first result."""
    yield build(*next(iter(zip(*columns, strict=True))))
    raise Interrupted


def test_the_same_names_give_the_same_bytes(small_set: TaskSet, tmp_path: Path) -> None:
    """Built twice, a set is the same in every byte of every file, the manifest included."""
    again = freeze_small(tmp_path / "small")
    assert contents(again.root) == contents(small_set.root)


@pytest.mark.parametrize("names", [("1-A", "other seed"), ("1-A", "small", "salt")])
def test_other_names_share_no_record(small_set: TaskSet, tmp_path: Path, names: tuple[str, ...]) -> None:
    """Another seed, or a secret salt, leaves no file as it was."""
    other = freeze_small(tmp_path / "other", names)
    first, second = contents(small_set.root), contents(other.root)
    # Spare records are drawn too, so a few files stand in one set alone.
    shared = first.keys() & second.keys()
    assert len(shared) > 0.7 * len(first)
    assert [path for path in sorted(shared) if first[path] == second[path]] == []
    assert not {case.id for case in small_set.cases} & {case.id for case in other.cases}


def test_a_salt_is_noted_and_not_told(tmp_path: Path) -> None:
    """A salted set says so, and the salt stands in none of its files nor in what an interrupted build leaves."""
    out = tmp_path / "salted"
    hidden = "the-salt-of-the-earth"
    with pytest.raises(Interrupted):
        build_set(out, RECIPES, (*NAMES, hidden), DIALS, salted=True, mapper=first_then_stop)
    assert not [path for path, data in contents(out).items() if hidden.encode() in data]
    assert build_set(out, RECIPES, (*NAMES, hidden), DIALS, salted=True).salted
    assert not [path for path, data in contents(out).items() if hidden.encode() in data]


def test_chains_are_built_apart(small_set: TaskSet) -> None:
    """A chain depends on its place and recipe alone, so chains can be built in any order and in parallel."""
    alone = build_chain(1, RECIPES[1], NAMES, DIALS)
    assert {case.id for case in alone.cases} < {case.id for case in small_set.cases}


def test_an_interrupted_build_goes_on(small_set: TaskSet, tmp_path: Path) -> None:
    """What was finished before the interruption is not built again, and the bytes are those of one run."""
    out = tmp_path / "small"
    with pytest.raises(Interrupted):
        build_set(out, RECIPES, NAMES, DIALS, salted=False, mapper=first_then_stop)
    assert not (out / MANIFEST_FILE).exists()
    built: list[str] = []
    build_set(out, RECIPES, NAMES, DIALS, salted=False, note=built.append)
    assert built == ["c02-depots"]
    assert not (out / PARTS).exists()
    assert contents(out) == contents(small_set.root)


def test_a_half_written_part_is_built_again(small_set: TaskSet, tmp_path: Path) -> None:
    """A scratch file left by a killed process is no finished part."""
    out = tmp_path / "small"
    with pytest.raises(Interrupted):
        build_set(out, RECIPES, NAMES, DIALS, salted=False, mapper=first_then_stop)
    (out / PARTS / "1.tmp").write_text('{"cases": [', encoding="utf-8")
    build_set(out, RECIPES, NAMES, DIALS, salted=False)
    assert contents(out) == contents(small_set.root)


def test_a_build_killed_while_writing_goes_on(
    small_set: TaskSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manifest is written last: without it a folder is no set yet, and the build completes it."""
    out = tmp_path / "small"

    def stop(**_: object) -> None:
        raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(freeze, "Manifest", stop)
        with pytest.raises(Interrupted):
            build_set(out, RECIPES, NAMES, DIALS, salted=False)
    assert (out / CASES_FILE).exists()
    build_set(out, RECIPES, NAMES, DIALS, salted=False)
    assert contents(out) == contents(small_set.root)


@pytest.mark.parametrize(
    ("recipes", "names", "dials"),
    [
        (RECIPES[::-1], NAMES, DIALS),
        (RECIPES, ("1-A", "other"), DIALS),
        (RECIPES, NAMES, DIALS.model_copy(update={"level": 2})),
    ],
    ids=["recipes", "names", "dials"],
)
def test_other_settings_in_the_same_folder_are_refused(
    tmp_path: Path, recipes: list[Recipe], names: tuple[str, ...], dials: Any
) -> None:
    """Parts of another build are not mixed in: the message names the folder and both ways out."""
    out = tmp_path / "small"
    with pytest.raises(Interrupted):
        build_set(out, RECIPES, NAMES, DIALS, salted=False, mapper=first_then_stop)
    with pytest.raises(InputError, match=r"parts of a build with other settings; delete it or give another --out"):
        build_set(out, recipes, names, dials, salted=False)
    assert list((out / PARTS).glob("0.json"))


def test_a_frozen_set_is_never_built_over(small_set: TaskSet) -> None:
    """A folder that holds a set is refused, whatever the settings, and stays as it is."""
    before = contents(small_set.root)
    with pytest.raises(InputError, match=r"holds a frozen task set already; give another --out, or delete"):
        build_set(small_set.root, RECIPES, ("1-A", "other"), DIALS, salted=False)
    assert contents(small_set.root) == before


def test_a_set_is_named_after_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the folder is given as a dot."""
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path / "mine")
    assert build_set(Path(), RECIPES[:1], NAMES, DIALS, salted=False).name == "mine"


def test_every_prefix_of_the_file_is_balanced() -> None:
    """Of the shipped set's first n cases, for every n, no k (twins counting as one) leads another by more than one.

    A kind that is used up no longer counts: twins outnumber each k.
    """
    cases = load_task_set("v0").cases
    kinds = {(case.kind, case.k) for case in cases}
    whole = Counter((case.kind, case.k) for case in cases)
    for length in range(1, len(cases) + 1):
        seen = Counter((case.kind, case.k) for case in cases[:length])
        running = [seen[kind] for kind in kinds if seen[kind] < whole[kind]]
        assert max(running, default=0) - min(running, default=0) <= 1
        assert all(seen[kind] >= max(running, default=0) - 1 for kind in kinds if whole[kind] > seen[kind])


def test_a_fair_sample_spans_chains() -> None:
    """One round over the kinds takes each case from another chain, as far as there are chains."""
    cases = load_task_set("v0").cases
    kinds = len({(case.kind, case.k) for case in cases})
    chains = len({case.chain for case in cases})
    assert len({case.chain for case in cases[:kinds]}) == min(kinds, chains)


def test_balancing_loses_nothing(small_set: TaskSet) -> None:
    """Every case stands once, also when chains are of unequal length, or there are none."""
    cases = list(small_set.cases)
    uneven: list[Case] = [case for case in cases if not (case.chain.startswith("c02") and case.k == 3)]
    for given in (cases, uneven, []):
        assert Counter(case.id for case in balanced(given)) == Counter(case.id for case in given)


def test_the_manifest_lists_every_file(small_set: TaskSet) -> None:
    """Paths in order, none missing; the file says so itself."""
    listed = list(small_set.manifest.sha256)
    assert listed == sorted(listed)
    assert {*listed, MANIFEST_FILE} == set(contents(small_set.root))
    assert json.loads((small_set.root / MANIFEST_FILE).read_text())["cases"] == len(small_set.cases)


def test_files_end_lines_with_line_feeds(small_set: TaskSet) -> None:
    """No carriage return on any platform, and every file is UTF-8 text that ends a line."""
    for path, data in contents(small_set.root).items():
        assert b"\r" not in data, path
        assert data.decode().endswith("\n"), path


def test_sampler_facts_stand_in_every_case(small_set: TaskSet) -> None:
    """A case says how its tuple was picked; a twin carries the whole chain's."""
    assert all(case.sampler == FACTS for case in small_set.cases)
