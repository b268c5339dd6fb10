// The source panel. Opens on the document event "citespan:open" with
// {places: [{article, start, end, quote_start, quote_end, kind, number}], index, opener}.
// The texts come from the server as HTML that it has escaped.
const panel = element.querySelector(".source");
const title = element.querySelector(".source-title");
const head = element.querySelector(".source-head");
const body = element.querySelector(".source-body");
const sheet = element.querySelector(".source-page");
const scroller = element.querySelector(".source-scroll");
const stepper = element.querySelector(".stepper");
const position = element.querySelector(".position");
const narrow = window.matchMedia("(max-width: 800px)");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
let places = [];
let index = 0;
let opener = null;
let asked = 0;
let drawn = 0;

function isOpen() {
  return !panel.hidden;
}

function markOpener() {
  document.querySelectorAll("[data-open][aria-expanded]").forEach((one) => one.removeAttribute("aria-expanded"));
  const place = places[index];
  if (!isOpen() || !place || place.kind === "article") return;
  const same = (one) =>
    one.dataset.article === place.article &&
    Number(one.dataset.start) === place.start &&
    Number(one.dataset.end) === place.end &&
    (!place.turn || one.closest(".turn")?.dataset.turn === place.turn);
  Array.from(document.querySelectorAll("[data-open]")).filter(same).forEach((one) => one.setAttribute("aria-expanded", "true"));
}

function bringIntoView() {
  const target = body.querySelector("mark") || body.querySelector(".in-passage");
  if (!target) {
    scroller.scrollTop = 0;
    return;
  }
  const place = scroller.scrollTop + target.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  const fitsUnderTitle = place < scroller.clientHeight * 0.6;
  const top = fitsUnderTitle ? 0 : place - scroller.clientHeight * 0.33;
  scroller.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
}

// Told together with the text, so that the number never stands over another citation's words.
function tellPosition() {
  stepper.hidden = places.length < 2;
  position.textContent = places.length > 1 ? `${index + 1} of ${places.length}` : "";
}

// The article's title stays in view above its text, and names the panel.
function name(text) {
  title.textContent = text;
  panel.setAttribute("aria-label", text ? `Source article: ${text}` : "Source article");
}

async function show(around) {
  const place = places[index];
  const turn = ++asked;
  panel.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await server.open_place({ ...place, around });
  } catch {
    answer = null;
  }
  if (turn !== asked) return;
  panel.removeAttribute("aria-busy");
  tellPosition();
  if (!answer) {
    showPage(null);
    name("The article could not be loaded");
    head.replaceChildren();
    body.textContent = "Is CiteSpan still running?";
    return;
  }
  name(answer.title);
  head.innerHTML = answer.head;
  body.innerHTML = answer.body;
  markOpener();
  showPage(answer.page);
  requestAnimationFrame(bringIntoView);
}

// The page of a PDF file comes after the text, because drawing it takes a moment.
async function showPage(page, focus) {
  const turn = ++drawn;
  sheet.hidden = !page;
  panel.classList.toggle("with-page", Boolean(page));
  if (!page) {
    sheet.replaceChildren();
    enlarge(false);
    return;
  }
  sheet.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await server.open_page({ ...places[index], page });
  } catch {
    answer = null;
  }
  if (turn !== drawn) return;
  sheet.removeAttribute("aria-busy");
  sheet.hidden = !answer?.page;
  panel.classList.toggle("with-page", Boolean(answer?.page));
  sheet.innerHTML = answer?.page || "";
  enlarge(panel.classList.contains("page-larger"));
  if (focus) (sheet.querySelector(`[aria-label="${focus}"]:enabled`) || sheet.querySelector(".page-scroll"))?.focus();
  sheet.querySelector("img")?.decode().catch(() => {}).then(bringAreaIntoView);
}

function bringAreaIntoView() {
  const view = sheet.querySelector(".page-scroll");
  const area = sheet.querySelector(".area.in-mark, .area.in-passage, .area");
  if (!view || !area) return;
  view.scrollTop = area.offsetTop - view.clientHeight * 0.4;
  view.scrollLeft = area.offsetLeft + area.offsetWidth / 2 - view.clientWidth / 2;
}

function enlarge(large) {
  const button = sheet.querySelector("[data-larger]");
  panel.classList.toggle("page-larger", large && Boolean(button));
  button?.setAttribute("aria-pressed", String(large));
  if (button) button.textContent = large ? "Smaller" : "Larger";
}

// Nothing of the article that was shown before stays.
function clear() {
  name("");
  head.replaceChildren();
  body.replaceChildren();
  showPage(null);
  stepper.hidden = true;
}

function open(detail) {
  if (!isOpen()) clear();
  places = detail.places;
  index = detail.index;
  opener = detail.opener;
  panel.hidden = false;
  panel.setAttribute("role", narrow.matches ? "dialog" : "complementary");
  document.body.classList.add("source-open");
  markOpener();
  panel.focus({ preventScroll: true });
  show(0);
}

function close() {
  if (!isOpen()) return;
  asked += 1;
  drawn += 1;
  panel.hidden = true;
  document.body.classList.remove("source-open");
  markOpener();
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

function step(by) {
  const next = index + by;
  if (next < 0 || next >= places.length) return;
  index = next;
  show(0);
}

document.addEventListener("citespan:open", (event) => open(event.detail));
document.addEventListener("citespan:close", close);
document.addEventListener("citespan:changed", markOpener);
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (event.target.closest(".source-backdrop") || button?.hasAttribute("data-close")) close();
  else if (button?.dataset.step) step(Number(button.dataset.step));
  else if (button?.dataset.around) show(Number(button.dataset.around));
  else if (button?.dataset.page) showPage(Number(button.dataset.page), button.getAttribute("aria-label"));
  else if (button?.hasAttribute("data-larger")) {
    enlarge(button.getAttribute("aria-pressed") !== "true");
    bringAreaIntoView();
  }
});
document.addEventListener("keydown", (event) => {
  if (!isOpen() || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    close();
    event.preventDefault();
    return;
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable], .page-larger .page-scroll");
  if (!typing && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    step(event.key === "ArrowLeft" ? -1 : 1);
    event.preventDefault();
  }
  if (event.key === "Tab" && narrow.matches) {
    const stops = Array.from(panel.querySelectorAll("button, [tabindex='0']")).filter((one) => one.offsetParent);
    const first = stops[0];
    const last = stops[stops.length - 1];
    if (event.shiftKey && (document.activeElement === first || document.activeElement === panel)) {
      last.focus();
      event.preventDefault();
    } else if (!event.shiftKey && document.activeElement === last) {
      first.focus();
      event.preventDefault();
    }
  }
});
