import { Token } from "cdktf";
import type { TextProblem } from "../link";

/**
 * The props without fields that are null or undefined, at any depth: a field that data leaves empty counts as absent,
 * and overrides neither a shared value nor a default.
 *
 * @param props an object. Data from a file may have anything else in its place, which counts as an object without
 *   fields.
 */
export function present<T extends object>(props: T | null | undefined): T {
  const fields = typeof props === "object" ? props : {};
  return Object.fromEntries(
    Object.entries(fields ?? {}).flatMap(([name, value]): [string, unknown][] => {
      const kept: unknown = isData(value) ? present(value) : value;
      const isEmpty = kept === null || kept === undefined || (isData(value) && isHollow(value, kept));
      return isEmpty ? [] : [[name, kept]];
    }),
  ) as T;
}

/** Whether a value is a plain object: neither a list nor an instance of a class. */
export function isData(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** An object whose fields are all empty counts as absent, unlike one that is written without fields. */
function isHollow(given: object, kept: object): boolean {
  return Object.keys(kept).length === 0 && Object.keys(given).length > 0;
}

/**
 * What is wrong with a property that holds a text, and what to write. Data from a file may be of any type, whatever the
 * compiler was told. Tokens stand for values that only Terraform knows: the provider judges those.
 *
 * @param judge the rule that the provider has for it. Nothing of the text is repeated: it may be a secret.
 */
export function textProblems(name: string, value: unknown, judge: (text: string) => TextProblem | undefined): string[] {
  if (value === undefined || Token.isUnresolved(value)) return [];
  if (typeof value !== "string") return [`${name}: write a text; got ${shown(value)}.`];
  if (value.trim() !== "" && value !== value.trim()) {
    return [
      `${name}: it begins or ends with white space, such as the line break at the end of a file: take .trim() of it.`,
    ];
  }
  const problem = judge(value);
  return problem === undefined ? [] : [`${name}: ${problem.detail.charAt(0).toLowerCase()}${problem.detail.slice(1)}`];
}

/** What is wrong with a property that takes one of a few values. */
export function choiceProblems(name: string, value: unknown, choices: object): string[] {
  const allowed = Object.values(choices) as unknown[];
  if (value === undefined || Token.isUnresolved(value) || allowed.includes(value)) return [];
  return [`${name}: choose one of ${allowed.join(", ")}; got ${shown(value)}.`];
}

/** What is wrong with a property that holds a duration, by the rule of the provider. */
export function durationProblems(name: string, value: unknown): string[] {
  if (value === undefined || Token.isUnresolved(value)) return [];
  const advice = durationProblem(typeof value === "string" ? value : "");
  return advice === undefined ? [] : [`${name}: ${advice}; got ${shown(value)}.`];
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The longest that the provider waits. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

/**
 * What is wrong with a duration, by the rule of the provider.
 *
 * @returns what to write instead; undefined for one that is right
 */
function durationProblem(text: string): string | undefined {
  if (/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
    const milliseconds = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0), 0);
    if (milliseconds > 0 && milliseconds <= MAX_MILLISECONDS) return undefined;
  }
  return 'write a positive number with a unit (ms, s, m or h), such as "90s", "10m" or "1h30m", of at most 576h';
}

/** A value as messages show it. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value);
}
