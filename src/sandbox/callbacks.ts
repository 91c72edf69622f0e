import { isLoopback } from "./loopback-only";

/** How a callback went. */
export interface LoggedCallback {
  /** Without its query. */
  readonly callback_url: string;
  /** `not_loopback` where the sandbox sends nothing, for it never leaves this machine. */
  readonly outcome: "pending" | "delivered" | "failed" | "not_loopback";
  /** Of the answer, where there was one. */
  readonly status: number | null;
}

const TIMEOUT_MS = 5000;
const REMEMBERED = 1000;

/** What the sandbox tells an application of its own accord: once each, after the answer that promised it. */
export class Callbacks {
  readonly #closing: AbortSignal;
  #callbacks: LoggedCallback[] = [];

  /** @param closing ends what is under way */
  constructor(closing: AbortSignal) {
    this.#closing = closing;
  }

  /** Posts JSON; how it went is seen in {@link latest}. */
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
