import { isComputed } from "../schema/attribute";
import type { Attribute, Attributes } from "../schema/attribute";
import type { Planned } from "../schema/models";
import { toPlain } from "../values/plain";
import { NULL } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";
import { configuredObject, counterpart, nestedObjects } from "./nested-objects";

/**
 * A plan as the functions of a provider take it: what the configuration decided unwrapped, what is computed still
 * wrapped, for it may be unknown, and what is write-only from the configuration.
 */
export function plannedModel(
  plan: ObjectPayload,
  config: ObjectPayload | null,
  schema: Attributes,
): Planned<Attributes> {
  const model: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, attribute] of Object.entries(schema)) {
    const source = attribute.options.writeOnly === true ? config : plan;
    model[name] = modelOf(source?.[name] ?? NULL, config?.[name] ?? NULL, attribute);
  }
  return model;
}

function modelOf(value: AnyValue, config: AnyValue, attribute: Attribute): unknown {
  const { type, nested } = attribute;
  if (isComputed(attribute)) return value;
  if (nested === undefined || value.kind !== "known") return toPlain(value, type);
  const { mode, attributes } = nested;
  const models = nestedObjects(value, mode).map(({ index, value: each }) => {
    if (each.kind !== "known") return null;
    const configured = configuredObject(counterpart(config, mode, index), attributes);
    return plannedModel(each.value as ObjectPayload, configured, attributes);
  });
  return mode === "single" ? (models[0] ?? null) : models;
}
