// Keeps the first page of the list up to date. What comes while somebody reads further down waits behind a button, so nothing jumps.
import { Socket } from "../socket.js";

const READING_PX = 160;
const WORDS = { connected: "Live", paused: "Paused", lost: "Connection lost; trying again…", ended: "Not live any more: sign in again." };

export function keepLive(bar) {
  const button = bar.querySelector("#live-news");
  const state = bar.querySelector("#live-state");
  const toggle = bar.querySelector("#live-switch");
  let waiting = null;
  let query = null;

  const socket = new Socket("/live/runs", {
    open: watch,
    state: (word) => (state.textContent = WORDS[word === "connected" && !toggle.checked ? "paused" : word]),
    message: (message) => toggle.checked && message.type === "runs" && message.query === query && came(message.content),
  });

  // An older page, or a period that has ended, stays as it is.
  function watch() {
    const asked = new URLSearchParams(location.search);
    query = asked.has("after") ? null : asked.toString();
    state.textContent = query === null ? "" : WORDS[toggle.checked ? "connected" : "paused"];
    drop();
    if (query !== null && toggle.checked) socket.send({ type: "watch", query });
  }

  function came(content) {
    const fresh = countNew(content);
    if (isReading() && fresh > 0) {
      waiting = content;
      button.textContent = fresh >= 50 ? "50 or more new runs" : `${fresh} new run${fresh === 1 ? "" : "s"}`;
      button.hidden = false;
      return;
    }
    show(content);
  }

  function show(content) {
    drop();
    window.htmx.swap({ text: content, sourceElement: document.body, target: document.body, swap: "none" });
  }

  function drop() {
    waiting = null;
    button.hidden = true;
  }

  button.addEventListener("click", () => {
    if (waiting) show(waiting);
    scrollTo({ top: 0 });
  });
  toggle.addEventListener("change", watch);
  document.addEventListener("htmx:after:history:push", watch);
  addEventListener("popstate", watch);
}

// Further down than the top, or at a link of the list, or with text marked.
function isReading() {
  return scrollY > READING_PX || document.activeElement?.closest("#runs") || !getSelection().isCollapsed;
}

// Ids are in the order of time, and so are their letters.
function countNew(content) {
  const shown = document.querySelector("[data-run]")?.dataset.run ?? "";
  const rows = document.createRange().createContextualFragment(content).querySelectorAll("[data-run]");
  return [...rows].filter((row) => row.dataset.run > shown).length;
}
