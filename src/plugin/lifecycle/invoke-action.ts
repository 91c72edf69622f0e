import type { ActionDefinition } from "../definition";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import type { CallContext } from "../server/handlers";
import type { InvokeAction_Event, InvokeAction_Request } from "../wire/generated/tfplugin6";
import { Diagnostics } from "./diagnostics";
import { attributesOf, decodeDynamicValue } from "./dynamic-value";
import { plannedModel } from "./planned-model";

/** Carries out an action: its progress as it goes, and at the end what there is to say of it. */
export async function invokeAction(
  definition: ActionDefinition<Attributes, unknown>,
  client: () => unknown,
  request: InvokeAction_Request,
  { signal, log }: CallContext,
  send: (event: InvokeAction_Event) => void,
): Promise<void> {
  const { schema } = definition;
  const diagnostics = new Diagnostics();
  try {
    const config = attributesOf(decodeDynamicValue(request.config, objectType(schema)));
    await definition.invoke(plannedModel(config, config, schema), client(), {
      signal,
      log,
      warn: (finding) => diagnostics.warning(finding),
      progress: (message) => send({ type: { $case: "progress", progress: { message } } }),
    });
  } catch (error) {
    diagnostics.thrown(error, log);
  }
  send({ type: { $case: "completed", completed: { diagnostics: diagnostics.toWire() } } });
}
