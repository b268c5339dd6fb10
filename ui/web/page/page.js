// What must be known before anything is drawn, and keys that work anywhere on the page.
document.documentElement.lang = "en";
try {
  // A reload shows its conversation again, so the welcome would only flash.
  const current = sessionStorage.getItem("citespan.current");
  const kept = current && localStorage.getItem("citespan.conversation." + current);
  document.documentElement.classList.toggle("has-turns", Boolean(kept && JSON.parse(kept).turns?.length));
} catch {
  // Storage is switched off, or what it holds is no conversation: this visit begins anew.
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  if (document.querySelector("dialog[open]")) return;
  const box = document.querySelector("#question-box textarea");
  if (!box) return;
  document.getElementById("chat-tab-button")?.click();
  event.preventDefault();
  box.focus();
});
