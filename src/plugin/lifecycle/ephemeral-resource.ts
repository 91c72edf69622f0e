import type { OpenCall } from "../definition";
import { objectType } from "../schema/attribute";
import { decodeDynamicValue, encodeDynamicValue } from "../values/msgpack";
import { PrivateState } from "../values/private-state";
import { attributesOf, known } from "../values/value";
import {
  CloseEphemeralResource_Response,
  OpenEphemeralResource_Response,
  RenewEphemeralResource_Response,
} from "../wire/generated/tfplugin6";
import type {
  CloseEphemeralResource_Request,
  OpenEphemeralResource_Request,
  RenewEphemeralResource_Request,
} from "../wire/generated/tfplugin6";
import type { CallContext } from "../wire/handlers";
import { answer } from "./diagnostics";
import type { Diagnostics } from "./diagnostics";
import type { ProviderParts } from "./provider-parts";
import { computedResult } from "./returned-state";

/** Opens an ephemeral resource for one run. */
export function openEphemeralResource(
  parts: ProviderParts,
  request: OpenEphemeralResource_Request,
  context: CallContext,
): Promise<OpenEphemeralResource_Response> {
  return answer(OpenEphemeralResource_Response.fromPartial({}), context, async (response, diagnostics) => {
    const definition = parts.ephemeralResource(request.typeName);
    const { client } = parts;
    const { schema } = definition;
    await keepingPrivate(Buffer.alloc(0), response, diagnostics, context, async (call) => {
      const type = objectType(schema);
      const config = attributesOf(decodeDynamicValue(request.config, type));
      const operation = { typeName: request.typeName, name: "open" };
      const result = await computedResult(config, schema, operation, (model) => definition.open(model, client, call));
      response.result = encodeDynamicValue(known(result), type);
    });
  });
}

/** Prolongs what was opened. */
export function renewEphemeralResource(
  parts: ProviderParts,
  request: RenewEphemeralResource_Request,
  context: CallContext,
): Promise<RenewEphemeralResource_Response> {
  return answer(RenewEphemeralResource_Response.fromPartial({}), context, async (response, diagnostics) => {
    const definition = parts.ephemeralResource(request.typeName);
    const { client } = parts;
    await keepingPrivate(request.private, response, diagnostics, context, async (call) => {
      await definition.renew?.(client, call);
    });
  });
}

/** Ends what was opened. */
export function closeEphemeralResource(
  parts: ProviderParts,
  request: CloseEphemeralResource_Request,
  { signal, log }: CallContext,
): Promise<CloseEphemeralResource_Response> {
  return answer(CloseEphemeralResource_Response.fromPartial({}), { signal, log }, async (_, { warning }) => {
    const privateState = PrivateState.read(request.private ?? Buffer.alloc(0));
    const definition = parts.ephemeralResource(request.typeName);
    await definition.close?.(parts.client, { signal, log, private: privateState, warn: warning });
  });
}

/** Runs `work` with private state, which the response keeps for the next call, also when the work fails. */
async function keepingPrivate(
  kept: Buffer | undefined,
  response: { renewAt?: Date | undefined; private?: Buffer | undefined },
  { warning }: Diagnostics,
  { signal, log }: CallContext,
  work: (call: OpenCall) => Promise<void>,
): Promise<void> {
  const privateState = PrivateState.read(kept ?? Buffer.alloc(0));
  const renewAt = (time: Date) => {
    response.renewAt = time;
  };
  try {
    await work({ signal, log, private: privateState, warn: warning, renewAt });
  } finally {
    response.private = privateState.toWire();
  }
}
