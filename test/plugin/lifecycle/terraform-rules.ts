// What Terraform demands of a provider's plans and results, read from the sources of Terraform 1.11 and said again in
// our own words, so that the provider's side is not held to its own idea of them. Nothing of it is shared with src.
//
// https://github.com/hashicorp/terraform/tree/v1.11.4/internal/plans/objchange: plan_valid.go, compatible.go

import type { Attribute, Attributes, Nested } from "../../../src/plugin/schema/attribute";
import type { Type } from "../../../src/plugin/values/type";
import { NULL, UNKNOWN } from "../../../src/plugin/values/value";
import type { AnyValue, ObjectPayload } from "../../../src/plugin/values/value";
import { valueText } from "../values/value-text";

/** The three objects that Terraform holds against each other once a plan is made. */
interface PlanToJudge {
  /** Null on create. */
  readonly prior: AnyValue;
  /** Null on destroy. */
  readonly config: AnyValue;
  readonly planned: AnyValue;
}

/**
 * What makes Terraform call a plan invalid: an attribute that is configured is planned as it is configured, or stays as
 * it was; one that is not configured is planned only if it is computed; and the configuration alone decides how many
 * nested objects there are, and that they are there at all.
 *
 * @returns one finding for each violation, none for a plan that Terraform accepts.
 */
export function planFaults({ prior, config, planned }: PlanToJudge, schema: Attributes): string[] {
  if (planned.kind === "null" || config.kind === "null") {
    return planned.kind === config.kind
      ? []
      : ["the object is planned to be there, or gone, against the configuration"];
  }
  return attributeFaults({ prior, config, planned }, schema, "");
}

function attributeFaults({ prior, config, planned }: PlanToJudge, schema: Attributes, path: string): string[] {
  return Object.entries(schema).flatMap(([name, attribute]) => {
    const of = (object: AnyValue) => attributeOf(object, name);
    return valueFaults({ prior: of(prior), config: of(config), planned: of(planned) }, attribute, `${path}.${name}`);
  });
}

function valueFaults({ prior, config, planned }: PlanToJudge, attribute: Attribute, path: string): string[] {
  const { type, options, nested } = attribute;
  const same = (other: AnyValue) => valueText(planned, type) === valueText(other, type);
  if (same(config)) return [];
  if (same(prior) && prior.kind !== "null" && config.kind !== "null") return [];
  if (options.writeOnly === true) return planned.kind === "null" ? [] : [`${path} is write-only and planned`];
  if (options.computed === true && (options.optional !== true || config.kind === "null")) return [];
  if (config.kind === "null") return [`${path} is planned, but neither computed nor configured`];
  if (nested !== undefined) return nestedFaults({ prior, config, planned }, nested, path);
  return [`${path} is planned neither as configured nor as it was`];
}

function nestedFaults({ prior, config, planned }: PlanToJudge, nested: Nested, path: string): string[] {
  const { mode, attributes } = nested;
  if (planned.kind === "null") return [`${path} is configured and planned to be absent`];
  if (planned.kind === "unknown") return [`${path} is configured and planned as unknown`];
  if (mode === "single") return attributeFaults({ prior, config, planned }, attributes, path);
  if (config.kind === "unknown") return [`${path} is not known in the configuration, and its count is planned`];
  const [was, wanted, will] = [elementsOf(prior), elementsOf(config), elementsOf(planned)];
  if (will.size !== wanted.size) return [`${path} has ${will.size} objects in the plan, ${wanted.size} configured`];
  return [...will].flatMap(([index, element]) => {
    const objects = { prior: was.get(index) ?? NULL, config: wanted.get(index) ?? NULL, planned: element };
    return attributeFaults(objects, attributes, `${path}[${index}]`);
  });
}

/**
 * What makes Terraform call a result inconsistent: whatever a plan says for certain must come true, and what it leaves
 * open must come out in the type that it has. The same is asked of the second plan, made when all is known, towards the
 * first.
 *
 * @returns one finding for each violation, none for a result that Terraform accepts.
 */
export function resultFaults(planned: AnyValue, actual: AnyValue, type: Type, path = ""): string[] {
  if (planned.kind === "unknown") return [];
  if (planned.kind === "null" || actual.kind === "null") {
    if (planned.kind === actual.kind) return [];
    return [`${path} was planned as ${valueText(planned, type)} and is ${valueText(actual, type)}`];
  }
  if (actual.kind === "unknown") return [`${path} was planned as known and is unknown`];
  switch (type.kind) {
    case "object":
      return [...type.attributes].flatMap(([name, each]) =>
        resultFaults(attributeOf(planned, name), attributeOf(actual, name), each, `${path}.${name}`),
      );
    case "list":
    case "map": {
      const [expected, found] = [elementsOf(planned), elementsOf(actual)];
      return [
        ...[...found.keys()].filter((key) => !expected.has(key)).map((key) => `${path}[${key}] has appeared`),
        ...[...expected].flatMap(([key, each]) => {
          const element = found.get(key);
          if (element === undefined) return [`${path}[${key}] has vanished`];
          return resultFaults(each, element, type.element, `${path}[${key}]`);
        }),
      ];
    }
    case "set": {
      const [expected, found] = [[...elementsOf(planned).values()], [...elementsOf(actual).values()]];
      const fits = (one: AnyValue, other: AnyValue) => resultFaults(one, other, type.element).length === 0;
      return [
        ...(found.length > expected.length ? [`${path} has grown from ${expected.length} to ${found.length}`] : []),
        ...(expected.every((one) => found.some((other) => fits(one, other))) ? [] : [`${path} lacks what was planned`]),
        ...(found.every((other) => expected.some((one) => fits(one, other)))
          ? []
          : [`${path} has what was not planned`]),
      ];
    }
    default:
      return valueText(planned, type) === valueText(actual, type)
        ? []
        : [`${path} was planned as ${valueText(planned, type)} and is ${valueText(actual, type)}`];
  }
}

/** Whether a value or anything in it is unknown, which nothing may be once a change is applied. */
export function hasUnknown(value: AnyValue): boolean {
  if (value.kind !== "known") return value.kind === "unknown";
  return typeof value.value === "object" && [...elementsOf(value).values()].some(hasUnknown);
}

/** Attributes of what is unknown are unknown, and of what is null they are null. */
function attributeOf(object: AnyValue, name: string): AnyValue {
  if (object.kind === "unknown") return UNKNOWN;
  return object.kind === "null" ? NULL : ((object.value as ObjectPayload)[name] ?? NULL);
}

/** What is in a value, by index, key or name. */
function elementsOf(value: AnyValue): ReadonlyMap<string, AnyValue> {
  if (value.kind !== "known") return new Map();
  const payload = value.value;
  if (payload instanceof Map) return payload as ReadonlyMap<string, AnyValue>;
  return new Map(Object.entries(payload as ObjectPayload));
}
