import { TerraformStack, Testing } from "cdktf";
import type { Construct } from "constructs";
import { CronofyProvider } from "../../src/constructs";

/** A stack with the provider in it. */
export function conferencingStack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "conferencing");
  new CronofyProvider(stack, "cronofy");
  return stack;
}

/** The stack's configuration, validations included, without cdktf's own remarks in it. */
export function synthesized(stack: TerraformStack): Record<string, Record<string, unknown>> {
  const withoutRemarks = (key: string, value: unknown): unknown => (key === "//" ? undefined : value);
  return JSON.parse(Testing.synth(stack, true), withoutRemarks) as Record<string, Record<string, unknown>>;
}

/** What is wrong with the stack, each with the path of its construct. */
export function problemsOf(stack: TerraformStack): string[] {
  try {
    Testing.synth(stack, true);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n").flatMap((line) => /^\s*(\[\w.*)/.exec(line)?.[1] ?? []);
  }
}

/** The warnings of a construct. */
export function warningsOf(construct: Construct): unknown[] {
  return construct.node.metadata.filter(({ type }) => type === "@cdktf/warn").map(({ data }) => data as unknown);
}
