"""Figures: every kind draws, the same bytes twice, hostile names inert, colours that can be told apart."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from staged_rows import run_row, sample_row, study

from skillbench.core.errors import InputError
from skillbench.evidence.runs import merge
from skillbench.report.board import Board, make_board
from skillbench.report.figures import KINDS
from skillbench.report.figures.labels import box_of, place_names, spread_labels
from skillbench.report.figures.style import DARK, DARK_INK, PALETTE, PAPER
from skillbench.report.render import svg, title_of, write_figure

DEFICIENCIES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB."""


PLAIN = tuple(kind for kind in KINDS if kind != "purse")
"""Kinds that every board has; the purse's needs runs with purses (tests/report/test_purse.py)."""


@pytest.mark.parametrize("kind", PLAIN)
def test_a_figure_is_drawn_and_drawn_again_to_the_same_bytes(board: Board, kind: str) -> None:
    """Each kind gives well-formed SVG with marks, equal for equal evidence."""
    picture = svg(KINDS[kind].draw(board))
    root = ET.fromstring(picture)  # noqa: S314  our own output
    assert sum(1 for one in root.iter() if one.get("aria-label") or one.tag.endswith("path")) > 5
    assert svg(KINDS[kind].draw(make_board(study()))) == picture


def test_every_mean_has_its_interval(board: Board) -> None:
    """Both panels of the degradation figure hold low, value and high for each run and k, and for each null."""
    for panel in KINDS["degradation"].draw(board)["hconcat"]:
        null, _, _, seen = (layer["data"]["values"] for layer in panel["layer"][:4])
        for rows in (null, seen):
            assert len(rows) == len(board.lines) * len(board.ks)
            assert all(row["low"] <= row["value"] <= row["high"] for row in rows)
            assert all("n = 30 chains" in row["told"] for row in rows)
        assert {row["told"].count("if combining cost nothing") for row in null} == {1}


def test_errors_and_skills_carry_intervals_too(board: Board) -> None:
    """Stacks of errors have a bar, cells and boxes tell Wilson's interval; with one chain a figure says none."""
    stacks = KINDS["errors"].draw(board)["data"]["values"]
    assert all(row["low"] <= row["high"] for row in stacks if "low" in row)
    assert {(row["run"], row["k"]) for row in stacks} == {(row["run"], row["k"]) for row in stacks if "low" in row}
    cells = KINDS["heatmap"].draw(board)["data"]["values"]
    assert all(re.search(r"right, \d+ % \(\d+ to \d+\), n = \d+ chains$", cell["told"]) for cell in cells)
    boxes = KINDS["taxonomy"].draw(board)["layer"][0]["data"]["values"]
    assert all(re.search(r"% \(\d+ to \d+\)", box["told"]) for box in boxes)


THIRTY = tuple(f"{maker}/model-of-a-rather-long-name-{at:02}" for at in range(10) for maker in ("a", "bb", "ccc"))


def test_thirty_runs_are_drawn_as_far_as_they_can_be_read_and_the_rest_is_said() -> None:
    """A figure that leaves runs out says how many it shows, and its headline does not speak for them."""
    many_runs = make_board(study(THIRTY, chains=6))
    for kind in ("degradation", "solve", "gap", "tools", "heatmap", "errors", "slips", "slopes"):
        title = KINDS[kind].draw(many_runs)["title"]
        assert re.search(r"The best (8|16|24) of 30 runs\.", " ".join(title["subtitle"])), kind
    assert "of 30 runs fall" in title_of(KINDS["degradation"].draw(many_runs))


def test_names_in_the_cost_figure_hide_neither_each_other_nor_a_point() -> None:
    """Thirty points in two heaps: placed names keep apart, the others are counted."""
    points = [(300 + at % 5 * 12.0, 40.0 + at * 4) for at in range(30)]
    names = [["lab/", f"model-{at}"] for at in range(30)]
    placed = place_names(points, names, (0, 0, 620, 360))
    boxes = [box_of(place, name) for place, name in zip(placed, names, strict=True) if place is not None]
    assert 4 <= len(boxes) < 30
    for one, other in itertools.combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    for left, top, right, bottom in boxes:
        assert not [p for p in points if left < p[0] < right and top < p[1] < bottom]


def test_a_headline_claims_nothing_without_an_interval() -> None:
    """One chain, and one k, have titles of their own."""
    two = study(chains=2).outcomes
    one = two[two["chain"] == two["chain"].min()].reset_index(drop=True)
    few = make_board(replace(study(chains=2), outcomes=one))
    assert "no fall can be shown" in title_of(KINDS["degradation"].draw(few))
    assert "(none with one chain)" in " ".join(KINDS["degradation"].draw(few)["title"]["subtitle"])
    single = make_board(merge([run_row("m", file="a")], [sample_row("a", "c1-k2")], {}))
    assert KINDS["degradation"].draw(single)["title"]["text"] == ["Results at one k: a fall needs two"]


def test_a_hostile_name_is_text_in_a_figure() -> None:
    """A script tag in a model name reaches the SVG escaped."""
    hostile = make_board(study(("<script>alert(1)</script>", "</svg><img src=x onerror=alert(1)>"), chains=3))
    for kind in (KINDS[name] for name in PLAIN):
        root = ET.fromstring(svg(kind.draw(hostile)))  # noqa: S314  our own output
        assert not [one for one in root.iter() if one.tag.rpartition("}")[2] in {"script", "img", "foreignObject"}]


def test_a_figure_without_data_says_what_to_run() -> None:
    """No twins: the gap cannot be drawn and the error names the option."""
    board = make_board(merge([run_row("m", file="a")], [sample_row("a", "c1-k2")], {}))
    with pytest.raises(InputError, match="twins"):
        KINDS["gap"].draw(board)


def test_formats_are_written_and_unknown_ones_refused(board: Board, tmp_path: Path) -> None:
    """SVG, PNG and HTML have their first bytes; PDF is refused by name."""
    spec = KINDS["degradation"].draw(board)
    heads = {path.suffix: path.read_bytes()[:15] for path in write_figure(spec, tmp_path / "d")}
    assert heads[".png"].startswith(b"\x89PNG")
    assert heads[".svg"].startswith(b"<svg")
    assert heads[".html"].lower().startswith(b"<!doctype html>")
    with pytest.raises(InputError, match=r"\.pdf"):
        write_figure(spec, tmp_path / "d", ("pdf",))


def linear(colour: str) -> NDArray[np.float64]:
    """Linear RGB of a hex colour."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio."""
    bright, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE L*a*b* of linear RGB under D65."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    t = (to_xyz @ np.clip(rgb, 0, 1)) / [0.9505, 1.0, 1.089]
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize(("colours", "paper"), [(PALETTE, PAPER), (DARK, DARK_INK[PAPER])])
def test_series_colours_stand_out_from_the_paper(colours: tuple[str, ...], paper: str) -> None:
    """Contrast is at least 3:1 on white and on the dark page."""
    assert min(contrast(colour, paper) for colour in colours) >= 3


@pytest.mark.parametrize("colours", [PALETTE, DARK])
@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
def test_any_two_series_can_be_told_apart(colours: tuple[str, ...], deficiency: str | None) -> None:
    """Under each simulated deficiency any two differ by 10 in CIE76, four times a just noticeable difference."""
    matrix = np.array(DEFICIENCIES[deficiency]) if deficiency else np.eye(3)
    seen = [lab(matrix @ linear(colour)) for colour in colours]
    assert min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2)) >= 10


def test_labels_move_apart_in_order_and_no_further() -> None:
    """Neighbours end at least a step apart, order is kept, and free labels stay."""
    heights = [5.0, 5.1, 5.05, 9.0]
    placed = spread_labels(heights, 1.0)
    assert placed[3] == 9.0
    assert sorted(range(4), key=placed.__getitem__) == sorted(range(4), key=heights.__getitem__)
    assert min(np.diff(sorted(placed))) >= 1 - 1e-9
