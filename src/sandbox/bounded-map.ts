/** A map that forgets its oldest entries, so that short-lived things may be kept without sweeping. */
export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #atMost: number;

  constructor(atMost = 20_000) {
    this.#atMost = atMost;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#atMost) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
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
