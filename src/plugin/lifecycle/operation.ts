import type { DiagnosticError } from "./diagnostics";
import { providerMistake } from "./diagnostics";

/** One function of a provider at work, so that its mistakes can be told by name. */
export interface Operation {
  /** The type whose function it is, such as `memory_note`. */
  readonly typeName: string;
  /** The function, such as `create`. */
  readonly name: string;
}

/** A mistake in a provider's function. `what` goes on after the function's name: `changes title, which …`. */
export function mistakeOf({ typeName, name }: Operation, what: string): DiagnosticError {
  return providerMistake(`The ${name} of ${typeName} ${what}`);
}
