import type { Provider } from "../definition";
import { objectType } from "../schema/attribute";
import { decodeDynamicValue } from "../values/msgpack";
import { attributesOf } from "../values/value";
import { ConfigureProvider_Response, PlanAction_Response } from "../wire/generated/tfplugin6";
import type { ConfigureProvider_Request } from "../wire/generated/tfplugin6";
import type { CallContext, ProviderHandlers } from "../wire/handlers";
import { applyResourceChange } from "./apply-resource-change";
import { callFunction } from "./call-function";
import { checkConfiguration } from "./configuration-check";
import { getFunctions, getMetadata, getProviderSchema, getResourceIdentitySchemas } from "./describe-provider";
import { answer } from "./diagnostics";
import { closeEphemeralResource, openEphemeralResource, renewEphemeralResource } from "./ephemeral-resource";
import { importResourceState } from "./import-resource-state";
import { invokeAction } from "./invoke-action";
import { planResourceChange } from "./plan-resource-change";
import { ProviderParts } from "./provider-parts";
import { readDataSource } from "./read-data-source";
import { readResource } from "./read-resource";
import { upgradeResourceIdentity } from "./resource-identity";
import { upgradeResourceState } from "./upgrade-resource-state";

/** Answers the provider service from a provider's definition. */
export function createHandlers(provider: Provider): ProviderHandlers {
  const parts = new ProviderParts(provider);
  const by =
    <Q, R>(handle: (parts: ProviderParts, request: Q, context: CallContext) => R | Promise<R>) =>
    async (request: Q, context: CallContext): Promise<R> =>
      handle(parts, request, context);

  return {
    getMetadata: by(getMetadata),
    getProviderSchema: by(getProviderSchema),
    getResourceIdentitySchemas: by(getResourceIdentitySchemas),
    getFunctions: by(getFunctions),

    validateProviderConfig: (request, context) => checkConfiguration(() => provider, request, context),
    validateResourceConfig: (request, context) =>
      checkConfiguration(() => parts.resource(request.typeName), request, context),
    validateDataResourceConfig: (request, context) =>
      checkConfiguration(() => parts.dataSource(request.typeName), request, context),
    validateEphemeralResourceConfig: (request, context) =>
      checkConfiguration(() => parts.ephemeralResource(request.typeName), request, context),
    validateActionConfig: (request, context) =>
      checkConfiguration(() => parts.action(request.typeName), request, context),

    configureProvider: by(configureProvider),

    upgradeResourceState: by(upgradeResourceState),
    upgradeResourceIdentity: by(upgradeResourceIdentity),
    importResourceState: by(importResourceState),
    readResource: by(readResource),
    planResourceChange: by(planResourceChange),
    applyResourceChange: by(applyResourceChange),

    readDataSource: by(readDataSource),

    openEphemeralResource: by(openEphemeralResource),
    renewEphemeralResource: by(renewEphemeralResource),
    closeEphemeralResource: by(closeEphemeralResource),

    // The validation of an action has said whatever can be said of it before it is carried out.
    planAction: () => Promise.resolve(PlanAction_Response.fromPartial({})),
    invokeAction: (request, context, send) => invokeAction(parts, request, context, send),

    callFunction: by(callFunction),
  };
}

function configureProvider(
  parts: ProviderParts,
  { config, terraformVersion }: ConfigureProvider_Request,
  context: CallContext,
): Promise<ConfigureProvider_Response> {
  return answer(ConfigureProvider_Response.fromPartial({}), context, async (_, { warning }) => {
    const { provider } = parts;
    const values = attributesOf(decodeDynamicValue(config, objectType(provider.schema)));
    const { signal, log } = context;
    parts.client = await provider.configure(values, { signal, log, warn: warning, terraformVersion });
  });
}
