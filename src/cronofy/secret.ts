import { inspect } from "node:util";

/** What every printed form of a secret is. */
const MASK = "***";

/** A text that must not be printed: however it reaches a log, a message or JSON, it reads `***`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself. Call this only where it goes onto the wire or into a store. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
