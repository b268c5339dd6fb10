// Keys that work anywhere on the page.
document.documentElement.lang = "en";
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
