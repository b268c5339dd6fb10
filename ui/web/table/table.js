// The table and the check of a draft: sort, filter, open a place, save a file.
function placeOf(button) {
  const number = (name) => (button.dataset[name] === undefined ? undefined : Number(button.dataset[name]));
  return {
    article: button.dataset.article,
    start: number("start"),
    end: number("end"),
    quote_start: number("quoteStart"),
    quote_end: number("quoteEnd"),
    kind: button.dataset.open,
  };
}

function open(button) {
  const buttons = Array.from(element.querySelectorAll("[data-open]")).filter((each) => each.closest("tr, li") === button.closest("tr, li"));
  const detail = { places: buttons.map(placeOf), index: buttons.indexOf(button), opener: button };
  document.dispatchEvent(new CustomEvent("citespan:open", { detail }));
}

function textOf(row, column) {
  const cell = row.children[column];
  return cell.classList.contains("none") || cell.classList.contains("waiting") ? "" : cell.textContent.trim();
}

function sort(button) {
  const column = Number(button.dataset.sort);
  const heading = button.closest("th");
  const descending = heading.getAttribute("aria-sort") === "ascending";
  heading.parentElement.querySelectorAll("th").forEach((each) => each.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const body = element.querySelector("tbody");
  const order = new Intl.Collator("en", { numeric: true });
  const rows = Array.from(body.rows).sort((a, b) => {
    const [first, second] = [textOf(a, column), textOf(b, column)];
    // Rows without an answer stay at the end, whichever way the others are sorted.
    if (!first || !second) return Number(!first) - Number(!second);
    return descending ? order.compare(second, first) : order.compare(first, second);
  });
  body.append(...rows);
}

function filter(text) {
  const wanted = text.trim().toLocaleLowerCase();
  const rows = Array.from(element.querySelectorAll("tbody tr"));
  rows.forEach((row) => (row.hidden = Boolean(wanted) && !row.textContent.toLocaleLowerCase().includes(wanted)));
  const left = rows.filter((row) => !row.hidden).length;
  element.querySelector(".count").textContent = left === rows.length ? `${left} rows` : `${left} of ${rows.length} rows`;
}

async function save(button) {
  const table = element.querySelector("[data-request]");
  const problem = element.querySelector(".save-problem");
  const format = element.querySelector("[data-format]").value;
  problem.hidden = true;
  button.disabled = true;
  try {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`api/table/file?format=${format}`, { method: "POST", headers, body: table.dataset.request });
    if (!response.ok) throw new Error((await response.json()).detail);
    const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition"))?.[1] || "table";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch (error) {
    problem.textContent = `The file could not be made: ${error.message}`;
    problem.hidden = false;
  }
  button.disabled = false;
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.hasAttribute("data-open")) open(button);
  else if (button?.hasAttribute("data-sort")) sort(button);
  else if (button?.hasAttribute("data-save")) save(button);
});
element.addEventListener("input", (event) => {
  if (event.target.matches("[data-filter]")) filter(event.target.value);
});
