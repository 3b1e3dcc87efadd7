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

  const all = document.getElementById("columns");
  all.addEventListener("click", () => {
    const brief = table.classList.toggle("main");
    all.setAttribute("aria-pressed", String(!brief));
  });

  // A mark says "run, k = 3: …" or "run, skill, …: …"; what it says is shown at the pointer, and a click lists its samples.
  const held = JSON.parse(document.getElementById("samples").textContent);
  const list = document.getElementById("list");
  const tip = document.getElementById("tip");
  const names = held.runs.map(([name]) => name);
  const markOf = (target) => target instanceof Element && target.closest(".drawing [data-told]");
  document.querySelectorAll(".drawing title").forEach((title) => {
    const mark = title.parentNode;
    mark.dataset.told = title.textContent;
    mark.setAttribute("aria-label", title.textContent);
    mark.setAttribute("role", "img");
    title.remove();
  });
  const parse = (told) => {
    const run = names.filter((name) => told.startsWith(`${name}, `)).sort((a, b) => b.length - a.length)[0];
    if (run === undefined) return null;
    const rest = told.slice(run.length + 2);
    const k = /^k = (\d+):/.exec(rest);
    const skill = held.skills.findIndex((name) => rest.startsWith(`${name},`) || rest.startsWith(`${name}:`));
    if (k) return { run: names.indexOf(run), k: Number(k[1]), skill: -1 };
    return skill < 0 ? null : { run: names.indexOf(run), k: 0, skill, alone: rest.includes("alone") };
  };
  const place = (event) => {
    const mark = markOf(event.target);
    tip.hidden = !mark;
    if (!mark) return;
    tip.textContent = mark.dataset.told;
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(event.clientX + 12, innerWidth - width - 8))}px`;
    tip.style.top = `${event.clientY + 18 + height > innerHeight ? event.clientY - height - 10 : event.clientY + 18}px`;
  };
  addEventListener("pointermove", place);
  addEventListener("pointerdown", place);
  addEventListener("scroll", () => { tip.hidden = true; }, true);
  const open = ({ run, k, skill, alone }) => {
    const [name, logs, packed] = held.runs[run];
    const rows = packed.split(" ").filter(Boolean).map((row) => row.split(","));
    const rightOf = (bits, skills) => skills.filter((_, at) => (Number(bits) >> (at + 1)) & 1).length;
    const fits = ([at]) => {
      const [, mine, skills] = held.cases[at];
      return skill < 0 ? mine === k : skills.includes(skill) && (mine === 1) === Boolean(alone);
    };
    const chosen = rows.filter(fits);
    const what = skill < 0 ? (k === 1 ? "each skill alone" : `k = ${k}`) : `${held.skills[skill]}, ${alone ? "alone" : "combined"}`;
    document.getElementById("list-title").textContent = `${name}: ${what}`;
    document.getElementById("list-note").textContent = held.base
      ? "Each sample leads to its transcript."
      : "Open the log named with inspect view; a board made with --logs-url links each transcript.";
    list.querySelector("ul").replaceChildren(...chosen.map(([at, log, epoch, score, bits]) => {
      const [id, , skills] = held.cases[at];
      const item = document.createElement("li");
      const link = document.createElement(held.base ? "a" : "code");
      link.textContent = Number(epoch) > 1 ? `${id} (epoch ${epoch})` : id;
      if (held.base) link.href = `${held.base}/#/logs/${encodeURIComponent(logs[log])}/samples/sample/${encodeURIComponent(id)}/${epoch}`;
      const result = Number(bits) & 1 ? "solved" : `${rightOf(bits, skills)} of ${skills.length} right`;
      const said = score === "" ? "not scored" : `${result}, score ${score}`;
      item.append(link, ` ${said}${held.base ? "" : `, in ${logs[log]}`}`);
      return item;
    }));
    tip.hidden = true;
    list.showModal();
  };
  document.getElementById("close").addEventListener("click", () => list.close());
  document.addEventListener("click", (event) => {
    const cell = event.target.closest("button[data-run]");
    if (cell) { open({ run: Number(cell.dataset.run), k: Number(cell.dataset.k), skill: -1 }); return; }
    const mark = markOf(event.target);
    const found = mark && matchMedia("(hover: hover)").matches && parse(mark.dataset.told);
    if (found) open(found);
  });
})();
