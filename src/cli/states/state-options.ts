import { Option } from "commander";

/** Which states a command reads. */
export interface StateFlags {
  readonly recursive?: true;
}

/** What a command that reads states says of its operand. */
export const STATE_ARGUMENT = {
  name: "[state...]",
  description:
    "folders with a Terraform configuration, files that terraform show -json wrote, or - for standard input " +
    "(default: the current folder)",
};

export function stateOptions(): Option[] {
  return [new Option("-r, --recursive", "look for states in all folders below, too")];
}
