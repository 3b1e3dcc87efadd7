"""Files, folders and addresses, and what is said when one cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from skillbench.core.errors import InputError
from skillbench.core.places import files_below, opened


class Locked(MemoryFileSystem):
    """A store that lists what it has and hands nothing out."""

    protocol = "locked"

    def info(self, path: str, **_: Any) -> Any:
        """One file, whatever the name."""
        return {"name": path, "size": 1, "type": "file"}

    def _open(self, path: str, *_: Any, **__: Any) -> Any:
        """Refuse.

        Raises:
            PermissionError: always.
        """
        raise PermissionError(f"403 {path}")


class Unreachable(MemoryFileSystem):
    """A store whose client fails in a way of its own."""

    protocol = "unreachable"

    def info(self, path: str, **_: Any) -> Any:
        """Fail.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(f"no credentials for {path}")


@pytest.fixture(autouse=True)
def _stores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryFileSystem, "store", {})
    for store in (Locked, Unreachable):
        fsspec.register_implementation(store.protocol, store, clobber=True)


def test_a_folder_gives_its_files_and_a_file_itself(tmp_path: Path) -> None:
    """Sorted, with names below the folder, sizes, and a stamp that changes with the file; here as elsewhere."""
    for root in (str(tmp_path), "memory://some/where"):
        for name in ("b/two", "one"):
            with fsspec.open(f"{root}/{name}", "wb", auto_mkdir=True) as stream:
                stream.write(name.encode())
        first, second = files_below(root)
        assert [(file.name, file.size, file.named) for file in (first, second)] == [
            ("b/two", 5, False),
            ("one", 3, False),
        ]
        (alone,) = files_below(second.path)
        assert (alone.path, alone.name, alone.size, alone.named) == (second.path, "one", 3, True)
        with opened(alone.path) as stream:
            assert stream.read() == b"one"
        with fsspec.open(second.path, "wb") as stream:
            stream.write(b"two")
        assert files_below(root)[1].stamp != second.stamp
    assert first.path == "memory:///some/where/b/two"


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("nowhere.csv", "nowhere.csv does not exist; check the path"),
        ("memory://nowhere", "memory://nowhere does not exist; give the whole address"),
        ("strange://x", "scheme 'strange' is unknown; fsspec knows s3"),
        ("oci://b@n/x", "oci://b@n/x needs a package that is not here: .*Install"),
        (
            "unreachable://x",
            r"unreachable://x cannot be read \(RuntimeError: no credentials for .*\); check the address",
        ),
    ],
)
def test_what_cannot_be_found_is_explained(place: str, message: str) -> None:
    """Nothing there, an unknown scheme, a missing package and a store's own error each say what to do."""
    with pytest.raises(InputError, match=message):
        files_below(place)


def test_what_may_not_be_read_is_explained() -> None:
    """A file that is listed and not handed out."""
    (file,) = files_below("locked://x.csv")
    with pytest.raises(InputError, match=r"no permission to read it .*; check the credentials"), opened(file.path):
        pass
