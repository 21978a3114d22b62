// A socket that comes back by itself after a loss, later each time. `open` is told whenever it is there, so that state is built anew.
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5000;
const PING_MS = 20000;
const ENDED = new Set([4401, 4403]);

export class Socket {
  #socket = null;
  #delay = FIRST_DELAY_MS;
  #path;
  #on;

  // `on`: { open(), message(data), state("connected" | "lost" | "ended", code) }. A ping tells whether the session is still good.
  constructor(path, on, pingMs = PING_MS) {
    this.#path = path;
    this.#on = on;
    this.#open();
    setInterval(() => this.send({ type: "ping" }), pingMs);
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  // Whether it could be sent.
  send(message) {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #open() {
    this.#socket = new WebSocket(new URL(this.#path, location.href.replace(/^http/, "ws")));
    this.#socket.addEventListener("open", () => {
      this.#delay = FIRST_DELAY_MS;
      this.#on.state("connected");
      this.#on.open();
    });
    this.#socket.addEventListener("message", (event) => this.#on.message(JSON.parse(event.data)));
    this.#socket.addEventListener("close", (event) => this.#closed(event.code));
  }

  #closed(code) {
    if (ENDED.has(code)) return this.#on.state("ended", code);
    this.#on.state("lost", code);
    setTimeout(() => this.#open(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY_MS);
  }
}
