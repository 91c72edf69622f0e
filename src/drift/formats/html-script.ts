/** Filters and sorts what the page lists. The page says the same without it. */
export const HTML_SCRIPT = `
const filter = document.getElementById("filter");
const [text, kind, source] = ["text", "kind", "source"].map((id) => document.getElementById(id));
const collator = new Intl.Collator("en", { numeric: true });
const tables = [...document.querySelectorAll("table")].map((table) => {
  const rows = [...table.tBodies[0].rows].map((element, at) => ({
    element,
    text: element.textContent.toLowerCase(),
    at,
    name: element.querySelector(".name").textContent,
    age: element.dataset.age ? Number(element.dataset.age) : null,
  }));
  return { table, rows, counted: table.dataset.counted };
});
function show() {
  const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const counts = new Map();
  for (const { table, rows, counted } of tables) {
    let shown = 0;
    for (const row of rows) {
      const fits = words.every((word) => row.text.includes(word)) &&
        (kind.value === "" || row.element.className === kind.value) &&
        (source === null || source.value === "" || row.element.dataset.source === source.value);
      row.element.hidden = !fits;
      if (fits) shown++;
    }
    table.closest("section").hidden = shown === 0;
    const [before, all] = counts.get(counted) ?? [0, 0];
    counts.set(counted, [before + shown, all + rows.length]);
  }
  document.getElementById("shown").textContent =
    [...counts].map(([counted, [shown, all]]) => shown + " of " + all + " " + counted).join(", ");
}
function sort({ table, rows }, head) {
  const key = head.dataset.sort;
  // The oldest first: that is why somebody sorts by age.
  const up = head.ariaSort ? head.ariaSort === "descending" : key !== "age";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.ariaSort = up ? "ascending" : "descending";
  const compare = key === "name" ? (a, b) => collator.compare(a.name, b.name) : (a, b) => a[key] - b[key];
  rows.sort((a, b) =>
    (a[key] === null) - (b[key] === null) || compare(a, b) * (up ? 1 : -1) || a.at - b.at);
  for (const { element } of rows) table.tBodies[0].append(element);
}
for (const each of tables) {
  for (const head of each.table.querySelectorAll("th:not([data-sort=''])")) {
    const button = document.createElement("button");
    button.type = "button";
    // Beside the title, not around it: Chromium repeats no button on the next sheet of paper.
    button.ariaLabel = "Sort by " + head.textContent.toLowerCase();
    button.addEventListener("click", () => sort(each, head));
    head.append(button);
  }
}
// Where rows are cards, some browsers would take the table for none.
const roles = { table: "table", "thead, tbody": "rowgroup", tr: "row", th: "columnheader", td: "cell" };
for (const [tags, role] of Object.entries(roles)) {
  for (const element of document.querySelectorAll(tags)) element.role = role;
}
filter.hidden = tables.length === 0;
filter.addEventListener("input", show);
show();
`;
