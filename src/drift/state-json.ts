import { DriftInputError } from "./drift-input-error";
import { requireFormatVersion } from "./format-version";
import { JsonText } from "./json-text";
import { isRecord, masked } from "./sensitive-values";
import type { StateResource, TerraformStateJson } from "./state";
import { isStateFile, readStateFile } from "./state-file";

/**
 * Reads what `terraform show -json` prints of a state, or `terraform state pull`. A state that holds nothing has no resources.
 *
 * @throws DriftInputError where it is no state, is cut off, or is of a format that this does not understand
 */
export function readState(bytes: Buffer): TerraformStateJson {
  const [{ json } = { json: JsonText.of(bytes) }, another] = JsonText.all(bytes);
  const members = objectMembers(json, "a state");
  if (another !== undefined) throw new DriftInputError("There is more than one state in it.", "Give one at a time.");
  if (isStateFile(members)) return readStateFile(members);
  if (["planned_values", "resource_changes", "plan_format_version"].some((each) => members.has(each))) {
    throw new DriftInputError(
      "This is a plan and not a state.",
      "Give the output of terraform show -json, without a file.",
    );
  }
  requireFormatVersion(members.get("format_version")?.value());
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
export function objectMembers(text: JsonText, wanted: "a plan" | "a state"): ReadonlyMap<string, JsonText> {
  const show = `Give the output of terraform show -json${wanted === "a plan" ? " <plan file>" : ""}.`;
  if (text.isEmpty) throw new DriftInputError(`There is nothing in it, where ${wanted} should be.`, show);
  if (text.beginning(2) === "PK") {
    throw new DriftInputError("This is a saved plan as Terraform keeps it, and not JSON.", show);
  }
  if (!text.isObject) throw new DriftInputError(`This is not ${wanted} in JSON.`, show);
  if (isLog(text)) {
    throw new DriftInputError(
      "This is the log that terraform plan -json prints, which holds no values.",
      "Save the plan with terraform plan -out=<plan file>, and give the output of terraform show -json <plan file>.",
    );
  }
  const members = new Map(text.members());
  const mistaken = MISTAKEN.find(([member]) => members.has(member));
  if (mistaken !== undefined && !members.has("resource_changes") && !members.has("plan_format_version")) {
    throw new DriftInputError(`This is ${mistaken[1]}, and not ${wanted}.`, mistaken[2] ?? show);
  }
  return members;
}

/** Whether it is the first line of what `terraform plan -json` prints. */
export function isLog(text: JsonText): boolean {
  return /^\{\s*"@level"/.test(text.beginning(20));
}

/** What people give by mistake, by a member that only it has. */
const MISTAKEN: readonly (readonly [member: string, what: string, fix?: string])[] = [
  ["provider_schemas", "what terraform providers schema -json prints"],
  ["diagnostics", "what terraform validate -json prints"],
  ["function_signatures", "what terraform metadata functions -json prints"],
  [
    "encrypted_data",
    "what OpenTofu has encrypted",
    "Give the output of tofu show -json, which decrypts it; for a plan, of tofu show -json <plan file>.",
  ],
];

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
