import type { Provider } from "./definition";
import type { Parameter, ProviderFunction } from "./function";
import type { Attributes } from "./schema/attribute";
import type { IdentityAttributes } from "./schema/identity";
import { typeToJson } from "./values/type";

/**
 * The provider's schemas in the shape of `terraform providers schema -json`, made without Terraform: what generators
 * of bindings and documentation read.
 */
export function schemaToJson(provider: Provider): unknown {
  const { resources, dataSources = [], ephemeralResources = [], functions = [], actions = [] } = provider;
  const identified = resources.flatMap(({ typeName, definition: { identity } }) =>
    identity === undefined ? [] : [[typeName, identityToJson(identity)] as const],
  );
  return {
    format_version: "1.0",
    provider_schemas: {
      [provider.address]: {
        provider: blockToJson(provider.schema, provider.description, 0),
        ...(resources.length > 0 && { resource_schemas: schemasToJson(resources) }),
        ...(dataSources.length > 0 && { data_source_schemas: schemasToJson(dataSources) }),
        ...(ephemeralResources.length > 0 && { ephemeral_resource_schemas: schemasToJson(ephemeralResources) }),
        ...(actions.length > 0 && { action_schemas: schemasToJson(actions) }),
        ...(identified.length > 0 && { resource_identity_schemas: Object.fromEntries(identified) }),
        ...(functions.length > 0 && {
          functions: Object.fromEntries(functions.map((each) => [each.name, functionToJson(each)])),
        }),
      },
    },
  };
}

interface Identified {
  readonly attributes: IdentityAttributes;
}

interface Described {
  readonly typeName: string;
  readonly definition: { readonly schema: Attributes; readonly description: string; readonly version?: number };
}

function schemasToJson(parts: readonly Described[]): unknown {
  return Object.fromEntries(
    parts.map(({ typeName, definition: { schema, description, version } }) => [
      typeName,
      blockToJson(schema, description, version ?? 0),
    ]),
  );
}

function identityToJson({ attributes }: Identified): unknown {
  return {
    version: 0,
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, { type, options }]) => [
        name,
        {
          type: typeToJson(type),
          description: options.description,
          ...(options.requiredForImport && { required_for_import: true }),
          ...(options.optionalForImport && { optional_for_import: true }),
        },
      ]),
    ),
  };
}

function functionToJson({ definition }: ProviderFunction): unknown {
  const { description, summary, returns, parameters, variadic } = definition;
  return {
    description,
    summary,
    return_type: typeToJson(returns.type),
    ...(parameters.length > 0 && { parameters: parameters.map(parameterToJson) }),
    ...(variadic !== undefined && { variadic_parameter: parameterToJson(variadic) }),
  };
}

function parameterToJson({ name, description, type, nullable }: Parameter): unknown {
  return { name, description, ...(nullable && { is_nullable: true }), type: typeToJson(type.type) };
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
          : { nested_type: { attributes: attributesToJson(nested.attributes), nesting_mode: nested.mode } }),
        description: options.description,
        description_kind: "markdown",
        ...(options.required && { required: true }),
        ...(options.optional && { optional: true }),
        ...(options.computed && { computed: true }),
        ...(options.sensitive && { sensitive: true }),
        ...(options.deprecated !== undefined && { deprecated: true, deprecation_message: options.deprecated }),
        ...(options.writeOnly && { write_only: true }),
      },
    ]),
  );
}
