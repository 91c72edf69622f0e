import { Aspects } from "cdktf";
import type { IAspect, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { NullProvider } from "@cdktf/provider-null/lib/provider";

/** The stacks that will be looked at: once each, however many hooks they have. */
const prepared = new WeakSet<TerraformStack>();

/** Has the stack get a provider for `null_resource` when it is synthesized, unless it has one by then. */
export function requireNullProvider(stack: TerraformStack): void {
  if (prepared.has(stack)) return;
  prepared.add(stack);
  Aspects.of(stack).add(new NullProviderAspect(stack));
}

class NullProviderAspect implements IAspect {
  constructor(private readonly stack: TerraformStack) {}

  visit(node: IConstruct): void {
    if (node !== this.stack) return;
    const isThere = this.stack
      .allProviders()
      .some(({ terraformResourceType, alias }) => terraformResourceType === "null" && alias === undefined);
    if (!isThere) new NullProvider(this.stack, "null-provider-of-hooks");
  }
}
