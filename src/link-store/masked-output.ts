/** Names under which environments and programs keep what must not be seen. */
const SECRET_NAME = /secret|token|passw|credential|private|api[_-]?key|store_(key|postgres)/i;

// Each begins with a fixed text: one that may begin anywhere in a word looks at a long word once for each of its letters.

/** The end of the name of a field of JSON, a form or a header that holds a secret, up to the end of its value. */
const SECRET_FIELD = /((?:token|secret|password|passwd|api[_-]?key)["']?\s*[:=]\s*["']?)[^\s"',;&}]+/gi;
const CREDENTIALS = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
const USER_INFO = /:\/\/[^\s/]+@/g;

/** A value shorter than that is found by chance in text that has nothing to do with it. */
const SHORTEST_SECRET = 6;

/**
 * Makes what another program printed fit for a log: on one line, without the values of secret environment variables,
 * without the given secrets, and without what looks like a secret field, credentials, or the user of a URL.
 *
 * @param secrets the texts of further secrets.
 */
export function maskOutput(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  secrets: readonly string[] = [],
): string {
  const fromEnvironment = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) ? [value] : [],
  );
  let masked = text;
  // A longer one first, for it may hold a shorter one.
  for (const secret of [...fromEnvironment, ...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length >= SHORTEST_SECRET) masked = masked.split(secret).join("***");
  }
  return (
    masked
      .replace(SECRET_FIELD, "$1***")
      .replace(CREDENTIALS, "$1 ***")
      .replace(USER_INFO, "://***@")
      // Terminals obey control characters.

      .replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, " ")
      .trim()
  );
}
