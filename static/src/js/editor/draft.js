// What isn't saved survives in this browser: a closed tab, a crash, a server that is gone. It is offered, never put in by itself.
const WAIT_MS = 300;

const kept = (key) => JSON.parse(localStorage.getItem(key) ?? "null");

export class Draft {
  #key;
  #saved;
  #timer = 0;

  constructor(key, saved) {
    this.#key = key;
    this.#saved = saved;
    // A new script has been created from this very draft.
    const fresh = key.replace(/[^:]+$/, "new");
    for (const each of [key, fresh]) if (kept(each)?.source === saved) localStorage.removeItem(each);
  }

  // What was left behind; nothing when it is what the page shows already.
  found() {
    return kept(this.#key);
  }

  keep(source) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(source), WAIT_MS);
  }

  #write(source) {
    if (source === this.#saved) return this.forget();
    localStorage.setItem(this.#key, JSON.stringify({ source, at: Date.now() }));
  }

  forget() {
    clearTimeout(this.#timer);
    localStorage.removeItem(this.#key);
  }
}
