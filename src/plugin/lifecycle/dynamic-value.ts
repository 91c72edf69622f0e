import { decodeJson } from "../values/json";
import { decodeMsgpack, encodeMsgpack } from "../values/msgpack";
import type { Type } from "../values/type";
import { NULL, emptyPayload } from "../values/value";
import type { AnyValue, ObjectPayload } from "../values/value";
import type { DynamicValue } from "../wire/generated/tfplugin6";

/** Reads a value from whichever encoding it came in; a missing one is null. */
export function decodeDynamicValue(value: DynamicValue | undefined, type: Type): AnyValue {
  if (value === undefined) return NULL;
  return value.msgpack.length > 0 ? decodeMsgpack(value.msgpack, type) : decodeJson(value.json, type);
}

/** Writes a value as msgpack, the one encoding that every client accepts everywhere. */
export function encodeDynamicValue(value: AnyValue, type: Type): DynamicValue {
  return { msgpack: encodeMsgpack(value, type), json: Buffer.alloc(0) };
}

/** The attributes of a known object; null and unknown objects have none. */
export function attributesOf(value: AnyValue): ObjectPayload {
  return value.kind === "known" ? (value.value as ObjectPayload) : emptyPayload();
}
