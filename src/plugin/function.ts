import type { TypeOf } from "./schema/element-types";
import type { Validator } from "./schema/validators";
import type { Type } from "./values/type";
import type { Value } from "./values/value";

/** One parameter of a provider function. */
export interface Parameter<Plain = unknown, Valued = unknown> {
  readonly name: string;
  readonly type: TypeOf<Plain, Valued>;
  readonly description: string;
  /** Null may be passed; without it Terraform refuses a null argument by itself. */
  readonly nullable?: true;
  /** Unknown values are passed, as {@link Value}; without it Terraform answers "unknown" by itself. */
  readonly allowUnknown?: true;
  /** Called in turn with every known argument, until one names an error. A function cannot warn. */
  readonly validators?: readonly Validator<never>[];
}

/** What the function gets for a parameter. */
export type Argument<P> =
  P extends Parameter<infer Plain, infer Valued>
    ? P extends { readonly allowUnknown: true }
      ? Value<Valued>
      : P extends { readonly nullable: true }
        ? Plain | null
        : Plain
    : never;

type Arguments<P extends readonly Parameter[]> = { [Index in keyof P]: Argument<P[Index]> };

/** A function of the provider: pure, and without the provider's configuration. */
export interface FunctionDefinition<P extends readonly Parameter[], V extends Parameter | undefined, Result> {
  /** One line for listings. */
  readonly summary: string;
  /** Markdown for the documentation. */
  readonly description: string;
  readonly parameters: P;
  /** Takes all further arguments. */
  readonly variadic?: V;
  readonly returns: TypeOf<Result, unknown>;
  /** Same arguments, same result. Throws {@link ArgumentError} for an argument that it cannot take. */
  run(...args: [...Arguments<P>, ...(V extends Parameter ? Argument<V>[] : [])]): Result | null;
}

/** A provider function of any signature, as the server sees it. */
export interface ProviderFunction {
  readonly name: string;
  readonly definition: {
    readonly summary: string;
    readonly description: string;
    readonly parameters: readonly Parameter[];
    readonly variadic?: Parameter;
    readonly returns: { readonly type: Type };
    run(...args: readonly unknown[]): unknown;
  };
}

/** An argument that a function cannot take. Terraform points at it. */
export class ArgumentError extends Error {
  override readonly name = "ArgumentError";

  /** @param index of the argument, from zero; the first variadic one follows the last parameter. */
  constructor(
    readonly index: number,
    message: string,
  ) {
    super(message);
  }
}

/** Defines a function that configurations call as `provider::<provider>::<name>`. */
export function providerFunction<
  const P extends readonly Parameter[],
  Result,
  const V extends Parameter | undefined = undefined,
>(name: string, definition: FunctionDefinition<P, V, Result>): ProviderFunction {
  return { name, definition: definition as unknown as ProviderFunction["definition"] };
}
