import { Decimal } from "./numeric";
import type { Numeric } from "./numeric";

/** A value that is there. */
export interface Known<T> {
  readonly kind: "known";
  readonly value: T;
}

/** A value that was left out, or set to `null`. */
export interface Null {
  readonly kind: "null";
}

/** A value that Terraform will know only after something else was applied. */
export interface Unknown {
  readonly kind: "unknown";
}

/** What Terraform hands over for a `T`: it may be missing, and while planning it may not be known yet. */
export type Value<T> = Known<T> | Null | Unknown;

/** The attributes of an object, without a prototype so that no name is special. */
export interface ObjectPayload {
  [name: string]: AnyValue;
}

/** What a known value of some type holds: maps are keyed by users and therefore a `Map`. */
export type Payload = string | boolean | Numeric | readonly AnyValue[] | ReadonlyMap<string, AnyValue> | ObjectPayload;

/** A value of a type that only the schema tells. */
export type AnyValue = Value<Payload>;

export const NULL: Null = { kind: "null" };
export const UNKNOWN: Unknown = { kind: "unknown" };

/** Wraps what is there. */
export function known<T>(value: T): Known<T> {
  return { kind: "known", value };
}

/** `null` becomes {@link NULL}, everything else is known. */
export function knownOrNull<T>(value: T | null): Known<T> | Null {
  return value === null ? NULL : known(value);
}

/** What is there, or `fallback` where the value is null or not known yet. */
export function valueOr<T, F>(value: Value<T>, fallback: F): T | F {
  return value.kind === "known" ? value.value : fallback;
}

/** An object payload from pairs of name and value. */
export function objectPayload(entries: Iterable<readonly [string, AnyValue]>): ObjectPayload {
  const payload: ObjectPayload = emptyPayload();
  for (const [name, value] of entries) payload[name] = value;
  return payload;
}

/** An object payload without attributes. */
export function emptyPayload(): ObjectPayload {
  return Object.create(null) as ObjectPayload;
}

/** The attributes of a known object; null and unknown objects have none. */
export function attributesOf(value: AnyValue): ObjectPayload {
  return value.kind === "known" ? (value.value as ObjectPayload) : emptyPayload();
}

/** Whether a payload holds the attributes of an object. */
export function isObjectPayload(payload: Payload): payload is ObjectPayload {
  return (
    typeof payload === "object" && !Array.isArray(payload) && !(payload instanceof Map) && !(payload instanceof Decimal)
  );
}

/** Whether a value, or anything inside it, is not known yet. */
export function holdsUnknown(value: AnyValue): boolean {
  if (value.kind !== "known") return value.kind === "unknown";
  const payload = value.value;
  if (Array.isArray(payload)) return (payload as readonly AnyValue[]).some(holdsUnknown);
  if (payload instanceof Map) return [...(payload as ReadonlyMap<string, AnyValue>).values()].some(holdsUnknown);
  return isObjectPayload(payload) && Object.values(payload).some(holdsUnknown);
}

/** The value with null in place of whatever in it is not known. */
export function unknownsAsNull(value: AnyValue): AnyValue {
  if (value.kind !== "known") return NULL;
  const payload = value.value;
  if (Array.isArray(payload)) return known((payload as readonly AnyValue[]).map(unknownsAsNull));
  if (payload instanceof Map) {
    return known(
      new Map([...(payload as ReadonlyMap<string, AnyValue>)].map(([key, each]) => [key, unknownsAsNull(each)])),
    );
  }
  if (!isObjectPayload(payload)) return value;
  return known(objectPayload(Object.entries(payload).map(([name, each]) => [name, unknownsAsNull(each)])));
}

/** A value that the schema's type does not allow, or bytes that are not MessagePack. */
export class CodecError extends Error {
  override readonly name = "CodecError";
}
