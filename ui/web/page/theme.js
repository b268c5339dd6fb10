// Light, dark, or as the system has it: kept in this browser, and stronger than what Gradio picks by itself.
(() => {
  const KEY = "citespan.theme";
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      const theme = localStorage.getItem(KEY);
      return theme === "light" || theme === "dark" ? theme : "system";
    } catch {
      return "system";
    }
  }

  function apply() {
    const theme = chosen();
    const dark = theme === "dark" || (theme === "system" && system.matches);
    if (document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
  }

  function choose(theme) {
    try {
      if (theme === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // Storage is switched off: the choice lasts until the page is closed.
    }
    apply();
  }

  window.citespanTheme = { chosen, choose };
  function begin() {
    apply();
    new MutationObserver(apply).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    system.addEventListener("change", apply);
  }

  // Gradio may bring this script after the page itself is there.
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();
