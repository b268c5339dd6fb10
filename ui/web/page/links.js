// A permanent link, /article/ID#start-end, arrives here as /?article=ID#start-end: open that place.
const article = new URLSearchParams(window.location.search).get("article");
if (article) {
  const range = /^#(\d+)-(\d+)$/.exec(window.location.hash);
  const place = range ? { article, start: Number(range[1]), end: Number(range[2]), kind: "citation" } : { article, kind: "article" };
  let tries = 0;
  const timer = setInterval(() => {
    // The panel listens once it is drawn.
    document.dispatchEvent(new CustomEvent("citespan:open", { detail: { places: [place], index: 0, opener: null } }));
    tries += 1;
    if (document.body.classList.contains("source-open") || tries > 50) clearInterval(timer);
  }, 100);
}
