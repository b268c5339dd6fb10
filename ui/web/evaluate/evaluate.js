// The results of an evaluation: the report to keep, the failures to narrow down and to open one by one.
function shownRun() {
  return document.querySelector("#failures [data-run]")?.dataset.run ?? element.querySelector("[data-run]")?.dataset.run;
}

async function saveReport(button) {
  button.disabled = true;
  try {
    const other = document.querySelector("#comparison [data-compared]")?.dataset.compared ?? null;
    const text = await server.report({ run: button.dataset.report, other });
    if (!text) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/html" }));
    link.download = `evaluation-${button.dataset.report}.html`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  } finally {
    button.disabled = false;
  }
}

async function fill(details) {
  const body = details.querySelector(".question-detail");
  if (!details.open || body.dataset.filled) return;
  body.dataset.filled = "yes";
  body.textContent = "Opening…";
  try {
    body.innerHTML = await server.open_question({ run: shownRun(), question: details.dataset.question });
  } catch {
    body.textContent = "It could not be opened. Is CiteSpan still running?";
    delete body.dataset.filled;
  }
}

function narrow(button) {
  const kind = button.dataset.filter;
  for (const one of element.querySelectorAll("[data-filter]")) one.setAttribute("aria-pressed", String(one === button));
  for (const item of element.querySelectorAll("[data-kind]")) item.hidden = Boolean(kind) && item.dataset.kind !== kind;
}

function placeOf(opens) {
  const number = (value) => (value === undefined ? undefined : Number(value));
  const { article, open: kind, start, end } = opens.dataset;
  return { article, kind, start: number(start), end: number(end) };
}

element.addEventListener("toggle", (event) => event.target.matches("details.asked-one") && fill(event.target), true);
element.addEventListener("click", (event) => {
  const saves = event.target.closest("[data-report]");
  const narrows = event.target.closest("[data-filter]");
  const opens = event.target.closest("[data-open]");
  if (saves) saveReport(saves);
  else if (narrows) narrow(narrows);
  else if (opens) {
    const detail = { places: [placeOf(opens)], index: 0, opener: opens };
    document.dispatchEvent(new CustomEvent("citespan:open", { detail }));
  }
});
