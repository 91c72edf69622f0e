/** What Terraform 1.11 does not tell of a provider. */
const OF_NEWER_VERSIONS = ["resource_identity_schemas", "action_schemas", "deprecation_message"];

/**
 * An exported schema as far as this Terraform can tell it.
 *
 * @param seen what Terraform tells of the same provider
 */
export function comparableSchema(exported: unknown, seen: unknown): unknown {
  const told = JSON.stringify(seen);
  const untold = OF_NEWER_VERSIONS.filter((name) => !told.includes(`"${name}"`));
  return JSON.parse(JSON.stringify(exported, (name, value: unknown) => (untold.includes(name) ? undefined : value)));
}
