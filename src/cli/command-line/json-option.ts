import { Option } from "commander";

/** `--json`: the first line of standard output is one JSON object, for programs that start this one. */
export function jsonOption(): Option {
  return new Option("--json", "print one line of JSON when ready, instead of text");
}
