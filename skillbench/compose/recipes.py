"""Which skills meet in which chain: the sampler's tuples over the taxonomy of the seed corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from skillbench.compose.freeze import Recipe
from skillbench.core.assets import asset_dir
from skillbench.core.errors import SelectionError
from skillbench.core.near import or_near
from skillbench.core.schema import SamplerFacts
from skillbench.core.streams import stream
from skillbench.skills.catalogue import load_catalogue
from skillbench.taxonomy import Chain, SkillTuple, Tree, induce, read_corpus, sample_chains
from skillbench.taxonomy.sampler import Method

SEED_CORPUS = "corpus/seed.jsonl"
SPARE = 1
"""How many more skills than a chain needs the sampler may choose from, least used first."""


def shipped_taxonomy(corpus: Path | None = None) -> Tree:
    """The taxonomy induced from the shipped seed corpus, or from another one."""
    return induce(read_corpus(corpus or asset_dir("tasks") / SEED_CORPUS).graph())


def draw_recipes(
    chains: int,
    k_max: int,
    seed: str,
    *,
    method: Method = "sweet-spot",
    corpus: Path | None = None,
    wanted: Sequence[str] = (),
) -> list[Recipe]:
    """Recipes for a set, drawn only from skills that exist.

    Greedy entropy returns to the same few skills whatever the start, so with a small catalogue the choice of
    starts cannot balance a set. Each chain therefore picks among the ``k_max + SPARE`` least used skills; the
    sampler decides which of them and in which order, and of its chains, one per start, the one is taken whose
    skills stand least often at these places so far. Uniform chains stay as they are drawn.

    Args:
        chains: how many.
        k_max: skills per chain.
        seed: orders ties between equally used skills.
        method: see :class:`skillbench.taxonomy.Sampler`.
        corpus: tagged work items; the shipped seed corpus unless given.
        wanted: skills that stand in a chain at least, the first chains before the others.

    Raises:
        SelectionError: the taxonomy holds too few implemented skills for such chains, lacks a wanted one, or the
            chains have no place for all of them.
    """
    tree = shipped_taxonomy(corpus)
    strange = [tag for tag in wanted if tag not in tree.leaf_of]
    if strange:
        raise SelectionError(
            f"the corpus has no row with the tag {strange[0]!r}{or_near(strange[0], tree.leaf_of)}, so no chain can "
            "hold it; use a tag that the corpus has, or give rows with this one as --corpus"
        )
    skills = [tag for tag in load_catalogue() if tag in tree.leaf_of]
    if len(skills) < k_max:
        raise SelectionError(
            f"chains of {k_max} skills were asked for; the corpus names {len(skills)} skills that exist. "
            "Lower --k-max, or use tags of the catalogue in the corpus."
        )
    used: Counter[str] = Counter()
    places: Counter[tuple[int, str]] = Counter()
    out = []
    for place in range(chains):
        ties = stream("recipes", seed, str(place)).shuffled(skills)
        due = [tag for tag in dict.fromkeys(wanted) if not used[tag]]
        least = sorted(ties, key=lambda tag: (tag not in due, used[tag]))[: k_max + SPARE]
        starts = 1 if method == "random" and not due else len(least)
        drawn = sample_chains(
            tree,
            starts,
            k_max,
            seed=f"{seed}-{place}",
            allowed=least,
            method=method,
            schedule="level",
            cross_components=True,
        )
        chain = min(drawn, key=partial(_strain, due=due, places=places))
        used.update(chain.skills)
        places.update(enumerate(chain.skills))
        out.append(Recipe(chain.skills, tuple(_facts(item) for item in chain.tuples)))
    missing = [tag for tag in wanted if not used[tag]]
    if missing:
        raise SelectionError(
            f"{chains} chains of {k_max} skills hold no {', '.join(missing)}; raise --chains or --k-max"
        )
    return out


def _strain(chain: Chain, due: Sequence[str], places: Mapping[tuple[int, str], int]) -> tuple[int, int]:
    """How badly a chain serves a set: wanted skills left out, then how often its skills stood at their places."""
    return -sum(tag in chain.skills for tag in due), sum(places[at] for at in enumerate(chain.skills))


def _facts(item: SkillTuple) -> SamplerFacts:
    return SamplerFacts(
        method=item.method,
        start=item.start,
        joint_entropy=round(item.joint_entropy, 12),
        coherence=round(item.coherence, 12),
        lca_height=item.lca_height,
    )
