import { InvalidArgumentError } from "commander";

/** Reads whole seconds, up to an hour, for an option of commander's. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= 3600) return seconds;
  throw new InvalidArgumentError("Give whole seconds from 1 to 3600.");
}
