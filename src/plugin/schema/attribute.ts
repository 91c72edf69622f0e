import type { Numeric } from "../values/numeric";
import { objectTypeOf, types } from "./element-types";
import type { MapOf, ObjectType, PlainOf, SequenceOf, TypeOf, ValuedOf } from "./element-types";
import type { Validator } from "./validators";

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
  /** Reaches `create` and `update` from the configuration, and no plan and no state. Terraform 1.11, OpenTofu 1.11. */
  readonly writeOnly?: true;
  /** Why not to use it any more, and what instead. */
  readonly deprecated?: string;
  /** A changed value needs a new object. */
  readonly requiresReplace?: true;
  /** A computed value stays as it is on update, unless `plan` says otherwise. */
  readonly useStateForUnknown?: true;
  /** What the provider takes where the configuration says nothing; needs `optional` and `computed`. */
  readonly default?: Plain;
  /** Called in turn with every known value, until one names an error. */
  readonly validators?: readonly Validator<Plain>[];
  /**
   * Whether two spellings mean the same. What is known already is then kept: another spelling in the configuration is
   * no change, and another spelling in what `read` returns is no drift.
   */
  readonly semanticEquals?: (one: Plain, other: Plain) => boolean;
}

/** The options of an attribute with elements. */
export interface CollectionOptions<Plain, Element> extends AttributeOptions<Plain> {
  /** Called with every known element, also while others are unknown. A problem points at its element. */
  readonly elementValidators?: readonly Validator<Element>[];
}

/** The options of an attribute whose type is not known here. */
export interface AnyOptions extends Omit<CollectionOptions<never, never>, "default"> {
  readonly default?: unknown;
}

/** Whether a nested attribute holds one object, or some in an order. */
export type NestingMode = "single" | "list";

/** The attributes inside an attribute. */
export interface Nested<S extends Attributes = Attributes, Mode extends NestingMode = NestingMode> {
  readonly mode: Mode;
  readonly attributes: S;
}

/** One attribute of a schema. */
export interface Attribute<Plain = unknown, Valued = unknown, Options = AnyOptions> extends TypeOf<Plain, Valued> {
  readonly options: Options;
  /** For an attribute whose objects have attributes of their own. */
  readonly nested?: Nested;
}

/** The attributes of a schema by name. */
export interface Attributes {
  readonly [name: string]: Attribute;
}

/** An attribute of one of the types, with options that are those of its values. */
type Typed<T extends TypeOf<unknown, unknown>, Options> = Attribute<PlainOf<T>, ValuedOf<T>, Options>;

/** Text. */
export function string<const O extends AttributeOptions<string>>(options: O): Attribute<string, string, O> {
  return { ...types.string, options };
}

/** A number of any size, exact; see {@link Numeric}. */
export function number<const O extends AttributeOptions<Numeric>>(options: O): Attribute<Numeric, Numeric, O> {
  return { ...types.number, options };
}

/** True or false. */
export function bool<const O extends AttributeOptions<boolean>>(options: O): Attribute<boolean, boolean, O> {
  return { ...types.bool, options };
}

/** Elements in an order. */
export function list<P, V, const O extends CollectionOptions<readonly (P | null)[], P>>(
  element: TypeOf<P, V>,
  options: O,
): Typed<SequenceOf<P, V>, O> {
  return { ...types.list(element), options };
}

/** Distinct elements without an order. */
export function set<P, V, const O extends CollectionOptions<readonly (P | null)[], P>>(
  element: TypeOf<P, V>,
  options: O,
): Typed<SequenceOf<P, V>, O> {
  return { ...types.set(element), options };
}

/** Elements by a key that users choose. */
export function map<P, V, const O extends CollectionOptions<ReadonlyMap<string, P | null>, P>>(
  element: TypeOf<P, V>,
  options: O,
): Typed<MapOf<P, V>, O> {
  return { ...types.map(element), options };
}

/** The object type of a set of attributes, which is the same object each time: every call asks for it. */
export function objectType(attributes: Attributes): ObjectType {
  const built = OBJECT_TYPES.get(attributes);
  if (built !== undefined) return built;
  const type = objectTypeOf(attributes);
  OBJECT_TYPES.set(attributes, type);
  return type;
}

const OBJECT_TYPES = new WeakMap<Attributes, ObjectType>();

/** Whether only the provider can say the value, where the configuration does not. */
export function isComputed({ options }: Attribute): boolean {
  return options.computed === true && options.default === undefined;
}
