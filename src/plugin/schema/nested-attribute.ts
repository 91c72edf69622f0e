import { objectType } from "./attribute";
import type { Attribute, AttributeOptions, Attributes, Nested, NestingMode } from "./attribute";
import type { Value } from "../values/value";
import type { InMode, State, Values } from "./models";

/** An attribute whose objects have attributes of their own, each with its own description, options and validators. */
export interface NestedAttribute<S extends Attributes, Mode extends NestingMode, Options> extends Attribute<
  InMode<Mode, State<S>>,
  NestedValues<S, Mode>,
  Options
> {
  readonly nested: Nested<S, Mode>;
}

type NestedValues<S extends Attributes, Mode extends NestingMode> = Mode extends "single"
  ? Values<S>
  : readonly Value<Values<S>>[];

/** One object. */
export function nested<const S extends Attributes, const O extends AttributeOptions<State<S>>>(
  attributes: S,
  options: O,
): NestedAttribute<S, "single", O> {
  return { type: objectType(attributes), options, nested: { mode: "single", attributes } };
}

/** Objects in an order. */
export function nestedList<const S extends Attributes, const O extends AttributeOptions<readonly (State<S> | null)[]>>(
  attributes: S,
  options: O,
): NestedAttribute<S, "list", O> {
  const element = objectType(attributes);
  return { type: { kind: "list", element }, options, nested: { mode: "list", attributes } };
}
