import type { Provider, ResourceDefinition } from "../definition";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import { definitionProblems } from "../schema/definition-problems";
import { schemaToWire } from "../schema/schema-to-wire";
import type { CallContext, ProviderHandlers } from "../server/handlers";
import * as wire from "../wire/generated/tfplugin6";
import { applyResourceChange } from "./apply-resource-change";
import { callFunction, functionFailure, functionToWire } from "./call-function";
import { checkConfiguration } from "./configuration-check";
import { DiagnosticError, Diagnostics, providerMistake } from "./diagnostics";
import { attributesOf, decodeDynamicValue } from "./dynamic-value";
import { closeEphemeralResource, openEphemeralResource, renewEphemeralResource } from "./ephemeral-resource";
import { importResourceState } from "./import-resource-state";
import { invokeAction } from "./invoke-action";
import { planResourceChange } from "./plan-resource-change";
import { readDataSource } from "./read-data-source";
import { readResource } from "./read-resource";
import { identitySchemaToWire, upgradeResourceIdentity } from "./resource-identity";
import { upgradeResourceState } from "./upgrade-resource-state";

/** Methods whose answer is nothing but diagnostics, or has them beside what only success can fill. */
interface WithDiagnostics {
  diagnostics: wire.Diagnostic[];
}

/** What every part of a provider says of itself. */
interface Described {
  readonly schema: Attributes;
  readonly description: string;
  readonly version?: number;
}

const SERVER_CAPABILITIES: wire.ServerCapabilities = {
  planDestroy: true,
  // Terraform may use a cached schema: no handler relies on having been asked for it.
  getProviderSchemaOptional: true,
  moveResourceState: false,
  generateResourceConfig: false,
};

/** Answers the provider service from a provider's definition. */
export function createHandlers(provider: Provider): ProviderHandlers {
  const resources = byTypeName(provider.resources);
  const dataSources = byTypeName(provider.dataSources ?? []);
  const ephemeralResources = byTypeName(provider.ephemeralResources ?? []);
  const actions = byTypeName(provider.actions ?? []);
  const functions = new Map((provider.functions ?? []).map((each) => [each.name, each]));
  const functionSchemas = () => Object.fromEntries([...functions].map(([name, each]) => [name, functionToWire(each)]));
  let configured: { readonly client: unknown } | undefined;

  const resourceOf = (typeName: string) => found(resources, "resource type", typeName);
  const dataSourceOf = (typeName: string) => found(dataSources, "data source", typeName);
  const actionOf = (typeName: string) => found(actions, "action", typeName);
  const ephemeralOf = (typeName: string) => found(ephemeralResources, "ephemeral resource", typeName);

  /** What `configure` made; missing only if the host breaks the protocol's order. */
  function client(): unknown {
    if (configured === undefined) {
      throw new DiagnosticError({
        summary: "Provider not configured",
        detail: "Terraform asked for a resource before it configured the provider.",
      });
    }
    return configured.client;
  }

  return {
    getMetadata: () =>
      Promise.resolve(
        wire.GetMetadata_Response.fromPartial({
          serverCapabilities: SERVER_CAPABILITIES,
          resources: [...resources.keys()].map((typeName) => ({ typeName })),
          dataSources: [...dataSources.keys()].map((typeName) => ({ typeName })),
          ephemeralResources: [...ephemeralResources.keys()].map((typeName) => ({ typeName })),
          functions: [...functions.keys()].map((name) => ({ name })),
          actions: [...actions.keys()].map((typeName) => ({ typeName })),
        }),
      ),

    getProviderSchema: () =>
      Promise.resolve(
        wire.GetProviderSchema_Response.fromPartial({
          provider: schemaToWire(provider.schema, provider.description),
          resourceSchemas: schemasOf(resources),
          dataSourceSchemas: schemasOf(dataSources),
          ephemeralResourceSchemas: schemasOf(ephemeralResources),
          functions: functionSchemas(),
          actionSchemas: Object.fromEntries(
            Object.entries(schemasOf(actions)).map(([typeName, schema]) => [typeName, { schema }]),
          ),
          serverCapabilities: SERVER_CAPABILITIES,
          diagnostics: mistakesOf(provider),
        }),
      ),

    validateProviderConfig: (request, context) =>
      answering(wire.ValidateProviderConfig_Response.fromPartial({}), context, (diagnostics) =>
        checkConfigurationOf(provider, request.config, diagnostics),
      ),

    validateResourceConfig: (request, context) =>
      answering(wire.ValidateResourceConfig_Response.fromPartial({}), context, (diagnostics) =>
        checkConfigurationOf(resourceOf(request.typeName), request.config, diagnostics, request.clientCapabilities),
      ),

    validateDataResourceConfig: (request, context) =>
      answering(wire.ValidateDataResourceConfig_Response.fromPartial({}), context, (diagnostics) =>
        checkConfigurationOf(dataSourceOf(request.typeName), request.config, diagnostics),
      ),

    validateEphemeralResourceConfig: (request, context) =>
      answering(wire.ValidateEphemeralResourceConfig_Response.fromPartial({}), context, (diagnostics) =>
        checkConfigurationOf(ephemeralOf(request.typeName), request.config, diagnostics),
      ),

    configureProvider: (request, context) =>
      answering(wire.ConfigureProvider_Response.fromPartial({}), context, async (diagnostics) => {
        const config = attributesOf(decodeDynamicValue(request.config, objectType(provider.schema)));
        const { signal, log } = context;
        const warn = diagnostics.warning.bind(diagnostics);
        const call = { signal, log, warn, terraformVersion: request.terraformVersion };
        configured = { client: await provider.configure(config, call) };
      }),

    upgradeResourceState: (request, context) =>
      guarded(wire.UpgradeResourceState_Response.fromPartial({}), context, () =>
        upgradeResourceState(resourceOf(request.typeName), request, context),
      ),

    readResource: (request, context) =>
      guarded(wire.ReadResource_Response.fromPartial({ newState: request.currentState }), context, () =>
        readResource(resourceOf(request.typeName), client(), request, context),
      ),

    planResourceChange: (request, context) =>
      guarded(wire.PlanResourceChange_Response.fromPartial({}), context, () =>
        planResourceChange(resourceOf(request.typeName), client(), request, context),
      ),

    applyResourceChange: (request, context) =>
      guarded(wire.ApplyResourceChange_Response.fromPartial({ newState: request.priorState }), context, () =>
        applyResourceChange(resourceOf(request.typeName), client(), request, context),
      ),

    importResourceState: (request, context) =>
      guarded(wire.ImportResourceState_Response.fromPartial({}), context, () =>
        importResourceState(resourceOf(request.typeName), client(), request, context),
      ),

    getResourceIdentitySchemas: () =>
      Promise.resolve(
        wire.GetResourceIdentitySchemas_Response.fromPartial({
          identitySchemas: Object.fromEntries(
            [...resources].flatMap(([typeName, { identity }]) =>
              identity === undefined ? [] : [[typeName, identitySchemaToWire(identity)]],
            ),
          ),
        }),
      ),
    upgradeResourceIdentity: (request, context) =>
      guarded(wire.UpgradeResourceIdentity_Response.fromPartial({}), context, () =>
        upgradeResourceIdentity(resourceOf(request.typeName), request, context),
      ),

    readDataSource: (request, context) =>
      guarded(wire.ReadDataSource_Response.fromPartial({}), context, () =>
        readDataSource(dataSourceOf(request.typeName), client(), request, context),
      ),

    openEphemeralResource: (request, context) =>
      guarded(wire.OpenEphemeralResource_Response.fromPartial({}), context, () =>
        openEphemeralResource(ephemeralOf(request.typeName), client(), request, context),
      ),
    renewEphemeralResource: (request, context) =>
      guarded(wire.RenewEphemeralResource_Response.fromPartial({}), context, () =>
        renewEphemeralResource(ephemeralOf(request.typeName), client(), request, context),
      ),
    closeEphemeralResource: (request, context) =>
      guarded(wire.CloseEphemeralResource_Response.fromPartial({}), context, () =>
        closeEphemeralResource(ephemeralOf(request.typeName), client(), request, context),
      ),

    getFunctions: () => Promise.resolve(wire.GetFunctions_Response.fromPartial({ functions: functionSchemas() })),

    validateActionConfig: (request, context) =>
      answering(wire.ValidateActionConfig_Response.fromPartial({}), context, (diagnostics) =>
        checkConfigurationOf(actionOf(request.typeName), request.config, diagnostics),
      ),
    // Whatever can be said of an action before it is carried out, its validation has said.
    planAction: () => Promise.resolve(wire.PlanAction_Response.fromPartial({})),
    invokeAction: (request, context, send) =>
      invokeAction(actionOf(request.actionType), client, request, context, send),

    callFunction: (request, context) => {
      const called = functions.get(request.name);
      return Promise.resolve(
        called === undefined
          ? functionFailure(notOffered("function", request.name).detail)
          : callFunction(called, request, context),
      );
    },
  };
}

/** What is wrong with the provider's own definition, as errors of every command. */
function mistakesOf(provider: Provider): wire.Diagnostic[] {
  const diagnostics = new Diagnostics();
  for (const problem of definitionProblems(provider)) diagnostics.error(providerMistake(problem));
  return diagnostics.toWire();
}

function byTypeName<D>(
  parts: readonly { readonly typeName: string; readonly definition: D }[],
): ReadonlyMap<string, D> {
  return new Map(parts.map(({ typeName, definition }) => [typeName, definition]));
}

function found<D>(parts: ReadonlyMap<string, D>, kind: string, typeName: string): D {
  const definition = parts.get(typeName);
  if (definition === undefined) throw notOffered(kind, typeName);
  return definition;
}

function schemasOf(parts: ReadonlyMap<string, Described>): Record<string, wire.Schema> {
  return Object.fromEntries(
    [...parts].map(([name, { schema, description, version }]) => [name, schemaToWire(schema, description, version)]),
  );
}

function checkConfigurationOf(
  definition: Pick<ResourceDefinition<Attributes, unknown>, "schema" | "validate">,
  config: wire.DynamicValue | undefined,
  diagnostics: Diagnostics,
  capabilities?: wire.ClientCapabilities,
): Promise<void> {
  const value = decodeDynamicValue(config, objectType(definition.schema));
  const checks = {
    whole: definition.validate?.bind(definition),
    writeOnlyAllowed: capabilities?.writeOnlyAttributesAllowed ?? false,
  };
  return checkConfiguration(value, definition.schema, checks, diagnostics);
}

/** Runs a handler whose own failures are diagnostics already; what is thrown before or beside them becomes one too. */
async function guarded<R extends WithDiagnostics>(
  fallback: R,
  { log }: CallContext,
  work: () => R | Promise<R>,
): Promise<R> {
  try {
    return await work();
  } catch (error) {
    const diagnostics = new Diagnostics();
    diagnostics.thrown(error, log);
    return { ...fallback, diagnostics: diagnostics.toWire() };
  }
}

/** Runs a handler whose answer is nothing but its findings. */
async function answering<R extends WithDiagnostics>(
  response: R,
  context: CallContext,
  work: (diagnostics: Diagnostics) => void | Promise<void>,
): Promise<R> {
  const diagnostics = new Diagnostics();
  try {
    await work(diagnostics);
  } catch (error) {
    diagnostics.thrown(error, context.log);
  }
  return { ...response, diagnostics: diagnostics.toWire() };
}

function notOffered(kind: string, name: string): DiagnosticError {
  return new DiagnosticError({
    summary: `Unknown ${kind}`,
    detail: `This version of the provider offers no ${kind} named ${JSON.stringify(name)}.`,
  });
}
