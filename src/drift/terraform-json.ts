import { DriftInputError } from "./json-text";
import type { JsonText } from "./json-text";

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

/**
 * The major of Terraform's JSON formats that this understands. A minor only adds members, so any of them will do:
 * https://developer.hashicorp.com/terraform/internals/json-format#format-summary
 */
const UNDERSTOOD_MAJOR = 1;

/** The name of the same format in Terraform 1.0. Before that, a plan does not say what in it is secret. */
const FIRST = "0.2";

/**
 * Refuses JSON of a format that this does not understand.
 *
 * @param version the value of `format_version`
 * @throws DriftInputError
 */
export function requireFormatVersion(version: unknown): void {
  const major = typeof version === "string" ? /^(\d+)\.\d/.exec(version)?.[1] : undefined;
  if (major === undefined) {
    throw new DriftInputError(
      "This JSON is neither a plan nor a state of Terraform's: it has no format_version.",
      "Give the output of terraform show -json <plan file>.",
    );
  }
  if (Number(major) === UNDERSTOOD_MAJOR || version === FIRST) return;
  throw new DriftInputError(
    `This is of Terraform's JSON format ${String(version)}, and ou-link understands ${FIRST} and ${UNDERSTOOD_MAJOR}.x.`,
    Number(major) > UNDERSTOOD_MAJOR
      ? "Update ou-link, or make the plan with an older Terraform."
      : "Make it with Terraform 1.0 or later: before that, it does not say what in it is secret.",
  );
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of an object of Terraform's, which may have any name, also that of what every object inherits. */
export function ownMember(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
}
