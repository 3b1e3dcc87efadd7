"""The tested part of the skill taxonomy as an icicle, coloured by how often skills are right when combined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from statistics import fmean
from typing import TYPE_CHECKING, Any

from skillbench.core.assets import asset_dir
from skillbench.core.errors import InputError
from skillbench.report.board import Board
from skillbench.report.figures.heatmap import COMBINED, HIGH, LOW, SkillRate, share_text, skill_rates
from skillbench.report.figures.metrics import text_width
from skillbench.report.figures.style import INK, PAPER, WIDTH, Spec, data, framed, quieted
from skillbench.report.wording import many, percent

if TYPE_CHECKING:
    from skillbench.taxonomy import Tree

ROW = 24
"""Pixels per skill."""

TEXT, INSET = 11, 6


def taxonomy(board: Board) -> Spec:
    """The figure: a box per community that holds a tested skill, root at the left, skills at the right.

    The taxonomy is induced from the shipped corpus; skills of other catalogues are left out.

    Raises:
        InputError: no tested skill stands in the taxonomy.
    """
    rates: dict[str, list[SkillRate]] = {}
    for rate in skill_rates(board):
        if rate.place == COMBINED:
            rates.setdefault(rate.skill, []).append(rate)
    boxes = _boxes(_tree(), rates)
    if not boxes:
        raise InputError("no tested skill stands in the shipped taxonomy, so there is nothing to place")
    leaves = [box for box in boxes if box["leaf"]]
    depth = max(box["right"] for box in boxes)
    for box in boxes:
        room = (box["right"] - box["left"]) / depth * WIDTH - 2 * INSET
        share = percent(box["rate"])
        box["inside"] = share if not box["leaf"] and text_width(share, TEXT) <= room else ""
    x: Spec = {"field": "left", "type": "quantitative", "axis": None, "scale": {"domain": [0, depth]}}
    y: Spec = {
        "field": "top",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, len(leaves)], "reverse": True},
    }
    layers: list[Spec] = [
        {
            "data": data(boxes),
            "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 2},
            "encoding": {
                "x": x,
                "x2": {"field": "right"},
                "y": y,
                "y2": {"field": "bottom"},
                "color": {
                    "field": "rate",
                    "type": "quantitative",
                    "scale": {"domain": [0, 1], "range": [LOW, HIGH]},
                    "legend": {
                        "title": "right",
                        "format": ".0%",
                        "gradientLength": 100,
                        "tickCount": 3,
                        "orient": "top",
                    },
                },
                "description": {"field": "told", "type": "nominal"},
            },
        },
        {
            "data": data([box for box in boxes if box["inside"]]),
            "mark": {"type": "text", "align": "left", "dx": INSET, "fontSize": TEXT},
            "encoding": {
                "x": x,
                "y": {**y, "field": "middle"},
                "text": {"field": "inside"},
                "color": {"condition": {"test": "datum.rate > 0.45", "value": "#fefefe"}, "value": INK},
            },
        },
        {
            "data": data(leaves),
            "mark": {"type": "text", "align": "left", "dx": INSET, "fontSize": TEXT, "color": INK},
            "encoding": {"x": {**x, "field": "right"}, "y": {**y, "field": "middle"}, "text": {"field": "name"}},
        },
    ]
    subtitle = [
        "Communities of skills that occur together in work, from all skills (left) to each (right).",
        "Share right when combined, mean over runs; in brackets the 95 % interval (Wilson over chains).",
    ]
    body = {"width": WIDTH, "height": ROW * len(leaves), "layer": quieted(layers)}
    return framed("Where in the taxonomy combined skills fail", subtitle, body)


@cache
def _tree() -> Tree:
    from skillbench.taxonomy import induce, read_corpus  # noqa: PLC0415  its kernels load for this one figure alone

    return induce(read_corpus([asset_dir("tasks") / "corpus" / "seed.jsonl"]).graph())


def _boxes(tree: Tree, rates: Mapping[str, Sequence[SkillRate]]) -> list[dict[str, Any]]:
    """A box per community of two tested skills or more, and one per skill up to the right edge.

    Rows are the tested skills in the tree's order; a community with one tested skill tells nothing of its own.
    """
    tested = [leaf for leaf in tree.leaves() if tree.names[leaf] in rates]
    row = {leaf: at for at, leaf in enumerate(tested)}
    deepest = max((int(tree.depths[leaf]) for leaf in tested), default=0) + 1
    edge: dict[int, int] = {}
    boxes = []
    for node in range(tree.root, -1, -1):
        inside = [row[leaf] for leaf in tree.leaves(node) if leaf in row]
        leaf = node in row
        if not inside or (len(inside) == 1 and not leaf):
            continue
        held = [rates[tree.names[tested[at]]] for at in inside]
        mean = fmean(fmean(rate.share for rate in found) for found in held)
        chains = len({chain for found in held for rate in found for chain in rate.chains})
        depth = int(tree.depths[node])
        if not leaf:
            edge |= dict.fromkeys(inside, depth + 1)
        name = tree.names[node] if leaf else many(len(inside), "skill")
        boxes.append(
            {
                "name": f"{name}  {share_text(mean, chains)}" if leaf else f"{name}, {percent(mean)}",
                "leaf": leaf,
                "rate": round(mean, 6),
                "left": edge.get(inside[0], 0) if leaf else depth,
                "right": deepest if leaf else depth + 1,
                "top": min(inside),
                "bottom": max(inside) + 1,
                "middle": (min(inside) + max(inside) + 1) / 2,
                "told": f"{name}: {share_text(mean, chains)} right combined",
            }
        )
    return boxes
