import type { Numeric } from "../values/numeric";
import { BOOL, NUMBER, STRING } from "../values/type";
import type { Type } from "../values/type";
import type { Value } from "../values/value";

/**
 * The type of a value as both Terraform and TypeScript see it. `Plain` is what a state holds (wholly known), `Valued`
 * is what a configuration or plan holds (parts may be unknown).
 */
export interface TypeOf<Plain, Valued> {
  readonly type: Type;
  /** For inference only; never present. */
  readonly models?: { readonly plain: Plain; readonly valued: Valued };
}

/** What a state holds of a type. */
export type PlainOf<T> = T extends TypeOf<infer P, unknown> ? P : never;

/** What a configuration or plan holds of a type. */
export type ValuedOf<T> = T extends TypeOf<unknown, infer V> ? V : never;

type AnyTypeOf = TypeOf<unknown, unknown>;

/** Elements in an order, or without one. */
export type SequenceOf<P, V> = TypeOf<readonly (P | null)[], readonly Value<V>[]>;

/** Elements by key. */
export type MapOf<P, V> = TypeOf<ReadonlyMap<string, P | null>, ReadonlyMap<string, Value<V>>>;

/** One value for each of the names. */
export type ObjectOf<T extends Readonly<Record<string, AnyTypeOf>>> = TypeOf<
  { readonly [K in keyof T]: PlainOf<T[K]> | null },
  { readonly [K in keyof T]: Value<ValuedOf<T[K]>> }
>;

/** Types of elements, and of the parameters and results of functions. */
export const types = {
  string: { type: STRING } as TypeOf<string, string>,
  number: { type: NUMBER } as TypeOf<Numeric, Numeric>,
  bool: { type: BOOL } as TypeOf<boolean, boolean>,
  list: <P, V>(element: TypeOf<P, V>): SequenceOf<P, V> => ({ type: { kind: "list", element: element.type } }),
  set: <P, V>(element: TypeOf<P, V>): SequenceOf<P, V> => ({ type: { kind: "set", element: element.type } }),
  map: <P, V>(element: TypeOf<P, V>): MapOf<P, V> => ({ type: { kind: "map", element: element.type } }),
  object: <T extends Readonly<Record<string, AnyTypeOf>>>(attributes: T): ObjectOf<T> => ({
    type: objectTypeOf(attributes),
  }),
};

/** The object type of what has a type by name. */
export function objectTypeOf(attributes: Readonly<Record<string, { readonly type: Type }>>): ObjectType {
  return {
    kind: "object",
    attributes: new Map(Object.entries(attributes).map(([name, { type }]) => [name, type])),
  };
}

/** The type of an object. */
export type ObjectType = Type & { readonly kind: "object" };
