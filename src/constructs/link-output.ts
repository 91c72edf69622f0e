import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/**
 * Puts a value out of the stack under exactly this name.
 *
 * @throws Error for a name that no output can have, or that the stack has already
 */
export function linkOutput(
  scope: Construct,
  name: string,
  config: { readonly value: unknown; readonly description: string; readonly sensitive?: true },
): TerraformOutput {
  if (!/^[A-Za-z_][\w-]*$/.test(name)) {
    throw new Error(
      `${JSON.stringify(name)} is no name of an output: use letters, digits, _ and -, beginning with a letter or _.`,
    );
  }
  // In the stack, so that two outputs of one name fail here instead of one replacing the other.
  const output = new TerraformOutput(TerraformStack.of(scope), `output-${name}`, config);
  output.overrideLogicalId(name);
  return output;
}

/** What a report tells of a link: nothing in it is a secret. */
const REPORTED = [
  "service_account_id",
  "status",
  "linked",
  "authorization_required",
  "awaited_since",
  "next_action",
  "minted_at",
  "assumed_expires_at",
  "linked_at",
  "authorized_conferencing_provider_name",
  "organizational_unit_id",
] as const;

/** The expression of a link's report. */
export function linkReport(link: string): string {
  return `{ link_id = ${link}.id, ${REPORTED.map((name) => `${name} = ${link}.${name}`).join(", ")} }`;
}
