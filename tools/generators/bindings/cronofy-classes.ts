import { PROVIDER_ADDRESS, VERSION } from "../../../src/provider/address";
import { providerSchemaJson } from "../../../src/provider/provider";
import { providerClasses } from "./provider-classes";
import type { Family } from "./provider-classes";

/** A family's classes of this provider, from the schema that the provider itself exports. */
export function cronofyClasses(family: Family, scratch: string): Promise<string> {
  const schema = providerSchemaJson();
  const provider = { address: PROVIDER_ADDRESS, version: VERSION, constraint: compatible(VERSION), schema };
  return providerClasses(family, provider, scratch);
}

/** The releases that the bindings fit: before 1.0 a minor release may break. */
function compatible(version: string): string {
  const [major, minor] = version.split(".");
  return major === "0" ? `~> 0.${minor}.0` : `~> ${major}.${minor}`;
}
