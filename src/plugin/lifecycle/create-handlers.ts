import type { Call, Provider, ResourceDefinition } from "../definition";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import { schemaToWire } from "../schema/schema-to-wire";
import type { CallContext, ProviderHandlers } from "../server/handlers";
import * as wire from "../wire/generated/tfplugin6";
import { applyResourceChange } from "./apply-resource-change";
import { checkConfiguration } from "./configuration-check";
import { DiagnosticError, Diagnostics } from "./diagnostics";
import { attributesOf, decodeDynamicValue } from "./dynamic-value";
import { importResourceState } from "./import-resource-state";
import { planResourceChange } from "./plan-resource-change";
import { readResource } from "./read-resource";
import { upgradeResourceState } from "./upgrade-resource-state";

/** Methods whose answer is nothing but diagnostics, or has them beside what only success can fill. */
interface WithDiagnostics {
  diagnostics: wire.Diagnostic[];
}

const SERVER_CAPABILITIES: wire.ServerCapabilities = {
  planDestroy: false,
  // Terraform may use a cached schema: no handler relies on having been asked for it.
  getProviderSchemaOptional: true,
  moveResourceState: true,
  generateResourceConfig: false,
};

/** Answers the provider service from a provider's definition. */
export function createHandlers(provider: Provider): ProviderHandlers {
  const resources = new Map(provider.resources.map(({ typeName, definition }) => [typeName, definition]));
  let configured: { readonly client: unknown } | undefined;

  /** The definition of a resource type, and the client; both missing only if the host breaks the protocol's order. */
  function resourceOf(typeName: string): ResourceDefinition<Attributes, unknown> {
    const definition = resources.get(typeName);
    if (definition === undefined) throw notOffered("resource type", typeName);
    return definition;
  }
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
        }),
      ),

    getProviderSchema: () =>
      Promise.resolve(
        wire.GetProviderSchema_Response.fromPartial({
          provider: schemaToWire(provider.schema, provider.description),
          resourceSchemas: Object.fromEntries(
            [...resources].map(([name, { schema, description, version }]) => [
              name,
              schemaToWire(schema, description, version),
            ]),
          ),
          serverCapabilities: SERVER_CAPABILITIES,
        }),
      ),

    validateProviderConfig: (request, context) =>
      answering(wire.ValidateProviderConfig_Response.fromPartial({}), context, (diagnostics) => {
        const config = decodeDynamicValue(request.config, objectType(provider.schema));
        checkConfiguration(config, provider.schema, provider.validate?.bind(provider), diagnostics);
      }),

    validateResourceConfig: (request, context) =>
      answering(wire.ValidateResourceConfig_Response.fromPartial({}), context, (diagnostics) => {
        const definition = resourceOf(request.typeName);
        const config = decodeDynamicValue(request.config, objectType(definition.schema));
        checkConfiguration(config, definition.schema, definition.validate?.bind(definition), diagnostics);
      }),

    configureProvider: (request, context) =>
      answering(wire.ConfigureProvider_Response.fromPartial({}), context, async (diagnostics) => {
        const config = attributesOf(decodeDynamicValue(request.config, objectType(provider.schema)));
        configured = { client: await provider.configure(config, callFrom(context, diagnostics)) };
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

    moveResourceState: (request, context) =>
      guarded(wire.MoveResourceState_Response.fromPartial({}), context, () => {
        throw new DiagnosticError({
          summary: "Move is not supported",
          detail: `A ${request.sourceTypeName} cannot become a ${request.targetTypeName}. Remove one and import the other.`,
        });
      }),

    getResourceIdentitySchemas: () => Promise.resolve(wire.GetResourceIdentitySchemas_Response.fromPartial({})),
    upgradeResourceIdentity: (request, context) =>
      guarded(wire.UpgradeResourceIdentity_Response.fromPartial({}), context, () => {
        throw notOffered("resource identity", request.typeName);
      }),

    validateDataResourceConfig: (request, context) =>
      guarded(wire.ValidateDataResourceConfig_Response.fromPartial({}), context, () => {
        throw notOffered("data source", request.typeName);
      }),
    readDataSource: (request, context) =>
      guarded(wire.ReadDataSource_Response.fromPartial({}), context, () => {
        throw notOffered("data source", request.typeName);
      }),

    validateEphemeralResourceConfig: (request, context) =>
      guarded(wire.ValidateEphemeralResourceConfig_Response.fromPartial({}), context, () => {
        throw notOffered("ephemeral resource", request.typeName);
      }),
    openEphemeralResource: (request, context) =>
      guarded(wire.OpenEphemeralResource_Response.fromPartial({}), context, () => {
        throw notOffered("ephemeral resource", request.typeName);
      }),
    renewEphemeralResource: (request, context) =>
      guarded(wire.RenewEphemeralResource_Response.fromPartial({}), context, () => {
        throw notOffered("ephemeral resource", request.typeName);
      }),
    closeEphemeralResource: (request, context) =>
      guarded(wire.CloseEphemeralResource_Response.fromPartial({}), context, () => {
        throw notOffered("ephemeral resource", request.typeName);
      }),

    getFunctions: () => Promise.resolve(wire.GetFunctions_Response.fromPartial({})),
    callFunction: (request) =>
      Promise.resolve(
        wire.CallFunction_Response.fromPartial({ error: { text: notOffered("function", request.name).detail } }),
      ),
  };
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

function callFrom({ signal, log }: CallContext, diagnostics: Diagnostics): Call {
  return { signal, log, warn: (finding) => diagnostics.warning(finding) };
}

function notOffered(kind: string, name: string): DiagnosticError {
  return new DiagnosticError({
    summary: `Unknown ${kind}`,
    detail: `This version of the provider offers no ${kind} named ${JSON.stringify(name)}.`,
  });
}
