// What the editor says over the page's one socket, and what comes of it. After a loss it says again which script the page shows and what
// its text is; what was typed meanwhile is sent then, for only the latest text counts.
import { Socket } from "../socket.js";

// Also how long a session that was ended elsewhere may go unnoticed.
const PING_MS = 4000;
const TRIAL = new Set(["started", "logged", "tried", "traced"]);
const ENDED = { 4401: "You are signed out. What you typed is kept here; sign in again in another tab, then reload.", 4403: "You may not check scripts." };

export class Connection {
  #socket;
  #questions = new Map();
  #number = 0;
  #text = null;
  #script;
  #on;

  // `on`: { state(word, reason), studied(message), trial(message), present(content) }; `script` is what the page shows, if it is saved.
  constructor(path, script, on) {
    this.#script = script;
    this.#on = on;
    const told = { open: () => this.#opened(), message: (message) => this.#receive(message), state: (word, code) => this.#changed(word, code) };
    this.#socket = new Socket(path, told, PING_MS);
  }

  get isOpen() {
    return this.#socket.isOpen;
  }

  // The text as it is now. Kept, to be sent again after a loss.
  study(message) {
    this.#text = message;
    this.#socket.send({ type: "study", ...message });
  }

  // A question about a place; null when nobody can answer.
  ask(message) {
    const id = ++this.#number;
    return new Promise((resolve) => {
      if (!this.#socket.send({ type: "ask", id, ...message })) return resolve(null);
      this.#questions.set(id, resolve);
    });
  }

  // Runs a text on an input; false when there is no connection. What comes of it goes to `on.trial`.
  trial(message) {
    return this.#socket.send({ type: "try", ...message });
  }

  stop(id) {
    this.#socket.send({ type: "stop", id });
  }

  #opened() {
    if (this.#script) this.#socket.send({ type: "open", script: this.#script });
    if (this.#text) this.#socket.send({ type: "study", ...this.#text });
  }

  #changed(word, code) {
    if (word !== "connected") {
      for (const resolve of this.#questions.values()) resolve(null);
      this.#questions.clear();
      this.#on.trial({ type: "lost" });
      // Nobody knows by now.
      this.#on.present("");
    }
    this.#on.state(word, ENDED[code]);
  }

  // A server that has only just begun, or is busy, says when to come back; unless another text is written by then.
  #refused({ reason, again_seconds: wait }) {
    this.#on.state("refused", reason);
    const text = this.#text;
    if (wait) setTimeout(() => text === this.#text && this.#socket.send({ type: "study", ...text }), wait * 1000);
  }

  #receive(message) {
    if (message.type === "studied" && message.version === this.#text?.version) this.#on.studied(message);
    if (message.type === "refused" && message.version === this.#text?.version) this.#refused(message);
    if (message.type === "present") this.#on.present(message.content);
    if (TRIAL.has(message.type)) this.#on.trial(message);
    const resolve = message.type === "answered" || message.type === "refused" ? this.#questions.get(message.id) : null;
    if (!resolve) return;
    this.#questions.delete(message.id);
    resolve(message.type === "answered" ? message.answer : null);
  }
}
