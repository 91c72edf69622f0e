const LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"];

/** Whether a host, with or without a port, is this machine by a name that nobody can make resolve elsewhere. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_HOSTS.includes(host.replace(/:\d+$/, "").toLowerCase());
}

/** One API request that was served. */
export interface LoggedRequest {
  readonly method: string;
  /** It has no query, and what looks like a token is masked. */
  readonly path: string;
  /** It is 0 where the connection was dropped without an answer. */
  readonly status: number;
}

/** The latest API requests, oldest first. */
export class RequestLog {
  readonly #atMost: number;
  #requests: LoggedRequest[] = [];

  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  add(request: LoggedRequest): void {
    this.#requests.push({ ...request, path: request.path.replace(/[A-Za-z0-9]{32,}/g, "***") });
    // The log grows to twice its length before it is cut, so that a full one is not copied at every request.
    if (this.#requests.length >= 2 * this.#atMost) this.#requests = this.latest();
  }

  latest(): LoggedRequest[] {
    return this.#atMost === 0 ? [] : this.#requests.slice(-this.#atMost);
  }

  clear(): void {
    this.#requests = [];
  }
}

/** A request that the sandbox sent to a callback URL. */
export interface LoggedCallback {
  /** It has no query. */
  readonly callback_url: string;
  /** It is `not_loopback` where the URL leads off this machine: the sandbox sends nothing there. */
  readonly outcome: "pending" | "delivered" | "failed" | "not_loopback";
  /** The status of the answer, or null where there was none. */
  readonly status: number | null;
}

const TIMEOUT_MS = 5000;
const REMEMBERED = 1000;

/** What the sandbox sends to an application by itself. Each callback is sent once. */
export class Callbacks {
  readonly #closing: AbortSignal;
  #callbacks: LoggedCallback[] = [];

  /** @param closing ends what is under way */
  constructor(closing: AbortSignal) {
    this.#closing = closing;
  }

  /** Posts JSON without waiting for the answer; {@link latest} tells how it went. */
  send(url: string, body: object): void {
    const { origin, pathname } = new URL(url);
    const logged = { callback_url: origin + pathname, outcome: "pending", status: null } as Mutable<LoggedCallback>;
    this.#callbacks = [...this.#callbacks, logged].slice(-REMEMBERED);
    if (isLoopback(new URL(url).host)) void this.#deliver(url, body, logged);
    else logged.outcome = "not_loopback";
  }

  /** The latest callbacks, oldest first. */
  latest(): LoggedCallback[] {
    return this.#callbacks.map((each) => ({ ...each }));
  }

  clear(): void {
    this.#callbacks = [];
  }

  async #deliver(url: string, body: object, logged: Mutable<LoggedCallback>): Promise<void> {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json; charset=utf-8" },
        body: JSON.stringify(body),
        redirect: "manual",
        signal: AbortSignal.any([this.#closing, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      logged.status = response.status;
      logged.outcome = response.ok ? "delivered" : "failed";
    } catch {
      logged.outcome = "failed";
    }
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
