"""Opening a task set: every hash is checked, and every refusal says what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small import copied, rehash, with_cases

from skillbench.core.assets import FOLDERS, asset_dir
from skillbench.core.errors import InputError, TaskSetError
from skillbench.core.schema import TASK_VERSION
from skillbench.core.taskset import CASES_FILE, MANIFEST_FILE, TaskSet, find_task_set, load_task_set


def edit_manifest(root: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a set's manifest and nothing else."""
    manifest = json.loads((root / MANIFEST_FILE).read_text(encoding="utf-8"))
    change(manifest)
    (root / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")


def refused(root: Path, *words: str) -> None:
    """Opening the set, and reading all its cases, raises one error that holds these words."""
    with pytest.raises(TaskSetError) as caught:
        _ = load_task_set(root).cases
    for word in words:
        assert word in str(caught.value)


def test_a_fresh_set_opens(small_set: TaskSet) -> None:
    """Two chains of three skills: Skill@2, Skill@3 and three twins each, under the name of the folder."""
    assert (small_set.manifest.name, small_set.manifest.chains, small_set.manifest.cases) == ("small", 2, 10)
    assert len(small_set.cases) == 10
    for case in small_set.cases:
        assert small_set.case(case.id) is case
        assert set(small_set.records(case)) == set(case.files)
        assert set(case.needed_pages) <= {page.id for page in small_set.handbook(case)}


@pytest.mark.parametrize("pattern", [CASES_FILE, "chains/*/handbook.jsonl", "chains/*/records/register.csv"])
def test_an_altered_file_is_refused(small_set: TaskSet, tmp_path: Path, pattern: str) -> None:
    """One byte more in any file: the message names the file, both hashes and the way back."""
    root = copied(small_set, tmp_path)
    file = next(root.glob(pattern))
    file.write_bytes(file.read_bytes() + b" ")
    expected = small_set.manifest.sha256[file.relative_to(root).as_posix()][:12]
    refused(root, str(file), "does not match its manifest", expected, "restore it", "skillbench build")


def test_a_missing_file_is_refused(small_set: TaskSet, tmp_path: Path) -> None:
    """A file that the manifest lists and the folder lacks is named."""
    root = copied(small_set, tmp_path)
    file = next(root.glob("chains/*/handbook.jsonl"))
    file.unlink()
    refused(root, file.relative_to(root).as_posix(), "not a file of the set")


def test_a_stranger_is_refused(small_set: TaskSet, tmp_path: Path) -> None:
    """A file that nobody listed is named, and the remedy is to remove it."""
    root = copied(small_set, tmp_path)
    (root / "chains" / "notes.txt").write_text("hello", encoding="utf-8")
    refused(root, "chains/notes.txt", "does not list", "remove")


@pytest.mark.parametrize("path", ["../outside.txt", "chains/../../outside.txt", "{outside}"])
def test_no_manifest_reaches_outside(small_set: TaskSet, tmp_path: Path, path: str) -> None:
    """A path that leaves the folder is refused even when file and hash are right."""
    root = copied(small_set, tmp_path)
    outside = tmp_path / "outside.txt"
    outside.write_bytes((root / CASES_FILE).read_bytes())
    digest = small_set.manifest.sha256[CASES_FILE]
    edit_manifest(root, lambda m: m["sha256"].update({path.format(outside=outside): digest}))
    refused(root, "outside.txt", "not a file of the set")


def test_no_link_reaches_outside(small_set: TaskSet, tmp_path: Path) -> None:
    """A listed file that is a link out of the folder is refused even when its hash is right."""
    root = copied(small_set, tmp_path)
    shutil.move(root / CASES_FILE, tmp_path / "elsewhere")
    (root / CASES_FILE).symlink_to(tmp_path / "elsewhere")
    refused(root, CASES_FILE, "not a file of the set")


def test_another_version_is_refused(small_set: TaskSet, tmp_path: Path) -> None:
    """Scores of another N are not comparable: both versions are named, and what to install."""
    root = copied(small_set, tmp_path)
    edit_manifest(root, lambda m: m.update(version="9-A"))
    refused(root, "version 9-A", TASK_VERSION, "not be comparable", "matching release", "skillbench build")


def test_another_interface_of_the_same_scores_opens(small_set: TaskSet, tmp_path: Path) -> None:
    """X of ``N-X`` may differ: scores stay comparable."""
    changed = with_cases(small_set, tmp_path, lambda case: case.update(version=f"{TASK_VERSION[0]}-B"))
    edit_manifest(changed.root, lambda m: m.update(version=f"{TASK_VERSION[0]}-B"))
    assert len(load_task_set(changed.root).cases) == 10


def test_a_case_of_another_version_is_named_by_line(small_set: TaskSet, tmp_path: Path) -> None:
    """A case and a manifest that disagree about the version: file, line and both versions."""
    changed = with_cases(small_set, tmp_path, lambda case: case.update(version="0-C"))
    refused(changed.root, f"{CASES_FILE}:1:", "version 0-C", f"the manifest says {TASK_VERSION}")


LINES: dict[str, tuple[Callable[[str], str], str]] = {
    "no JSON": (lambda _: "{", "Expecting"),
    "empty line": (lambda _: "", "Expecting value"),
    "unknown field": (lambda line: '{"colour": 1,' + line[1:], "colour"),
    "duplicate key": (lambda line: '{"k": 3,' + line[1:], "duplicate key 'k'"),
    "duplicate key inside": (lambda line: line.replace('"method":', '"method":"x","method":', 1), "duplicate key"),
    "NaN": (lambda line: line.replace('"joint_entropy":1.5', '"joint_entropy":NaN', 1), "NaN is no number"),
    "NaN where anything goes": (lambda line: line.replace('"deliverable":{', '"deliverable":{"x":NaN,', 1), "NaN"),
    "infinity": (lambda line: line.replace('"joint_entropy":1.5', '"joint_entropy":-Infinity', 1), "-Infinity"),
}


@pytest.mark.parametrize("name", LINES)
def test_a_malformed_line_is_named(small_set: TaskSet, tmp_path: Path, name: str) -> None:
    """A broken line of the cases file is refused with file, line, reason and remedy, though its hash is right."""
    change, words = LINES[name]
    root = copied(small_set, tmp_path)
    lines = (root / CASES_FILE).read_text(encoding="utf-8").splitlines()
    broken = change(lines[2])
    assert broken != lines[2]
    (root / CASES_FILE).write_text("\n".join([*lines[:2], broken, *lines[3:]]) + "\n", encoding="utf-8")
    rehash(root)
    refused(root, f"{CASES_FILE}:3:", words, "skillbench build")


def test_a_malformed_page_is_named(small_set: TaskSet, tmp_path: Path) -> None:
    """A broken line of a handbook is refused with file and line."""
    root = copied(small_set, tmp_path)
    file = root / small_set.cases[0].handbook
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([lines[0], '{"id": 3}', *lines[2:]]) + "\n", encoding="utf-8")
    rehash(root)
    broken = load_task_set(root)
    with pytest.raises(TaskSetError, match=r"handbook\.jsonl:2:"):
        broken.handbook(broken.cases[0])


def test_one_id_stands_once(small_set: TaskSet, tmp_path: Path) -> None:
    """A case that stands twice would count twice: the second line is refused."""
    root = copied(small_set, tmp_path)
    text = (root / CASES_FILE).read_text(encoding="utf-8")
    (root / CASES_FILE).write_text(text + text.splitlines()[0] + "\n", encoding="utf-8")
    rehash(root)
    refused(root, f"{CASES_FILE}:11:", small_set.cases[0].id, "earlier line")


def test_a_line_separator_does_not_end_a_line(small_set: TaskSet, tmp_path: Path) -> None:
    """U+2028 and U+0085 inside a prompt are text, not the end of a record."""

    def change(case: dict[str, Any]) -> None:
        case["prompt"] += "one\u2028two\x85three"

    root = with_cases(small_set, tmp_path, change).root
    lines = [
        json.dumps(json.loads(line), ensure_ascii=False) for line in (root / CASES_FILE).read_text().split("\n")[:-1]
    ]
    (root / CASES_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    rehash(root)
    assert all(case.prompt.endswith("one\u2028two\x85three") for case in load_task_set(root).cases)


def test_records_keep_their_line_ends(small_set: TaskSet, tmp_path: Path) -> None:
    """A record file with carriage returns reaches the solver byte for byte."""
    root = copied(small_set, tmp_path)
    path = small_set.cases[0].files["register.csv"]
    (root / path).write_bytes(b"code\r\nA11\r\n")
    rehash(root)
    assert load_task_set(root).read(path) == "code\r\nA11\r\n"


def test_a_record_that_is_no_text_is_refused(small_set: TaskSet, tmp_path: Path) -> None:
    """A file in another encoding is named, not read as something else."""
    root = copied(small_set, tmp_path)
    path = small_set.cases[0].files["register.csv"]
    (root / path).write_bytes("Müller".encode("latin-1"))
    rehash(root)
    opened = load_task_set(root)
    with pytest.raises(TaskSetError, match="is no UTF-8 text"):
        opened.records(opened.cases[0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Expecting value"),
        ("[]", "Manifest"),
        ('{"name": "x", "name": "y"}', "duplicate key 'name'"),
        ('{"name": "x"}', "Field required"),
    ],
)
def test_a_malformed_manifest_is_refused(small_set: TaskSet, tmp_path: Path, text: str, words: str) -> None:
    """Empty, no object, a key twice, a field missing: the message names the manifest."""
    root = copied(small_set, tmp_path)
    (root / MANIFEST_FILE).write_text(text, encoding="utf-8")
    refused(root, MANIFEST_FILE, words)


def test_a_manifest_without_cases_is_refused(small_set: TaskSet, tmp_path: Path) -> None:
    """A set whose manifest lists no cases file is no task set."""
    root = copied(small_set, tmp_path)
    (root / CASES_FILE).unlink()
    rehash(root)
    refused(root, "lists no cases.jsonl", "skillbench build")


def test_only_listed_files_are_read(small_set: TaskSet) -> None:
    """A path the manifest does not list is refused, also one that exists."""
    with pytest.raises(TaskSetError, match="not listed"):
        small_set.read(MANIFEST_FILE)
    with pytest.raises(TaskSetError, match="not listed"):
        small_set.read("../../etc/passwd")


def test_a_case_may_not_point_outside(small_set: TaskSet, tmp_path: Path) -> None:
    """A case that names a handbook or a record beyond the manifest is refused when it is read."""
    changed = with_cases(small_set, tmp_path, lambda case: case.update(handbook="../outside.jsonl"))
    (tmp_path / "outside.jsonl").write_text('{"id":"HB-0001","title":"","text":""}\n', encoding="utf-8")
    with pytest.raises(TaskSetError, match="not listed"):
        changed.handbook(changed.cases[0])


def test_an_unknown_case_is_refused(small_set: TaskSet) -> None:
    """The message says how to list what there is."""
    with pytest.raises(TaskSetError, match=r"no case 'c99'.*skillbench show"):
        small_set.case("c99")


def test_an_unknown_set_is_refused(tmp_path: Path) -> None:
    """A name that is neither folder nor shipped set: what was given, what is shipped, and how to make one."""
    with pytest.raises(TaskSetError, match=r"no task set 'nowhere'.*shipped sets:.*v0.*skillbench build"):
        load_task_set("nowhere")
    with pytest.raises(TaskSetError, match="no task set"):
        load_task_set(tmp_path)


def test_a_set_is_found_by_name_or_path(small_set: TaskSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shipped name, an absolute and a relative path lead to the same folders, from any directory."""
    monkeypatch.chdir(small_set.root.parent)
    assert find_task_set("v0") == (asset_dir("tasks") / "v0").resolve()
    assert find_task_set("small") == find_task_set(str(small_set.root)) == small_set.root


@pytest.mark.parametrize("folder", FOLDERS)
def test_asset_folders_exist(folder: str) -> None:
    """Every asset folder is there and holds something."""
    assert any(asset_dir(folder).iterdir())


def test_an_unknown_asset_folder_is_refused() -> None:
    """The message lists the folders there are."""
    with pytest.raises(InputError, match="no asset folder 'music'; there are: tasks, prompts, judges, results"):
        asset_dir("music")
