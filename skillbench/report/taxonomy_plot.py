"""A taxonomy as a picture: a dendrogram or an icicle, as SVG, PNG or a page.

The SVG is drawn here, element by element, so that the same tree gives the same bytes; every community carries
its figures as a tooltip. PNG comes from the SVG through vl-convert (the extra ``report``).
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Literal

from skillbench.core.errors import InputError
from skillbench.taxonomy import Tree
from skillbench.taxonomy.describe import central_skills

Kind = Literal["icicle", "dendrogram"]
SUFFIXES = (".svg", ".png", ".html")

_ROW = 14
_LEVEL = 150
_LETTER = 6
_LONGEST = 80
_HEAD = 34
_FILLS = ("#dbe7f3", "#c3d8ec", "#a9c7e3", "#8fb5d9", "#76a3ce", "#5f91c2")


def plot_taxonomy(tree: Tree, path: Path, kind: Kind = "icicle") -> None:
    """Draw a taxonomy into a file; the suffix says how.

    Args:
        tree: the taxonomy, one row per skill.
        path: ends in ``.svg``, ``.png`` or ``.html``.
        kind: ``icicle`` (communities as boxes, by level) or ``dendrogram`` (lines, by height).

    Raises:
        InputError: another suffix, or PNG without vl-convert.
    """
    if path.suffix not in SUFFIXES:
        raise InputError(f"cannot draw {path}: the suffix must be one of {', '.join(SUFFIXES)}")
    svg = taxonomy_svg(tree, kind)
    if path.suffix == ".png":
        path.write_bytes(_png(svg))
        return
    if path.suffix == ".html":
        svg = (
            '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Skill taxonomy</title>\n'
            f'<body style="margin:1rem">\n{svg}</body>\n</html>\n'
        )
    path.write_text(svg, encoding="utf-8", newline="\n")


def taxonomy_svg(tree: Tree, kind: Kind = "icicle") -> str:
    """The picture as SVG text.

    Example:
        >>> from skillbench.taxonomy import Graph, induce
        >>> taxonomy_svg(induce(Graph.from_arrays("ab", [0], [1], [1]))).startswith("<svg")
        True
    """
    draw: Callable[[Tree], list[str]] = {"icicle": _icicle, "dendrogram": _dendrogram}[kind]
    longest = max((len(_short(name, _LONGEST)) for name in tree.names), default=0)
    width = _LEVEL * max(tree.height, 1) + 20 + max(_LETTER * longest, 130)
    height = _HEAD + _ROW * tree.leaf_count + 8
    title = f"{tree.leaf_count} skills, H1 {tree.flat_entropy:.3f} bits, HT {tree.entropy:.3f} bits"
    body = "\n".join([*draw(tree), *_labels(tree)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="10" role="img" aria-label="{title}">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n<text x="6" y="20" font-size="13">{title}</text>\n'
        f"{body}\n</svg>\n"
    )


def _span(tree: Tree, node: int) -> tuple[int, int]:
    """Where a node's rows begin and end."""
    first = _HEAD + _ROW * int(tree.leaf_order[1][node])
    return first, first + _ROW * int(tree.sizes[node])


def _hint(tree: Tree, node: int) -> str:
    named = ", ".join(central_skills(tree, node)[:3])
    return escape(f"{named}: {int(tree.sizes[node])} skills, H {float(tree.terms[node]):.4f} bits")


def _icicle(tree: Tree) -> list[str]:
    """A box for every community, the root at the left."""
    out = []
    for node in range(tree.root, tree.leaf_count - 1, -1):
        top, end = _span(tree, node)
        depth = int(tree.depths[node])
        out.append(
            f'<rect x="{_LEVEL * depth + 6}" y="{top}" width="{_LEVEL - 2}" height="{end - top - 1}" '
            f'fill="{_FILLS[min(depth, len(_FILLS) - 1)]}"><title>{_hint(tree, node)}</title></rect>'
        )
        if node != tree.root and end - top >= _ROW:
            name = escape(_short(central_skills(tree, node)[0], 26))
            out.append(f'<text x="{_LEVEL * depth + 11}" y="{(top + end) // 2 + 3}">{name}</text>')
    return out


def _dendrogram(tree: Tree) -> list[str]:
    """A bracket for every community: one line across its children, one to each."""
    out, middle = [], [0.0] * tree.node_count
    for node in range(tree.node_count):
        top, end = _span(tree, node)
        if node < tree.leaf_count:
            middle[node] = (top + end) / 2
            continue
        kids = tree.children[node]
        rows = [middle[kid] for kid in kids] or [_HEAD + 4.0]
        middle[node] = (rows[0] + rows[-1]) / 2
        x = _LEVEL * int(tree.depths[node]) + 6
        lines = "".join(f"M{x} {middle[kid]:g}H{_reach(tree, kid)}" for kid in kids)
        out.append(
            f'<path d="M{x} {rows[0]:g}V{rows[-1]:g}{lines}" fill="none" stroke="#33608c">'
            f"<title>{_hint(tree, node)}</title></path>"
        )
    return out


def _reach(tree: Tree, node: int) -> int:
    """How far right the line to a node goes: leaves end in one column."""
    levels = max(tree.height, 1) if node < tree.leaf_count else int(tree.depths[node])
    return _LEVEL * levels + 6


def _labels(tree: Tree) -> list[str]:
    x = _LEVEL * max(tree.height, 1) + 11
    rows = ((_HEAD + _ROW * at + _ROW - 4, tree.names[leaf]) for at, leaf in enumerate(tree.leaves()))
    return [f'<text x="{x}" y="{y}">{escape(_short(name, _LONGEST))}</text>' for y, name in rows]


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _png(svg: str) -> bytes:
    try:
        import vl_convert  # noqa: PLC0415 -- an extra, and heavy
    except ImportError as error:
        raise InputError("PNG needs vl-convert: pip install 'skillbench-steps[report]', or write .svg") from error
    return bytes(vl_convert.svg_to_png(svg, scale=2))
