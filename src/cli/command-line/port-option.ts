import { InvalidArgumentError, Option } from "commander";

/** `--port`: where to listen; 0 picks a free port. */
export function portOption(description: string, fallback: number): Option {
  return new Option("--port <number>", description).argParser(parsePort).default(fallback);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("Give a whole number from 0 to 65535.");
}
