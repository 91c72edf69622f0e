import { DiagnosticError, NULL, known } from "../plugin";
import type { Value } from "../plugin";

/** The configured value, or the environment's where the configuration says nothing. */
export function fromEnvironment(value: Value<string>, variable: string | undefined): Value<string> {
  return value.kind === "null" && variable !== undefined && variable !== "" ? known(variable) : value;
}

/** A value changed where it is known, and `fallback` where it is null. */
export function mapValue<T, U>(value: Value<T>, change: (value: T) => U, fallback: Value<U> = NULL): Value<U> {
  if (value.kind === "known") return known(change(value.value));
  return value.kind === "null" ? fallback : value;
}

/** Refuses a setting that is nowhere to be found; one that is not known yet is waited for. */
export function given<T>(value: Value<T>, attribute: string, variable: string): Value<T> {
  if (value.kind !== "null") return value;
  throw new DiagnosticError({
    summary: `Missing ${attribute}`,
    detail: `Set ${attribute} in the provider block, or ${variable} in the environment.`,
    path: [attribute],
  });
}

/** Judges what came from the environment as Terraform has the block's own values judged. */
export function checked(
  value: Value<string>,
  variable: string,
  validate: (text: string) => { readonly summary: string; readonly detail: string } | undefined,
): Value<string> {
  const problem = value.kind === "known" ? validate(value.value) : undefined;
  if (problem === undefined) return value;
  throw new DiagnosticError({
    summary: problem.summary,
    detail: `${problem.detail} The value comes from the provider block or from ${variable} in the environment.`,
  });
}
