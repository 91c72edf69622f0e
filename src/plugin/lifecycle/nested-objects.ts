import type { Attribute, Attributes, Nested, NestingMode } from "../schema/attribute";
import { objectType } from "../schema/attribute";
import { equalValues } from "../values/equal";
import type { PathStep } from "../values/path";
import { NULL, UNKNOWN, known, objectPayload } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";

/** One of the objects that a nested attribute holds. */
export interface NestedObject {
  /** Its index or key. For the elements of a set, which have neither, its place in the encoding. */
  readonly key: number | string;
  /** The steps that lead to it from the attribute; none for a single object, and none into a set. */
  readonly steps: readonly PathStep[];
  /** The object itself; null or unknown where an element is. */
  readonly value: AnyValue;
}

/** The objects within the value of a nested attribute; none where it is null or unknown. */
export function nestedObjects(value: AnyValue, mode: NestingMode): readonly NestedObject[] {
  if (value.kind !== "known") return [];
  switch (mode) {
    case "single":
      return [{ key: 0, steps: [], value }];
    case "list":
      return (value.value as readonly AnyValue[]).map((each, index) => ({
        key: index,
        steps: [{ index }],
        value: each,
      }));
    case "set":
      return (value.value as readonly AnyValue[]).map((each, index) => ({ key: index, steps: [], value: each }));
    case "map":
      return [...(value.value as ReadonlyMap<string, AnyValue>)].map(([key, each]) => ({
        key,
        steps: [{ key }],
        value: each,
      }));
  }
}

/** The value of a nested attribute with each of its known objects replaced. */
export function mapNestedObjects(
  value: AnyValue,
  mode: NestingMode,
  replace: (object: ObjectPayload, key: number | string) => ObjectPayload,
): AnyValue {
  const objects = nestedObjects(value, mode).map(({ key, value: each }) => ({
    key,
    value: each.kind === "known" ? known(replace(each.value as ObjectPayload, key)) : each,
  }));
  switch (mode) {
    case "single":
      return objects[0]?.value ?? value;
    case "list":
    case "set":
      return value.kind === "known" ? known(objects.map((each) => each.value)) : value;
    case "map":
      return value.kind === "known" ? known(new Map(objects.map((each) => [String(each.key), each.value]))) : value;
  }
}

/** What stands in another value of the same attribute under the same index or key; null where nothing does. */
export function counterpart(other: AnyValue, mode: NestingMode, key: number | string): AnyValue {
  if (other.kind !== "known") return NULL;
  switch (mode) {
    case "single":
      return other;
    case "list":
    case "set":
      return (other.value as readonly AnyValue[])[Number(key)] ?? NULL;
    case "map":
      return (other.value as ReadonlyMap<string, AnyValue>).get(String(key)) ?? NULL;
  }
}

/** The object of the prior value that a planned one continues. In a set only an unchanged one can be told. */
export function priorObject(
  planned: ObjectPayload,
  prior: AnyValue,
  { mode, attributes }: Nested,
  key: number | string,
): ObjectPayload | null {
  if (mode !== "set") return objectOrNull(counterpart(prior, mode, key));
  const type = objectType(attributes);
  const match = nestedObjects(prior, mode).find((each) => equalValues(each.value, known(planned), type));
  return objectOrNull(match?.value ?? NULL);
}

/**
 * The object of the configuration that a planned one was made from. Where that is not known yet, Terraform proposes an
 * object of unknown attributes, so that nothing in it counts as left out.
 */
export function configuredObject(
  planned: ObjectPayload,
  config: AnyValue,
  { mode, attributes }: Nested,
  key: number | string,
): ObjectPayload | null {
  if (mode !== "set") return asObject(counterpart(config, mode, key), attributes);
  const objects = nestedObjects(config, mode);
  const match =
    objects.find(({ value }) => {
      const object = objectOrNull(value);
      return object !== null && completes(planned, object, attributes);
    }) ?? objects.find(({ value }) => value.kind === "unknown");
  return asObject(match?.value ?? NULL, attributes);
}

/** The attributes of an object; all unknown where it is. Null where there is none. */
export function asObject(value: AnyValue, attributes: Attributes): ObjectPayload | null {
  if (value.kind !== "unknown") return objectOrNull(value);
  return objectPayload(Object.keys(attributes).map((name) => [name, UNKNOWN]));
}

/** Whether a planned object is a configured one with nothing more than computed values filled in. */
function completes(planned: ObjectPayload, config: ObjectPayload, attributes: Attributes): boolean {
  return Object.entries(attributes).every(([name, attribute]) =>
    completesValue(planned[name] ?? NULL, config[name] ?? NULL, attribute),
  );
}

function completesValue(planned: AnyValue, config: AnyValue, { type, options, nested }: Attribute): boolean {
  if (equalValues(planned, config, type)) return true;
  if (config.kind === "null") return options.computed === true;
  if (nested === undefined || planned.kind !== "known" || config.kind !== "known") return false;
  const [one, other] = [nestedObjects(planned, nested.mode), nestedObjects(config, nested.mode)];
  return (
    one.length === other.length &&
    one.every((each) => {
      if (each.value.kind !== "known") return false;
      const object = each.value.value as ObjectPayload;
      const from = configuredObject(object, config, nested, each.key);
      return from !== null && completes(object, from, nested.attributes);
    })
  );
}

function objectOrNull(value: AnyValue): ObjectPayload | null {
  return value.kind === "known" ? (value.value as ObjectPayload) : null;
}
