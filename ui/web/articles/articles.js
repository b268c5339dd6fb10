// The articles table: search, collections, sorting, selection, reading, removal after a confirmation.
const sorting = { by: null, descending: false };
let active = ""; // the collection whose articles are shown; "" shows all

function rows() {
  return Array.from(element.querySelectorAll("tbody tr"));
}

function chosen() {
  return rows().filter((row) => row.querySelector("input").checked && !row.hidden);
}

function collectionsOf(row) {
  return JSON.parse(row.dataset.collections);
}

function refresh() {
  const remove = element.querySelector("[data-remove]");
  if (!remove) return;
  const count = chosen().length;
  remove.disabled = count === 0;
  remove.textContent = count ? `Remove ${count}` : "Remove";
  element.querySelector("[data-assign]").disabled = count === 0;
  const shown = rows().filter((row) => !row.hidden);
  const every = element.querySelector("[data-select-all]");
  every.checked = shown.length > 0 && count === shown.length;
  every.indeterminate = count > 0 && count < shown.length;
}

// What is known of an article is looked through at once; the server looks through the texts.
let asked = 0;
async function search() {
  const sought = element.querySelector("[data-search]")?.value ?? "";
  const words = sought.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const turn = ++asked;
  show(words, []);
  if (!words.length) return;
  await new Promise((wait) => setTimeout(wait, 200));
  if (turn !== asked) return;
  try {
    const inTexts = await server.search_texts({ words: sought });
    if (turn === asked) show(words, inTexts);
  } catch {
    // The titles were looked through already.
  }
}

function show(words, inTexts) {
  const holds = new Set(inTexts);
  let [articles, passages] = [0, 0];
  for (const row of rows()) {
    const text = row.textContent.toLocaleLowerCase();
    const fits = words.every((word) => text.includes(word)) || holds.has(row.dataset.article);
    row.hidden = !fits || (active !== "" && !collectionsOf(row).includes(active));
    if (row.hidden) continue;
    articles += 1;
    passages += Number(row.querySelector("td.passages").dataset.value);
  }
  const number = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
  const count = element.querySelector(".count");
  if (count) count.textContent = `${number(articles, "article")} · ${number(passages, "passage")}`;
  const nothing = element.querySelector("[data-nothing]");
  if (nothing) nothing.hidden = articles > 0 || !words.length;
  refresh();
}

function showCollection(name) {
  const buttons = Array.from(element.querySelectorAll("[data-collection]"));
  active = buttons.some((one) => one.dataset.collection === name) ? name : "";
  for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.collection === active));
  const tools = element.querySelector(".collection-tools");
  if (tools) tools.hidden = active === "";
  search();
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

function make(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// A dialog with a title and some content; `go` is called when it is confirmed, and says false to keep it open.
function ask(title, content, confirm, isDanger, go) {
  const cancel = make("button", { type: "button", className: "secondary", textContent: "Cancel" });
  const sure = make("button", { type: "submit", className: isDanger ? "danger" : "primary", textContent: confirm });
  const form = make(
    "form",
    { method: "dialog" },
    make("h2", { id: "confirm-title", textContent: title }),
    ...content,
    make("div", { className: "confirm-buttons" }, cancel, sure),
  );
  const dialog = make("dialog", { className: "confirm" }, form);
  dialog.setAttribute("aria-labelledby", "confirm-title");
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (event) => {
    if (go() === false) event.preventDefault();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector("input") ?? cancel).focus();
}

function names(items) {
  const list = items.slice(0, 8).map((text) => make("li", { dir: "auto", textContent: text }));
  if (items.length > 8) list.push(make("li", { textContent: `and ${items.length - 8} more` }));
  return make("ul", {}, ...list);
}

function counted(rows) {
  return rows.length === 1 ? "this article" : `${rows.length} articles`;
}

function confirmRemoval(removed) {
  const titles = removed.map((row) => row.querySelector(".read").textContent);
  const note = make("p", { textContent: "They will no longer be cited. Your own files are not touched." });
  ask(`Remove ${counted(removed)}?`, [names(titles), note], "Remove", true, () =>
    trigger("delete", { articles: removed.map((row) => row.dataset.article) }),
  );
}

function nameField(value) {
  const field = make("input", { className: "name-field", value, maxLength: 80, required: true, autocomplete: "off" });
  field.setAttribute("aria-label", "Name of the collection");
  return field;
}

function askName(title, confirm, value, go) {
  const field = nameField(value);
  ask(title, [field], confirm, false, () => go(field.value.trim()));
  field.select();
}

function confirmDeletion(name) {
  const note = make("p", { textContent: "Its articles stay here and in their other collections." });
  ask("Delete this collection?", [names([name]), note], "Delete", true, () => {
    trigger("submit", { action: "delete", name });
  });
}

// Which collections the chosen articles are in: a box is half-checked where only some of them are.
function assign(selected) {
  const known = Array.from(element.querySelectorAll("[data-collection]"), (one) => one.dataset.collection).filter(Boolean);
  const inside = (name) => selected.filter((row) => collectionsOf(row).includes(name)).length;
  const boxes = known.map((name) => {
    const box = make("input", { type: "checkbox", value: name, checked: inside(name) === selected.length });
    box.indeterminate = !box.checked && inside(name) > 0;
    return box;
  });
  const choices = boxes.map((box) => {
    const name = make("span", { className: "choice-text", dir: "auto", textContent: box.value });
    return make("label", { className: "choice" }, box, name);
  });
  const field = nameField("");
  field.required = false;
  field.placeholder = "New collection";
  field.setAttribute("aria-label", "New collection");
  const content = [make("div", { className: "choices" }, ...choices), field];
  ask(`Collections of ${counted(selected)}`, content, "Save", false, () => {
    const decided = boxes.filter((box) => !box.indeterminate);
    const put = decided.filter((box) => box.checked && inside(box.value) < selected.length).map((box) => box.value);
    const take = decided.filter((box) => !box.checked && inside(box.value) > 0).map((box) => box.value);
    if (field.value.trim()) put.push(field.value.trim());
    if (put.length || take.length) {
      trigger("submit", { action: "assign", articles: selected.map((row) => row.dataset.article), put, take });
    }
  });
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
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.sort) sort(button);
  else if (button.dataset.collection !== undefined) showCollection(button.dataset.collection);
  else if (button.matches("[data-open]")) {
    const places = [{ article: button.dataset.article, kind: "article" }];
    document.dispatchEvent(new CustomEvent("citespan:open", { detail: { places, index: 0, opener: button } }));
  } else if (button.matches("[data-remove]")) confirmRemoval(chosen());
  else if (button.matches("[data-assign]")) assign(chosen());
  else if (button.matches("[data-new]")) {
    askName("New collection", "Make it", "", (name) => {
      if (!name) return false;
      active = name;
      trigger("submit", { action: "create", name });
    });
  } else if (button.matches("[data-rename]")) {
    askName("Rename the collection", "Rename", active, (name) => {
      if (!name) return false;
      trigger("submit", { action: "rename", name: active, new_name: name });
      active = name;
    });
  } else if (button.matches("[data-delete]")) confirmDeletion(active);
});
watch("value", () => {
  for (const box of element.querySelectorAll("input[type=checkbox]")) box.checked = false;
  for (const cell of element.querySelectorAll("th[aria-sort]")) cell.removeAttribute("aria-sort");
  sorting.by = null;
  document.querySelector("#into input")?.setAttribute("list", "collection-names");
  showCollection(active);
});
