import type { Numeric } from "../values/numeric";
import { BOOL, DYNAMIC, NUMBER, STRING } from "../values/type";
import type { Type } from "../values/type";
import type { Dynamic, Value } from "../values/value";
import { durationText } from "./validators";
import type { Validator } from "./validators";

/**
 * The type of a value as both Terraform and TypeScript see it. `Plain` is what a state holds (wholly known), `Valued`
 * is what a configuration or plan holds (parts may be unknown).
 */
export interface TypeOf<Plain, Valued> {
  readonly type: Type;
  /** For inference only; never present. */
  readonly models?: { readonly plain: Plain; readonly valued: Valued };
}

/** What every attribute says of itself. */
export interface AttributeOptions<Plain> {
  /** Markdown for the documentation; what the attribute is for, one to three sentences. */
  readonly description: string;
  /** The configuration must set it. */
  readonly required?: true;
  /** The configuration may set it. */
  readonly optional?: true;
  /** The provider may set it where the configuration does not. */
  readonly computed?: true;
  /** Terraform hides it in its output. A name that looks secret must say either. */
  readonly sensitive?: boolean;
  /** Why not to use it any more, and what instead. */
  readonly deprecated?: string;
  /** A changed value needs a new object. */
  readonly requiresReplace?: true;
  /** A computed value stays as it is on update, unless `plan` says otherwise. */
  readonly useStateForUnknown?: true;
  /** What the provider takes where the configuration says nothing; needs `optional` and `computed`. */
  readonly default?: Plain;
  /** Called with every known value; each names a problem or nothing. */
  readonly validators?: readonly Validator<Plain>[];
}

/** The options of an attribute whose type is not known here. */
export interface AnyOptions extends Omit<AttributeOptions<never>, "default"> {
  readonly default?: unknown;
}

/** One attribute of a schema. */
export interface Attribute<Plain = unknown, Valued = unknown, Options = AnyOptions> extends TypeOf<Plain, Valued> {
  readonly options: Options;
  /** The attributes inside, for an attribute that is an object of its own. */
  readonly nested?: Attributes;
}

/** The attributes of a schema by name. */
export interface Attributes {
  readonly [name: string]: Attribute;
}

/** Of each attribute what a state holds: a value or null. */
export type State<S extends Attributes> = { [K in keyof S]: PlainOf<S[K]> | null };

/** Of each attribute what a configuration or plan holds. */
export type Values<S extends Attributes> = { [K in keyof S]: Value<ValuedOf<S[K]>> };

/** What the configuration decides, wholly known at apply; what is computed may still be unknown. */
export type Planned<S extends Attributes> = {
  [K in keyof S]: S[K] extends Attribute<infer P, infer V, infer O>
    ? O extends { computed: true }
      ? O extends { default: unknown }
        ? P
        : Value<V>
      : O extends { required: true }
        ? P
        : P | null
    : never;
};

/** What only the provider can say: the computed attributes that have no default. */
export type Computed<S extends Attributes> = {
  [
    K in keyof S as S[K] extends Attribute<unknown, unknown, infer O>
      ? O extends { computed: true }
        ? O extends { default: unknown }
          ? never
          : K
        : never
      : never
  ]: PlainOf<S[K]> | null;
};

type PlainOf<A> = A extends TypeOf<infer P, unknown> ? P : never;
type ValuedOf<A> = A extends TypeOf<unknown, infer V> ? V : never;

/** The models of an object type. */
type ObjectModels<T extends Readonly<Record<string, TypeOf<unknown, unknown>>>> = TypeOf<
  { readonly [K in keyof T]: PlainOf<T[K]> | null },
  { readonly [K in keyof T]: Value<ValuedOf<T[K]>> }
>;

/** Types of elements, and of the parameters and results of functions. */
export const types = {
  string: { type: STRING } as TypeOf<string, string>,
  number: { type: NUMBER } as TypeOf<Numeric, Numeric>,
  bool: { type: BOOL } as TypeOf<boolean, boolean>,
  dynamic: { type: DYNAMIC } as TypeOf<Dynamic, Dynamic>,
  object: <T extends Readonly<Record<string, TypeOf<unknown, unknown>>>>(attributes: T): ObjectModels<T> => ({
    type: {
      kind: "object",
      attributes: new Map(Object.entries(attributes).map(([name, { type }]) => [name, type])),
    },
  }),
};

/** Text. */
export function string<const O extends AttributeOptions<string>>(options: O): Attribute<string, string, O> {
  return { type: STRING, options };
}

/** A number of any size, exact; see {@link Numeric}. */
export function number<const O extends AttributeOptions<Numeric>>(options: O): Attribute<Numeric, Numeric, O> {
  return { type: NUMBER, options };
}

/** True or false. */
export function bool<const O extends AttributeOptions<boolean>>(options: O): Attribute<boolean, boolean, O> {
  return { type: BOOL, options };
}

/** A value of any type, which it carries along. */
export function dynamic<const O extends AttributeOptions<Dynamic>>(options: O): Attribute<Dynamic, Dynamic, O> {
  return { type: DYNAMIC, options };
}

/** Elements in an order. */
export function list<P, V, const O extends AttributeOptions<readonly (P | null)[]>>(
  element: TypeOf<P, V>,
  options: O,
): Attribute<readonly (P | null)[], readonly Value<V>[], O> {
  return { type: { kind: "list", element: element.type }, options };
}

/** Distinct elements without an order. */
export function set<P, V, const O extends AttributeOptions<readonly (P | null)[]>>(
  element: TypeOf<P, V>,
  options: O,
): Attribute<readonly (P | null)[], readonly Value<V>[], O> {
  return { type: { kind: "set", element: element.type }, options };
}

/** Elements by a key that users choose. */
export function map<P, V, const O extends AttributeOptions<ReadonlyMap<string, P | null>>>(
  element: TypeOf<P, V>,
  options: O,
): Attribute<ReadonlyMap<string, P | null>, ReadonlyMap<string, Value<V>>, O> {
  return { type: { kind: "map", element: element.type }, options };
}

/** An object with attributes of its own, each with its own description and validators. */
export function nested<S extends Attributes, const O extends AttributeOptions<State<S>>>(
  attributes: S,
  options: O,
): Attribute<State<S>, Values<S>, O> {
  return { type: objectType(attributes), options, nested: attributes };
}

/** How long the operations of a resource may take; the plugin layer ends them, the resource need not look. */
export function timeouts(defaults: { readonly [operation in TimedOperation]?: string }) {
  const attributes: Record<string, Attribute> = {};
  for (const [operation, duration] of Object.entries(defaults)) {
    attributes[operation] = string({
      optional: true,
      description: `How long ${operation} may take, as a duration such as \`30s\` or \`5m\`. Default: \`${duration}\`.`,
      validators: [durationText()],
    });
  }
  return {
    ...nested(attributes as Attributes, { optional: true, description: "How long each operation may take." }),
    defaults,
  };
}

/** The operations that {@link timeouts} can bound. */
export type TimedOperation = "create" | "read" | "update" | "delete";

/** The object type of a set of attributes. */
export function objectType(attributes: Attributes): Type & { readonly kind: "object" } {
  return {
    kind: "object",
    attributes: new Map(Object.entries(attributes).map(([name, attribute]) => [name, attribute.type])),
  };
}
