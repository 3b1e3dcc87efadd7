"""Where the asset folders are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from skillbench.core.errors import InputError

_PACKAGE = Path(__file__).resolve().parent.parent
FOLDERS = ("tasks", "prompts", "judges", "results")


def asset_dir(folder: str) -> Path:
    """The folder ``tasks``, ``prompts``, ``judges`` or ``results`` of this installation.

    Raises:
        InputError: no such folder.
    """
    if folder not in FOLDERS:
        raise InputError(f"no asset folder {folder!r}; there are: {', '.join(FOLDERS)}")
    for candidate in (_PACKAGE / "assets" / folder, _PACKAGE.parent / folder):
        if candidate.is_dir():
            return candidate
    raise InputError(f"the {folder} folder is missing beside {_PACKAGE}; reinstall skillbench-steps")
