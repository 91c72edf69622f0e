/** A map that forgets its oldest entries, so that a sandbox may run for weeks and nothing has to be swept. */
export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #atMost: number;
  readonly #onForgotten: (value: Value) => void;

  /** @param onForgotten hears of each value that was forgotten for a newer one */
  constructor(atMost = 20_000, onForgotten: (value: Value) => void = () => undefined) {
    this.#atMost = atMost;
    this.#onForgotten = onForgotten;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#atMost) return;
    for (const [oldest, forgotten] of this.#entries) {
      this.#entries.delete(oldest);
      this.#onForgotten(forgotten);
      return;
    }
  }

  delete(key: Key): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Oldest first. */
  entries(): [Key, Value][] {
    return [...this.#entries];
  }

  values(): IterableIterator<Value> {
    return this.#entries.values();
  }
}
