import { decodeUtf8, parseJson } from "./json";

/**
 * What a resource keeps beside its state, out of sight of the configuration. It lies readable in the state file: no
 * secrets.
 */
export class PrivateState {
  private constructor(private readonly entries: Map<string, unknown>) {}

  /** Reads the bytes that Terraform kept; absent or foreign bytes are an empty private state. */
  static read(bytes: Uint8Array): PrivateState {
    if (bytes.length === 0) return new PrivateState(new Map());
    try {
      const text = decodeUtf8(bytes);
      // It refuses deep nesting, which could be read here and not be written again.
      parseJson(text);
      const parsed: unknown = JSON.parse(text);
      if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
        return new PrivateState(new Map(Object.entries(parsed)));
      }
    } catch {
      // Another provider wrote these bytes.
    }
    return new PrivateState(new Map());
  }

  /** What was kept under `key`, or undefined. */
  get(key: string): unknown {
    return this.entries.get(key);
  }

  /** Keeps a JSON value; undefined forgets it. */
  set(key: string, value: unknown): void {
    if (value === undefined) this.entries.delete(key);
    else this.entries.set(key, value);
  }

  toWire(): Buffer {
    return this.entries.size === 0 ? Buffer.alloc(0) : Buffer.from(JSON.stringify(Object.fromEntries(this.entries)));
  }
}
