import { TerraformElement } from "cdktf";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { OrganizationalUnitLink as GeneratedLink } from "./bindings/organizational-unit-link";
import { OrganizationalUnitLinkCompletion } from "./bindings/organizational-unit-link-completion";
import type { IOrganizationalUnitLink } from "./existing-organizational-unit-link";
import { HclError, quoted } from "./expression";
import { durationProblems, present } from "./props";
import { nameInTerraform, repetitionProblems } from "./stack-problems";

/** A link that is declared in this stack. */
interface DeclaredLink extends IOrganizationalUnitLink {
  readonly resource: GeneratedLink;
  readonly isEnabled: boolean;
  /** The address in Terraform. */
  readonly _address: string;
}

/** How an apply waits for a link. */
export interface RequireLinkedOptions {
  /**
   * How long an apply waits for the administrator, such as `10m`.
   *
   * @default "5m"
   */
  readonly timeout?: string;

  /**
   * How long it waits from one look to the next, such as `30s`; at least a second.
   *
   * @default "10s"
   */
  readonly pollInterval?: string;
}

/**
 * Waits until an administrator has made the link, for what depends on it: name it in `dependsOn`, or use its values.
 * Made by {@link OrganizationalUnitLink.requireLinked}.
 */
export class LinkCompletion extends Construct implements ITerraformDependable {
  /** The type of its resource, by which `Testing.toHaveResource` and its like find it. */
  static readonly tfResourceType = OrganizationalUnitLinkCompletion.tfResourceType;

  /** The generated resource. */
  readonly resource: OrganizationalUnitLinkCompletion;

  /** @internal */
  constructor(link: DeclaredLink, serviceAccountId: string, options: RequireLinkedOptions) {
    super(link, "completion");
    const { timeout, pollInterval } = present(options);
    this.resource = new OrganizationalUnitLinkCompletion(this, "Default", {
      // A link that is disabled has no id to refer to.
      linkId: link.isEnabled ? link.linkId : serviceAccountId,
      ...(!link.isEnabled && { count: 0 }),
      ...(timeout !== undefined && { timeouts: { create: timeout } }),
      ...(pollInterval !== undefined && { pollInterval }),
      ...(link.resource.provider !== undefined && { provider: link.resource.provider }),
    });
    nameInTerraform(this.resource);
    this.node.addValidation({
      validate: () => [
        ...durationProblems("timeout", timeout),
        ...durationProblems("pollInterval", pollInterval),
        ...repetitionProblems("resource", this.resource),
      ],
    });
  }

  /** For `dependsOn`. */
  get fqn(): string {
    return this.resource.fqn;
  }

  /** When the authorization was recorded (RFC 3339), as a token. */
  get linkedAt(): string {
    return this.resource.linkedAt;
  }

  /** The Organizational Unit's `sub`, if Cronofy has told it, as a token. */
  get organizationalUnitId(): string {
    return this.resource.organizationalUnitId;
  }
}

/**
 * Warns of links whose administrators have been awaited for too long. It is a `check` block of Terraform: it warns in
 * every plan and apply and stops neither, so that a new URL can still be minted. Pipelines find the outcome under
 * `checks` in `terraform show -json <plan>`.
 */
export class LinkDeadline extends Construct {
  /** @internal */
  constructor(scope: Construct, links: readonly DeclaredLink[], days: number) {
    if (scope.node.tryFindChild(ID) !== undefined) {
      throw new Error(`${scope.node.path} has ${ID} already: call it once, and name no link so.`);
    }
    super(scope, ID);
    const enabled = links.filter(({ isEnabled }) => isEnabled);
    if (enabled.length > 0) nameInTerraform(new DeadlineCheck(this, "Default", enabled, days));
    this.node.addValidation({
      validate: () =>
        days > 0 && Number.isFinite(days) ? [] : [`give a number of days that is more than none; got ${days}.`],
    });
  }
}

/** It stands beside customers' names, so it is a name that no customer has. */
const ID = "expectLinkedWithinDays";

/** cdktf has no construct for `check` blocks. */
class DeadlineCheck extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly links: readonly DeclaredLink[],
    private readonly days: number,
  ) {
    super(scope, id);
  }

  override toHclTerraform(): never {
    throw new HclError(this, "checks");
  }

  override toTerraform(): object {
    const hours = Math.max(1, Math.round(this.days * 24));
    const links = this.links.map(({ node, _address }) => {
      return `{ name = ${quoted(node.id)}, since = ${_address}.awaited_since }`;
    });
    const isLate = `timecmp(timeadd(link.since, "${hours}h"), plantimestamp()) < 0`;
    const late = `[for link in [${links.join(", ")}] : link.name if link.since == null ? false : ${isLate}]`;
    const message =
      `Awaited for more than ${this.days} ${this.days === 1 ? "day" : "days"}: \${join(", ", ${late})}. Remind the ` +
      "administrators, with a new authorization URL where the old one has lapsed, or remove the links.";
    return {
      check: {
        [this.friendlyUniqueId]: { assert: [{ condition: `\${length(${late}) == 0}`, error_message: message }] },
      },
    };
  }
}
