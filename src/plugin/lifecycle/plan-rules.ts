import { isComputed } from "../schema/attribute";
import type { Attribute, Attributes } from "../schema/attribute";
import type { Planned } from "../schema/models";
import { equalValues } from "../values/equal";
import { pathText } from "../values/path";
import type { Path } from "../values/path";
import { fromPlain, toPlain } from "../values/plain";
import { NULL, UNKNOWN, emptyPayload, holdsUnknown } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";
import { configuredObject, counterpart, mapNestedObjects, nestedObjects, objectOrNull } from "./nested-objects";

/**
 * What Terraform's proposal becomes by the schema alone: defaults where the configuration is silent, known spellings
 * where a new one means the same, nothing of what is write-only, and computed values unknown only where they may
 * change — all of them on create, and on update only if something does change, except those that stay as they are.
 * The same holds for the attributes inside nested ones.
 *
 * @param prior null on create.
 */
export function proposeState(
  proposed: ObjectPayload,
  config: ObjectPayload,
  prior: ObjectPayload | null,
  schema: Attributes,
): ObjectPayload {
  const completed = withDefaults(proposed, config, prior, schema);
  const planned = prior === null ? completed : keepSpelling(completed, prior, schema);
  if (prior !== null && changedAttributes(planned, prior, schema).length === 0) return planned;
  return withUnknowns(planned, config, prior, schema);
}

function withDefaults(
  proposed: ObjectPayload,
  config: ObjectPayload | null,
  prior: ObjectPayload | null,
  schema: Attributes,
): ObjectPayload {
  const completed = emptyPayload();
  for (const [name, attribute] of Object.entries(schema)) {
    completed[name] = withDefault(proposed[name] ?? NULL, config?.[name] ?? NULL, prior?.[name] ?? NULL, attribute);
  }
  return completed;
}

function withDefault(proposed: AnyValue, config: AnyValue, prior: AnyValue, attribute: Attribute): AnyValue {
  const { type, options, nested } = attribute;
  if (options.writeOnly === true) return NULL;
  if (config.kind === "null" && options.default !== undefined) return fromPlain(options.default, type);
  if (nested === undefined) return proposed;
  // Terraform proposes null for computed objects that are not configured, and prior values for all else that is computed.
  if (config.kind === "null" && isComputed(attribute)) return prior;
  if (config.kind !== "known") return proposed;
  const { mode, attributes } = nested;
  return mapNestedObjects(proposed, mode, (object, index) =>
    withDefaults(
      object,
      configuredObject(counterpart(config, mode, index), attributes),
      objectOrNull(counterpart(prior, mode, index)),
      attributes,
    ),
  );
}

function withUnknowns(
  planned: ObjectPayload,
  config: ObjectPayload | null,
  prior: ObjectPayload | null,
  schema: Attributes,
): ObjectPayload {
  const result = emptyPayload();
  for (const [name, attribute] of Object.entries(schema)) {
    const value = planned[name] ?? NULL;
    const configured = config?.[name] ?? NULL;
    const { options, nested } = attribute;
    if (isComputed(attribute) && configured.kind === "null") {
      result[name] = prior === null || options.useStateForUnknown !== true ? UNKNOWN : value;
    } else if (nested !== undefined) {
      const { mode, attributes } = nested;
      result[name] = mapNestedObjects(value, mode, (object, index) =>
        withUnknowns(
          object,
          configuredObject(counterpart(configured, mode, index), attributes),
          objectOrNull(counterpart(prior?.[name] ?? NULL, mode, index)),
          attributes,
        ),
      );
    } else {
      result[name] = value;
    }
  }
  return result;
}

/** The names of the attributes whose planned value differs from the prior one. */
export function changedAttributes(planned: ObjectPayload, prior: ObjectPayload, schema: Attributes): string[] {
  return Object.entries(schema)
    .filter(([name, { type }]) => !equalValues(planned[name] ?? NULL, prior[name] ?? NULL, type))
    .map(([name]) => name);
}

/** The attributes whose change needs a new object; only those that differ, or Terraform would replace for nothing. */
export function replacementPaths(planned: ObjectPayload, prior: ObjectPayload, schema: Attributes): Path[] {
  return Object.entries(schema).flatMap(([name, attribute]) =>
    replacementPathsWithin(planned[name] ?? NULL, prior[name] ?? NULL, attribute, [name]),
  );
}

function replacementPathsWithin(planned: AnyValue, prior: AnyValue, attribute: Attribute, path: Path): Path[] {
  const { type, options, nested } = attribute;
  if (equalValues(planned, prior, type)) return [];
  if (options.requiresReplace === true) return [path];
  if (nested === undefined || planned.kind === "unknown") return [];
  const { mode, attributes } = nested;
  const indexes = [planned, prior].flatMap((each) => nestedObjects(each, mode).map(({ index }) => index));
  return [...new Set(indexes)].flatMap((index) => {
    const steps = mode === "single" ? [] : [{ index }];
    const [one, other] = [counterpart(planned, mode, index), counterpart(prior, mode, index)];
    return pathsWithin(one, other, attributes, [...path, ...steps]);
  });
}

function pathsWithin(planned: AnyValue, prior: AnyValue, attributes: Attributes, path: Path): Path[] {
  const [one, other] = [objectOrNull(planned), objectOrNull(prior)];
  return Object.entries(attributes).flatMap(([name, attribute]) =>
    replacementPathsWithin(one?.[name] ?? NULL, other?.[name] ?? NULL, attribute, [...path, name]),
  );
}

/**
 * Checks a finished plan by the rules that Terraform enforces, so that a mistake is reported by attribute.
 *
 * @returns what the plan does wrong, such as `changes title, which the configuration sets`, or nothing.
 */
export function planFault(
  planned: ObjectPayload,
  config: ObjectPayload,
  prior: ObjectPayload | null,
  schema: Attributes,
  path: Path = [],
): string | undefined {
  for (const [name, attribute] of Object.entries(schema)) {
    const place = [...path, name];
    const fault = valueFault(planned[name] ?? NULL, config[name] ?? NULL, prior?.[name] ?? NULL, attribute, place);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function valueFault(
  planned: AnyValue,
  config: AnyValue,
  prior: AnyValue,
  { type, options, nested }: Attribute,
  path: Path,
): string | undefined {
  const name = pathText(path);
  if (options.writeOnly === true) {
    return planned.kind === "null" ? undefined : `keeps ${name}, which is write-only.`;
  }
  if (equalValues(planned, config, type)) return undefined;
  if (config.kind === "null") {
    if (options.computed === true) return undefined;
    return `sets ${name}, which is not computed and which the configuration leaves out.`;
  }
  if (prior.kind !== "null" && equalValues(planned, prior, type)) return undefined;
  if (nested !== undefined && planned.kind === "known" && config.kind === "known") {
    const { mode, attributes } = nested;
    const [objects, configured] = [nestedObjects(planned, mode), nestedObjects(config, mode)];
    if (objects.length !== configured.length) return `changes how many objects ${name} has.`;
    for (const { index, steps, value } of configured) {
      const [each, before] = [counterpart(planned, mode, index), counterpart(prior, mode, index)];
      const fault = objectFault(each, value, before, attributes, [...path, ...steps]);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  return `changes ${name}, which the configuration sets.`;
}

function objectFault(
  planned: AnyValue,
  config: AnyValue,
  prior: AnyValue,
  attributes: Attributes,
  path: Path,
): string | undefined {
  const configured = configuredObject(config, attributes);
  if (planned.kind === "known" && configured !== null) {
    return planFault(planned.value as ObjectPayload, configured, objectOrNull(prior), attributes, path);
  }
  return planned.kind === config.kind ? undefined : `changes ${pathText(path)}, which the configuration sets.`;
}

/**
 * The object in the spelling that is known already, wherever an attribute says that both mean the same.
 *
 * @param known the object as it was spelled before.
 */
export function keepSpelling(object: ObjectPayload, known: ObjectPayload, schema: Attributes): ObjectPayload {
  const result = emptyPayload();
  for (const [name, attribute] of Object.entries(schema)) {
    result[name] = spelledAsBefore(object[name] ?? NULL, known[name] ?? NULL, attribute);
  }
  return result;
}

function spelledAsBefore(value: AnyValue, before: AnyValue, { type, options, nested }: Attribute): AnyValue {
  if (value.kind !== "known" || before.kind !== "known") return value;
  const same = options.semanticEquals as ((one: unknown, other: unknown) => boolean) | undefined;
  if (same !== undefined && !holdsUnknown(value) && !holdsUnknown(before)) {
    return same(toPlain(before, type), toPlain(value, type)) ? before : value;
  }
  if (nested === undefined) return value;
  return mapNestedObjects(value, nested.mode, (object, index) => {
    const known = objectOrNull(counterpart(before, nested.mode, index));
    return known === null ? object : keepSpelling(object, known, nested.attributes);
  });
}

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
