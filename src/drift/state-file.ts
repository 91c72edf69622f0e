import { DriftInputError } from "./drift-input-error";
import type { JsonText } from "./json-text";
import { isRecord, masked } from "./sensitive-values";
import type { StateResource, TerraformStateJson } from "./state";

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
