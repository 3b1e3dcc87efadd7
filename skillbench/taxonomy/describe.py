"""A taxonomy as an indented page for a person."""

from __future__ import annotations

import numpy as np

from skillbench.taxonomy.tree import Tree

LISTED = 12
"""Skills named of a community whose own communities are not printed."""


def describe(tree: Tree, *, central: int = 3, max_depth: int | None = None) -> str:
    """The taxonomy, indented: every community with its size, share of volume and most central skills.

    Central skills are those with most weight inside their community. Skills are listed under the community
    that holds them, the most central first.

    Args:
        tree: the taxonomy.
        central: how many skills name a community.
        max_depth: levels to print; of deeper communities the most central :data:`LISTED` skills are named.
    """
    graph = tree.graph
    total = max(graph.volume, 1)
    summary = (
        f"{tree.leaf_count} skills, {graph.edge_count} pairs; H1 {tree.flat_entropy:.4f} bits, "
        f"HT {tree.entropy:.4f} bits, height {tree.height} ({tree.origin.linkage} linkage)"
    )
    lines = [summary]
    lines += [f"note: {warning}" for warning in tree.origin.warnings]
    stack = [(node, "") for node in _by_volume(tree, tree.root)]
    last = {tree.root: stack[-1][0] if stack else -1}
    stack.reverse()
    while stack:
        node, indent = stack.pop()
        parent = int(tree.parent[node])
        end = node == last[parent]
        branch, deeper = ("└─ ", "   ") if end else ("├─ ", "│  ")
        if node < tree.leaf_count:
            lines.append(f"{indent}{branch}{tree.names[node]}")
            continue
        ranked = central_skills(tree, node)
        named = " · ".join(ranked[:central])
        share = f"{100 * int(tree.volumes[node]) / total:.1f} %"
        lines.append(f"{indent}{branch}[{int(tree.sizes[node])} skills, {share}] {named}")
        kids = _by_volume(tree, node)
        inner = [kid for kid in kids if kid >= tree.leaf_count]
        too_deep = max_depth is not None and int(tree.depths[node]) >= max_depth
        if not inner or too_deep:
            listed = ranked[:LISTED] if inner else ranked
            more = f" and {len(ranked) - LISTED} more" if len(ranked) > len(listed) else ""
            lines.append(f"{indent}{deeper}   {', '.join(listed)}{more}")
            continue
        last[node] = kids[-1]
        stack += [(kid, indent + deeper) for kid in reversed(kids)]
    return "\n".join(lines) + "\n"


def central_skills(tree: Tree, node: int) -> list[str]:
    """The skills of a community by their weight inside it, the heaviest first, then by name."""
    leaves = tree.leaves(node)
    inside = np.zeros(tree.leaf_count, dtype=bool)
    inside[leaves] = True
    graph = tree.graph
    both = inside[graph.u] & inside[graph.v]
    weight = np.zeros(tree.leaf_count, dtype=np.int64)
    np.add.at(weight, graph.u[both], graph.weights[both])
    np.add.at(weight, graph.v[both], graph.weights[both])
    return [tree.names[leaf] for leaf in sorted(leaves, key=lambda leaf: (-int(weight[leaf]), tree.names[leaf]))]


def _by_volume(tree: Tree, node: int) -> list[int]:
    """A node's children, communities before skills, the largest volume first."""
    return sorted(tree.children[node], key=lambda kid: (kid < tree.leaf_count, -int(tree.volumes[kid]), kid))
