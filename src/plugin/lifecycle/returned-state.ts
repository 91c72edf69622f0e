import type { Attributes } from "../schema/attribute";
import { objectType } from "../schema/attribute";
import { pathText } from "../values/path";
import type { Path } from "../values/path";
import { TypeMismatch, fromPlain } from "../values/plain";
import { NULL } from "../values/value";
import type { AnyValue } from "../values/value";
import { attributesOf } from "./dynamic-value";
import { nestedObjects } from "./nested-objects";
import { mistakeOf } from "./operation";
import type { Operation } from "./operation";

/**
 * A state that a function of the provider has returned.
 *
 * @throws DiagnosticError that names the function and the attribute when a value is not of the schema's type, or when
 *   something write-only would be stored.
 */
export function stateFrom(plain: unknown, schema: Attributes, operation: Operation): AnyValue {
  try {
    const state = fromPlain(plain, objectType(schema));
    const kept = writeOnlyKept(state, schema);
    if (kept !== undefined) throw mistakeOf(operation, `stores ${pathText(kept)}, which is write-only.`);
    return state;
  } catch (error) {
    if (error instanceof TypeMismatch) throw mistakeOf(operation, `gives ${error.finding}.`);
    throw error;
  }
}

/** Where a state holds something write-only. */
export function writeOnlyKept(state: AnyValue, schema: Attributes, path: Path = []): Path | undefined {
  for (const [name, { options, nested }] of Object.entries(schema)) {
    const value = attributesOf(state)[name] ?? NULL;
    const place = [...path, name];
    if (options.writeOnly === true && value.kind !== "null") return place;
    if (nested === undefined) continue;
    for (const { steps, value: object } of nestedObjects(value, nested.mode)) {
      const kept = writeOnlyKept(object, nested.attributes, [...place, ...steps]);
      if (kept !== undefined) return kept;
    }
  }
  return undefined;
}
