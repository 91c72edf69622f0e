/** Milliseconds in each unit of Go's duration notation, which is what Terraform's users write. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The longest duration that timers can hold. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

/**
 * Reads a duration such as `10m`, `1h30m` or `90s`.
 *
 * @returns milliseconds, or undefined where the text is no positive duration of at most 24 days.
 */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    milliseconds += Number(amount) * (UNITS[unit as string] as number);
  }
  return milliseconds > 0 && milliseconds <= MAX_MILLISECONDS ? Math.round(milliseconds) : undefined;
}
