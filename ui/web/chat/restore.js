// The conversation this browser tab showed before it was reloaded, as JSON, or null.
() => {
  try {
    const id = sessionStorage.getItem("citespan.current");
    return [id && localStorage.getItem("citespan.conversation." + id)];
  } catch {
    return [null];
  }
}
