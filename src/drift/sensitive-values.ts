import type { JsonText } from "./json-text";
import { HIDDEN, isSecretName } from "./secret-shapes";
import { isRecord, ownMember } from "./terraform-json";

/** A text that only its name makes a secret. A shorter one, or a plain word, is more often something else. */
const GUESSED = /^(?![A-Za-z]{1,15}$).{8,}$/s;

/**
 * A value with every sensitive part of it hidden: by names that hold secrets, and by Terraform's mask, which has the value's
 * shape with `true` at what is secret:
 * https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
export function masked(value: unknown, mask: unknown, name = ""): unknown {
  if (value === null || value === undefined) return value ?? null;
  if (mask === true || (isSecretName(name) && typeof value === "string" && value !== "")) return HIDDEN;
  if (Array.isArray(value)) {
    const masks: readonly unknown[] = Array.isArray(mask) ? mask : [];
    return value.map((each: unknown, index) => masked(each, masks[index], name));
  }
  if (typeof value !== "object") return value;
  const masks = isRecord(mask) ? mask : {};
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, masked(each, ownMember(masks, key), key)]),
  );
}

/**
 * The texts that a mask hides, so that they can be hidden also where no mask points to. Numbers are among them, as text;
 * `true` and `false` are not, for they are everywhere.
 */
export function sensitiveTexts(value: unknown, mask: unknown, found: Set<string>, name = ""): void {
  if (typeof value === "string" || typeof value === "number") {
    if (mask === true || (isSecretName(name) && GUESSED.test(String(value)))) found.add(String(value));
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    const part = mask === true ? true : typeof mask === "object" && mask !== null ? ownMember(mask, key) : undefined;
    sensitiveTexts(each, part, found, Array.isArray(value) ? name : key);
  }
}

/**
 * What Terraform marks in a plan beside the changes of resources: in what it read and plans to have, in outputs and in
 * variables. Read bit by bit, as all that is long.
 */
export function sensitiveTextsOfPlan(members: ReadonlyMap<string, JsonText>, found: Set<string>): void {
  for (const each of ["prior_state", "planned_values", "output_changes"]) {
    const part = members.get(each);
    if (part !== undefined) sensitiveTextsOfPart(each, part, found);
  }
  const given = Object.entries(recordOf(members.get("variables")?.value())).map(
    ([name, variable]) => [name, recordOf(variable)["value"]] as const,
  );
  sensitiveVariables(membersOf(members.get("configuration")).get("root_module"), given, found);
}

function sensitiveTextsOfPart(name: string, part: JsonText, found: Set<string>): void {
  switch (name) {
    case "child_modules":
      for (const each of part.elements()) sensitiveTextsOfPart("root_module", each, found);
      return;
    case "resources":
      for (const each of part.elements()) {
        const resource = each.value();
        if (isRecord(resource)) sensitiveTexts(resource["values"], resource["sensitive_values"], found);
      }
      return;
    case "outputs":
    case "output_changes":
      for (const [output, each] of membersOf(part)) {
        const { value, sensitive, before, before_sensitive, after, after_sensitive } = recordOf(each.value());
        sensitiveTexts(value, sensitive, found, output);
        sensitiveTexts(before, before_sensitive, found, output);
        sensitiveTexts(after, after_sensitive, found, output);
      }
      return;
    case "prior_state":
    case "planned_values":
    case "values":
    case "root_module":
      for (const [member, each] of membersOf(part)) sensitiveTextsOfPart(member, each, found);
  }
}

/** @param given what the module is given, by its variables' names */
function sensitiveVariables(
  module: JsonText | undefined,
  given: readonly (readonly [name: string, value: unknown])[],
  found: Set<string>,
): void {
  const members = membersOf(module);
  const declared = recordOf(members.get("variables")?.value());
  const defaults = Object.entries(declared).map(([name, each]) => [name, recordOf(each)["default"]] as const);
  const values = new Map([...defaults, ...given]);
  for (const [name, value] of values) {
    sensitiveTexts(value, recordOf(ownMember(declared, name))["sensitive"], found, name);
  }
  for (const call of membersOf(members.get("module_calls")).values()) {
    const { expressions, module: called } = Object.fromEntries(membersOf(call));
    // An argument is known where it is written out, or is nothing but a variable of the caller.
    const handed = Object.entries(recordOf(expressions?.value())).map(([name, expression]) => {
      const { constant_value: constant, references } = recordOf(expression);
      const [only, more] = Array.isArray(references) ? (references as unknown[]) : [];
      const isVariable = typeof only === "string" && more === undefined && only.startsWith("var.");
      return [name, isVariable ? values.get(only.slice("var.".length)) : constant] as const;
    });
    sensitiveVariables(called, handed, found);
  }
}

function membersOf(text: JsonText | undefined): ReadonlyMap<string, JsonText> {
  return new Map(text?.isObject === true ? text.members() : []);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
