"""The taxonomy: a tree whose leaves are skills, with the structural entropy of every node.

Source: STEPS, sections 3.1 and 3.2, Eq. 1; Li and Pan, structural information, 2016. Base 2 throughout.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from skillbench.core.errors import InputError
from skillbench.taxonomy.engine import run
from skillbench.taxonomy.graph import Floats, Graph, Ints
from skillbench.taxonomy.kernels.scans import add_down, climb, least_up, sum_up
from skillbench.taxonomy.logarithm import log2_array
from skillbench.taxonomy.numbering import before_siblings, canonical

_Number = TypeVar("_Number", np.int64, np.float64)


@dataclass(frozen=True)
class Origin:
    """How a tree came about: kept beside it, written with it, and printed by ``describe``."""

    linkage: str = "given"
    weight: str = "count"
    max_height: int | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Tree:
    """A rooted tree over the nodes of a graph.

    Node numbers: ``0..n-1`` are the leaves, in the order of ``graph.names``; inner nodes follow, children
    before parents; the last is the root. A tree always has an inner root, even over one skill or none.

    Args:
        graph: the co-occurrence graph whose nodes are the leaves.
        parent: each node's parent, -1 for the root. Build from other numberings with :meth:`from_parents`.
        origin: how the tree came about.

    Example:
        >>> graph = Graph.from_arrays("abc", [0, 1], [1, 2], [1, 1])
        >>> flat = Tree.from_parents(graph, [3, 3, 3, -1])
        >>> flat.entropy, flat.entropy == flat.flat_entropy
        (1.5, True)
    """

    graph: Graph
    parent: Ints
    origin: Origin = field(default_factory=Origin)

    @classmethod
    def from_parents(cls, graph: Graph, parent: Sequence[int] | Ints, origin: Origin | None = None) -> Tree:
        """A tree from any parent array whose first nodes are the graph's; inner nodes are renumbered.

        The numbering is canonical: after-order, children in the order of their first leaf, so equal trees
        have equal arrays however they were made. Inner nodes without leaves are refused.

        Raises:
            InputError: the array is no tree over the graph's nodes.
        """
        return cls(graph, canonical(np.asarray(parent, dtype=np.int64), graph.node_count), origin or Origin())

    @property
    def leaf_count(self) -> int:
        """The number of skills."""
        return self.graph.node_count

    @property
    def node_count(self) -> int:
        """Leaves and inner nodes together."""
        return len(self.parent)

    @property
    def root(self) -> int:
        """The root's number, the last."""
        return self.node_count - 1

    @property
    def names(self) -> tuple[str, ...]:
        """The skills, in leaf order."""
        return self.graph.names

    @cached_property
    def leaf_of(self) -> dict[str, int]:
        """The leaf of each skill."""
        return {name: leaf for leaf, name in enumerate(self.names)}

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Each node's children, in rising order of their first leaf."""
        below: list[list[int]] = [[] for _ in range(self.node_count)]
        ups = self.parent.tolist()
        for node in np.argsort(self.first_leaf, kind="stable").tolist():
            if node != self.root:
                below[ups[node]].append(node)
        return tuple(map(tuple, below))

    @cached_property
    def first_leaf(self) -> Ints:
        """The smallest leaf number under each node."""
        return self._scanned(least_up, np.minimum(np.arange(self.node_count), self.leaf_count))

    @cached_property
    def depths(self) -> Ints:
        """Edges from the root to each node."""
        return self._scanned(add_down, (self.parent >= 0).astype(np.int64))

    @cached_property
    def heights(self) -> Ints:
        """Edges from each node down to its deepest leaf."""
        return self._scanned(climb, np.zeros(self.node_count, dtype=np.int64))

    @property
    def height(self) -> int:
        """Edges from the root to the deepest leaf."""
        return int(self.heights[self.root])

    @cached_property
    def sizes(self) -> Ints:
        """The number of leaves under each node."""
        return self._summed(np.ones(self.leaf_count, dtype=np.int64))

    @cached_property
    def volumes(self) -> Ints:
        """Each node's volume (vol), in the graph's units."""
        return self._summed(self.graph.volumes)

    @cached_property
    def cuts(self) -> Ints:
        """Each node's cut (g), the weight of edges leaving it, in the graph's units."""
        inner = np.zeros(self.node_count, dtype=np.int64)
        np.add.at(inner, self.edge_lcas, 2 * self.graph.weights)
        return self._summed(self.graph.strengths) - self._summed(inner)

    @cached_property
    def edge_lcas(self) -> Ints:
        """The lowest common ancestor of each edge of the graph.

        With leaves in a line, it is the largest of the ancestors that neighbours in the line share between the
        edge's two ends, since numbers rise along every root path: a range maximum, by doubling.
        """
        order, start = self.leaf_order
        place = np.empty(self.leaf_count, dtype=np.int64)
        place[order] = np.arange(self.leaf_count)
        first = np.minimum(place[self.graph.u], place[self.graph.v])
        last = np.maximum(place[self.graph.u], place[self.graph.v])
        later = np.flatnonzero(start[:-1] != start[self.parent[:-1]])  # nodes that are not a first child
        shared = np.zeros(max(self.leaf_count - 1, 0), dtype=np.int64)
        shared[start[later] - 1] = self.parent[later]
        out = np.empty(self.graph.edge_count, dtype=np.int64)
        power = np.frexp(last - first)[1] - 1
        width = 1
        for step in range(int(power.max(initial=-1)) + 1):
            at = np.flatnonzero(power == step)
            out[at] = np.maximum(shared[first[at]], shared[last[at] - width])
            shared = np.maximum(shared[:-width], shared[width:])
            width *= 2
        return out

    @cached_property
    def terms(self) -> Floats:
        """H of each node, in bits: -(g/V) log2(vol / vol of the parent); 0 for the root (Eq. 1)."""
        out = np.zeros(self.node_count, dtype=np.float64)
        nodes = np.flatnonzero((self.cuts > 0) & (self.parent >= 0))
        ratio = self.volumes[self.parent[nodes]] / self.volumes[nodes]
        out[nodes] = self.cuts[nodes] / self.graph.volume * log2_array(ratio)
        return out

    @cached_property
    def potentials(self) -> Floats:
        """P of each node: the sum of H from the root down to it. A leaf's is its S_e (Eq. 1)."""
        return self._scanned(add_down, self.terms)

    @property
    def entropy(self) -> float:
        """H^T, the structural entropy of the graph by this tree, in bits."""
        return math.fsum(self.terms.tolist())

    @cached_property
    def flat_entropy(self) -> float:
        """H^1, the structural entropy by the tree of one level, in bits."""
        volume, cuts = self.graph.volume, self.graph.strengths
        at = np.flatnonzero(cuts)
        return math.fsum((cuts[at] / volume * log2_array(volume / self.graph.volumes[at])).tolist())

    def skill_entropy(self, skill: str) -> float:
        """S_e of a skill, in bits (Eq. 1).

        Raises:
            InputError: the tree has no such skill.
        """
        return float(self.potentials[self.leaf(skill)])

    def leaf(self, skill: str) -> int:
        """The leaf of a skill.

        Raises:
            InputError: the tree has no such skill.
        """
        if skill not in self.leaf_of:
            raise InputError(
                f"the taxonomy has no skill {skill!r}; it has {self.leaf_count}, from "
                f"{', '.join(map(repr, self.names[:3])) or 'none'} on. Check spelling and letter case"
            )
        return self.leaf_of[skill]

    def path(self, node: int) -> list[int]:
        """The nodes from this one up to the root, both included."""
        out = [node]
        while (node := int(self.parent[node])) >= 0:
            out.append(node)
        return out

    def lca(self, *nodes: int) -> int:
        """The lowest common ancestor of the nodes; of none, the root.

        Numbers rise along every root path, so the smaller of two can always climb.
        """
        if not nodes:
            return self.root
        meet = nodes[0]
        for node in nodes[1:]:
            other = node
            while meet != other:
                if meet < other:
                    meet = int(self.parent[meet])
                else:
                    other = int(self.parent[other])
        return meet

    @cached_property
    def leaf_order(self) -> tuple[Ints, Ints]:
        """Leaves from left to right, and each node's first position in that order.

        The leaves under a node are ``order[start[node]: start[node] + sizes[node]]``.
        """
        start = self._scanned(add_down, before_siblings(self.parent, self.first_leaf, self.sizes))
        order = np.empty(self.leaf_count, dtype=np.int64)
        order[start[: self.leaf_count]] = np.arange(self.leaf_count)
        return order, start

    def leaves(self, node: int | None = None) -> list[int]:
        """The leaves under a node (default: the root), from left to right."""
        at = self.root if node is None else node
        order, start = self.leaf_order
        return [int(leaf) for leaf in order[start[at] : start[at] + self.sizes[at]]]

    def skills(self, node: int | None = None) -> list[str]:
        """The skills under a node (default: the root), from left to right."""
        return [self.names[leaf] for leaf in self.leaves(node)]

    def cut_at(self, depth: int) -> list[int]:
        """The communities at a depth: nodes that deep, and leaves that end above it."""
        deep = self.depths
        leaf = np.arange(self.node_count) < self.leaf_count
        return [int(node) for node in np.flatnonzero((deep == depth) | (leaf & (deep < depth)))]

    @cached_property
    def isolated(self) -> list[int]:
        """Leaves of skills that never occur together with another."""
        return [int(leaf) for leaf in np.flatnonzero(self.graph.strengths == 0)]

    def _summed(self, values: Ints) -> Ints:
        """Values of the first nodes summed up the tree."""
        out = np.zeros(self.node_count, dtype=np.int64)
        out[: len(values)] = values
        return self._scanned(sum_up, out)

    def _scanned(self, kernel: Callable[..., None], values: NDArray[_Number]) -> NDArray[_Number]:
        """A copy of the values, changed along the tree's paths."""
        out = values.copy()
        run(kernel, (self.node_count, self.parent, out), size=self.node_count)
        return out
