import type { Value } from "../values/value";
import type { Attribute, Attributes, Nested, NestingMode } from "./attribute";
import type { PlainOf, ValuedOf } from "./element-types";

/** What a state holds of each attribute: a value or null. */
export type State<S extends Attributes> = {
  [K in keyof S]: OptionsOf<S[K]> extends { writeOnly: true } ? null : PlainOf<S[K]> | null;
};

/** What a configuration or a plan holds of each attribute. */
export type Values<S extends Attributes> = { [K in keyof S]: Value<ValuedOf<S[K]>> };

/** What the configuration decides, wholly known at apply; what is computed may still be unknown. */
export type Planned<S extends Attributes> = {
  [K in keyof S]: IsComputed<S[K]> extends true
    ? Value<ValuedOf<S[K]>>
    : OptionsOf<S[K]> extends { required: true } | { default: unknown }
      ? DecidedOf<S[K]>
      : DecidedOf<S[K]> | null;
};

/**
 * What only the provider can say: the computed attributes that have no default, and the nested attributes that hold
 * some.
 */
export type Computed<S extends Attributes> = {
  [K in keyof S as HoldsComputed<S[K]> extends true ? K : never]: PlainOf<S[K]> | null;
};

/** The objects of a nested attribute in the shape of its mode. */
export type InMode<Mode extends NestingMode, T> = Mode extends "single" ? T : readonly (T | null)[];

type OptionsOf<A> = A extends Attribute<unknown, unknown, infer O> ? O : never;

type IsComputed<A> =
  OptionsOf<A> extends { computed: true } ? (OptionsOf<A> extends { default: unknown } ? false : true) : false;

type HoldsComputed<A> =
  IsComputed<A> extends true
    ? true
    : A extends { readonly nested: Nested<infer S> }
      ? true extends { [K in keyof S]: HoldsComputed<S[K]> }[keyof S]
        ? true
        : false
      : false;

/** At apply, the objects of a nested attribute are known, but what is computed in them may not be. */
type DecidedOf<A> = A extends { readonly nested: Nested<infer S, infer Mode> } ? InMode<Mode, Planned<S>> : PlainOf<A>;
