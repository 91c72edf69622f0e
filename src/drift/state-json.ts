import { DriftInputError } from "./drift-input-error";
import { requireFormatVersion } from "./format-version";
import { JsonText } from "./json-text";
import { isRecord, masked } from "./sensitive-values";

/** One object of a state. */
export interface StateResource {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  /** Its key, where it has `for_each` or `count`. */
  readonly index: string | number | null;
  /** The key of an object that was to be replaced and is still there; null for a present one. */
  readonly deposed: string | null;
  /** Its values, with what is sensitive hidden. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The value of one attribute as it is, secret or not; for whoever was asked for just that. */
  reveal(attribute: string): unknown;
}

/** A state, as far as it is asked about. */
export interface TerraformStateJson {
  /** Null where Terraform does not tell, as for a state that was never written. */
  readonly terraformVersion: string | null;
  /** Of all modules, in Terraform's order. */
  readonly resources: readonly StateResource[];
}

/**
 * Reads what `terraform show -json` prints of a state. A state that holds nothing has no resources.
 *
 * @throws DriftInputError where it is no state, is cut off, or is of a format that this does not understand
 */
export function readState(bytes: Buffer): TerraformStateJson {
  const members = new Map(objectMembers(JsonText.of(bytes), "a state"));
  requireFormatVersion(members.get("format_version")?.value());
  if (members.has("planned_values") || members.has("resource_changes")) {
    throw new DriftInputError(
      "This is a plan and not a state.",
      "Give the output of terraform show -json, without a file.",
    );
  }
  return stateOf(members);
}

/** The state within a plan (`prior_state`), or none. */
export function readPriorState(text: JsonText): TerraformStateJson {
  return stateOf(new Map(text.members()));
}

/**
 * The members of what should be an object of Terraform's.
 *
 * @param wanted what it should be, such as "a plan"
 * @throws DriftInputError with words for what people give by mistake
 */
export function* objectMembers(text: JsonText, wanted: string): Generator<[name: string, value: JsonText]> {
  const show = `Give the output of terraform show -json${wanted === "a plan" ? " <plan file>" : ""}.`;
  if (text.isEmpty) throw new DriftInputError(`There is nothing in it, where ${wanted} should be.`, show);
  if (text.beginning(2) === "PK") {
    throw new DriftInputError("This is a saved plan as Terraform keeps it, and not JSON.", show);
  }
  if (!text.isObject) throw new DriftInputError(`This is not ${wanted} in JSON.`, show);
  if (text.beginning(20).startsWith('{"@level":')) {
    throw new DriftInputError(
      "This is the log that terraform plan -json prints, which holds no values.",
      "Save the plan with terraform plan -out=<plan file>, and give the output of terraform show -json <plan file>.",
    );
  }
  yield* text.members();
}

function stateOf(members: ReadonlyMap<string, JsonText>): TerraformStateJson {
  const version = members.get("terraform_version")?.value();
  const values = members.get("values");
  const root = values?.isObject === true ? new Map(values.members()).get("root_module") : undefined;
  return {
    terraformVersion: typeof version === "string" ? version : null,
    resources: root === undefined ? [] : [...resourcesOf(root)],
  };
}

function* resourcesOf(module: JsonText): Generator<StateResource> {
  if (!module.isObject) return;
  const children: JsonText[] = [];
  for (const [name, value] of module.members()) {
    if (name === "child_modules") children.push(...value.elements());
    if (name !== "resources") continue;
    for (const element of value.elements()) {
      const resource = stateResource(element.value());
      if (resource !== null) yield resource;
    }
  }
  for (const child of children) yield* resourcesOf(child);
}

function stateResource(json: unknown): StateResource | null {
  if (!isRecord(json) || typeof json["address"] !== "string" || typeof json["type"] !== "string") return null;
  const { address, type, mode, name, index, deposed_key: deposed } = json;
  const values = isRecord(json["values"]) ? json["values"] : {};
  return {
    address,
    type,
    mode: mode === "data" ? "data" : "managed",
    name: typeof name === "string" ? name : "",
    index: typeof index === "string" || typeof index === "number" ? index : null,
    deposed: typeof deposed === "string" ? deposed : null,
    values: masked(values, json["sensitive_values"]) as Readonly<Record<string, unknown>>,
    reveal: (attribute) => (Object.hasOwn(values, attribute) ? values[attribute] : undefined),
  };
}
