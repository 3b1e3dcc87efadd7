"""The page in headless Chromium: no request, no error, sort, filter, theme, keyboard, phone, axe."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from staged_rows import study

from skillbench.report.board import make_board
from skillbench.report.figures import KINDS
from skillbench.report.figures.metrics import BOLD, PLAIN
from skillbench.report.page import draw_figures, render_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; see docs/leaderboard.md")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH; apt-get install chromium"),
]

TIERS = {"lab/steady": "log-checked", "lab/falling": "re-judged"}
NAMES = ("lab/steady", "lab/falling", "<script>window.hacked = 1</script>", '"><img src=x onerror="window.hacked=2">')


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with every figure, two hostile names, and runs that differ in all that can be filtered."""
    study_of = study(NAMES, chains=12)
    runs, table = study_of.runs.copy(), study_of.outcomes.copy()
    runs.loc[runs["run"] == "lab/falling", ["agent", "task_version"]] = ["lab/planner", "0-B"]
    runs.loc[runs["run"] == NAMES[2], "judge"] = "rubric-2026-11-21 by lab/judge"
    runs.loc[runs["run"] == NAMES[3], "tools"] = "none"
    table.loc[table["run"] == "lab/steady", "cost"] = 0.02
    board = make_board(replace(study_of, runs=runs, outcomes=table), frozenset({NAMES[3]}))
    drawn, undrawn = draw_figures(board)
    assert [one.kind for one in drawn] == [kind for kind in KINDS if kind != "purse"]  # no run here has one
    path = tmp_path_factory.mktemp("page") / "index.html"
    page = render_page(board, drawn, undrawn, TIERS | {NAMES[3]: "self-reported"}, "https://logs.example")
    path.write_text(page, encoding="utf-8")
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
    assert len(sizes) == len(KINDS) - 1
    assert min(sizes) > 60


def test_sorting_by_click_and_by_keyboard(chromium: playwright.Browser, page_file: Path) -> None:
    """A numeric heading sorts downwards first, then upwards; Enter works as a click; aria-sort says which."""
    page = opened(chromium, page_file)
    head = page.locator("#board thead th", has_text="solve").first
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


def shown_runs(page: playwright.Page) -> list[str]:
    """Names of the visible rows, in order."""
    return page.eval_on_selector_all(
        "#board tbody tr:not([hidden]) th summary", "all => all.map(one => one.textContent)"
    )


def ranks(page: playwright.Page) -> dict[str, str]:
    """The rank that each row shows, hidden or not."""
    rows = page.eval_on_selector_all(
        "#board tbody tr", "all => all.map(one => [one.querySelector('summary').textContent, one.cells[0].innerText])"
    )
    return dict(rows)


def test_searching_by_any_words_of_model_and_settings(chromium: playwright.Browser, page_file: Path) -> None:
    """Typing a name leaves its run; all words must be there, in any order and case; nothing found says so."""
    page = opened(chromium, page_file)
    page.fill("#search", "falling")
    assert shown_runs(page) == ["lab/falling"]
    assert page.inner_text("#shown") == "1 of 4 runs"
    page.fill("#search", "PLANNER lab")
    assert shown_runs(page) == ["lab/falling"]
    page.fill("#search", "no such model")
    assert shown_runs(page) == []
    assert page.locator("#none").is_visible()
    page.click("#clear")
    assert len(shown_runs(page)) == 4
    assert page.locator("#none").is_hidden()
    assert page.locator("#clear").is_hidden()
    assert page.evaluate("document.activeElement.id") == "search"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("tier", "log-checked", {"lab/steady"}),
        ("tier", "self-reported", {NAMES[3]}),
        ("judge", "rubric-2026-11-21 by lab/judge", {NAMES[2]}),
        ("version", "0-B", {"lab/falling"}),
        ("agent", "lab/planner", {"lab/falling"}),
        ("tools", "none", {NAMES[3]}),
    ],
)
def test_each_filter_leaves_its_runs_and_every_rank_as_it_was(
    chromium: playwright.Browser, page_file: Path, name: str, value: str, expected: set[str]
) -> None:
    """Rows are hidden, never ranked anew; choosing all brings them back."""
    page = opened(chromium, page_file)
    before = ranks(page)
    page.select_option(f"select[data-filter={name}]", value)
    assert set(shown_runs(page)) == expected
    assert page.inner_text("#shown") == f"{len(expected)} of 4 runs"
    assert ranks(page) == before
    page.select_option(f"select[data-filter={name}]", "")
    assert len(shown_runs(page)) == 4


def test_filters_and_search_hold_together_and_sorting_keeps_them(chromium: playwright.Browser, page_file: Path) -> None:
    """Two conditions are both held; sorting by another column shows no hidden row."""
    page = opened(chromium, page_file)
    page.select_option("select[data-filter=judge]", "audit")
    page.fill("#search", "lab/")
    wanted = {"lab/steady", "lab/falling"}
    assert set(shown_runs(page)) == wanted
    page.locator("#board thead th", has_text="score").first.locator("button").click()
    assert set(shown_runs(page)) == wanted


def test_a_filter_that_would_not_part_the_runs_is_not_offered(chromium: playwright.Browser, page_file: Path) -> None:
    """All runs had the same context, so the usual board is not cluttered with it."""
    page = opened(chromium, page_file)
    offered = page.eval_on_selector_all("select[data-filter]", "all => all.map(one => one.dataset.filter)")
    assert offered == ["tier", "judge", "version", "agent", "tools"]


def test_every_column_sorts_both_ways_with_unknown_last(chromium: playwright.Browser, page_file: Path) -> None:
    """Ranges of ranks, names, numbers, shares, costs, tiers: each heading orders its column, by clicks."""
    page = opened(chromium, page_file)
    page.click("#columns")
    assert page.get_attribute("#columns", "aria-pressed") == "true"
    heads = page.locator("#board thead th")
    for at in range(heads.count()):
        head, numeric = heads.nth(at), "number" in (heads.nth(at).get_attribute("class") or "")
        seen = []
        for _ in range(2):
            head.locator("button").click()
            keys = page.eval_on_selector_all(
                f"#board tbody tr > :nth-child({at + 1})", "all => all.map(one => one.dataset.sort)"
            )
            known = [key for key in keys if key]
            assert keys[: len(known)] == known, "unknown values stand last"
            down = head.get_attribute("aria-sort") == "descending"
            seen.append(down)
            order = sorted(map(float, known), reverse=down) if numeric else None
            if order is not None:
                assert [float(key) for key in known] == order, head.inner_text()
            else:
                collator = "(keys) => keys.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))"
                expected = page.evaluate(collator, known)
                assert known == (expected[::-1] if down else expected), head.inner_text()
        assert set(seen) == {True, False}


def test_the_keyboard_reaches_everything(chromium: playwright.Browser, page_file: Path) -> None:
    """Skip link first; then theme, figure, search, filters and headings by Tab; a row's details open with Enter."""
    page = opened(chromium, page_file)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = []
    for _ in range(18):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.dataset.filter || ''"))
    for wanted in ("theme", "search", "tier", "judge", "version", "agent", "tools"):
        assert wanted in reached
    page.locator("#board tbody summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#board tbody details").first.get_attribute("open") is not None
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"


def test_a_mark_tells_its_figures_to_a_mouse_and_a_finger(chromium: playwright.Browser, page_file: Path) -> None:
    """Points of run and null carry value, interval and n; pointing at one shows it at once, a tap as well."""
    page = opened(chromium, page_file)
    told = page.eval_on_selector_all("#figure-degradation [data-told]", "all => all.map(one => one.dataset.told)")
    assert len(told) == 4 * 6 * 2 * 2  # runs, k, panels, run and null
    assert all("95 % interval" in one and "n = 12 chains" in one for one in told)
    mark = page.locator("#figure-heatmap [data-told]").first
    said = mark.get_attribute("data-told")
    mark.scroll_into_view_if_needed()
    mark.hover()
    assert page.inner_text("#tip") == said
    page.mouse.move(2, 2)
    assert page.locator("#tip").is_hidden()
    phone = chromium.new_context(has_touch=True, viewport={"width": 390, "height": 800}, offline=True).new_page()
    phone.goto(page_file.as_uri())
    touched = phone.locator("#figure-heatmap [data-told]").first
    touched.scroll_into_view_if_needed()
    box = touched.bounding_box()
    phone.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert phone.inner_text("#tip") == said


def test_a_cell_leads_to_its_transcripts(chromium: playwright.Browser, page_file: Path) -> None:
    """A cell of the table by k lists its samples with links; so does a cell of the heatmap; Escape closes."""
    page = opened(chromium, page_file)
    page.click("#by-k button[data-run='0'][data-k='3']")
    assert page.inner_text("#list-title").endswith(": k = 3")
    links = page.eval_on_selector_all("#list a", "all => all.map(one => one.getAttribute('href'))")
    assert len(links) == 12
    assert all(link.startswith("https://logs.example/#/logs/") and "/samples/sample/" in link for link in links)
    assert "score" in page.inner_text("#list li >> nth=0")
    page.keyboard.press("Escape")
    assert page.locator("#list").is_hidden()
    mark = page.locator("#figure-heatmap [data-told]", has_text="").first
    skill = mark.get_attribute("data-told")
    mark.scroll_into_view_if_needed()
    mark.click()
    title = page.inner_text("#list-title")
    assert title.rpartition(": ")[2].split(", ")[0] in skill
    assert page.locator("#list li").count() > 0


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


FACES = ("DejaVu Sans", "Liberation Sans", "Noto Sans", "Arimo")
"""What Debian packages as fonts-dejavu, fonts-liberation, fonts-noto-core and fonts-croscore (Arial's metrics)."""

LONG = (
    "anthropic/claude-opus-4.5",
    "skillbench/overloaded (reasoning_effort=high, tools code,search)",
    "a-laboratory-with-a-name/a-model-with-a-longer-one-than-anyone-needs-2026-11-21",
)
CROWD = tuple(f"{maker}/model-of-a-rather-long-name-{at:02}" for at in range(10) for maker in ("a", "bb", "ccc"))

MEASURE = """(svg) => {
  const seen = [];
  const edge = svg.getBoundingClientRect();
  for (const text of svg.querySelectorAll('text')) {
    const parts = text.querySelectorAll('tspan').length ? [...text.querySelectorAll('tspan')] : [text];
    for (const part of parts) {
      if (!part.textContent.trim()) continue;
      const first = part.getStartPositionOfChar(0), size = parseFloat(getComputedStyle(text).fontSize);
      const wide = part.getComputedTextLength(), m = text.getScreenCTM();
      const at = (x, y) => { const p = new DOMPoint(x, y).matrixTransform(m); return [p.x, p.y]; };
      const top = first.y - 0.74 * size, bottom = first.y + 0.2 * size;
      const left = first.x, right = first.x + wide;
      const quad = [at(left, top), at(right, top), at(right, bottom), at(left, bottom)];
      seen.push({ text: part.textContent, quad });
    }
  }
  const beyond = ([x, y]) => Math.max(edge.left - x, x - edge.right, edge.top - y, y - edge.bottom) > 0.5;
  const out = seen.filter(({ quad }) => quad.some(beyond)).map(({ text }) => text);
  const apart = (a, b) => [a, b].some((quad) => quad.slice(0, 2).some((_, i) => {
    const [p, q] = [quad[i], quad[i + 1]], nx = p[1] - q[1], ny = q[0] - p[0], l = Math.hypot(nx, ny) || 1;
    const on = (all) => all.map(([x, y]) => (x * nx + y * ny) / l), u = on(a), v = on(b);
    return Math.max(...u) <= Math.min(...v) + 0.5 || Math.max(...v) <= Math.min(...u) + 0.5;
  }));
  const over = [];
  seen.forEach((a, i) => seen.slice(i + 1).forEach((b) => {
    if (!apart(a.quad, b.quad)) over.push([a.text, b.text]);
  }));
  return { count: seen.length, out, over };
}"""
"""The lines of text of a figure as the browser drew them: which leave it, and which stand over one another."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Pages of 1, 3 and 30 runs with long names, by number of runs."""
    folder, found = tmp_path_factory.mktemp("pages"), {}
    for names in (LONG[1:2], LONG, CROWD):
        board = make_board(study(names, chains=8))
        found[len(names)] = folder / f"{len(names)}.html"
        found[len(names)].write_text(render_page(board, *draw_figures(board), {}), encoding="utf-8")
    return found


def installed(page: playwright.Page, face: str) -> bool:
    """Whether the browser has a face of this name: another would come out as wide as the fallback."""
    measure = """(face) => { const c = document.createElement('canvas').getContext('2d');
      const wide = (f) => { c.font = `40px ${f}`; return c.measureText('iiiWWW mmm').width; };
      return wide(`"${face}", monospace`) !== wide('monospace'); }"""
    return bool(page.evaluate(measure, face))


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("runs", [1, 3, 30])
def test_no_text_leaves_its_figure_or_covers_another(
    chromium: playwright.Browser, pages: dict[int, Path], runs: int, face: str
) -> None:
    """In each face that Debian packages, for every figure, measured as drawn; and no name is cut."""
    page = opened(chromium, pages[runs])
    if not installed(page, face):
        pytest.skip(f"{face} is not installed; see docs/leaderboard.md")
    page.add_style_tag(content=f"* {{ font-family: '{face}' !important }}")
    for figure in page.query_selector_all("figure"):
        found = figure.query_selector("svg").evaluate(MEASURE)
        kind = figure.get_attribute("id")
        assert found["count"] > 3, kind
        assert (kind, found["out"], found["over"]) == (kind, [], [])
    if runs == 3:
        shown = page.eval_on_selector("#figure-slopes svg", "one => one.textContent").replace(" ", "")
        assert all(name.replace(" ", "") in shown for name in LONG)


@pytest.mark.parametrize("face", FACES)
def test_the_table_of_widths_bounds_every_face(chromium: playwright.Browser, pages: dict[int, Path], face: str) -> None:
    """No printable ASCII character of the face is wider than its entry, plain or bold."""
    page = opened(chromium, pages[1])
    if not installed(page, face):
        pytest.skip(f"{face} is not installed; see docs/leaderboard.md")
    measure = """([face, weight]) => { const c = document.createElement('canvas').getContext('2d');
      c.font = `${weight} 1000px "${face}"`;
      return [...Array(95).keys()].map(i => c.measureText(String.fromCharCode(32 + i)).width / 10); }"""
    for weight, table in (("normal", PLAIN), ("bold", BOLD)):
        widths = page.evaluate(measure, [face, weight])
        assert all(wide <= most for wide, most in zip(widths, table, strict=True)), weight


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("runs", [1, 3, 30])
def test_answer_table_and_fall_stand_on_the_first_screen(
    chromium: playwright.Browser, pages: dict[int, Path], runs: int, face: str
) -> None:
    """At 1440 x 900 the sentence, the table and the degradation figure end above the fold; at 1280 no column is cut."""
    page = opened(chromium, pages[runs], width=1440)
    page.add_style_tag(content=f"* {{ font-family: '{face}' !important }}")
    ends = "ids => ids.map(id => document.querySelector(id).getBoundingClientRect().bottom)"
    assert max(page.evaluate(ends, ["#answer", ".first.scroll", "#figure-degradation svg"])) <= 900
    page.set_viewport_size({"width": 1280, "height": 900})
    wide, room = page.eval_on_selector(".first.scroll", "one => [one.scrollWidth, one.clientWidth]")
    assert wide <= room
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
