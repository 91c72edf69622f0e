import { definitionProblems } from "../definition-problems";
import type { Parameter, ProviderFunction } from "../function";
import type { Attributes } from "../schema/attribute";
import { schemaToWire } from "../schema/schema-to-wire";
import { encodeType } from "../values/type";
import * as wire from "../wire/generated/tfplugin6";
import { Diagnostics, providerMistake } from "./diagnostics";
import type { ProviderParts } from "./provider-parts";
import { identitySchemaToWire } from "./resource-identity";

const SERVER_CAPABILITIES: wire.ServerCapabilities = {
  planDestroy: true,
  // Terraform may use a cached schema: no handler relies on having been asked for it.
  getProviderSchemaOptional: true,
  moveResourceState: false,
  generateResourceConfig: false,
};

/** The names of what a provider offers. */
export function getMetadata(parts: ProviderParts): wire.GetMetadata_Response {
  const typeNames = (named: ReadonlyMap<string, unknown>) => [...named.keys()].map((typeName) => ({ typeName }));
  return wire.GetMetadata_Response.fromPartial({
    serverCapabilities: SERVER_CAPABILITIES,
    resources: typeNames(parts.resources),
    dataSources: typeNames(parts.dataSources),
    ephemeralResources: typeNames(parts.ephemeralResources),
    functions: [...parts.functions.keys()].map((name) => ({ name })),
    actions: typeNames(parts.actions),
  });
}

/** The schemas of what a provider offers, and what is wrong with them, as errors of every command. */
export function getProviderSchema(parts: ProviderParts): wire.GetProviderSchema_Response {
  const { provider } = parts;
  const diagnostics = new Diagnostics();
  for (const problem of definitionProblems(provider)) diagnostics.error(providerMistake(problem));
  return wire.GetProviderSchema_Response.fromPartial({
    provider: schemaToWire(provider.schema, provider.description),
    resourceSchemas: schemasOf(parts.resources),
    dataSourceSchemas: schemasOf(parts.dataSources),
    ephemeralResourceSchemas: schemasOf(parts.ephemeralResources),
    functions: functionsOf(parts),
    actionSchemas: Object.fromEntries(
      Object.entries(schemasOf(parts.actions)).map(([typeName, schema]) => [typeName, { schema }]),
    ),
    serverCapabilities: SERVER_CAPABILITIES,
    diagnostics: diagnostics.toWire(),
  });
}

/** The schemas of the identities that resources have. */
export function getResourceIdentitySchemas(parts: ProviderParts): wire.GetResourceIdentitySchemas_Response {
  return wire.GetResourceIdentitySchemas_Response.fromPartial({
    identitySchemas: Object.fromEntries(
      [...parts.resources].flatMap(([typeName, { identity }]) =>
        identity === undefined ? [] : [[typeName, identitySchemaToWire(identity)]],
      ),
    ),
  });
}

/** The signatures of the provider's functions. */
export function getFunctions(parts: ProviderParts): wire.GetFunctions_Response {
  return wire.GetFunctions_Response.fromPartial({ functions: functionsOf(parts) });
}

/** What every part of a provider says of itself. */
interface Described {
  readonly schema: Attributes;
  readonly description: string;
  readonly version?: number;
}

function schemasOf(parts: ReadonlyMap<string, Described>): Record<string, wire.Schema> {
  return Object.fromEntries(
    [...parts].map(([name, { schema, description, version }]) => [name, schemaToWire(schema, description, version)]),
  );
}

function functionsOf({ functions }: ProviderParts): Record<string, wire.FunctionMessage> {
  return Object.fromEntries([...functions].map(([name, each]) => [name, functionToWire(each)]));
}

function functionToWire({ definition }: ProviderFunction): wire.FunctionMessage {
  return wire.FunctionMessage.fromPartial({
    summary: definition.summary,
    description: definition.description,
    descriptionKind: wire.StringKind.MARKDOWN,
    parameters: definition.parameters.map(parameterToWire),
    ...(definition.variadic !== undefined && { variadicParameter: parameterToWire(definition.variadic) }),
    return: { type: encodeType(definition.returns.type) },
  });
}

function parameterToWire({ name, type, description, nullable, allowUnknown }: Parameter): wire.Function_Parameter {
  return {
    name,
    type: encodeType(type.type),
    allowNullValue: nullable ?? false,
    allowUnknownValues: allowUnknown ?? false,
    description,
    descriptionKind: wire.StringKind.MARKDOWN,
  };
}
