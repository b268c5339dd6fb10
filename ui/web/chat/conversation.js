// The conversation: clicks become events for the server or open the source panel.
function placeOf(button) {
  const number = (name) => (button.dataset[name] === undefined ? null : Number(button.dataset[name]));
  return {
    article: button.dataset.article,
    start: number("start"),
    end: number("end"),
    quote_start: number("quoteStart"),
    quote_end: number("quoteEnd"),
    kind: button.dataset.open,
    turn: button.closest(".turn")?.dataset.turn,
  };
}

async function copy(button) {
  const text = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const name = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => {
    if (button.isConnected) button.textContent = name;
  }, 1500);
}

function edit(card) {
  const asked = card.querySelector(".question");
  const form = document.createElement("form");
  form.className = "edit-question";
  const area = document.createElement("textarea");
  area.value = asked.textContent;
  area.rows = 2;
  area.setAttribute("aria-label", "Edit the question");
  const send = document.createElement("button");
  send.className = "primary";
  send.textContent = "Ask";
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "quiet";
  cancel.textContent = "Cancel";
  form.append(area, cancel, send);
  const holder = card.querySelector(".asked");
  holder.hidden = true;
  holder.after(form);
  const leave = () => {
    form.remove();
    holder.hidden = false;
  };
  cancel.addEventListener("click", leave);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      leave();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const question = area.value.trim();
    leave();
    if (question) trigger("submit", { action: "edit", turn: card.dataset.turn, question });
  });
  area.focus();
  area.select();
}

element.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-open]");
  if (opens) {
    const all = Array.from(opens.closest(".turn").querySelectorAll("[data-open]"));
    const detail = { places: all.map(placeOf), index: all.indexOf(opens), opener: opens };
    document.dispatchEvent(new CustomEvent("citespan:open", { detail }));
    return;
  }
  const copies = event.target.closest("[data-copy]");
  if (copies) {
    copy(copies);
    return;
  }
  const acts = event.target.closest("[data-action]");
  if (!acts) return;
  const card = acts.closest(".turn");
  const action = acts.dataset.action;
  if (action === "go-to-articles") document.getElementById("articles-tab-button")?.click();
  else if (action === "edit") edit(card);
  else trigger("submit", { action, turn: card?.dataset.turn, question: acts.dataset.question });
});

element.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-judge]");
  if (!form) return;
  event.preventDefault();
  const answer = form.elements.answer?.value ?? "";
  trigger("submit", { action: "save", turn: form.closest(".turn").dataset.turn, answer });
});

let lastTurn = null;
const isConversation = Boolean(element.closest("#conversation"));
watch("value", () => {
  if (!isConversation) {
    // The beginning comes after the conversation: what this browser kept was perhaps none.
    if (!document.querySelector("#conversation .turn")) document.documentElement.classList.remove("has-turns");
    return;
  }
  const turns = element.querySelectorAll(".turn");
  const newest = turns[turns.length - 1];
  document.documentElement.classList.toggle("has-turns", turns.length > 0);
  document.dispatchEvent(new CustomEvent("citespan:changed"));
  const box = document.querySelector("#question-box textarea");
  if (box && !box.value) box.style.height = ""; // Gradio keeps the height of the question that was sent
  if (!newest) {
    lastTurn = null;
    return;
  }
  const announcer = document.getElementById("announcer");
  if (announcer && announcer.textContent !== newest.dataset.said) announcer.textContent = newest.dataset.said;
  if (newest.dataset.turn !== lastTurn) {
    lastTurn = newest.dataset.turn;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    newest.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }
});
