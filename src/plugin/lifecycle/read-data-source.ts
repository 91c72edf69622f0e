import type { DataSourceDefinition } from "../definition";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import type { CallContext } from "../server/handlers";
import { known } from "../values/value";
import { ReadDataSource_Response } from "../wire/generated/tfplugin6";
import type { ReadDataSource_Request } from "../wire/generated/tfplugin6";
import { computedResult } from "./computed-result";
import { underDeadline } from "./deadline";
import { Diagnostics } from "./diagnostics";
import { attributesOf, decodeDynamicValue, encodeDynamicValue } from "./dynamic-value";
import { proposeState } from "./plan-rules";

/** Reads what the configuration of a data source describes. */
export async function readDataSource(
  definition: DataSourceDefinition<Attributes, unknown>,
  client: unknown,
  request: ReadDataSource_Request,
  { signal, log }: CallContext,
): Promise<ReadDataSource_Response> {
  const { schema } = definition;
  const diagnostics = new Diagnostics();
  const response = ReadDataSource_Response.fromPartial({});
  try {
    const type = objectType(schema);
    const config = attributesOf(decodeDynamicValue(request.config, type));
    const warn = diagnostics.warning.bind(diagnostics);
    response.state = encodeDynamicValue(known(proposeState(config, config, null, schema)), type);
    const state = await computedResult(config, schema, { typeName: request.typeName, name: "read" }, (model) =>
      underDeadline("read", schema, config, signal, (bounds) =>
        definition.read(model, client, { ...bounds, log, warn }),
      ),
    );
    response.state = encodeDynamicValue(known(state), type);
  } catch (error) {
    diagnostics.thrown(error, log);
  }
  response.diagnostics = diagnostics.toWire();
  return response;
}
