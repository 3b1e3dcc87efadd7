"""The page as a file: self-contained, inert, small."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from staged_rows import study

from skillbench.report.board import Board, make_board
from skillbench.report.figures import KINDS
from skillbench.report.page import LARGEST_PAGE, Figure, draw_figures, render_page
from skillbench.report.paper import published
from skillbench.report.render import svg


class Links(HTMLParser):
    """Collects every attribute that makes a browser fetch or run something, and every script."""

    def __init__(self) -> None:
        super().__init__()
        self.fetches: list[str] = []
        self.handlers: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what this tag loads or runs."""
        self.scripts += tag == "script" and dict(attrs).get("type") != "application/json"
        for name, value in attrs:
            if name in {"src", "href", "xlink:href", "action", "data"} and not (value or "").startswith("#"):
                self.fetches.append(f"{tag} {name}={value}")
            if name.startswith("on"):
                self.handlers.append(name)


def page_of(board: Board) -> str:
    """The page with its first two figures."""
    figures = [Figure(kind, kind, KINDS[kind].caption, svg(KINDS[kind].draw(board))) for kind in ("degradation", "gap")]
    return render_page(board, figures, {"cost": "no prices"}, {})


def test_nothing_on_the_page_is_fetched_from_elsewhere(board: Board) -> None:
    """No source, link or import points away, and the policy forbids it besides."""
    page = unescape(page_of(board))
    links = Links()
    links.feed(page)
    assert links.fetches == []
    assert "default-src 'none'" in page
    assert not re.search(r"@import|url\((?!#)", page)


def test_the_page_is_far_below_its_limit(board: Board) -> None:
    """At most 1.2 MB with figures."""
    assert len(page_of(board).encode()) < LARGEST_PAGE / 3


def test_a_page_of_a_hundred_runs_keeps_to_the_limit() -> None:
    """Every figure of a hundred runs: figures draw the best, the table holds all, at most 1.2 MB."""
    full = make_board(study(tuple(f"laboratory/model-{at:03}" for at in range(100)), chains=3))
    assert len(render_page(full, *draw_figures(full), {}).encode()) <= LARGEST_PAGE


def test_hostile_names_stay_text() -> None:
    """Tags and handlers in model names appear escaped; the only script is ours."""
    names = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>')
    links = Links()
    links.feed(page_of(make_board(study(names, chains=3))))
    assert links.scripts == 1
    assert links.handlers == []
    assert links.fetches == []


def test_figures_do_not_share_ids(board: Board) -> None:
    """Every id on the page is unique, so no clip path is borrowed."""
    ids = re.findall(r'\bid="([^"]+)"', page_of(board))
    assert len(ids) == len(set(ids))


def test_published_rows_average_to_the_published_average() -> None:
    """Each row of Table 4 has six scores whose mean is the printed one within rounding."""
    table = published()
    assert len(table.rows) == 9
    for row in table.rows:
        scores = [float(value) for value in row[2:8]]
        assert abs(sum(scores) / 6 - float(row[8])) <= 0.0101, row[0]
