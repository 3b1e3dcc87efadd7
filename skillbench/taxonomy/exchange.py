"""A taxonomy as JSON, networkx and Newick, and as text for a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import networkx as nx
import numpy as np

from skillbench.core.errors import InputError
from skillbench.taxonomy.graph import Graph
from skillbench.taxonomy.tree import Origin, Tree

FORMAT: Final = "skillbench-taxonomy"
VERSION: Final = 1


def to_json(tree: Tree) -> str:
    """The tree as one JSON document: names, parent array, edges in units, and origin.

    Everything else (volumes, entropies, potentials) follows from these exactly, and is not written.
    """
    graph = tree.graph
    document = {
        "format": FORMAT,
        "version": VERSION,
        "origin": {
            "linkage": tree.origin.linkage,
            "weight": tree.origin.weight,
            "max_height": tree.origin.max_height,
            "warnings": list(tree.origin.warnings),
        },
        "skills": list(graph.names),
        "parent": tree.parent.tolist(),
        "unit": graph.unit,
        "edges": {"u": graph.u.tolist(), "v": graph.v.tolist(), "weight": graph.weights.tolist()},
        "loops": graph.loops.tolist(),
    }
    rows = ",\n".join(f'  "{key}": {json.dumps(value, ensure_ascii=False)}' for key, value in document.items())
    return "{\n" + rows + "\n}\n"


def from_json(text: str, source: str = "the taxonomy") -> Tree:
    """The tree of a JSON document written by :func:`to_json`.

    Raises:
        InputError: not such a document, or one of another version.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{source} is not JSON ({error}); make one with `skillbench taxonomy --out`") from error
    found = (document.get("format"), document.get("version")) if isinstance(document, dict) else None
    if found != (FORMAT, VERSION):
        raise InputError(
            f"{source} is {found}; this version reads {(FORMAT, VERSION)}. "
            "Make it anew with `skillbench taxonomy CORPUS --out`"
        )
    try:
        edges = document["edges"]
        names = document["skills"]
        loops = np.asarray(document["loops"], dtype=np.int64)
        own = np.arange(len(names))
        graph = Graph.from_arrays(
            names,
            np.concatenate((np.asarray(edges["u"], dtype=np.int64), own)),
            np.concatenate((np.asarray(edges["v"], dtype=np.int64), own)),
            np.concatenate((np.asarray(edges["weight"], dtype=np.int64), loops)),
            unit=float(document["unit"]),
        )
        given = document["origin"]
        origin = Origin(given["linkage"], given["weight"], given["max_height"], tuple(given["warnings"]))
        return Tree.from_parents(graph, document["parent"], origin)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{source} lacks or garbles {error}; make it anew with `skillbench taxonomy`") from error


def save(tree: Tree, path: str | Path) -> None:
    """Write the tree as JSON."""
    Path(path).write_text(to_json(tree), encoding="utf-8", newline="\n")


def load(path: str | Path) -> Tree:
    """Read a tree that :func:`save` wrote.

    Raises:
        InputError: no such file, or not such a document.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path} does not exist; give a file that `skillbench taxonomy … --out {path.name}` wrote")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the taxonomy {path}: {error}") from error
    return from_json(text, str(path))


def to_networkx(tree: Tree) -> nx.DiGraph[int]:
    """The tree as a networkx graph, edges from parent to child.

    Nodes carry ``skill`` (leaves), ``volume``, ``cut`` (the graph's units), ``entropy`` (H) and ``potential`` (P).
    """
    out: nx.DiGraph[int] = nx.DiGraph()
    for node in range(tree.node_count):
        out.add_node(
            node,
            volume=int(tree.volumes[node]),
            cut=int(tree.cuts[node]),
            entropy=float(tree.terms[node]),
            potential=float(tree.potentials[node]),
        )
        if node < tree.leaf_count:
            out.nodes[node]["skill"] = tree.names[node]
    out.add_edges_from((up, node) for node, up in enumerate(tree.parent.tolist()) if up >= 0)
    return out


def from_networkx(graph: Graph, arborescence: nx.DiGraph[Any]) -> Tree:
    """A tree over ``graph`` from a networkx arborescence, edges from parent to child.

    A leaf is known by its ``skill`` attribute, else by its own name.

    Raises:
        InputError: not a tree whose leaves are the graph's nodes.
    """
    if not len(arborescence) or not nx.is_arborescence(arborescence):
        raise InputError("the networkx graph is no tree with edges from parent to child")
    index = {name: i for i, name in enumerate(graph.names)}
    number: dict[Any, int] = {}
    inner = graph.node_count
    for node, degree in arborescence.out_degree():
        if degree:
            number[node] = inner
            inner += 1
        else:
            skill = str(arborescence.nodes[node].get("skill", node))
            if skill not in index or index[skill] in number.values():
                raise InputError(f"leaf {skill!r} is no node of the graph, or stands twice")
            number[node] = index[skill]
    if inner - graph.node_count + len(index) != len(arborescence):
        raise InputError(f"the tree has {len(arborescence)} nodes; some of the graph's nodes have no leaf")
    parent = [-1] * len(arborescence)
    for up, node in arborescence.edges:
        parent[number[node]] = number[up]
    return Tree.from_parents(graph, parent)


def to_newick(tree: Tree) -> str:
    """The tree in Newick's notation; a branch's length is its lower node's H, in bits.

    Names are quoted where the notation needs it.
    """
    text: dict[int, str] = {}
    for node in range(tree.node_count):
        length = "" if node == tree.root else f":{tree.terms[node]:.9g}"
        if node < tree.leaf_count:
            text[node] = _newick_name(tree.names[node]) + length
        else:
            text[node] = "(" + ",".join(text.pop(child) for child in tree.children[node]) + ")" + length
    return text[tree.root] + ";"


def _newick_name(name: str) -> str:
    if name and not set(name) & set(" \t\n()[]{}':;,_"):
        return name
    return "'" + name.replace("'", "''") + "'"
