"""The canonical numbering of a tree's nodes: equal trees have equal parent arrays."""

from __future__ import annotations

import numpy as np

from skillbench.core.errors import InputError
from skillbench.taxonomy.engine import run
from skillbench.taxonomy.graph import Ints
from skillbench.taxonomy.kernels.scans import add_down_along, settle


def canonical(parent: Ints, leaf_count: int) -> Ints:
    """The parent array renumbered: leaves as they are, inner nodes in after-order, the root last.

    Children are visited in the order of their first leaf.

    Raises:
        InputError: not one root, a loop, a leaf with children, or an inner node without.
    """
    count = len(parent)
    _check(parent, leaf_count)
    kids = np.bincount(parent[parent >= 0], minlength=count)
    first = np.minimum(np.arange(count), leaf_count)
    inner = (np.arange(count) >= leaf_count).astype(np.int64)
    order = np.zeros(count, dtype=np.int64)
    barren = leaf_count > 0 and bool((kids[leaf_count:] == 0).any())
    if barren or run(settle, (count, parent, kids, first, inner, order), size=count) != count:
        raise InputError("the parent array has a loop or an inner node without leaves; it must be one tree")
    passed = before_siblings(parent, first, inner)
    run(add_down_along, (count, order, parent, passed), size=count)
    number = np.where(np.arange(count) < leaf_count, np.arange(count), leaf_count + passed + inner - 1)
    out = np.empty(count, dtype=np.int64)
    out[number] = np.where(parent >= 0, number[parent], -1)
    return out


def before_siblings(parent: Ints, first: Ints, amounts: Ints) -> Ints:
    """For each node the sum of amounts over its earlier siblings, in the order of their first leaf."""
    order = np.lexsort((first, parent))
    ranked, ups = amounts[order], parent[order]
    sums = np.cumsum(ranked) - ranked
    starts = np.flatnonzero(np.concatenate(([True], ups[1:] != ups[:-1])))
    sums -= np.repeat(sums[starts], np.diff(np.append(starts, len(ups))))
    out = np.empty(len(parent), dtype=np.int64)
    out[order] = sums
    return out


def _check(parent: Ints, leaf_count: int) -> None:
    """Refuse parents that are leaves or no nodes at all, and arrays without exactly one inner root."""
    wrong = np.flatnonzero((parent >= 0) & ((parent < leaf_count) | (parent >= len(parent))))
    if len(wrong):
        node = int(wrong[0])
        raise InputError(f"node {node} has parent {parent[node]}; parents are inner nodes, from {leaf_count} on")
    roots = np.flatnonzero(parent < 0)
    if len(roots) != 1 or roots[0] < leaf_count:
        raise InputError(f"a tree has one inner root; this array has {len(roots)} nodes without a parent")
