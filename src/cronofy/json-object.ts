/** A JSON object of which nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @returns the object that a text states, or null where it states none. */
export function parseJsonObject(text: string): JsonObject | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

export function asObject(value: unknown): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** @returns null for anything but a text of at least one character. */
export function asText(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
