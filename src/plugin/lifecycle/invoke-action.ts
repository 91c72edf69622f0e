import { objectType } from "../schema/attribute";
import { decodeDynamicValue } from "../values/msgpack";
import { attributesOf } from "../values/value";
import type { Diagnostic, InvokeAction_Event, InvokeAction_Request } from "../wire/generated/tfplugin6";
import type { CallContext } from "../wire/handlers";
import { answer } from "./diagnostics";
import { plannedModel } from "./plan-rules";
import type { ProviderParts } from "./provider-parts";

/** Carries out an action: its progress as it goes, and at the end what there is to say of it. */
export async function invokeAction(
  parts: ProviderParts,
  request: InvokeAction_Request,
  { signal, log }: CallContext,
  send: (event: InvokeAction_Event) => void,
): Promise<void> {
  const nothing: { diagnostics: Diagnostic[] } = { diagnostics: [] };
  const { diagnostics } = await answer(nothing, { signal, log }, async (_, { warning }) => {
    const definition = parts.action(request.actionType);
    const { schema } = definition;
    const config = attributesOf(decodeDynamicValue(request.config, objectType(schema)));
    await definition.invoke(plannedModel(config, config, schema), parts.client, {
      signal,
      log,
      warn: warning,
      progress: (message) => send({ type: { $case: "progress", progress: { message } } }),
    });
  });
  send({ type: { $case: "completed", completed: { diagnostics } } });
}
