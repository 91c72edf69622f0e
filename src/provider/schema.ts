import { schemaToJson } from "../plugin";
import { createCronofyProvider } from "./provider";

/** The provider's schemas in the shape of `terraform providers schema -json`. */
export function providerSchemaJson(): unknown {
  return schemaToJson(createCronofyProvider());
}
