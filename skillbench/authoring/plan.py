"""Which tuples are to be written, and from which atomic samples (paper A.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from skillbench.core.assets import given_or_shipped
from skillbench.core.errors import InputError, SelectionError
from skillbench.core.schema import SamplerFacts
from skillbench.core.streams import stream
from skillbench.core.strict import Strict
from skillbench.taxonomy import induce, read_corpus
from skillbench.taxonomy.atoms import Atom, AtomIndex, read_atoms
from skillbench.taxonomy.chains import sample_chains
from skillbench.taxonomy.sampler import Method

CORPUS = ("tasks/corpus/seed.jsonl", "tasks/corpus/practice.jsonl")
"""The shipped samples: work that code can key, and work that it cannot."""

PER_SKILL = 2
"""Samples shown of each skill."""


class PlanRow(Strict):
    """One tuple to be written.

    Attributes:
        name: the task's name, the cluster of its estimates.
        k: number of skills.
        skills: tags in the order of picking.
        method: how the tuple was sampled.
        schedule: how its scopes widened; None unless ``sweet-spot``.
        start: the skill picking began with.
        seed: name of the draw.
        joint_entropy: in bits.
        coherence: share of its pairs that occur together in the corpus.
        lca_height: levels between the lowest common ancestor and its deepest skill.
        readers: who read the finished task besides its author; people write them in.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
    k: Annotated[int, Field(ge=1, le=16)]
    skills: list[str]
    method: str
    schedule: str | None = None
    start: str
    seed: str = ""
    joint_entropy: float
    coherence: float
    lca_height: int = 0
    readers: list[str] = Field(default_factory=list)

    @property
    def facts(self) -> SamplerFacts:
        """How the tuple was picked, as a case states it."""
        return SamplerFacts(
            method=self.method,
            start=self.start,
            joint_entropy=self.joint_entropy,
            coherence=self.coherence,
            lca_height=self.lca_height,
        )


@dataclass(frozen=True)
class Order:
    """A tuple with the samples it is to grow from: skill and sample, in the order of the tuple."""

    row: PlanRow
    samples: tuple[tuple[str, Atom], ...]


def read_plan(path: Path) -> list[PlanRow]:
    """The rows of a plan, one JSON object a line.

    Raises:
        InputError: a line that is no row, a name that stands twice, or skills that do not agree with k.
    """
    rows: list[PlanRow] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the plan {path} cannot be read: {error}; give a file with one JSON object a line") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = PlanRow.model_validate_json(line)
        except ValidationError as error:
            raise InputError(
                f"{path}:{number}: {error}\nA row holds name, k, skills and sampler facts, as `--plan` help shows"
            ) from error
        if len(row.skills) != row.k or len(set(row.skills)) != row.k:
            raise InputError(f"{path}:{number}: k is {row.k}, the skills are {row.skills}; name each once")
        rows.append(row)
    names = [row.name for row in rows]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"{path}: the names {', '.join(twice[:5])} stand twice; give every row its own")
    if not rows:
        raise InputError(f"{path} holds no row; `skillbench author` without --plan draws one")
    return rows


def draw_plan(corpus: Sequence[str], lengths: Sequence[int], per_k: int, method: Method, seed: str) -> list[PlanRow]:
    """``per_k`` tuples of every length, prefixes of the same chains, round after round over the lengths.

    Args:
        corpus: files, folders or addresses of tagged rows.
        lengths: which k.
        per_k: tuples of each.
        method: ``sweet-spot``, or the baselines ``random`` and ``global``.
        seed: name of the draw.

    Raises:
        SelectionError: the taxonomy has no chain of the longest length.
    """
    if per_k < 1 or not lengths or min(lengths) < 2:
        raise SelectionError(f"{per_k} tuples of k = {list(lengths)} were asked for; give 1 or more of k = 2 or more")
    tree = induce(read_corpus([given_or_shipped(place) for place in corpus]).graph())
    chains = sample_chains(tree, per_k, max(lengths), seed=seed, method=method)
    drawn = [
        (f"t{number:04}-k{k}", chain.at(k)) for number, chain in enumerate(chains, start=1) for k in sorted(lengths)
    ]
    return [
        PlanRow(
            name=name,
            k=len(item.skills),
            skills=list(item.skills),
            method=item.method,
            schedule=item.schedule,
            start=item.start,
            seed=seed,
            joint_entropy=item.joint_entropy,
            coherence=item.coherence,
            lca_height=item.lca_height,
        )
        for name, item in drawn
    ]


def write_plan(rows: Sequence[PlanRow], path: Path) -> None:
    """Write a plan as :func:`read_plan` reads it."""
    lines = (json.dumps(row.model_dump(), ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def orders(rows: Sequence[PlanRow], corpus: Sequence[str], seed: str) -> Iterator[Order]:
    """Every row with its samples, in the plan's order; the same plan, corpus and seed give the same ones.

    Each skill gets :data:`PER_SKILL` samples that were used least so far, so that all of a corpus is drawn upon.

    Raises:
        CorpusError: the corpus cannot be read, or has no sample of a skill.
    """
    index = AtomIndex(read_atoms([given_or_shipped(place) for place in corpus]))
    for row in rows:
        draws = stream("author", "samples", seed, row.name)
        taken: list[tuple[str, Atom]] = []
        for skill in row.skills:
            for _ in range(PER_SKILL):
                atom = index.pick(skill, draws, {held.id for _, held in taken})
                taken.append((skill, atom))
        yield Order(row, tuple(taken))
