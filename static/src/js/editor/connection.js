// The page's one socket. It comes back by itself after a loss; what was typed meanwhile is sent then, for only the latest text counts.
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5000;
// Also how long a session that was ended elsewhere may go unnoticed.
const PING_MS = 4000;
const TRIAL = new Set(["started", "logged", "tried", "traced"]);
const ENDED = { 4401: "You are signed out. What you typed is kept here; sign in again in another tab, then reload.", 4403: "You may not check scripts." };

export class Connection {
  #socket = null;
  #delay = FIRST_DELAY_MS;
  #questions = new Map();
  #number = 0;
  #text = null;
  #path;
  #on;

  constructor(path, on) {
    this.#path = path;
    this.#on = on;
    this.#open();
    setInterval(() => this.#send({ type: "ping" }), PING_MS);
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  // The text as it is now. Kept, to be sent again after a loss.
  study(message) {
    this.#text = message;
    this.#send({ type: "study", ...message });
  }

  // A question about a place; null when nobody can answer.
  ask(message) {
    const id = ++this.#number;
    return new Promise((resolve) => {
      if (!this.#send({ type: "ask", id, ...message })) return resolve(null);
      this.#questions.set(id, resolve);
    });
  }

  // Runs a text on an input; false when there is no connection. What comes of it goes to `on.trial`.
  trial(message) {
    return this.#send({ type: "try", ...message });
  }

  stop(id) {
    this.#send({ type: "stop", id });
  }

  #open() {
    this.#socket = new WebSocket(new URL(this.#path, location.href.replace(/^http/, "ws")));
    this.#socket.addEventListener("open", () => {
      this.#delay = FIRST_DELAY_MS;
      this.#on.state("connected");
      if (this.#text) this.#send({ type: "study", ...this.#text });
    });
    this.#socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
    this.#socket.addEventListener("close", (event) => this.#closed(event.code));
  }

  #closed(code) {
    for (const resolve of this.#questions.values()) resolve(null);
    this.#questions.clear();
    this.#on.trial({ type: "lost" });
    if (code in ENDED) return this.#on.state("ended", ENDED[code]);
    this.#on.state("lost");
    setTimeout(() => this.#open(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY_MS);
  }

  #receive(message) {
    if (message.type === "studied" && message.version === this.#text?.version) this.#on.studied(message);
    if (message.type === "refused" && message.version === this.#text?.version) this.#on.state("refused", message.reason);
    if (TRIAL.has(message.type)) this.#on.trial(message);
    const resolve = message.type === "answered" || message.type === "refused" ? this.#questions.get(message.id) : null;
    if (!resolve) return;
    this.#questions.delete(message.id);
    resolve(message.type === "answered" ? message.answer : null);
  }

  #send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }
}
