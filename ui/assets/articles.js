// The articles table: search, sorting, selection, reading, removal after a confirmation.
const sorting = { by: null, descending: false };

function rows() {
  return Array.from(element.querySelectorAll("tbody tr"));
}

function chosen() {
  return rows().filter((row) => row.querySelector("input").checked && !row.hidden);
}

function refresh() {
  const remove = element.querySelector("[data-remove]");
  if (!remove) return;
  const count = chosen().length;
  remove.disabled = count === 0;
  remove.textContent = count ? `Remove ${count}` : "Remove";
  const shown = rows().filter((row) => !row.hidden);
  const every = element.querySelector("[data-select-all]");
  every.checked = shown.length > 0 && count === shown.length;
  every.indeterminate = count > 0 && count < shown.length;
}

function search() {
  const words = (element.querySelector("[data-search]")?.value ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rows()) {
    const text = row.textContent.toLocaleLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
  refresh();
}

function sort(heading) {
  const by = heading.dataset.sort;
  sorting.descending = sorting.by === by ? !sorting.descending : heading.dataset.kind === "number";
  sorting.by = by;
  const value = (row) => row.querySelector(`td.${by}`).dataset.value;
  const compare =
    heading.dataset.kind === "number"
      ? (one, other) => Number(value(one)) - Number(value(other))
      : (one, other) => value(one).localeCompare(value(other), undefined, { numeric: true });
  const ordered = rows().sort((one, other) => (sorting.descending ? -1 : 1) * compare(one, other));
  element.querySelector("tbody").append(...ordered);
  for (const cell of element.querySelectorAll("th[scope]")) cell.removeAttribute("aria-sort");
  heading.closest("th").setAttribute("aria-sort", sorting.descending ? "descending" : "ascending");
}

function confirmRemoval(removed) {
  const dialog = document.createElement("dialog");
  dialog.className = "confirm";
  dialog.setAttribute("aria-labelledby", "confirm-title");
  const title = document.createElement("h2");
  title.id = "confirm-title";
  title.textContent = removed.length === 1 ? "Remove this article?" : `Remove ${removed.length} articles?`;
  const names = document.createElement("ul");
  for (const row of removed.slice(0, 8)) {
    const item = document.createElement("li");
    item.dir = "auto";
    item.textContent = row.querySelector(".read").textContent;
    names.append(item);
  }
  if (removed.length > 8) {
    const rest = document.createElement("li");
    rest.textContent = `and ${removed.length - 8} more`;
    names.append(rest);
  }
  const note = document.createElement("p");
  note.textContent = "They will no longer be cited. Your own files are not touched.";
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "secondary";
  cancel.textContent = "Cancel";
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "danger";
  remove.textContent = "Remove";
  const buttons = document.createElement("div");
  buttons.className = "confirm-buttons";
  buttons.append(cancel, remove);
  dialog.append(title, names, note, buttons);
  cancel.addEventListener("click", () => dialog.close());
  remove.addEventListener("click", () => {
    trigger("delete", { articles: removed.map((row) => row.dataset.article) });
    dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  cancel.focus();
}

element.addEventListener("input", (event) => {
  if (event.target.matches("[data-search]")) search();
});
element.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) {
    for (const row of rows()) row.querySelector("input").checked = event.target.checked && !row.hidden;
  }
  refresh();
});
element.addEventListener("click", (event) => {
  const heading = event.target.closest("[data-sort]");
  const opens = event.target.closest("[data-open]");
  if (heading) sort(heading);
  else if (opens) {
    const places = [{ article: opens.dataset.article, kind: "article" }];
    document.dispatchEvent(new CustomEvent("citespan:open", { detail: { places, index: 0, opener: opens } }));
  } else if (event.target.closest("[data-remove]")) confirmRemoval(chosen());
});
watch("value", () => {
  for (const box of element.querySelectorAll("input[type=checkbox]")) box.checked = false;
  for (const cell of element.querySelectorAll("th[aria-sort]")) cell.removeAttribute("aria-sort");
  sorting.by = null;
  search();
});
