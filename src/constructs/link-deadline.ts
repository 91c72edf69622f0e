import { TerraformElement } from "cdktf";
import { Construct } from "constructs";
import { quoted } from "./expression";
import { HclError } from "./hcl-error";
import type { OrganizationalUnitLink } from "./organizational-unit-link";
import { nameInTerraform } from "./stack-problems";

/**
 * Warns of links whose administrators have been awaited for too long: a `check` block of Terraform, which tells of it in
 * every plan and apply and stops neither, so that a new URL can still be minted. Pipelines find the outcome under `checks`
 * in `terraform show -json <plan>`.
 */
export class LinkDeadline extends Construct {
  /** @internal */
  constructor(scope: Construct, links: readonly OrganizationalUnitLink[], days: number) {
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

/** Beside customers' names, and so one that no customer has. */
const ID = "expectLinkedWithinDays";

/** cdktf has no construct for `check` blocks. */
class DeadlineCheck extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly links: readonly OrganizationalUnitLink[],
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
