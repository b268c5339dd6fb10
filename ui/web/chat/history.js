// Conversations kept in this browser. The server sends the current one as JSON after every answer (props.value);
// opening one sends its JSON back, which the server checks before it shows anything.
const PREFIX = "citespan.conversation.";
const CURRENT = "citespan.current";
const KEPT_AT_MOST = 100;
const drawer = element.querySelector(".history");
const list = element.querySelector(".history-list");
const opener = element.querySelector("[data-history]");

function read(id) {
  try {
    const text = localStorage.getItem(PREFIX + id);
    return text && { text, record: JSON.parse(text) };
  } catch {
    return null;
  }
}

function all() {
  const found = [];
  for (let position = 0; position < localStorage.length; position += 1) {
    const key = localStorage.key(position);
    if (!key.startsWith(PREFIX)) continue;
    const kept = read(key.slice(PREFIX.length));
    if (kept?.record?.turns?.length) found.push(kept.record);
  }
  return found.sort((one, other) => String(other.updated).localeCompare(String(one.updated)));
}

// A conversation without a question holds only its scope, and only as long as it is the current one.
function forgetEmptyOnes(besides) {
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
    const id = key.slice(PREFIX.length);
    if (id !== besides && id !== current() && !read(id)?.record?.turns?.length) localStorage.removeItem(key);
  }
}

function keep(record) {
  const text = JSON.stringify(record);
  forgetEmptyOnes(record.conversation_id);
  for (const old of all().slice(KEPT_AT_MOST)) localStorage.removeItem(PREFIX + old.conversation_id);
  for (;;) {
    try {
      localStorage.setItem(PREFIX + record.conversation_id, text);
      return;
    } catch {
      const others = all().filter((one) => one.conversation_id !== record.conversation_id);
      if (!others.length) return;
      localStorage.removeItem(PREFIX + others[others.length - 1].conversation_id);
    }
  }
}

function current() {
  return sessionStorage.getItem(CURRENT);
}

function show(id) {
  document.getElementById("chat-tab-button")?.click();
  if (id) sessionStorage.setItem(CURRENT, id);
  else sessionStorage.removeItem(CURRENT);
  document.dispatchEvent(new CustomEvent("citespan:close"));
  trigger("select", { record: (id && read(id)?.text) || null });
}

function setOpen(open) {
  drawer.hidden = !open;
  opener.setAttribute("aria-expanded", String(open));
  document.body.classList.toggle("history-open", open);
  if (open) {
    draw();
    drawer.querySelector("button")?.focus();
  } else if (drawer.contains(document.activeElement)) {
    opener.focus();
  }
}

function download(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function fileName(record, suffix) {
  const words = record.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 50);
  return `${words || "conversation"}.${suffix}`;
}

const actions = {
  open: (id) => {
    show(id);
    setOpen(false);
  },
  rename: (id) => {
    const row = list.querySelector(`[data-id="${CSS.escape(id)}"]`);
    const input = document.createElement("input");
    input.value = read(id).record.title;
    input.maxLength = 200;
    input.setAttribute("aria-label", "Title of the conversation");
    row.replaceChildren(input);
    let finished = false;
    const finish = (save) => {
      if (finished) return;
      finished = true;
      const record = read(id)?.record;
      if (save && record && input.value.trim()) {
        record.title = input.value.trim();
        keep(record);
        if (id === current()) show(id);
      }
      draw();
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") finish(true);
      if (event.key === "Escape") {
        event.stopPropagation();
        finish(false);
      }
    });
    input.addEventListener("blur", () => finish(true));
    input.focus();
    input.select();
  },
  markdown: async (id) => {
    const kept = read(id);
    download(fileName(kept.record, "md"), "text/markdown", await server.export_markdown(kept.text));
  },
  json: (id) => {
    const kept = read(id);
    download(fileName(kept.record, "json"), "application/json", JSON.stringify(kept.record, null, 2));
  },
  delete: (id) => {
    localStorage.removeItem(PREFIX + id);
    if (id === current()) show(null);
    draw();
  },
};

function button(action, text, name, className) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.do = action;
  made.textContent = text;
  made.className = className;
  if (name) made.setAttribute("aria-label", name);
  return made;
}

function draw() {
  const rows = all().map((record) => {
    const row = document.createElement("li");
    row.dataset.id = record.conversation_id;
    const title = button("open", record.title || "Untitled", null, "history-title");
    title.dir = "auto";
    if (record.conversation_id === current()) title.setAttribute("aria-current", "true");
    const tools = document.createElement("span");
    tools.className = "history-tools";
    tools.append(
      button("rename", "Rename", `Rename ${record.title}`, "quiet"),
      button("markdown", "Markdown", `Export ${record.title} as Markdown`, "quiet"),
      button("json", "JSON", `Export ${record.title} as JSON`, "quiet"),
      button("delete", "Delete", `Delete ${record.title}`, "quiet"),
    );
    row.append(title, tools);
    return row;
  });
  list.replaceChildren(...rows);
  element.querySelector(".history-note").textContent = rows.length
    ? "Kept in this browser only."
    : "No conversations yet. They are kept in this browser only.";
}

element.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest("[data-new]")) show(null);
  else if (target.closest("[data-history]")) setOpen(drawer.hidden);
  else if (target.closest("[data-hide]") || target.closest(".history-backdrop")) setOpen(false);
  else {
    const acts = target.closest("[data-do]");
    if (acts) actions[acts.dataset.do](acts.closest("[data-id]").dataset.id);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || drawer.hidden) return;
  setOpen(false);
  event.preventDefault();
});
watch("value", () => {
  if (!props.value) return;
  try {
    const record = JSON.parse(props.value);
    sessionStorage.setItem(CURRENT, record.conversation_id);
    keep(record);
    if (!drawer.hidden) draw();
  } catch {
    // Not a conversation: nothing to keep.
  }
});
