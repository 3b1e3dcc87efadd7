"""Build a task set and freeze it: cases, records, handbooks, and a manifest that hashes them all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from skillbench import __version__
from skillbench.compose.cases import Draft, chain_drafts
from skillbench.compose.chain import compose_chain
from skillbench.compose.couplings import domain_for
from skillbench.compose.domain import load_domains
from skillbench.compose.handbook import handbook
from skillbench.core.errors import InputError
from skillbench.core.library import Library
from skillbench.core.schema import TASK_VERSION, Case, CaseDials, Manifest, SamplerFacts, sha256_of
from skillbench.core.taskset import CASES_FILE, MANIFEST_FILE
from skillbench.skills.revision import revision

PARTS = ".parts"


@dataclass(frozen=True)
class Recipe:
    """What a chain is made from.

    Attributes:
        tags: skills in order.
        facts: how the tuples were picked, for Skill@2 on.
    """

    tags: tuple[str, ...]
    facts: tuple[SamplerFacts, ...]


@dataclass(frozen=True)
class Built:
    """One chain, ready to be written: its cases and its files by path."""

    cases: tuple[Case, ...]
    files: dict[str, str]


def build_chain(place: int, recipe: Recipe, names: tuple[str, ...], dials: CaseDials) -> Built:
    """Compose and render one chain; a pure function of its arguments, so chains can be built in parallel."""
    domain = domain_for(recipe.tags, list(load_domains().values()), place)
    chain = compose_chain(f"c{place + 1:02d}-{domain.name}", recipe.tags, domain, names, dials, place)
    pages_path = f"chains/{chain.name}/handbook.jsonl"
    pages = handbook(chain, dials.library_pages)
    library = Library(pages)
    drafts: list[Draft] = [draft.with_purse(library) for draft in chain_drafts(chain, recipe.facts, pages_path)]
    files = {path: text for draft in drafts for path, text in draft.files.items()}
    files[pages_path] = "".join(page.model_dump_json() + "\n" for page in pages)
    return Built(tuple(draft.frozen() for draft in drafts), files)


def balanced(cases: Sequence[Case]) -> list[Case]:
    """Order such that every prefix is balanced over k, so that ``--limit`` takes a fair sample.

    Round after round takes one case of every k = 2 … 7 and one twin, each from the next chain in turn.
    """
    kinds = sorted({(case.kind, case.k) for case in cases})
    queues = {kind: [case for case in cases if (case.kind, case.k) == kind] for kind in kinds}
    chains = sorted({case.chain for case in cases})
    out: list[Case] = []
    turn = 0
    while any(queues.values()):
        for offset, kind in enumerate(kinds):
            wanted = chains[(turn + offset) % len(chains)]
            queue = queues[kind]
            if queue:
                pick = next((case for case in queue if case.chain == wanted), queue[0])
                queue.remove(pick)
                out.append(pick)
        turn += 1
    return out


def build_set(
    out: Path,
    recipes: Sequence[Recipe],
    names: tuple[str, ...],
    dials: CaseDials,
    *,
    salted: bool,
    mapper: Callable[..., Iterable[Built]] = map,
    note: Callable[[str], None] = lambda _: None,
) -> Manifest:
    """Build every chain and freeze the set; a build that was interrupted goes on where it stopped.

    Args:
        out: folder of the set; must be new, empty, or hold an interrupted build.
        recipes: one per chain.
        names: stream name parts: version, set name, salt.
        dials: difficulty settings.
        salted: whether the names hold a secret.
        mapper: ``map`` or an executor's, for parallel builds.
        note: called with the name of each finished chain.

    Raises:
        InputError: ``out`` already holds a frozen set, or parts of a build with other settings.
        CompositionError: a chain cannot be composed.
    """
    if (out / MANIFEST_FILE).exists():
        raise InputError(f"{out} holds a frozen task set already; give another --out, or delete the folder")
    parts = out / PARTS
    if out.is_dir() and not parts.is_dir() and any(out.iterdir()):
        raise InputError(f"{out} holds other files, which no manifest would list; give a new or empty folder as --out")
    parts.mkdir(parents=True, exist_ok=True)
    _same_settings(parts, recipes, names, dials)
    missing = [place for place in range(len(recipes)) if not (parts / f"{place}.json").exists()]
    count = len(missing)
    results = mapper(build_chain, missing, [recipes[p] for p in missing], [names] * count, [dials] * count)
    for place, built in zip(missing, results, strict=True):
        _store(parts / f"{place}.json", built)
        note(built.cases[0].chain)
    done = [_restore(parts / f"{place}.json") for place in range(len(recipes))]
    manifest = _write(out, out.resolve().name, done, salted=salted)
    shutil.rmtree(parts)
    return manifest


def _write(out: Path, name: str, done: Sequence[Built], *, salted: bool) -> Manifest:
    cases = balanced([case for built in done for case in built.cases])
    files = {path: text for built in done for path, text in built.files.items()}
    files[CASES_FILE] = "".join(case.model_dump_json() + "\n" for case in cases)
    for path, text in files.items():
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    manifest = Manifest(
        name=name,
        version=TASK_VERSION,
        generator=__version__,
        salted=salted,
        chains=len(done),
        cases=len(cases),
        sha256={path: sha256_of(files[path].encode()) for path in sorted(files)},
    )
    (out / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8", newline="\n")
    return manifest


def _same_settings(parts: Path, recipes: Sequence[Recipe], names: tuple[str, ...], dials: CaseDials) -> None:
    """Parts of an interrupted build may only be continued with the settings they were made with."""
    settings = json.dumps(
        [
            [[list(recipe.tags), [facts.model_dump() for facts in recipe.facts]] for recipe in recipes],
            sha256_of("\0".join(names).encode()),
            dials.model_dump(),
            __version__,
            {tag: revision(tag) for recipe in recipes for tag in recipe.tags},
        ]
    )
    file = parts / "settings.json"
    if file.exists() and file.read_text(encoding="utf-8") != settings:
        raise InputError(f"{parts} holds parts of a build with other settings; delete it or give another --out")
    file.write_text(settings, encoding="utf-8")


def _store(file: Path, built: Built) -> None:
    data = {"cases": [case.model_dump(mode="json") for case in built.cases], "files": built.files}
    scratch = file.with_suffix(".tmp")
    scratch.write_text(json.dumps(data), encoding="utf-8")
    scratch.replace(file)


def _restore(file: Path) -> Built:
    data = json.loads(file.read_text(encoding="utf-8"))
    return Built(tuple(Case.model_validate(case) for case in data["cases"]), data["files"])
