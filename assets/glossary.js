/* The meaning of a glossary word, where a reader points at it or comes to it by keyboard.
   The words and their meanings are in the page; without this script each word is a plain link.
   A page that was found by search opens where the words of the search stand. */
(() => {
  "use strict";

  function start() {
    const box = document.querySelector(".ma-meanings");
    if (box) explain(box);
    land();
  }

  function explain(box) {
    const tip = document.createElement("div");
    tip.className = "ma-meaning";
    tip.hidden = true;
    document.body.append(tip);
    let shown = null;
    let leaving = 0;

    const hide = () => {
      clearTimeout(leaving);
      tip.hidden = true;
      shown = null;
    };
    const leave = () => {
      clearTimeout(leaving);
      leaving = setTimeout(hide, 200); // time to move onto the meaning
    };
    const show = (link, meaning) => {
      clearTimeout(leaving);
      shown = link;
      tip.textContent = meaning.textContent;
      tip.hidden = false;
      const [line] = link.getClientRects(); // the word may break over two lines
      const left = Math.min(line.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
      const above = line.bottom + tip.offsetHeight + 8 > innerHeight;
      tip.style.left = `${scrollX + Math.max(8, left)}px`;
      tip.style.top = `${scrollY + (above ? line.top - tip.offsetHeight - 4 : line.bottom + 4)}px`;
    };

    for (const link of document.querySelectorAll('a[href*="glossary.html#term-"]')) {
      const meaning = document.getElementById(`meaning-${link.hash.slice(1)}`);
      if (!meaning) continue;
      link.setAttribute("aria-describedby", meaning.id);
      link.addEventListener("pointerenter", (event) => {
        if (event.pointerType === "mouse") show(link, meaning);
      });
      link.addEventListener("pointerleave", leave);
      link.addEventListener("focus", () => {
        if (link.matches(":focus-visible")) show(link, meaning);
      });
      link.addEventListener("blur", hide);
    }
    tip.addEventListener("pointerenter", () => clearTimeout(leaving));
    tip.addEventListener("pointerleave", leave);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && shown) hide();
    });
  }

  // ---- from the search to the place --------------------------------------------------------

  const SOUGHT = "mutualaid-sought";

  function land() {
    const results = document.getElementById("search-results");
    if (results) {
      results.addEventListener("click", (event) => {
        const link = event.target.closest("a");
        const sought = new URLSearchParams(location.search).get("q");
        if (link && sought) localStorage.setItem(SOUGHT, sought.trim().toLowerCase());
      });
      return;
    }
    const sought = localStorage.getItem(SOUGHT);
    localStorage.removeItem(SOUGHT);
    if (!sought || location.hash) return;
    const places = find(sought);
    if (!places.length) return;
    if (window.Highlight) CSS.highlights.set("ma-sought", new Highlight(...places));
    const heading = places.find((place) => place.startContainer.parentElement.closest("h1, h2, h3"));
    const at = (heading ?? places[0]).startContainer.parentElement;
    at.closest("details")?.setAttribute("open", "");
    at.scrollIntoView({ block: "center" });
  }

  // The whole of what was sought, or else each of its words.
  function find(sought) {
    const article = document.querySelector(".bd-article");
    for (const words of [[sought], sought.split(/\s+/).filter((word) => word.length > 1)]) {
      const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT, (node) =>
        node.parentElement.closest("script, [hidden]")
          ? NodeFilter.FILTER_REJECT
          : NodeFilter.FILTER_ACCEPT,
      );
      const places = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.nodeValue.toLowerCase();
        for (const word of words)
          for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
            const place = document.createRange();
            place.setStart(node, at);
            place.setEnd(node, at + word.length);
            places.push(place);
          }
      }
      if (places.length) return places;
    }
    return [];
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
