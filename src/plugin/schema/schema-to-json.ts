import type { Provider } from "../definition";
import { typeToJson } from "../values/type";
import type { Attributes } from "./attribute";

/**
 * The provider's schemas in the shape of `terraform providers schema -json`, made without Terraform: what generators
 * of bindings and documentation read.
 */
export function schemaToJson(provider: Provider): unknown {
  return {
    format_version: "1.0",
    provider_schemas: {
      [provider.address]: {
        provider: blockToJson(provider.schema, provider.description, 0),
        resource_schemas: Object.fromEntries(
          provider.resources.map(({ typeName, definition }) => [
            typeName,
            blockToJson(definition.schema, definition.description, definition.version ?? 0),
          ]),
        ),
      },
    },
  };
}

function blockToJson(attributes: Attributes, description: string, version: number): unknown {
  return {
    version,
    block: { attributes: attributesToJson(attributes), description, description_kind: "markdown" },
  };
}

function attributesToJson(attributes: Attributes): unknown {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    sorted.map(([name, { type, options, nested }]) => [
      name,
      {
        ...(nested === undefined
          ? { type: typeToJson(type) }
          : { nested_type: { attributes: attributesToJson(nested), nesting_mode: "single" } }),
        description: options.description,
        description_kind: "markdown",
        ...(options.required && { required: true }),
        ...(options.optional && { optional: true }),
        ...(options.computed && { computed: true }),
        ...(options.sensitive && { sensitive: true }),
        ...(options.deprecated !== undefined && { deprecated: true }),
      },
    ]),
  );
}
