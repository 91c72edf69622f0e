import { DataResource, TerraformStack } from "cdktf";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { HclError } from "./hcl-error";
import { HookEngine } from "./hook-engine";
import { hookEnvironment } from "./hook-event";
import type { HookEvent } from "./hook-event";
import type { LinkHook } from "./link-hook";
import { requireNullProvider } from "./null-provider-aspect";
import { nameInTerraform } from "./stack-problems";

/** A hook of a link, and when it runs. */
export interface BoundHook {
  readonly event: HookEvent;
  readonly hook: LinkHook;
  /** The construct's id, as a literal text. */
  readonly name: string;
  /** Address of the link in Terraform; null where the link is disabled, and merely what it had is taken down. */
  readonly link: () => string | null;
}

/**
 * The resource that runs a hook: Terraform runs a provisioner when it creates or destroys one. Its arguments are plain
 * text, put together at synthesis, which costs a fraction of cdktf's expressions.
 */
export function hookResource(scope: Construct, id: string, engine: HookEngine, bound: BoundHook): void {
  const isNull = engine !== HookEngine.TERRAFORM_DATA;
  if (isNull) requireNullProvider(TerraformStack.of(scope));
  nameInTerraform(isNull ? new NullHook(scope, id, bound) : new DataHook(scope, id, bound));
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

  override toHclTerraform(): never {
    throw new HclError(this, "hooks");
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

  override toHclTerraform(): never {
    throw new HclError(this, "hooks");
  }
}

/**
 * Gives a hook's resource its count and its provisioner. A count has to be known when Terraform plans, and so has what it
 * is made of here; triggers need not be.
 *
 * @param self how the resource refers to its own triggers
 * @returns the triggers: they lie in the state in clear, so neither a URL nor a token is among them
 */
function complete(resource: TerraformResource, bound: BoundHook, self: string): Record<string, string> {
  const { event, hook, name } = bound;
  const link = bound.link();
  const environment = hookEnvironment(event, name, link ?? "", self);
  const at = event === "unlinked" ? "destroy" : "create";
  // A link that adopts an authorization awaits nobody, and where the administrator was quicker than a URL there is none.
  const nothingToSend = `${link}.awaited_since == null || (${link}.authorize_with == "url" && ${link}.assumed_expires_at == null)`;
  resource.count = asCount(
    link === null ? "0" : event === "authorization_required" ? neededCount(link) : linkedCount(link),
  );
  resource.provisioners = [
    hook._provisioner(at, environment, event === "authorization_required" ? nothingToSend : undefined),
  ];
  if (link === null) return { link_id: "" };
  return {
    link_id: `\${${link}.id}`,
    ...(event === "authorization_required" && {
      awaited_since: text(`${link}.awaited_since`),
      minted_at: text(`${link}.minted_at`),
    }),
  };
}

/**
 * One while an administrator is awaited, else none: what is needed once more is made anew. A link of which there is merely
 * no evidence any more counts as it did.
 */
function neededCount(link: string): string {
  const isAsked = `(${link}.authorization_required && ${link}.status != "unlinked")`;
  return `${isAsked} ? 1 : (${link}.status == "unknown" ? (${link}.awaited_since != null ? 1 : 0) : 0)`;
}

/**
 * One while the link works, else none. A link of which there is merely no evidence any more counts as it did: a link that
 * was refused, and whose administrator was asked for another, has no `linked_at`.
 */
function linkedCount(link: string): string {
  return `${link}.status == "linked" ? 1 : (${link}.status == "unknown" ? (${link}.linked_at != null ? 1 : 0) : 0)`;
}

/** cdktf's type of a count has no room for an expression as text, which is what it writes out. */
function asCount(expression: string): number {
  return `\${${expression}}` as unknown as number;
}

/** An attribute as a trigger, none of which may be null. */
function text(attribute: string): string {
  return `\${${attribute} == null ? "" : ${attribute}}`;
}
