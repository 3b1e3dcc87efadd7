"use strict";
(() => {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const remembered = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const show = () => { button.setAttribute("aria-pressed", String(isDark())); button.textContent = isDark() ? "Light" : "Dark"; };
  if (["light", "dark"].includes(remembered())) root.dataset.theme = remembered();
  show();
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* a page opened from disk may have no storage */ }
    show();
  });

  const table = document.getElementById("board");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const key = (row, at) => row.cells[at].dataset.sort;
  const order = (at, down) => (a, b) => {
    const [x, y] = [key(a, at), key(b, at)];
    if (x === "" || y === "") return (x === "") - (y === "");
    const difference = heads[at].classList.contains("number") ? Number(x) - Number(y) : x.localeCompare(y, "en", { numeric: true });
    return down ? -difference : difference;
  };
  heads.forEach((head, at) => head.querySelector("button").addEventListener("click", () => {
    const current = head.getAttribute("aria-sort");
    const first = at > 1 && head.classList.contains("number") ? "descending" : "ascending";
    const next = current === "none" ? first : current === "ascending" ? "descending" : "ascending";
    heads.forEach((other) => other.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", next);
    rows.sort(order(at, next === "descending")).forEach((row) => body.append(row));
  }));

  const search = document.getElementById("search");
  const filters = [...document.querySelectorAll("select[data-filter]")];
  const output = document.getElementById("shown");
  const clear = document.getElementById("clear");
  const none = document.getElementById("none");
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = filters.filter((filter) => filter.value);
    let shown = 0;
    for (const row of rows) {
      const fits = words.every((word) => row.dataset.search.includes(word))
        && chosen.every((filter) => row.dataset[filter.dataset.filter] === filter.value);
      row.hidden = !fits;
      shown += fits;
    }
    output.textContent = `${shown} of ${rows.length} ${rows.length === 1 ? "run" : "runs"}`;
    clear.hidden = !words.length && !chosen.length;
    none.hidden = shown > 0;
  };
  search.addEventListener("input", apply);
  filters.forEach((filter) => filter.addEventListener("change", apply));
  clear.addEventListener("click", () => {
    [search, ...filters].forEach((control) => { control.value = ""; });
    apply();
    search.focus();
  });
  search.form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
