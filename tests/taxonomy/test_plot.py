"""Pictures of a taxonomy."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from skillbench.core.errors import InputError
from skillbench.report.taxonomy_plot import plot_taxonomy, taxonomy_svg
from skillbench.taxonomy import Graph, induce

TREE = induce(Graph.from_arrays(["a<b", "c", "d", "e", "f"], [0, 0, 1, 3], [1, 2, 2, 4], [3, 2, 1, 4]))


@pytest.mark.parametrize("kind", ["icicle", "dendrogram"])
def test_every_community_is_drawn_and_every_skill_named(kind: Any) -> None:
    """The SVG is well formed, names each skill, and has one shape with a tooltip for each community."""
    root = ET.fromstring(taxonomy_svg(TREE, kind))  # noqa: S314 -- our own text
    space = "{http://www.w3.org/2000/svg}"
    assert {"a<b", "c", "d", "e", "f"} <= {text.text for text in root.iter(space + "text")}
    assert len(list(root.iter(space + "title"))) == TREE.node_count - TREE.leaf_count


def test_suffix_says_the_format(tmp_path: Path) -> None:
    """SVG, PNG and HTML are written; another suffix is refused."""
    starts = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!doctype html>"}
    for suffix, start in starts.items():
        plot_taxonomy(TREE, tmp_path / f"t.{suffix}")
        assert (tmp_path / f"t.{suffix}").read_bytes().startswith(start)
    with pytest.raises(InputError, match=r"the suffix must be one of \.svg"):
        plot_taxonomy(TREE, tmp_path / "t.pdf")


def test_degenerate_trees_have_a_picture() -> None:
    """No skill, one skill, no edge: still a picture."""
    for names in ([], ["a"], ["a", "b"]):
        for kind in ("icicle", "dendrogram"):
            ET.fromstring(taxonomy_svg(induce(Graph.from_arrays(names, [], [], [])), kind))  # noqa: S314 -- ours
