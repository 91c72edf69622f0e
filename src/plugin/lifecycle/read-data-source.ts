import { objectType } from "../schema/attribute";
import { decodeDynamicValue, encodeDynamicValue } from "../values/msgpack";
import { attributesOf, known } from "../values/value";
import { ReadDataSource_Response } from "../wire/generated/tfplugin6";
import type { ReadDataSource_Request } from "../wire/generated/tfplugin6";
import type { CallContext } from "../wire/handlers";
import { underDeadline } from "./deadline";
import { answer } from "./diagnostics";
import { proposeState } from "./plan-rules";
import type { ProviderParts } from "./provider-parts";
import { computedResult } from "./returned-state";

/** Reads what the configuration of a data source describes. */
export function readDataSource(
  parts: ProviderParts,
  request: ReadDataSource_Request,
  { signal, log }: CallContext,
): Promise<ReadDataSource_Response> {
  return answer(ReadDataSource_Response.fromPartial({}), { signal, log }, async (response, { warning }) => {
    const definition = parts.dataSource(request.typeName);
    const { client } = parts;
    const { schema } = definition;
    const type = objectType(schema);
    const config = attributesOf(decodeDynamicValue(request.config, type));
    response.state = encodeDynamicValue(known(proposeState(config, config, null, schema)), type);
    const state = await computedResult(config, schema, { typeName: request.typeName, name: "read" }, (model) =>
      underDeadline("read", schema, config, signal, (bounds) =>
        definition.read(model, client, { ...bounds, log, warn: warning }),
      ),
    );
    response.state = encodeDynamicValue(known(state), type);
  });
}
