/** One object of a state. */
export interface StateResource {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  /** Its key, where it has `for_each` or `count`. */
  readonly index: string | number | null;
  /** The key of an object that was to be replaced and is still there; null for a present one. */
  readonly deposed: string | null;
  /** Its values, with what is sensitive hidden. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The value of one attribute as it is, secret or not; for whoever was asked for just that. */
  reveal(attribute: string): unknown;
}

/** A state, as far as it is asked about. */
export interface TerraformStateJson {
  /** Null where Terraform does not tell, as for a state that was never written. */
  readonly terraformVersion: string | null;
  /** Of all modules, in Terraform's order. */
  readonly resources: readonly StateResource[];
}
