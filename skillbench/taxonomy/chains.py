"""Sets of nested chains whose skills and positions are balanced by the choice of starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from skillbench.core.errors import SelectionError
from skillbench.core.streams import Stream, stream
from skillbench.taxonomy.sampler import Method, Reading, Sampler, Schedule, SkillTuple
from skillbench.taxonomy.tree import Tree


@dataclass(frozen=True)
class SkillChain:
    """An ordered combination of ``k_max`` skills and its prefixes, the Skill@2 ... Skill@k_max tuples."""

    tuples: tuple[SkillTuple, ...]

    @property
    def skills(self) -> tuple[str, ...]:
        """The whole chain, in the order of picking."""
        return self.tuples[-1].skills

    def at(self, k: int) -> SkillTuple:
        """The chain's Skill@k tuple.

        Raises:
            SelectionError: k is not one of the chain's lengths.
        """
        for item in self.tuples:
            if item.asked == k:
                return item
        raise SelectionError(f"the chain has no Skill@{k}; it has k = 2..{self.tuples[-1].asked}")


def sample_chains(  # noqa: PLR0913 -- the sampler's options, each with its default
    tree: Tree,
    count: int,
    k_max: int = 7,
    *,
    seed: str = "chains",
    allowed: Collection[str] | None = None,
    method: Method = "sweet-spot",
    schedule: Schedule = "affinity",
    reading: Reading = "path-union",
    cross_components: bool = False,
) -> list[SkillChain]:
    """``count`` chains in which skills, and skills at each position, occur as evenly as their starts allow.

    A start skill fixes its chain, so starts are what is chosen: each next one adds least to the sum of squared
    frequencies of skills and of (skill, position) pairs, among the starts used least so far; the seed orders
    ties. Chains repeat only once every start has been used. ``random`` chains are uniform and unbalanced.

    Args:
        tree: the taxonomy.
        count: how many chains.
        k_max: the length of each.
        seed: the name of the stream that orders ties and draws random chains.
        allowed: skills that may be drawn; None allows all.
        method: see :class:`Sampler`, as for the options below.
        schedule: how scopes widen.
        reading: which reading of Eq. 2.
        cross_components: whether scopes may leave the start's component.

    Raises:
        SelectionError: no start gives a chain of ``k_max`` skills, or the options are unknown.
    """
    if count < 1 or k_max < 2:
        raise SelectionError(f"{count} chains of {k_max} skills were asked for; give 1 or more of 2 or more")
    sampler = Sampler(tree, method, schedule, reading, allowed, cross_components)
    draws = stream("taxonomy", "chains", seed)
    if method == "random":
        return [_nested(sampler, sampler.draw_random(draws, k_max, f"{seed}/{i}"), k_max) for i in range(count)]
    picks = sampler.draw_leaves(sampler.leaves, k_max)
    whole = picks[picks[:, -1] >= 0].tolist()
    if not whole:
        longest = int((picks >= 0).sum(axis=1).max(initial=0))
        raise SelectionError(
            f"no start skill gives a chain of {k_max}: the longest of {len(picks)} has {longest}. Lower k, "
            "allow more skills, or let scopes cross components (cross_components=True)"
        )
    chosen = _balanced(whole, count, draws)
    return [_nested(sampler, sampler.describe(leaves, k_max), k_max) for leaves in chosen]


def _balanced(candidates: list[list[int]], count: int, draws: Stream) -> list[list[int]]:
    """Greedily the candidates that keep frequencies most even."""
    order = draws.shuffled(candidates)
    used = Counter[int]()
    skills, positions = Counter[int](), Counter[tuple[int, int]]()
    out = []
    for _ in range(count):
        fewest = min(used[leaves[0]] for leaves in order)
        best = min(
            (leaves for leaves in order if used[leaves[0]] == fewest),
            key=lambda leaves: sum(skills[leaf] + positions[leaf, i] for i, leaf in enumerate(leaves)),
        )
        out.append(best)
        used[best[0]] += 1
        skills.update(best)
        positions.update((leaf, i) for i, leaf in enumerate(best))
    return out


def _nested(sampler: Sampler, whole: SkillTuple, k_max: int) -> SkillChain:
    """The chain of a full tuple's prefixes."""
    leaves = [sampler.tree.leaf_of[skill] for skill in whole.skills]
    shorter = (sampler.describe(leaves[:k], k) for k in range(2, k_max))
    return SkillChain((*(replace(item, method=whole.method, seed=whole.seed) for item in shorter), whole))
