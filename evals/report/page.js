// The report's tables sort, its cases filter, search and open. Data becomes text nodes only, never markup.
(() => {
  "use strict";
  const PAGE = 20;
  const [SUITE, ID, HARM, TOPIC, REGION, EXPECT, STATUS, QUESTION, CONCLUSION, FAILED, WRONG] = Array(11).keys();
  const byId = (id) => document.getElementById(id);

  function make(tag, kind, ...inside) {
    const element = document.createElement(tag);
    if (kind) element.className = kind;
    element.append(...inside);
    return element;
  }

  // ---- tables
  function sortable(table) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = make("button", "", head.textContent);
      button.type = "button";
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") !== "descending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const keyed = [...body.rows].map((row) => [row.cells[column].dataset.v, row]);
        keyed.sort(([a], [b]) => compare(a, b, column === 0) * (down ? -1 : 1) || 0);
        const empty = keyed.filter(([value]) => value === "");
        body.append(...keyed.filter(([value]) => value !== "").concat(empty).map(([, row]) => row));
      });
    });
  }
  const compare = (a, b, words) => (words ? a.localeCompare(b, "zh-CN") : Number(a) - Number(b));
  document.querySelectorAll("table.sortable").forEach(sortable);

  // ---- cases
  const index = JSON.parse(byId("index").textContent);
  const searched = index.cases.map((c) => `${c[SUITE]} ${c[ID]} ${c[TOPIC]} ${c[REGION]} ${c[QUESTION]} ${c[CONCLUSION]}`.toLowerCase());
  let lines = null;
  let shown = [];
  let page = 0;

  function detailsOf(number) {
    lines ??= byId("details").textContent.split("\n");
    return JSON.parse(lines[number]);
  }

  function select(name, options) {
    const field = make("select");
    for (const [value, text] of options) field.append(new Option(text, value));
    field.addEventListener("change", filter);
    filters.append(make("label", "", make("span", "", name), field));
    return field;
  }

  const filters = byId("filters");
  const count = (test) => index.cases.reduce((n, c) => n + (test(c) ? 1 : 0), 0);
  const values = (column) => [...new Set(index.cases.map((c) => c[column]))];
  const counted = (column) => values(column).map((v) => [v, `${v}（${count((c) => c[column] === v)}）`]);
  const wrong = select("哪里不对", [
    ["failed", `要看的题（${count((c) => c[FAILED])}）`],
    ...index.measures
      .map(([name], k) => [String(k), name, count((c) => c[WRONG].includes(k))])
      .filter(([, , n]) => n)
      .map(([k, name, n]) => [k, `${name}（${n}）`]),
    ["all", `全部题（${index.cases.length}）`],
  ]);
  const suite = select("题集", [["", "全部"], ...counted(SUITE)]);
  const harm = select("危害", [["", "全部"], ...["高", "中", "低"].filter((h) => values(HARM).includes(h)).map((h) => [h, `${h}（${count((c) => c[HARM] === h)}）`])]);
  const words = make("input");
  words.type = "search";
  words.placeholder = "题目、结论、编号、主题";
  words.addEventListener("input", () => {
    clearTimeout(words.timer);
    words.timer = setTimeout(filter, 120);
  });
  filters.append(make("label", "search", make("span", "", "搜索"), words));
  filters.hidden = false;
  byId("plain").remove(); // it stands there for browsers without scripts

  function filter() {
    const terms = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const measure = Number(wrong.value);
    shown = [];
    index.cases.forEach((c, k) => {
      const picked = wrong.value === "all" || (wrong.value === "failed" ? c[FAILED] : c[WRONG].includes(measure));
      if (!picked || (suite.value && c[SUITE] !== suite.value) || (harm.value && c[HARM] !== harm.value)) return;
      if (terms.every((term) => searched[k].includes(term))) shown.push(k);
    });
    turn(0);
  }

  function turn(to) {
    const pages = Math.max(1, Math.ceil(shown.length / PAGE));
    page = Math.min(Math.max(to, 0), pages - 1);
    byId("list").replaceChildren(...shown.slice(page * PAGE, (page + 1) * PAGE).map(entry));
    byId("count").textContent = shown.length ? `${shown.length} 题` : "没有这样的题。";
    const pager = byId("pager");
    pager.hidden = pages < 2;
    pager.replaceChildren(
      step("上一页", page - 1, page === 0),
      make("span", "", `第 ${page + 1} 页，共 ${pages} 页`),
      step("下一页", page + 1, page === pages - 1),
    );
  }

  function step(name, to, off) {
    const button = make("button", "", name);
    button.type = "button";
    button.disabled = off;
    button.addEventListener("click", () => {
      turn(to);
      byId("cases").scrollIntoView();
    });
    return button;
  }

  function entry(number) {
    const c = index.cases[number];
    const right = c[EXPECT] === c[STATUS];
    const status = make("span", right ? "tag" : "tag bad", right ? c[STATUS] : `应${c[EXPECT]}，实${c[STATUS]}`);
    const tags = make("span", "tags", make("span", "id", `${c[SUITE]} ${c[ID]}`), make("span", `tag harm-${"高中低".indexOf(c[HARM])}`, `危害${c[HARM]}`), status);
    if (c[TOPIC]) tags.append(make("span", "tag", c[TOPIC]));
    if (c[REGION]) tags.append(make("span", "tag", c[REGION]));
    const names = c[WRONG].map((k) => index.measures[k][0]).join("、");
    const head = make("summary", "", tags, make("span", "question", c[QUESTION]));
    if (names) head.append(make("span", "wrong", `不足：${names}`));
    const box = make("details", c[FAILED] ? "case failed" : "case", head);
    box.addEventListener("toggle", () => {
      if (box.open && box.children.length === 1) box.append(opened(c, detailsOf(number)));
    });
    return box;
  }

  function part(name, ...inside) {
    return make("section", "", make("h4", "", name), ...inside);
  }

  function listOf(items, tag = "ul", kind = "") {
    return make(tag, kind, ...items.map((item) => make("li", "", item)));
  }

  function checks(name, pairs) {
    const items = pairs.map(([text, found]) => make("li", found ? "yes" : "no", text));
    return items.length ? [make("p", "sub", name), make("ul", "checks", ...items)] : [];
  }

  function opened(c, d) {
    const box = make("div", "opened");
    if (d.faults.length) box.append(part("错在哪里", listOf(d.faults, "ul", "faults")));
    if (d.history.length) box.append(part("之前问过", listOf(d.history, "ol")));
    box.append(part("回答", c[STATUS] === index.missing ? make("p", "none", "没有回答。") : answered(c, d)));
    box.append(part("引用", d.citations.length ? citations(d.citations) : make("p", "none", "没有引用。")));
    const gold = [...checks("应引的条文", d.sources), ...checks("必说的事实", d.facts)];
    if (d.not.length) gold.push(make("p", "sub", "不许说"), listOf(d.not));
    box.append(part("应有", ...(gold.length ? gold : [make("p", "none", `状态为「${c[EXPECT]}」，没有别的要求。`)])));
    box.append(folded(`证据（${d.evidence.length} 段）`, evidence(d.evidence)));
    box.append(folded("经过", trace(d)));
    box.append(folded("各项指标", table(["指标", ...index.systems], d.values)));
    box.append(folded("题目的原始一行", make("pre", "", JSON.stringify(d.row, null, 1))));
    if (d.about.length) box.append(pairs(d.about));
    return box;
  }

  function answered(c, d) {
    const box = make("div", "answer");
    const rest = d.answer.startsWith(c[CONCLUSION]) ? d.answer.slice(c[CONCLUSION].length).trim() : d.answer;
    if (c[CONCLUSION]) box.append(make("p", "conclusion", c[CONCLUSION]));
    if (rest) box.append(make("p", "text", rest));
    return box;
  }

  function citations(found) {
    const items = found.map(([name, marks, quote]) => {
      const item = make("li", "", make("b", "", name));
      if (marks) item.append(make("span", "marks", marks));
      if (quote) item.append(make("blockquote", "", quote));
      return item;
    });
    return make("ol", "citations", ...items);
  }

  function evidence(found) {
    if (!found.length) return make("p", "none", "没有检索到。");
    const number = (value) => (typeof value === "number" ? value.toFixed(3) : "–");
    return table(["条文", "得分", "相似", "为什么", "应引"], found.map(([name, score, cosine, why, gold]) => [name, number(score), number(cosine), why, gold ? "是" : ""]));
  }

  function trace(d) {
    const box = make("div");
    if (d.understood.length) box.append(pairs(d.understood));
    if (d.steps.length) box.append(listOf(d.steps, "ol"));
    if (d.cuts.length) box.append(make("p", "sub", "核对时删改"), listOf(d.cuts));
    if (!box.children.length) box.append(make("p", "none", "没有记录。"));
    return box;
  }

  function folded(name, inside) {
    return make("details", "folded", make("summary", "", name), inside);
  }

  function pairs(found) {
    return make("dl", "pairs", ...found.map(([name, value]) => make("div", "", make("dt", "", name), make("dd", "", value))));
  }

  function table(heads, rows) {
    const head = make("thead", "", make("tr", "", ...heads.map((text) => make("th", "", text))));
    const body = make("tbody", "", ...rows.map((row) => make("tr", "", ...row.map((text) => make("td", "", text)))));
    return make("div", "scroll", make("table", "small", head, body));
  }

  filter();
})();
