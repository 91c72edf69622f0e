/** Filters the table of links. The page says the same without it. */
export const HTML_SCRIPT = `
const filter = document.getElementById("filter");
const rows = [...document.querySelectorAll("#links tbody tr")];
const [text, group, source] = ["text", "group", "source"].map((id) => document.getElementById(id));
const shown = document.getElementById("shown");
function apply() {
  const words = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {
    const content = row.textContent.toLowerCase();
    const fits = words.every((word) => content.includes(word)) &&
      (group.value === "" || row.dataset.group === group.value) &&
      (source === null || source.value === "" || row.dataset.source === source.value);
    row.hidden = !fits;
    if (fits) count++;
  }
  shown.textContent = count + " of " + rows.length + " links";
}
filter.hidden = false;
filter.addEventListener("input", apply);
filter.addEventListener("submit", (event) => event.preventDefault());
apply();
`;
