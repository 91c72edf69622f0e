import { Aspects, DataResource, TerraformStack } from "cdktf";
import type { IAspect, TerraformResource } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { HclError } from "./expression";
import type { HookEvent, HookVariable, LinkHook } from "./link-hook";
import { nameInTerraform } from "./stack-problems";

/** The kind of resource that runs a link's hooks. */
export enum HookEngine {
  /** `null_resource` of hashicorp/null, which Terraform downloads. It is added to the stack where it is missing. */
  NULL = "null",
  /** `terraform_data`, which is built into Terraform 1.4 and later, and into OpenTofu: nothing is downloaded. */
  TERRAFORM_DATA = "terraform_data",
}

/** A hook of a link, and when it runs. */
export interface BoundHook {
  readonly event: HookEvent;
  readonly hook: LinkHook;
  /** The construct's id, as a literal text. */
  readonly name: string;
  /** Address of the link in Terraform; null for a disabled link, whose hooks are only destroyed. */
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
 * Gives a hook's resource its count and its provisioner. Terraform has to know a count when it plans, so it is made of
 * attributes that are known by then; triggers may be unknown.
 *
 * @param self how the resource refers to its own triggers
 * @returns the triggers: they lie in the state in clear, so neither a URL nor a token is among them
 */
function complete(resource: TerraformResource, bound: BoundHook, self: string): Record<string, string> {
  const { event, hook, name } = bound;
  const link = bound.link();
  const environment = hookEnvironment(event, name, link ?? "", self);
  const at = event === "unlinked" ? "destroy" : "create";
  // There is nothing to send for a link that adopts an authorization, or where the administrator came before a URL was
  // minted.
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
 * One while an administrator is awaited, else none, so that a new need makes a new resource. A link whose evidence is
 * merely missing keeps its count.
 */
function neededCount(link: string): string {
  const isAsked = `(${link}.authorization_required && ${link}.status != "unlinked")`;
  return `${isAsked} ? 1 : (${link}.status == "unknown" ? (${link}.awaited_since != null ? 1 : 0) : 0)`;
}

/**
 * One while the link works, else none. A link whose evidence is merely missing keeps its count: one that was refused,
 * and whose administrator was asked again, has no `linked_at`.
 */
function linkedCount(link: string): string {
  return `${link}.status == "linked" ? 1 : (${link}.status == "unknown" ? (${link}.linked_at != null ? 1 : 0) : 0)`;
}

/** cdktf types a count as a number, but writes out an expression in a text as well. */
function asCount(expression: string): number {
  return `\${${expression}}` as unknown as number;
}

/** An attribute as a trigger. Terraform refuses a trigger that is null. */
function text(attribute: string): string {
  return `\${${attribute} == null ? "" : ${attribute}}`;
}

type HookEnvironment = Readonly<Partial<Record<HookVariable, string>>>;

/** The attribute of the link behind each variable that comes with an event. */
const ATTRIBUTES: Readonly<Record<Exclude<HookEvent, "unlinked">, HookEnvironment>> = {
  authorization_required: {
    OU_LINK_AWAITED_SINCE: "awaited_since",
    OU_LINK_INVITATION_URL: "invitation_url",
    OU_LINK_AUTHORIZATION_URL: "authorization_url",
    OU_LINK_MINTED_AT: "minted_at",
    OU_LINK_ASSUMED_EXPIRES_AT: "assumed_expires_at",
  },
  linked: {
    OU_LINK_LINKED_AT: "linked_at",
    OU_LINK_ORGANIZATIONAL_UNIT_ID: "organizational_unit_id",
  },
};

/**
 * What a hook finds in its environment.
 *
 * @param link address of the link in Terraform, such as `cronofy_organizational_unit_link.acme`
 * @param triggers the expression by which the hook's own resource refers to its triggers, all that is left of a link that
 *   is gone
 */
function hookEnvironment(event: HookEvent, name: string, link: string, triggers: string): HookEnvironment {
  const id = event === "unlinked" ? `${triggers}.link_id` : `${link}.id`;
  const common: HookEnvironment = {
    OU_LINK_EVENT: event,
    OU_LINK_NAME: name,
    OU_LINK_ID: `\${${id}}`,
    CRONOFY_DATA_CENTER: `\${split("/", ${id})[0]}`,
    CRONOFY_SERVICE_ACCOUNT_ID: `\${split("/", ${id})[1]}`,
  };
  if (event === "unlinked") return { ...common, OU_LINK_STATUS: "unlinked" };
  const attributes = { OU_LINK_STATUS: "status", ...ATTRIBUTES[event] };
  const values = Object.entries(attributes).map(([variable, attribute]) => [variable, `\${${link}.${attribute}}`]);
  return { ...common, ...(Object.fromEntries(values) as HookEnvironment) };
}

/** The stacks that have the aspect already: each needs one, however many hooks it has. */
const prepared = new WeakSet<TerraformStack>();

/** Has the stack get a provider for `null_resource` when it is synthesized, unless it has one by then. */
function requireNullProvider(stack: TerraformStack): void {
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
