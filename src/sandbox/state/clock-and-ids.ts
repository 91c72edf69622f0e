import { createHash } from "node:crypto";

/** A clock that can be moved forward. It runs as the given one does, ahead of it by what was added. */
export class SandboxClock {
  readonly #now: () => number;
  #aheadMs = 0;

  /** @param now milliseconds since the epoch, as `Date.now` gives them */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#now() + this.#aheadMs;
  }

  /** How far this clock is ahead of the one it follows, in seconds. */
  get aheadSeconds(): number {
    return this.#aheadMs / 1000;
  }

  /** Moves the clock forward. Only {@link reset} moves it back. */
  advance(seconds: number): void {
    this.#aheadMs += seconds * 1000;
  }

  /** @param aheadSeconds how far this clock is then ahead */
  reset(aheadSeconds: number): void {
    this.#aheadMs = aheadSeconds * 1000;
  }
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const TOKEN_LENGTH = 32;

/** Gives ids and tokens in the forms Cronofy documents; the same seed gives the same ones in the same order. */
export class IdSource {
  readonly #seed: string;
  #given = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** How many ids and tokens were given. Set it to go on as if there had been so many. */
  get given(): number {
    return this.#given;
  }

  set given(count: number) {
    this.#given = count;
  }

  /** `<prefix>_` and 24 hexadecimal digits. */
  id(prefix: string): string {
    return `${prefix}_${this.#next().toString("hex").slice(0, 24)}`;
  }

  /** 32 ASCII letters and digits, the documented form of codes and access tokens. */
  token(): string {
    return Array.from(this.#next(), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
  }

  #next(): Buffer {
    this.#given += 1;
    return digest(this.#seed, String(this.#given)).subarray(0, TOKEN_LENGTH);
  }
}

/** An id that is computed from what it belongs to, so that nothing has to keep it. */
export function derivedId(prefix: string, ...of: string[]): string {
  return `${prefix}_${digest(...of)
    .toString("hex")
    .slice(0, 24)}`;
}

function digest(...parts: string[]): Buffer {
  return createHash("sha256").update(parts.join("\n")).digest();
}
