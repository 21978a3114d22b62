// What isn't saved survives in this browser: a closed tab, a crash, a server that is gone. It is offered, never put in by itself.
const WAIT_MS = 300;
const OWN = /^(csrf|revision|source|try\..*)$/;

const kept = (key) => JSON.parse(localStorage.getItem(key) ?? "null");

// The settings beside the source, as the form would send them.
export const settingsOf = (form) => [...new FormData(form)].filter(([name]) => !OWN.test(name));

export class Draft {
  #key;
  #saved;
  #timer = 0;

  // `saved` is what the page shows and the server has; null when it has less.
  constructor(key, saved) {
    this.#key = key;
    this.#saved = saved && JSON.stringify(saved);
    if (!saved) return;
    // A new script has been created from this very draft.
    const fresh = key.replace(/[^:]+$/, "new");
    if (this.#isSaved(kept(key)) || kept(fresh)?.source === saved.source) for (const each of [key, fresh]) localStorage.removeItem(each);
  }

  // What was left behind; nothing when it is what the page shows already.
  found() {
    return kept(this.#key);
  }

  keep(content) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(content()), WAIT_MS);
  }

  #write(content) {
    if (this.#isSaved(content)) return this.forget();
    localStorage.setItem(this.#key, JSON.stringify({ ...content, at: Date.now() }));
  }

  #isSaved(content) {
    return content && JSON.stringify({ source: content.source, settings: content.settings }) === this.#saved;
  }

  forget() {
    clearTimeout(this.#timer);
    localStorage.removeItem(this.#key);
  }
}

// Puts settings back into the form.
export function restoreSettings(form, settings) {
  const chosen = new Set(settings.map(([name, value]) => `${name}=${value}`));
  const names = new Set(settings.map(([name]) => name));
  for (const field of form.elements) {
    if (!field.name || OWN.test(field.name)) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = chosen.has(`${field.name}=${field.value}`);
    else if (names.has(field.name)) field.value = settings.find(([name]) => name === field.name)[1];
  }
}
