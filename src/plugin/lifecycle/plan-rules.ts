import type { Attributes } from "../schema/attribute";
import { equalValues } from "../values/equal";
import type { Path } from "../values/path";
import { fromPlain } from "../values/plain";
import { NULL, UNKNOWN, emptyPayload } from "../values/value";
import type { ObjectPayload } from "../values/value";
import { providerMistake } from "./diagnostics";

/**
 * What Terraform's proposal becomes by the schema alone: defaults where the configuration is silent, and computed
 * values unknown only where they may change — all of them on create, and on update only if something does change,
 * except those that stay as they are.
 *
 * @param prior null on create.
 */
export function proposeState(
  proposed: ObjectPayload,
  config: ObjectPayload,
  prior: ObjectPayload | null,
  schema: Attributes,
): ObjectPayload {
  const planned = emptyPayload();
  for (const [name, { type, options }] of Object.entries(schema)) {
    const isSilent = (config[name] ?? NULL).kind === "null";
    planned[name] =
      isSilent && options.default !== undefined ? fromPlain(options.default, type) : (proposed[name] ?? NULL);
  }
  if (prior !== null && changedAttributes(planned, prior, schema).length === 0) return planned;
  for (const [name, { options }] of Object.entries(schema)) {
    const isSilent = (config[name] ?? NULL).kind === "null";
    const isOurs = options.computed === true && options.default === undefined && isSilent;
    if (isOurs && (prior === null || options.useStateForUnknown !== true)) planned[name] = UNKNOWN;
  }
  return planned;
}

/** The names of the attributes whose planned value differs from the prior one. */
export function changedAttributes(planned: ObjectPayload, prior: ObjectPayload, schema: Attributes): string[] {
  return Object.entries(schema)
    .filter(([name, { type }]) => !equalValues(planned[name] ?? NULL, prior[name] ?? NULL, type))
    .map(([name]) => name);
}

/** Where a change needs a new object: only attributes that do differ, or Terraform would replace for nothing. */
export function replacementPaths(planned: ObjectPayload, prior: ObjectPayload, schema: Attributes): Path[] {
  return changedAttributes(planned, prior, schema)
    .filter((name) => schema[name]?.options.requiresReplace === true)
    .map((name) => [name]);
}

/**
 * Holds a finished plan against the rules that Terraform enforces, so that a mistake is named here by attribute.
 *
 * @throws DiagnosticError that names the attribute.
 */
export function assertPlanIsValid(
  planned: ObjectPayload,
  config: ObjectPayload,
  prior: ObjectPayload | null,
  schema: Attributes,
): void {
  for (const [name, { type, options }] of Object.entries(schema)) {
    const plannedValue = planned[name] ?? NULL;
    const configured = config[name] ?? NULL;
    if (equalValues(plannedValue, configured, type)) continue;
    if (configured.kind === "null") {
      if (options.computed === true) continue;
      throw providerMistake(`The plan sets ${name}, which is not computed and which the configuration leaves out.`);
    }
    if (prior !== null && equalValues(plannedValue, prior[name] ?? NULL, type)) continue;
    throw providerMistake(`The plan changes ${name}, which the configuration sets.`);
  }
}
