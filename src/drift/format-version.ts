import { DriftInputError } from "./drift-input-error";

/**
 * The major of Terraform's JSON formats that this understands. A minor only adds members, so any of them will do:
 * https://developer.hashicorp.com/terraform/internals/json-format#format-summary
 */
const UNDERSTOOD_MAJOR = 1;

/** What Terraform 1.0 called the same; before that, a plan does not say what in it is secret. */
const FIRST = "0.2";

/**
 * Refuses what says that it is of a format that this does not understand.
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
