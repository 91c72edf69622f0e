import type { SourceLocation } from "./report-schema";

/** Where a resource is declared. */
export interface Declaration {
  readonly location: SourceLocation;
  /** Path of the construct that made it, without its stack; null where it is not made by a CDK. */
  readonly constructPath: string | null;
}

/** Finds where resources, and `check` blocks, are declared, as far as their source is at hand. */
export interface DeclarationFinder {
  /** The first file of the configuration, which stands for it as a whole; it need not be there. */
  readonly firstFile: string;
  find(resource: { readonly address: string; readonly type: string; readonly name: string }): Declaration | null;
}

/** For plans whose source is somewhere else. */
export const NO_DECLARATIONS: DeclarationFinder = { firstFile: "main.tf", find: () => null };
