// The scope beside the question box: chips that can be taken away, and a dialog to choose in. The server checks
// what is sent, and keeps it in this user's session and conversation only.
function current() {
  return JSON.parse(element.querySelector("[data-scope]").dataset.scope);
}

// While a question is under way its conversation belongs to that question.
function isBusy() {
  return Boolean(document.querySelector(".turn .waiting"));
}

function apply(scope) {
  trigger("submit", { scope });
}

function without(scope, kind, value) {
  if (kind === "collection") return { ...scope, collections: scope.collections.filter((name) => name !== value) };
  if (kind === "article") return { ...scope, article_ids: scope.article_ids.filter((id) => id !== value) };
  if (kind === "articles") return { ...scope, article_ids: scope.article_ids.slice(0, 3) };
  return { ...scope, published_from: null, published_to: null };
}

async function choose(opener) {
  let scope = current();
  let asked = 0;
  const dialog = document.createElement("dialog");
  dialog.className = "confirm scope-panel";
  dialog.setAttribute("aria-labelledby", "scope-title");
  dialog.innerHTML = (await server.scope_choices({ scope, panel: true })).panel; // escaped by the server
  const field = (selector) => dialog.querySelector(selector);

  async function refresh(rows) {
    const turn = ++asked;
    const words = field("[data-scope-search]").value;
    const told = await server.scope_choices({ scope, words, rows });
    if (turn !== asked || !dialog.isConnected) return;
    field(".scope-told").textContent = told.told;
    if (rows) field(".scope-articles").innerHTML = told.rows;
  }

  let wait;
  dialog.addEventListener("input", (event) => {
    const box = event.target;
    if (box.matches("[data-choose]")) {
      const key = box.dataset.choose === "collection" ? "collections" : "article_ids";
      const others = scope[key].filter((one) => one !== box.value);
      scope = { ...scope, [key]: box.checked ? [...others, box.value] : others };
    } else if (box.matches("[data-scope-day]")) scope = { ...scope, [box.dataset.scopeDay]: box.value || null };
    clearTimeout(wait);
    const isSearch = box.matches("[data-scope-search]");
    wait = setTimeout(() => refresh(isSearch), isSearch ? 150 : 0);
  });
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-scope-apply]")) apply(scope);
    else if (button.matches("[data-scope-all]")) apply({});
    dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
      apply(scope);
      dialog.close();
    }
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    element.querySelector("[data-scope-open]")?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  (field("[data-choose]") ?? field("[data-scope-search]")).focus();
}

element.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-scope-open]");
  const drops = event.target.closest("[data-drop]");
  if ((!opens && !drops) || isBusy() || document.querySelector("dialog[open]")) return;
  if (opens) choose(opens);
  else apply(without(current(), drops.dataset.drop, drops.dataset.value));
});
