import type { DataSourceDefinition } from "../definition";
import { objectType } from "../schema/attribute";
import type { Attributes } from "../schema/attribute";
import type { CallContext } from "../server/handlers";
import { known } from "../values/value";
import { ReadDataSource_Response } from "../wire/generated/tfplugin6";
import type { ReadDataSource_Request } from "../wire/generated/tfplugin6";
import { configuredModel, withComputed } from "./computed-result";
import { underDeadline } from "./deadline";
import { Diagnostics } from "./diagnostics";
import { attributesOf, decodeDynamicValue, encodeDynamicValue } from "./dynamic-value";

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
    const computed = await underDeadline("read", schema, config, signal, (bounded) =>
      definition.read(configuredModel(config, schema), client, {
        signal: bounded,
        log,
        warn: (finding) => diagnostics.warning(finding),
      }),
    );
    response.state = encodeDynamicValue(known(withComputed(config, computed, schema, "read")), type);
  } catch (error) {
    diagnostics.thrown(error, log);
  }
  response.diagnostics = diagnostics.toWire();
  return response;
}
