"""Which skills meet in which chain: the sampler's tuples over the taxonomy of the seed corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from statistics import fmean

from skillbench.compose.freeze import Recipe
from skillbench.core.assets import asset_dir
from skillbench.core.errors import SelectionError
from skillbench.core.near import or_near
from skillbench.core.schema import SamplerFacts
from skillbench.core.streams import stream
from skillbench.skills.catalogue import load_catalogue
from skillbench.taxonomy import Sampler, SkillTuple, Tree, induce, read_corpus, sample_chains
from skillbench.taxonomy.sampler import Method

SEED_CORPUS = "corpus/seed.jsonl"
KEPT = 0.85
"""How much of the entropy that free choice gains over chance a set keeps at any length, whatever balance asks:
the design asks for 0.8, and chance is known from a sample alone."""
DRAWS = 200
"""Uniform draws among which a wanted skill is looked for."""

STRENGTHS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0, 2.0)
"""How strongly use weighs in picking, as shares of a mean gain for each time a skill was used more than the least."""
CHANCE = 400
"""Uniform tuples behind the figures of chance."""


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

    Every chain is the sampler's own, over all skills: from each start, with skills ranked lower by a handicap for each
    time they were used before, weak or strong. Of those that keep :data:`KEPT` of what free choice gains over chance in
    joint entropy, and are no less coherent than chance, the one is taken whose skills were used least, all in all and
    at their places. So balance is bought with a fifth of the gain at most. Uniform chains stay as they are drawn.

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
    if method == "random":
        found = _uniform(tree, skills, k_max, seed, wanted)
    else:
        found = _balanced(tree, skills, k_max, seed, method, wanted)
    recipes = [_recipe(chain) for chain in islice(found, chains)]
    missing = [tag for tag in wanted if not any(tag in recipe.tags for recipe in recipes)]
    if missing:
        raise SelectionError(
            f"{chains} chains of {k_max} skills hold no {', '.join(missing)}; raise --chains or --k-max"
        )
    return recipes


def _uniform(
    tree: Tree, skills: list[str], k_max: int, seed: str, wanted: Sequence[str]
) -> Iterator[Sequence[SkillTuple]]:
    """Chains as they are drawn; while a wanted skill is due, the first of many draws that holds most of those due."""
    due = set(wanted)
    for place in count():
        turns = [f"{seed}-{place}", *(f"{seed}-{place}-{turn}" for turn in range(1, DRAWS if due else 1))]
        chains = [sample_chains(tree, 1, k_max, seed=turn, allowed=skills, method="random")[0] for turn in turns]
        best = max(chains, key=lambda chain: len(due & set(chain.skills)))
        due -= set(best.skills)
        yield best.tuples


def _balanced(
    tree: Tree, skills: list[str], k_max: int, seed: str, method: Method, wanted: Sequence[str]
) -> Iterator[Sequence[SkillTuple]]:
    """Chains one after the other, each chosen with regard to those before it."""
    entropy, coherence = _floors(tree, skills, k_max, method)
    unit = entropy / k_max
    used = Counter(dict.fromkeys(skills, 0))
    places: Counter[tuple[int, str]] = Counter()
    spare = [0.0, 0.0]  # by how much the chains so far are above the floors
    for place in count():
        least = min(used.values())
        starts = stream("recipes", seed, str(place)).shuffled(skills)
        due = {tag for tag in wanted if not used[tag]}
        found = []
        for strength in STRENGTHS:
            handicap = {tag: strength * unit * (times - least) for tag, times in used.items()}
            sampler = Sampler(tree, method, allowed=skills, cross_components=True, handicap=handicap)
            rows = sampler.draw_leaves([tree.leaf_of[tag] for tag in starts], k_max).tolist()
            found += [sampler.describe(row, k_max) for row in rows]
        if due:
            most = max(len(due & set(one.skills)) for one in found)
            found = [one for one in found if len(due & set(one.skills)) == most]
        fit = [
            one for one in found if one.joint_entropy + spare[0] >= entropy and one.coherence + spare[1] >= coherence
        ]
        best = min(fit or found, key=lambda one: sum(used[x] + places[i, x] for i, x in enumerate(one.skills)))
        used.update(best.skills)
        places.update(enumerate(best.skills))
        spare = [spare[0] + best.joint_entropy - entropy, spare[1] + best.coherence - coherence]
        leaves = [tree.leaf_of[tag] for tag in best.skills]
        yield [*(sampler.describe(leaves[:k], k) for k in range(2, k_max)), best]


def _floors(tree: Tree, skills: list[str], k_max: int, method: Method) -> tuple[float, float]:
    """The least mean joint entropy and coherence."""
    uniform, draws = Sampler(tree, "random", allowed=skills), stream("recipes", "chance")
    chance = [uniform.draw_random(draws, k_max) for _ in range(CHANCE)]
    free = Sampler(tree, method, allowed=skills, cross_components=True)
    by_chance = fmean(one.joint_entropy for one in chance)
    gained = fmean(free.draw(tag, k_max).joint_entropy for tag in skills) - by_chance
    rounding = 1e-9  # with as many skills as a chain holds, all chains are the same
    return by_chance + KEPT * gained - rounding, fmean(one.coherence for one in chance) - rounding


def _recipe(tuples: Sequence[SkillTuple]) -> Recipe:
    return Recipe(tuples[-1].skills, tuple(_facts(item) for item in tuples))


def _facts(item: SkillTuple) -> SamplerFacts:
    return SamplerFacts(
        method=item.method,
        start=item.start,
        joint_entropy=round(item.joint_entropy, 12),
        coherence=round(item.coherence, 12),
        lca_height=item.lca_height,
    )
