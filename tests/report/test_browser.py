"""The page in headless Chromium: no request, no error, sort, filter, theme, keyboard, phone, axe."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from staged_rows import study

from skillbench.report.board import make_board
from skillbench.report.figures import KINDS
from skillbench.report.page import Figure, render_page
from skillbench.report.render import svg

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; see docs/leaderboard.md")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH; apt-get install chromium"),
]

NAMES = ("lab/steady", "lab/falling", "<script>window.hacked = 1</script>", '"><img src=x onerror="window.hacked=2">')


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with every figure and two hostile names."""
    board = make_board(study(NAMES, chains=12))
    figures = [Figure(kind, kind, found.caption, svg(found.draw(board))) for kind, found in KINDS.items()]
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(render_page(board, figures, {}, {}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    """Debian's Chromium; its own sandbox needs user namespaces, which test machines may not give."""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(chromium: playwright.Browser, file: Path, *, scheme: str = "light", width: int = 1280) -> playwright.Page:
    """The page, open, with what it requested and complained about noted on it."""
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    page.requests, page.complaints = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(file.as_uri())
    return page


def test_the_page_requests_nothing_complains_of_nothing_and_runs_nothing_foreign(
    chromium: playwright.Browser, page_file: Path
) -> None:
    """The only request is the file itself; no console message; hostile names ran no code; all figures have size."""
    page = opened(chromium, page_file)
    assert page.requests == [page_file.as_uri()]
    assert page.complaints == []
    assert page.evaluate("window.hacked") is None
    sizes = page.eval_on_selector_all("figure svg", "all => all.map(one => one.getBoundingClientRect().height)")
    assert len(sizes) == len(KINDS)
    assert min(sizes) > 60


def test_sorting_by_click_and_by_keyboard(chromium: playwright.Browser, page_file: Path) -> None:
    """A numeric heading sorts downwards first, then upwards; Enter works as a click; aria-sort says which."""
    page = opened(chromium, page_file)
    head = page.locator("#board thead th", has_text="k=7").first
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    at = head.evaluate("one => one.cellIndex")
    values = page.eval_on_selector_all(
        f"#board tbody tr > :nth-child({at + 1})", "all => all.map(c => Number(c.dataset.sort))"
    )
    assert values == sorted(values, reverse=True)
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    values = page.eval_on_selector_all(
        f"#board tbody tr > :nth-child({at + 1})", "all => all.map(c => Number(c.dataset.sort))"
    )
    assert values == sorted(values)


def test_searching_hides_what_does_not_match(chromium: playwright.Browser, page_file: Path) -> None:
    """Typing a name leaves its run, and the count says so."""
    page = opened(chromium, page_file)
    page.fill("#search", "falling")
    assert page.locator("#board tbody tr:visible").count() == 1
    assert page.inner_text("#shown") == "1 of 4 runs"
    page.fill("#search", "")
    assert page.locator("#board tbody tr:visible").count() == 4


def test_the_theme_button_changes_paper_and_figures(chromium: playwright.Browser, page_file: Path) -> None:
    """Dark and back; the figure's ink follows."""
    page = opened(chromium, page_file)
    paper = "getComputedStyle(document.body).backgroundColor"
    ink = "getComputedStyle(document.querySelector('figure svg text')).fill"
    before = page.evaluate(f"[{paper}, {ink}]")
    page.click("#theme")
    dark = page.evaluate(f"[{paper}, {ink}]")
    assert dark[0] == "rgb(17, 24, 31)"
    assert dark[1] != before[1]
    page.click("#theme")
    assert page.evaluate(f"[{paper}, {ink}]") == before


def test_a_phone_scrolls_tables_not_the_page(chromium: playwright.Browser, page_file: Path) -> None:
    """At 390 px nothing makes the page itself wider than the screen."""
    page = opened(chromium, page_file, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_violation(chromium: playwright.Browser, page_file: Path, scheme: str, width: int) -> None:
    """The whole rule set of axe-core, on a page whose details are all open."""
    page = opened(chromium, page_file, scheme=scheme, width=width)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.context.set_offline(False)
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
