"""Which skills to combine: greedy by conditional structural entropy (STEPS, sections 3.2 and 3.3).

With P(node) the sum of H from the root down to the node, Eq. 2 has two readings:

* ``path-union``: x adds the nodes of its root path that X does not cover yet. J(X) is then the sum over the
  union of root paths: free of order, submodular, J(all skills) = H^T.
* ``set-lca``, the literal text: x adds P(x) - P(lca of x and all of X), which depends on the order.

For X empty both give S_e(x).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from skillbench.core.errors import SelectionError
from skillbench.core.streams import Stream
from skillbench.taxonomy.engine import run
from skillbench.taxonomy.kernels.picks import GLOBAL, pick_all
from skillbench.taxonomy.scopes import Scopes, bonds_of, scopes_of
from skillbench.taxonomy.tree import Tree

Method = Literal["sweet-spot", "global", "random"]
Schedule = Literal["affinity", "level", "exhaust", "global"]
Reading = Literal["path-union", "set-lca"]
METHODS: tuple[Method, ...] = get_args(Method)
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)
READINGS: tuple[Reading, ...] = get_args(Reading)


@dataclass(frozen=True)
class SkillTuple:
    """An ordered combination of skills and what the taxonomy says about it.

    Attributes:
        skills: in the order of picking; the first is the start.
        asked: how many were asked for.
        gains: the conditional entropy of each pick given those before it, in bits (Eq. 2).
        coherence: the share of its pairs that occur together in the corpus; 1 for a single skill.
        lca_height: levels between the lowest common ancestor and its deepest skill.
        method, schedule, reading: how it was picked; the schedule is None unless ``sweet-spot``.
        seed: the stream's name for random draws, else empty.
    """

    skills: tuple[str, ...]
    asked: int
    gains: tuple[float, ...]
    coherence: float
    lca_height: int
    method: Method
    schedule: Schedule | None
    reading: Reading
    seed: str = ""

    @property
    def start(self) -> str:
        """The skill picking began with."""
        return self.skills[0]

    @property
    def joint_entropy(self) -> float:
        """J: the sum of the gains, in bits."""
        return math.fsum(self.gains)

    @property
    def short(self) -> bool:
        """Whether the scope held fewer skills than asked for."""
        return len(self.skills) < self.asked


@dataclass(frozen=True)
class Sampler:
    """Draws tuples from a taxonomy.

    Args:
        tree: the taxonomy.
        method: ``sweet-spot`` (default) picks inside a scope that widens around the start; ``global`` picks
            among all skills; ``random`` takes uniform subsets.
        schedule: how wide the i-th pick's scope is, and what counts in it. ``affinity`` goes i ancestors up,
            ``level`` i - 1, ``exhaust`` to the smallest ancestor with i skills, ``global`` to the start's whole
            component. ``affinity`` picks the largest product of gain and bond, the others the largest gain; a
            skill's bond is the sum of ``sqrt(w V / (d_x d_y))`` over the skills picked so far.
        reading: which reading of Eq. 2 ranks the picks.
        allowed: skills that may be drawn; others count neither as picks nor in scope sizes. None allows all.
        cross_components: whether a scope may grow beyond the start's connected component.
        handicap: bits taken off the gain of skills when picks are ranked, and only then; none unless named.

    Raises:
        SelectionError: an unknown method, schedule or reading, or an allowed skill the taxonomy lacks.

    Example:
        >>> from skillbench.taxonomy import Graph, induce
        >>> u, v = [0, 0, 1, 3, 3, 4, 2], [1, 2, 2, 4, 5, 5, 3]
        >>> sampler = Sampler(induce(Graph.from_arrays("abcdef", u, v, [1] * 7)))
        >>> sampler.draw("a", 4).skills
        ('a', 'b', 'c', 'd')
    """

    tree: Tree
    method: Method = "sweet-spot"
    schedule: Schedule = "affinity"
    reading: Reading = "path-union"
    allowed: Collection[str] | None = None
    cross_components: bool = False
    handicap: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        _one_of("method", self.method, METHODS)
        _one_of("schedule", self.schedule, SCHEDULES)
        _one_of("reading", self.reading, READINGS)
        missing = sorted({*(self.allowed or ()), *(self.handicap or ())} - set(self.tree.names))
        if missing:
            raise SelectionError(
                f"skills are not in the taxonomy: {', '.join(missing)}; it has "
                f"{self.tree.leaf_count} skills. Tag rows of the corpus with them, or allow others"
            )

    @cached_property
    def leaves(self) -> list[int]:
        """The leaves that may be drawn, in leaf order."""
        if self.allowed is None:
            return list(range(self.tree.leaf_count))
        return sorted(self.tree.leaf_of[skill] for skill in set(self.allowed))

    def draw(self, start: str, k: int) -> SkillTuple:
        """The tuple of k skills that grows from ``start``; shorter where its widest scope holds fewer.

        Prefixes nest: ``draw(start, k).skills[:j] == draw(start, j).skills``.

        Raises:
            SelectionError: an unknown or forbidden start, k below 1, or the method ``random``.
        """
        leaf = self.tree.leaf_of.get(start, -1)
        if leaf not in self._drawable:
            raise SelectionError(f"start skill {start!r} may not be drawn; {len(self.leaves)} skills may")
        return self.describe([pick for pick in self.draw_leaves([leaf], k)[0].tolist() if pick >= 0], k)

    def draw_leaves(self, starts: Sequence[int], k: int) -> NDArray[np.int32]:
        """The tuples of many starts at once, as leaves: one row per start, -1 where a tuple ends early.

        Raises:
            SelectionError: k below 1, or the method ``random``, whose tuples have no start.
        """
        _at_least_one(k)
        if self.method == "random":
            raise SelectionError("random tuples have no start: use draw_random with a stream")
        scopes, leaves = self._scopes, self.tree.leaf_count
        nodes = len(scopes.parent)
        picks = np.full(len(starts) * k, -1, dtype=np.int32)
        schedule = GLOBAL if self.method == "global" else SCHEDULES.index(self.schedule)
        arguments = (
            np.asarray(starts, dtype=np.int32), len(starts), k, schedule, self.reading == "path-union",
            *(getattr(scopes, part.name) for part in fields(scopes)), *self._bonds, np.zeros(nodes, dtype=np.int32),
            np.zeros(nodes, dtype=np.int32), np.zeros(leaves), scopes.worth[:leaves].copy(),
            np.zeros(leaves + 1, dtype=np.int32), picks,
        )  # fmt: skip
        run(pick_all, arguments, size=len(starts) * k)
        return picks.reshape(-1, k)

    def draw_random(self, draws: Stream, k: int, seed: str = "") -> SkillTuple:
        """A uniform k-subset in uniform order: the Instruct-SkillMix baseline.

        Raises:
            SelectionError: fewer than k skills may be drawn.
        """
        _at_least_one(k)
        leaves = self.leaves
        if k > len(leaves):
            raise SelectionError(f"{k} skills were asked for; {len(leaves)} may be drawn. Lower k or allow more")
        picked = draws.sample(leaves, k)
        return replace(self.describe(picked, k), method="random", seed=seed)

    def describe(self, leaves: Sequence[int], asked: int) -> SkillTuple:
        """The record of these leaves in this order."""
        tree = self.tree
        gains = [self.gain(leaf, leaves[:i]) for i, leaf in enumerate(leaves)]
        pairs = [(min(a, b), max(a, b)) for i, a in enumerate(leaves) for b in leaves[:i]]
        met = sum(pair in tree.graph.weight_of for pair in pairs)
        return SkillTuple(
            skills=tuple(tree.names[leaf] for leaf in leaves),
            asked=asked,
            gains=tuple(gains),
            coherence=met / len(pairs) if pairs else 1.0,
            lca_height=int(tree.heights[tree.lca(*leaves)]),
            method=self.method,
            schedule=self.schedule if self.method == "sweet-spot" else None,
            reading=self.reading,
        )

    def gain(self, leaf: int, given: Sequence[int]) -> float:
        """The conditional structural entropy of a leaf given others, in bits (Eq. 2)."""
        tree = self.tree
        if self.reading == "set-lca" or not given:
            met = tree.lca(leaf, *given) if given else tree.root
        else:
            met = min(tree.lca(leaf, other) for other in given)  # the deepest: numbers fall towards leaves
        return float(tree.potentials[leaf] - tree.potentials[met])

    @cached_property
    def _drawable(self) -> frozenset[int]:
        return frozenset(self.leaves)

    @cached_property
    def _scopes(self) -> Scopes:
        handicap = {self.tree.leaf_of[skill]: bits for skill, bits in (self.handicap or {}).items()}
        parted = not self.cross_components and self.method != "global"
        return scopes_of(self.tree, self.leaves, handicap, parted=parted)

    @cached_property
    def _bonds(self) -> tuple[NDArray[Any], ...]:
        if self.method == "global" or self.schedule != "affinity":
            return (np.zeros(self.tree.leaf_count + 1, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0))
        return bonds_of(self.tree, self.leaves)


def _one_of(what: str, given: str, allowed: Sequence[str]) -> None:
    if given not in allowed:
        raise SelectionError(f"{what} {given!r} is unknown; choose one of {', '.join(allowed)}")


def _at_least_one(k: int) -> None:
    if k < 1:
        raise SelectionError(f"k is {k}; a tuple has 1 skill or more")
