import { InvalidArgumentError, Option } from "commander";

/** `--port`: where to listen; 0 picks a free port. */
export function portOption(description: string, fallback: number, most = 65_535): Option {
  const parse = (text: string) => {
    const port = Number(text);
    if (/^\d+$/.test(text) && port <= most) return port;
    throw new InvalidArgumentError(`Give a whole number from 0 to ${most}.`);
  };
  return new Option("--port <number>", description).argParser(parse).default(fallback);
}
