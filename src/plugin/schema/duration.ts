import { string } from "./attribute";
import type { Attribute, Attributes } from "./attribute";
import { nested } from "./nested-attribute";
import type { Validator } from "./validators";

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

/** The text is a duration such as `10m` or `1h30m`. */
export function durationText(): Validator<string> {
  return (value) =>
    parseDuration(value) === undefined
      ? {
          summary: "Not a duration",
          detail:
            'Write a positive number with a unit (ms, s, m or h), such as "90s", "10m" or "1h30m", of 24 days (576h) at ' +
            `the most; got ${JSON.stringify(value)}.`,
        }
      : undefined;
}

/** The operations that {@link timeouts} can bound. */
export type TimedOperation = "create" | "read" | "update" | "delete";

/** How long the operations of a resource may take; the plugin layer ends them, the resource need not look. */
export function timeouts(defaults: { readonly [operation in TimedOperation]?: string }) {
  const attributes: Record<string, Attribute> = {};
  for (const [operation, duration] of Object.entries(defaults)) {
    attributes[operation] = string({
      optional: true,
      description: `How long ${operation} may take, as a duration such as \`30s\` or \`5m\`. Default: \`${duration}\`.`,
      validators: [durationText()],
    });
  }
  return {
    ...nested(attributes as Attributes, { optional: true, description: "How long each operation may take." }),
    defaults,
  };
}
