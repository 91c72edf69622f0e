import type { Attributes, Planned } from "../schema/attribute";
import { fromPlain, toPlain } from "../values/plain";
import { NULL, emptyPayload } from "../values/value";
import type { ObjectPayload } from "../values/value";
import { providerMistake } from "./diagnostics";

/** A wholly known configuration as its data source or ephemeral resource reads it, with defaults where it is silent. */
export function configuredModel(config: ObjectPayload, schema: Attributes): Planned<Attributes> {
  const model: Record<string, unknown> = {};
  for (const [name, { type, options }] of Object.entries(schema)) {
    const value = config[name] ?? NULL;
    if (options.computed === true && options.default === undefined) model[name] = value;
    else model[name] = value.kind === "null" ? (options.default ?? null) : toPlain(value, type);
  }
  return model;
}

/**
 * The configuration together with what was computed for it.
 *
 * @throws DiagnosticError that names a computed attribute of which nothing is said.
 */
export function withComputed(
  config: ObjectPayload,
  computed: Readonly<Record<string, unknown>>,
  schema: Attributes,
  operation: string,
): ObjectPayload {
  const state = emptyPayload();
  for (const [name, { type, options }] of Object.entries(schema)) {
    const configured = config[name] ?? NULL;
    if (configured.kind !== "null") state[name] = configured;
    else if (options.default !== undefined) state[name] = fromPlain(options.default, type);
    else if (options.computed !== true) state[name] = NULL;
    else if (Object.hasOwn(computed, name)) state[name] = fromPlain(computed[name], type);
    else throw providerMistake(`After ${operation}, nothing is said of ${name}.`);
  }
  return state;
}
