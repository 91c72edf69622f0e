import { DataResource, TerraformStack } from "cdktf";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { HookEngine } from "./hook-engine";
import { hookEnvironment } from "./hook-event";
import type { HookEvent } from "./hook-event";
import type { LinkHook } from "./link-hook";
import { requireNullProvider } from "./null-provider-aspect";

/** A hook of a link, and when it runs. */
export interface BoundHook {
  readonly event: HookEvent;
  readonly hook: LinkHook;
  /** The construct's id. */
  readonly name: string;
  /** Address of the link in Terraform; null where the link is disabled, and merely what it had is taken down. */
  readonly link: () => string | null;
}

/**
 * The resource that runs a hook: Terraform runs a provisioner when it creates or destroys one. Its arguments are plain
 * text, put together at synthesis, which costs a fraction of cdktf's expressions.
 */
export function hookResource(scope: Construct, id: string, engine: HookEngine, bound: BoundHook): TerraformResource {
  if (engine === HookEngine.TERRAFORM_DATA) return new DataHook(scope, id, bound);
  requireNullProvider(TerraformStack.of(scope));
  return new NullHook(scope, id, bound);
}

class NullHook extends NullResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly bound: BoundHook,
  ) {
    super(scope, id);
  }

  override toTerraform(): object {
    this.triggers = complete(this, this.bound, "self.triggers");
    return super.toTerraform() as object;
  }

  override toHclTerraform(): object {
    this.triggers = complete(this, this.bound, "self.triggers");
    return super.toHclTerraform() as object;
  }
}

class DataHook extends DataResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly bound: BoundHook,
  ) {
    super(scope, id);
  }

  override toTerraform(): object {
    this.triggersReplace = complete(this, this.bound, "self.triggers_replace");
    return super.toTerraform() as object;
  }

  override toHclTerraform(): object {
    this.triggersReplace = complete(this, this.bound, "self.triggers_replace");
    return super.toHclTerraform() as object;
  }
}

/**
 * Gives a hook's resource its count and its provisioner.
 *
 * @param self how the resource refers to its own triggers
 * @returns the triggers: they lie in the state in clear, so neither a URL nor a token is among them
 */
function complete(resource: TerraformResource, bound: BoundHook, self: string): Record<string, string> {
  const { event, hook, name } = bound;
  const link = bound.link();
  const environment = hookEnvironment(event, name, link ?? "", self);
  if (event === "unlinked") {
    resource.count = asCount(link === null ? "0" : linkedCount(link));
    resource.provisioners = [hook._provisioner("destroy", environment)];
  } else if (event === "linked") {
    resource.count = asCount(linkedCount(link ?? ""));
    resource.provisioners = [hook._provisioner("create", environment)];
  } else {
    // A link that adopts an authorization has no URL, and one that lapses under remint = "never" gets none.
    resource.provisioners = [hook._provisioner("create", environment, `${link}.assumed_expires_at == null`)];
  }
  if (link === null) return { link_id: "" };
  return event === "authorization_required"
    ? { link_id: `\${${link}.id}`, minted_at: `\${${link}.minted_at}` }
    : { link_id: `\${${link}.id}` };
}

/**
 * One while the link works, else none. A link of which there is merely no evidence any more counts as it did: it was
 * linked, and nobody has refused it. All of this is known when Terraform plans, as a count has to be.
 */
function linkedCount(link: string): string {
  const isUnsure = `${link}.linked_at != null && ${link}.assumed_expires_at == null`;
  return `${link}.status == "linked" ? 1 : (${link}.status == "unknown" ? (${isUnsure} ? 1 : 0) : 0)`;
}

/** cdktf's type of a count has no room for an expression as text, which is what it writes out. */
function asCount(expression: string): number {
  return `\${${expression}}` as unknown as number;
}
