// What Terraform proposes to a provider as the new state, in our own words; see `terraform-rules.ts`.
//
// https://github.com/hashicorp/terraform/tree/v1.11.4/internal/plans/objchange: objchange.go

import type { Attribute, Attributes, Nested } from "../../../src/plugin/schema/attribute";
import { NULL, UNKNOWN, known, objectPayload } from "../../../src/plugin/values/value";
import type { AnyValue, ObjectPayload } from "../../../src/plugin/values/value";

/**
 * The configuration, with computed values carried over from the prior state where it is silent. Nested objects are
 * matched by index. One that is not known at all has nothing but unknown attributes where it is matched.
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
  if (mode === "single") return proposedNewState(prior, known(config as ObjectPayload), attributes);
  const before = prior.kind === "known" ? (prior.value as readonly AnyValue[]) : [];
  return known(
    (config as readonly AnyValue[]).map((each, index) => {
      const one = before[index];
      return one === undefined ? each : proposedNewState(one, each, attributes);
    }),
  );
}

/** Whether something in the objects of a nested attribute is set and not computed. */
function holdsConfigured(value: AnyValue, { mode, attributes }: Nested): boolean {
  if (value.kind !== "known") return false;
  const objects = mode === "single" ? [value] : (value.value as readonly AnyValue[]);
  return objects.some((object) =>
    Object.entries(attributes).some(
      ([name, { options }]) => options.computed !== true && attributeOf(object, name).kind !== "null",
    ),
  );
}

function attributeOf(object: AnyValue, name: string): AnyValue {
  if (object.kind === "unknown") return UNKNOWN;
  return object.kind === "null" ? NULL : ((object.value as ObjectPayload)[name] ?? NULL);
}
