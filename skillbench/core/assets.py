"""Where the asset folders are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from skillbench.core.errors import InputError

_PACKAGE = Path(__file__).resolve().parent.parent
FOLDERS = ("tasks", "prompts", "judges", "results", "docs")


def asset_dir(folder: str) -> Path:
    """The folder ``tasks``, ``prompts``, ``judges``, ``results`` or ``docs`` of this installation.

    Raises:
        InputError: no such folder.
    """
    if folder not in FOLDERS:
        raise InputError(f"no asset folder {folder!r}; there are: {', '.join(FOLDERS)}")
    for candidate in (_PACKAGE / "assets" / folder, _PACKAGE.parent / folder):
        if candidate.is_dir():
            return candidate
    raise InputError(f"the {folder} folder is missing beside {_PACKAGE}; reinstall skillbench-steps")


def given_or_shipped(path: str) -> str:
    """A path as given, or what the package ships under it: ``tasks/corpus/seed.jsonl`` is found from any directory."""
    folder, _, rest = path.partition("/")
    if folder in FOLDERS and not Path(path).exists():
        shipped = asset_dir(folder) / rest
        if shipped.exists() and shipped.resolve().is_relative_to(asset_dir(folder).resolve()):
            return str(shipped)
    return path
