import type { TypeOf } from "./element-types";

/** What an attribute of an identity says of itself. */
export interface IdentityAttributeOptions {
  /** What it identifies, in a sentence. */
  readonly description: string;
  /** An import by identity must give it. */
  readonly requiredForImport?: true;
  /** An import by identity may give it. */
  readonly optionalForImport?: true;
}

/** One attribute of an identity. */
export interface IdentityAttribute<Plain = unknown, Options = IdentityAttributeOptions> extends TypeOf<Plain, unknown> {
  readonly options: Options;
}

/** The attributes of an identity by name. */
export interface IdentityAttributes {
  readonly [name: string]: IdentityAttribute;
}

/** An identity, wholly known: what is optional for an import may be null. */
export type Identity<I extends IdentityAttributes> = {
  [K in keyof I]: I[K] extends IdentityAttribute<infer P, infer O>
    ? O extends { requiredForImport: true }
      ? P
      : P | null
    : never;
};

/** An attribute of an identity: a text, number or truth value, or a list of such. Never secret. */
export function identityAttribute<P, const O extends IdentityAttributeOptions>(
  of: TypeOf<P, unknown>,
  options: O,
): IdentityAttribute<P, O> {
  return { type: of.type, options };
}
