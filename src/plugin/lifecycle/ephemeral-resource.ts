import type { EphemeralResourceDefinition, OpenCall } from "../definition";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import type { CallContext } from "../server/handlers";
import { known } from "../values/value";
import { OpenEphemeralResource_Response, RenewEphemeralResource_Response } from "../wire/generated/tfplugin6";
import type {
  CloseEphemeralResource_Request,
  OpenEphemeralResource_Request,
  RenewEphemeralResource_Request,
  CloseEphemeralResource_Response,
} from "../wire/generated/tfplugin6";
import { computedResult } from "./computed-result";
import { Diagnostics } from "./diagnostics";
import { attributesOf, decodeDynamicValue, encodeDynamicValue } from "./dynamic-value";
import { PrivateState } from "./private-state";

type Definition = EphemeralResourceDefinition<Attributes, unknown>;

/** Opens an ephemeral resource for one run. */
export async function openEphemeralResource(
  definition: Definition,
  client: unknown,
  request: OpenEphemeralResource_Request,
  context: CallContext,
): Promise<OpenEphemeralResource_Response> {
  const { schema } = definition;
  const diagnostics = new Diagnostics();
  const response = OpenEphemeralResource_Response.fromPartial({});
  const call = openCall(Buffer.alloc(0), response, diagnostics, context);
  try {
    const type = objectType(schema);
    const config = attributesOf(decodeDynamicValue(request.config, type));
    const operation = { typeName: request.typeName, name: "open" };
    const result = await computedResult(config, schema, operation, (model) => definition.open(model, client, call));
    response.result = encodeDynamicValue(known(result), type);
  } catch (error) {
    diagnostics.thrown(error, context.log);
  }
  response.private = call.private.toWire();
  response.diagnostics = diagnostics.toWire();
  return response;
}

/** Prolongs what was opened. */
export async function renewEphemeralResource(
  definition: Definition,
  client: unknown,
  request: RenewEphemeralResource_Request,
  context: CallContext,
): Promise<RenewEphemeralResource_Response> {
  const diagnostics = new Diagnostics();
  const response = RenewEphemeralResource_Response.fromPartial({});
  const call = openCall(request.private, response, diagnostics, context);
  try {
    await definition.renew?.(client, call);
  } catch (error) {
    diagnostics.thrown(error, context.log);
  }
  response.private = call.private.toWire();
  response.diagnostics = diagnostics.toWire();
  return response;
}

/** Ends what was opened. */
export async function closeEphemeralResource(
  definition: Definition,
  client: unknown,
  request: CloseEphemeralResource_Request,
  { signal, log }: CallContext,
): Promise<CloseEphemeralResource_Response> {
  const diagnostics = new Diagnostics();
  try {
    const privateState = PrivateState.read(request.private ?? Buffer.alloc(0));
    const warn = diagnostics.warning.bind(diagnostics);
    await definition.close?.(client, { signal, log, private: privateState, warn });
  } catch (error) {
    diagnostics.thrown(error, log);
  }
  return { diagnostics: diagnostics.toWire() };
}

function openCall(
  kept: Buffer | undefined,
  response: { renewAt?: Date | undefined },
  diagnostics: Diagnostics,
  { signal, log }: CallContext,
): OpenCall {
  return {
    signal,
    log,
    private: PrivateState.read(kept ?? Buffer.alloc(0)),
    warn: (finding) => diagnostics.warning(finding),
    renewAt: (time) => {
      response.renewAt = time;
    },
  };
}
