/**
 * An exported schema as far as this Terraform can tell it: those before 1.12 say nothing of resource identities.
 *
 * @param seen what Terraform tells of the same provider
 */
export function comparableSchema(exported: unknown, seen: unknown): unknown {
  const { resource_identity_schemas: _, ...rest } = exported as Readonly<Record<string, unknown>>;
  return "resource_identity_schemas" in (seen as object) ? exported : rest;
}
