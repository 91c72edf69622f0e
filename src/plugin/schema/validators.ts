/** Something wrong with a value: what, and what to do. Never repeats a value that may be a secret. */
export interface Problem {
  /** `error` unless said otherwise. */
  readonly severity?: "error" | "warning";
  /** One line: what is wrong. */
  readonly summary: string;
  /** Why, and what to do. */
  readonly detail: string;
}

/** Names the problem of a value, if it has one. */
export type Validator<T> = (value: T) => Problem | undefined;

/** The text is one of a closed list. */
export function oneOf(choices: readonly string[]): Validator<string> {
  return (value) =>
    choices.includes(value)
      ? undefined
      : {
          summary: "Unknown value",
          detail: `Choose one of ${choices.map((each) => JSON.stringify(each)).join(", ")}; got ${JSON.stringify(value)}.`,
        };
}

/** The text is not blank. */
export function notBlank(): Validator<string> {
  return (value) =>
    value.trim() === ""
      ? { summary: "Empty value", detail: "Set a value that is not blank, or leave it out." }
      : undefined;
}

/** The number lies within bounds, both inclusive. */
export function between(lowest: number, highest: number): Validator<{ toString(): string }> {
  return (value) =>
    Number(String(value)) >= lowest && Number(String(value)) <= highest
      ? undefined
      : {
          summary: "Value out of range",
          detail: `Choose a number from ${lowest} to ${highest}; got ${String(value)}.`,
        };
}

/** The number is whole and lies within bounds, both inclusive. */
export function wholeNumber(lowest: number, highest: number): Validator<{ toString(): string }> {
  return (value) =>
    Number.isInteger(Number(String(value)))
      ? between(lowest, highest)(value)
      : {
          summary: "Not a whole number",
          detail: `Choose a whole number from ${lowest} to ${highest}; got ${String(value)}.`,
        };
}
