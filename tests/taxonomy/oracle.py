"""Induction written plainly, over sets and dictionaries: what the kernels must equal bit for bit."""

from __future__ import annotations

import heapq
import math
from collections import deque
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillbench.taxonomy import Graph, Linkage, Sampler, Tree
from skillbench.taxonomy.logarithm import log2

MARGIN = 1.0 + 1e-12


def induced(graph: Graph, linkage: Linkage, max_height: int | None) -> Tree:
    """The tree that ``induce`` must give, for weights without a common divisor."""
    found = [agglomerate(graph, linkage)]
    if linkage == "balanced":
        found = [one for key in ("balanced", "paris") for one in interchanged(graph, agglomerate(graph, key))]
    return min(
        (Tree.from_parents(graph, bound_height(one, max_height)) for one in found), key=lambda tree: tree.entropy
    )


@dataclass(frozen=True)
class Dendrogram:
    """A forest of binary merges over ``leaf_count`` leaves.

    Attributes:
        left, right: the children of inner node ``leaf_count + i``, in creation order; -1 for leaves.
        crossing: the weight between each inner node's two children, in the graph's units; 0 for leaves.
        volumes: vol of each node, in the graph's units.
        parent: each node's parent, -1 for the tops of the components.
    """

    leaf_count: int
    left: list[int]
    right: list[int]
    crossing: list[int]
    volumes: list[int]
    parent: list[int]


def merge_key(linkage: str, w: int, sizes: tuple[int, int], inner: tuple[int, int], volume: int) -> float:
    """How eagerly two communities merge; only the order counts.

    Args:
        linkage: which of the three, or ``paris``.
        w: the weight between the two.
        sizes: their volumes.
        inner: their inner volumes (volume less cut and loops), read by ``partition`` alone.
        volume: the graph's volume.
    """
    together = sizes[0] + sizes[1]
    if linkage == "paris":
        return w / (float(sizes[0]) * float(sizes[1]))
    saved = log2(volume / together)
    if linkage == "paper":
        return w * saved
    if linkage == "balanced":
        return (w / min(sizes)) * saved
    lost = inner[0] * log2(together / sizes[0]) + inner[1] * log2(together / sizes[1])
    return 2 * w * saved - lost


def contracted(graph: Graph, merges: Dendrogram) -> Tree:
    """The dendrogram as a tree."""
    return Tree.from_parents(graph, bound_height(merges, None))


def agglomerate(graph: Graph, linkage: str) -> Dendrogram:
    """Merge the best pair until no two communities share weight."""
    n, total = graph.node_count, graph.volume
    volumes, inner = graph.volumes.tolist(), [0] * n
    beside: list[dict[int, int]] = [{} for _ in range(n)]
    for (a, b), w in graph.weight_of.items():
        beside[a][b] = beside[b][a] = w
    tree = Dendrogram(n, [-1] * n, [-1] * n, [0] * n, volumes, [-1] * n)

    def entry(a: int, b: int) -> tuple[float, int, int]:
        key = merge_key(linkage, beside[a][b], (volumes[a], volumes[b]), (inner[a], inner[b]), total)
        return (-key, min(a, b), max(a, b))

    queue = [entry(a, b) for a, b in graph.weight_of]
    heapq.heapify(queue)
    while queue:
        _, a, b = heapq.heappop(queue)
        if tree.parent[a] >= 0 or tree.parent[b] >= 0:
            continue
        new, w = len(volumes), beside[a][b]
        tree.left.append(a)
        tree.right.append(b)
        tree.crossing.append(w)
        tree.parent[a] = tree.parent[b] = new
        tree.parent.append(-1)
        volumes.append(volumes[a] + volumes[b])
        inner.append(inner[a] + inner[b] + 2 * w)
        joined = {c: beside[a].get(c, 0) + beside[b].get(c, 0) for c in {**beside[a], **beside[b]}}
        del joined[a], joined[b]
        beside.append(joined)
        for c, weight in joined.items():
            beside[c].pop(a, None)
            beside[c].pop(b, None)
            beside[c][new] = weight
            heapq.heappush(queue, entry(new, c))
    return tree


def interchanged(graph: Graph, tree: Dendrogram) -> list[Dendrogram]:
    """The merges, and the outcomes of two searches: from the lowest nodes up and from the highest down."""
    up, down = deepcopy(tree), deepcopy(tree)
    interchange(graph, up)
    interchange(graph, down, from_top=True)
    return [tree, up, down]


def interchange(graph: Graph, tree: Dendrogram, *, from_top: bool = False) -> int:
    """Apply interchanges in place, best of each node's four; the number made."""
    beside: list[list[tuple[int, int]]] = [[] for _ in range(graph.node_count)]
    for (a, b), w in graph.weight_of.items():
        beside[a].append((b, w))
        beside[b].append((a, w))
    waiting = deque(range(tree.leaf_count, len(tree.left)))
    if from_top:
        waiting.reverse()
    queued = [True] * len(tree.left)
    made = 0
    while waiting:
        p = waiting.popleft()
        queued[p] = False
        move = _best_move(beside, tree, p)
        if move is None:
            continue
        made += 1
        _apply(tree, p, *move)
        for node in (move[0], p, tree.parent[p]):
            if node >= 0 and not queued[node]:
                queued[node] = True
                waiting.append(node)
    return made


def _best_move(beside: list[list[tuple[int, int]]], tree: Dendrogram, p: int) -> tuple[int, int, int, int, int] | None:
    """The interchange under p that lowers H^T most: (x, stays, leaves, joins, weight of stays with joins)."""
    best, found = 0.0, None
    volumes = tree.volumes
    for x, y in ((tree.left[p], tree.right[p]), (tree.right[p], tree.left[p])):
        if x < tree.leaf_count:
            continue
        kept = tree.crossing[x] * log2(volumes[p] / volumes[x])
        for stays, leaves in ((tree.left[x], tree.right[x]), (tree.right[x], tree.left[x])):
            w = _weight_between(beside, tree, stays, y)
            gained = w * log2(volumes[p] / (volumes[stays] + volumes[y]))
            if gained > kept * MARGIN and gained - kept > best:
                best, found = gained - kept, (x, stays, leaves, y, w)
    return found


def _apply(tree: Dendrogram, p: int, x: int, stays: int, leaves: int, joins: int, w: int) -> None:
    """Make x the parent of ``stays`` and ``joins``, and p the parent of x and ``leaves``."""
    tree.crossing[p] += tree.crossing[x] - w
    tree.crossing[x] = w
    tree.volumes[x] = tree.volumes[stays] + tree.volumes[joins]
    tree.left[x], tree.right[x] = stays, joins
    tree.left[p], tree.right[p] = x, leaves
    tree.parent[joins], tree.parent[leaves] = x, p


def _weight_between(beside: list[list[tuple[int, int]]], tree: Dendrogram, a: int, b: int) -> int:
    """The weight of all edges between two disjoint communities."""
    inside = set(_leaves(tree, b))
    return sum(w for leaf in _leaves(tree, a) for other, w in beside[leaf] if other in inside)


def _leaves(tree: Dendrogram, node: int) -> list[int]:
    stack, out = [node], []
    while stack:
        at = stack.pop()
        if at < tree.leaf_count:
            out.append(at)
        else:
            stack += (tree.left[at], tree.right[at])
    return out


def bound_height(tree: Dendrogram, max_height: int | None) -> list[int]:
    """The parent array of the best tree of at most ``max_height`` levels under one root.

    Leaves keep their numbers. ``None`` keeps every node. Component tops hang off a new root unless there is
    only one, an inner node.
    """
    tops = [node for node, up in enumerate(tree.parent) if up < 0]
    if max_height is None:
        return _contract(tree, tops, set(range(tree.leaf_count, len(tree.left))))
    kept: set[int] = set()
    for top in tops:
        if top >= tree.leaf_count:
            kept |= _choose(tree, top, max_height - 1, is_root=len(tops) == 1)
    return _contract(tree, tops, kept)


def _choose(tree: Dendrogram, top: int, levels: int, *, is_root: bool) -> set[int]:
    """The nodes to keep under one component; ``levels`` of them may stand below the root on any path."""
    order = [node for node in _downwards(tree, top) if node >= tree.leaf_count]
    total = log2(float(sum(tree.volumes[: tree.leaf_count])))
    above: dict[int, list[float]] = {top: [] if is_root else [total]}  # log2 vol of the ancestors
    for node in order:
        mine = [*above[node], log2(float(tree.volumes[node]))]
        above[tree.left[node]] = above[tree.right[node]] = mine
    # cost[node][j, a]: the least cost under node when j more nodes of a path may be kept and ancestor a is
    # the last that was; keeps[node][j, a]: whether node itself is kept there.
    cost: dict[int, NDArray[np.float64]] = {}
    keeps: dict[int, NDArray[np.bool_]] = {}
    for node in reversed(order):
        x = np.array(above[tree.left[node]])
        passed = tree.crossing[node] * x + cost.pop(tree.left[node], 0.0) + cost.pop(tree.right[node], 0.0)
        passed = np.broadcast_to(passed, (levels + 1, len(x)))
        kept_cost = np.concatenate(([np.inf], passed[:-1, -1]))[:, None]
        keeps[node] = kept_cost < passed[:, :-1]
        cost[node] = np.minimum(kept_cost, passed[:, :-1])
    chosen: set[int] = set()
    stack = [(top, 0, levels + is_root)]
    while stack:
        node, ancestor, left = stack.pop()
        if node < tree.leaf_count:
            continue
        if (node == top and is_root) or keeps[node][left, ancestor]:
            chosen.add(node)
            ancestor, left = len(above[node]), left - 1
        stack += [(tree.left[node], ancestor, left), (tree.right[node], ancestor, left)]
    return chosen


def _contract(tree: Dendrogram, tops: list[int], kept: set[int]) -> list[int]:
    """The parent array over the leaves and the kept nodes."""
    number = {leaf: leaf for leaf in range(tree.leaf_count)}
    for node in sorted(kept):
        number[node] = len(number)
    needs_root = len(tops) != 1 or tops[0] < tree.leaf_count
    root = len(number) if needs_root else number[tops[0]]
    parent = [-1] * (len(number) + needs_root)
    for top in tops:
        nearest = {top: root}
        for node in _downwards(tree, top):
            up = nearest.pop(node)
            if node in number:
                parent[number[node]] = up if number[node] != root else -1
                up = number[node]
            if node >= tree.leaf_count:
                nearest[tree.left[node]] = nearest[tree.right[node]] = up
    return parent


def _downwards(tree: Dendrogram, top: int) -> list[int]:
    """The nodes under ``top``, parents before children."""
    out, stack = [], [top]
    while stack:
        node = stack.pop()
        out.append(node)
        if node >= tree.leaf_count:
            stack += (tree.left[node], tree.right[node])
    return out


def greedy(sampler: Sampler, start: int, k: int) -> list[int]:
    """The picks of a sampler, every candidate of every scope weighed; components are walked in the graph."""
    tree, picked = sampler.tree, [start]
    whole = sampler.cross_components or sampler.method == "global"
    inside = set(sampler.leaves) if whole else set(sampler.leaves) & _reached(tree.graph, start)
    scopes = [[start]]
    for node in tree.path(start)[1:]:
        held = [leaf for leaf in tree.leaves(node) if leaf in inside]
        if len(held) > len(scopes[-1]):
            scopes.append(held)
    scopes = scopes[1:] or scopes
    if sampler.method == "global":
        scopes = [sampler.leaves]
    handicap = sampler.handicap or {}

    def rank(leaf: int) -> tuple[float, float, float, int]:
        worth = tree.potentials[leaf] - handicap.get(tree.names[leaf], 0.0)
        gain = worth - (tree.potentials[leaf] - sampler.gain(leaf, picked))
        score = gain * sum(_bond(tree.graph, leaf, other) for other in picked)
        if sampler.schedule != "affinity" or sampler.method == "global" or gain <= 0:
            score = 0.0
        return (round(score, 12), round(gain, 12), round(worth, 12), -leaf)

    while len(picked) < k:
        i = len(picked) + 1
        up = i - 1 if sampler.schedule == "affinity" else i - 2
        least = {"exhaust": i, "global": len(scopes[-1])}
        wanted = least.get(sampler.schedule, len(scopes[min(up, len(scopes) - 1)]))
        scope = next((scope for scope in scopes if len(scope) >= max(i, wanted)), scopes[-1])
        left = [leaf for leaf in scope if leaf not in picked]
        if not left:
            break
        picked.append(max(left, key=rank))
    return picked


def _reached(graph: Graph, start: int) -> set[int]:
    """The nodes to which edges lead from one, itself included."""
    found = {start}
    while more := {x for pair in graph.weight_of if found & set(pair) for x in pair} - found:
        found |= more
    return found


def _bond(graph: Graph, a: int, b: int) -> float:
    """The root of a pair's weight by what skills of such degrees would share by chance."""
    w = graph.weight_of.get((min(a, b), max(a, b)), 0)
    degree = graph.strengths.tolist()
    return math.sqrt(w * sum(degree) / (degree[a] * degree[b])) if w else 0.0
