const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The longest that the provider waits. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

/**
 * What is wrong with a duration, by the rule of the provider.
 *
 * @returns what to write instead; undefined for one that is right
 */
export function durationProblem(text: string): string | undefined {
  if (/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
    const milliseconds = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0), 0);
    if (milliseconds > 0 && milliseconds <= MAX_MILLISECONDS) return undefined;
  }
  return 'write a positive number with a unit (ms, s, m or h), such as "90s", "10m" or "1h30m", of at most 576h';
}
