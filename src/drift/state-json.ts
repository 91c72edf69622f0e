import { DriftInputError, JsonText } from "./json-text";
import { masked } from "./sensitive-values";
import { isRecord, objectMembers, requireFormatVersion } from "./terraform-json";

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

/** The version of Terraform's own file that this understands: since Terraform 0.12, and all of OpenTofu. */
const VERSION = 4;

/** Whether something is a state as Terraform keeps it, in a backend or in `terraform.tfstate`. */
export function isStateFile(members: ReadonlyMap<string, JsonText>): boolean {
  return members.has("version") && members.has("lineage");
}

/** Reads a state as Terraform keeps it. @throws DriftInputError where it is of another version */
export function readStateFile(members: ReadonlyMap<string, JsonText>): TerraformStateJson {
  const version = members.get("version")?.value();
  if (version !== VERSION) {
    throw new DriftInputError(
      `This is a state of version ${String(version)}, and ou-link understands ${VERSION}.`,
      "Give the output of terraform show -json.",
    );
  }
  const terraformVersion = members.get("terraform_version")?.value();
  const resources = members.get("resources");
  return {
    terraformVersion: typeof terraformVersion === "string" ? terraformVersion : null,
    resources: resources === undefined ? [] : [...resources.elements()].flatMap((each) => [...objectsOf(each.value())]),
  };
}

function* objectsOf(json: unknown): Generator<StateResource> {
  if (!isRecord(json) || typeof json["type"] !== "string" || typeof json["name"] !== "string") return;
  const { type, name, module } = json;
  const mode = json["mode"] === "data" ? "data" : "managed";
  const steps = [...(typeof module === "string" ? [module] : []), ...(mode === "data" ? ["data"] : []), type, name];
  for (const each of Array.isArray(json["instances"]) ? json["instances"].filter(isRecord) : []) {
    const { index_key: key, deposed } = each;
    const index = typeof key === "string" || typeof key === "number" ? key : null;
    const values = isRecord(each["attributes"]) ? each["attributes"] : {};
    yield {
      // With keys as Terraform writes them, in which ${ would begin an expression.
      address: `${steps.join(".")}${index === null ? "" : `[${JSON.stringify(index).replace(/([$%])\{/g, "$1$1{")}]`}`,
      mode,
      type,
      name,
      index,
      deposed: typeof deposed === "string" ? deposed : null,
      values: masked(values, maskOf(each["sensitive_attributes"])) as Readonly<Record<string, unknown>>,
      reveal: (attribute) => (Object.hasOwn(values, attribute) ? values[attribute] : undefined),
    };
  }
}

/** Of a list of paths, the attributes that they begin with: whatever holds a secret is hidden as a whole. */
function maskOf(paths: unknown): Readonly<Record<string, true>> {
  const attributes = (Array.isArray(paths) ? (paths as unknown[]) : []).flatMap((path) => {
    const [step] = Array.isArray(path) ? (path as unknown[]) : [];
    return isRecord(step) && typeof step["value"] === "string" ? [step["value"]] : [];
  });
  return Object.fromEntries(attributes.map((attribute) => [attribute, true as const]));
}
