import { encodeMsgpack } from "../src/plugin/values/msgpack";
import { fromPlain } from "../src/plugin/values/plain";
import {
  ConfigureProvider_Request,
  PlanResourceChange_Request,
  ReadResource_Request,
} from "../src/plugin/wire/generated/tfplugin6";
import { RPC_STATE, RPC_TYPE } from "./rpc-resource";

/** A call as its bytes, so that whoever makes it spends no time on encoding. */
export interface RpcCall {
  readonly name: string;
  readonly path: string;
  readonly request: Buffer;
}

const TYPE_NAME = "bench_object";
const valueOf = (plain: object) => ({ msgpack: encodeMsgpack(fromPlain(plain, RPC_TYPE), RPC_TYPE) });
const changed = { ...RPC_STATE, description: "e".repeat(400) };

/** Has to come before the others. */
export const CONFIGURE = callOf(
  "ConfigureProvider",
  ConfigureProvider_Request.encode(
    // An object without attributes, in MessagePack.
    ConfigureProvider_Request.fromPartial({ terraformVersion: "1.9.0", config: { msgpack: Buffer.from([0x80]) } }),
  ),
);

/** What a refresh and a plan make of every object. */
export const CALLS: readonly RpcCall[] = [
  callOf(
    "ReadResource",
    ReadResource_Request.encode(
      ReadResource_Request.fromPartial({ typeName: TYPE_NAME, currentState: valueOf(RPC_STATE) }),
    ),
  ),
  callOf(
    "PlanResourceChange",
    PlanResourceChange_Request.encode(
      PlanResourceChange_Request.fromPartial({
        typeName: TYPE_NAME,
        priorState: valueOf(RPC_STATE),
        proposedNewState: valueOf(changed),
        config: valueOf({ ...changed, id: null, token: null, revision: null }),
      }),
    ),
  ),
];

function callOf(name: string, message: { finish(): Uint8Array }): RpcCall {
  return { name, path: `/tfplugin6.Provider/${name}`, request: Buffer.from(message.finish()) };
}
