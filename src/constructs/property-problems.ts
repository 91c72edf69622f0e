import { Token } from "cdktf";
import type { TextProblem } from "../link";
import { durationProblem } from "./duration";

/**
 * What is wrong with a property that holds a text, and what to write. Data from a file is of whatever type, though the
 * compiler was told otherwise. Tokens stand for values that only Terraform knows: the provider judges those.
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

/** A value as messages show it. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value);
}
