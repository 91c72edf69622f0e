// What Terraform proposes to a provider as the new state, in our own words; see `terraform-rules.ts`.
//
// https://github.com/hashicorp/terraform/tree/v1.11.4/internal/plans/objchange: objchange.go

import type { Attribute, Attributes, Nested } from "../../../src/plugin/schema/attribute";
import { NULL, UNKNOWN, known, objectPayload } from "../../../src/plugin/values/value";
import type { AnyValue, ObjectPayload } from "../../../src/plugin/values/value";
import { valueText } from "../values/value-text";

/**
 * The configuration, with computed values carried over from the prior state where it is silent. Nested objects are
 * matched by index or key, and those of a set by what the configuration says of them. One that is not known at all has
 * nothing but unknown attributes where it is matched, and wherever it is in a set.
 *
 * @param prior null on create.
 * @param config null on destroy.
 */
export function proposedNewState(prior: AnyValue, config: AnyValue, schema: Attributes): AnyValue {
  if (config.kind === "null") return config;
  return known(
    objectPayload(
      Object.entries(schema).map(([name, attribute]) => [
        name,
        proposedValue(attributeOf(prior, name), attributeOf(config, name), attribute),
      ]),
    ),
  );
}

function proposedValue(prior: AnyValue, config: AnyValue, { options, nested }: Attribute): AnyValue {
  if (options.computed === true && config.kind === "null") {
    // What only a configuration can have set is gone with it.
    return options.optional === true && nested !== undefined && holdsConfigured(prior, nested) ? config : prior;
  }
  return nested === undefined || config.kind !== "known" ? config : proposedObjects(prior, config.value, nested);
}

function proposedObjects(prior: AnyValue, config: unknown, { mode, attributes }: Nested): AnyValue {
  const merged = (before: AnyValue | undefined, each: AnyValue) =>
    before === undefined ? each : proposedNewState(before, each, attributes);
  switch (mode) {
    case "single":
      return proposedNewState(prior, known(config as ObjectPayload), attributes);
    case "list": {
      const before = prior.kind === "known" ? (prior.value as readonly AnyValue[]) : [];
      return known((config as readonly AnyValue[]).map((each, index) => merged(before[index], each)));
    }
    case "map": {
      const before = prior.kind === "known" ? (prior.value as ReadonlyMap<string, AnyValue>) : new Map();
      return known(
        new Map(
          [...(config as ReadonlyMap<string, AnyValue>)].map(([key, each]) => [
            key,
            merged(before.get(key) as AnyValue | undefined, each),
          ]),
        ),
      );
    }
    case "set": {
      const left = prior.kind === "known" ? [...(prior.value as readonly AnyValue[])] : [];
      return known(
        (config as readonly AnyValue[]).map((each) => {
          const at = left.findIndex((before) => sameButComputed(before, each, attributes));
          return proposedNewState(left.splice(at, at < 0 ? 0 : 1)[0] ?? NULL, each, attributes);
        }),
      );
    }
  }
}

/** Whether something in the objects of a nested attribute is set and not computed. */
function holdsConfigured(value: AnyValue, { mode, attributes }: Nested): boolean {
  if (value.kind !== "known") return false;
  const objects =
    mode === "single"
      ? [value]
      : [...(value.value as Iterable<unknown>)].map((each) => (Array.isArray(each) ? each[1] : each) as AnyValue);
  return objects.some((object) =>
    Object.entries(attributes).some(
      ([name, { options }]) => options.computed !== true && attributeOf(object, name).kind !== "null",
    ),
  );
}

/** Whether a prior element, without what is computed in it, is the configured one. */
function sameButComputed(prior: AnyValue, config: AnyValue, attributes: Attributes): boolean {
  return Object.entries(attributes).every(([name, { type, options }]) => {
    const [before, each] = [attributeOf(prior, name), attributeOf(config, name)];
    if (options.computed === true && each.kind === "null") return true;
    return valueText(before, type) === valueText(each, type);
  });
}

function attributeOf(object: AnyValue, name: string): AnyValue {
  if (object.kind === "unknown") return UNKNOWN;
  return object.kind === "null" ? NULL : ((object.value as ObjectPayload)[name] ?? NULL);
}
