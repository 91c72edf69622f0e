import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { OrganizationalUnitLinkCompletion } from "./bindings/organizational-unit-link-completion";
import type { OrganizationalUnitLink } from "./organizational-unit-link";
import { present } from "./present";
import { durationProblems } from "./property-problems";
import { nameInTerraform, repetitionProblems } from "./stack-problems";

/** How is waited for a link. */
export interface RequireLinkedOptions {
  /**
   * How long an apply waits for the administrator, such as `10m`.
   *
   * @default "5m"
   */
  readonly timeout?: string;

  /**
   * How long it waits between two looks, such as `30s`; at least a second.
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
  constructor(
    link: OrganizationalUnitLink,
    serviceAccountId: string,
    isEnabled: boolean,
    options: RequireLinkedOptions,
  ) {
    super(link, "completion");
    const { timeout, pollInterval } = present(options);
    this.resource = new OrganizationalUnitLinkCompletion(this, "Default", {
      // A link that is disabled has no id to refer to.
      linkId: isEnabled ? link.linkId : serviceAccountId,
      ...(!isEnabled && { count: 0 }),
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
