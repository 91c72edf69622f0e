import { DataResource, TerraformElement } from "cdktf";
import { Construct } from "constructs";
import type { OrganizationalUnitLink } from "./organizational-unit-link";

/**
 * Warns of links that have been waiting for too long: a `check` block of Terraform, which tells of it in every plan and
 * apply and stops neither, so that a new URL can still be minted. Pipelines find the outcome under `checks` in
 * `terraform show -json <plan>`.
 *
 * Since when a link waits is written into the state as a `terraform_data`, which is there only while the link is not
 * linked. When its URL was minted does not tell, for that is new after each re-mint.
 */
export class LinkDeadline extends Construct {
  /** @internal */
  constructor(scope: Construct, id: string, links: readonly OrganizationalUnitLink[], days: number) {
    super(scope, id);
    const waiting = links.filter(({ isEnabled }) => isEnabled).map((link) => ({ link, since: WaitingSince.of(link) }));
    if (waiting.length > 0) new DeadlineCheck(this, "Default", waiting, days);
    this.node.addValidation({
      validate: () =>
        days > 0 && Number.isFinite(days)
          ? []
          : [`expectLinkedWithinDays: give a number of days that is more than none; got ${days}.`],
    });
  }
}

/** When a link was first found not to be linked. It goes when the link is made. */
class WaitingSince extends DataResource {
  /** That of a link, which has one, however many deadlines it has. */
  static of(link: OrganizationalUnitLink): WaitingSince {
    const id = "waiting-since";
    return (link.node.tryFindChild(id) as WaitingSince | undefined) ?? new WaitingSince(link, id, link);
  }

  constructor(
    scope: Construct,
    id: string,
    private readonly link: OrganizationalUnitLink,
  ) {
    super(scope, id, { lifecycle: { ignoreChanges: ["input"] } });
  }

  override toTerraform(): object {
    const { _address: address } = this.link;
    this.count = `\${${address}.linked ? 0 : 1}` as unknown as number;
    this.input = { since: "${plantimestamp()}" };
    this.triggersReplace = { link_id: `\${${address}.id}` };
    return super.toTerraform() as object;
  }
}

interface WaitingLink {
  readonly link: OrganizationalUnitLink;
  readonly since: WaitingSince;
}

/** cdktf has no construct for `check` blocks. */
class DeadlineCheck extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly waiting: readonly WaitingLink[],
    private readonly days: number,
  ) {
    super(scope, id);
  }

  override toTerraform(): object {
    const late = `[for link in [${this.waiting.map((each) => this.entry(each)).join(", ")}] : link.name if length(link.late) > 0]`;
    const message =
      `Not linked within ${this.days} ${this.days === 1 ? "day" : "days"}: \${join(", ", ${late})}. Remind the ` +
      "administrators, with a new authorization URL where the old one has lapsed, or remove the links.";
    return {
      check: {
        [this.friendlyUniqueId]: { assert: [{ condition: `\${length(${late}) == 0}`, error_message: message }] },
      },
    };
  }

  /** A link's name, and the times since which it has been waiting for too long: one, or none. */
  private entry({ link, since }: WaitingLink): string {
    const times = `terraform_data.${since.friendlyUniqueId}[*].output.since`;
    const hours = Math.max(1, Math.round(this.days * 24));
    const late = `[for t in ${times} : t if timecmp(timeadd(t, "${hours}h"), plantimestamp()) < 0]`;
    return `{ name = ${JSON.stringify(link.node.id)}, late = ${late} }`;
  }
}
