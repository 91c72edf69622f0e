import type { TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import { textProblem } from "../link";
import { Expression, quoted } from "./expression";
import { linkOutput, linkReport } from "./link-output";
import type { LinkOptions, OrganizationalUnitLinkProps } from "./link-props";
import { LinkDeadline } from "./link-waiting";
import { OrganizationalUnitLink } from "./organizational-unit-link";
import { isData, present, shown, textProblems } from "./props";

/**
 * A fleet of links: the links by name, and the options that all share. A link's own options take precedence. Hooks run
 * for each link, and find its name in `OU_LINK_NAME`.
 */
export interface OrganizationalUnitLinksProps extends LinkOptions {
  /**
   * The links by name, from a file as much as from code: the service account of each, and whatever differs from what
   * all share. A field that the data leaves empty (`null`) counts as absent.
   *
   * The name becomes the construct's id, the key in outputs, and `OU_LINK_NAME` for hooks. Any name of a customer
   * works: the address in Terraform is made of it, is unique, and stays when other links come and go.
   */
  readonly links: Record<string, OrganizationalUnitLinkProps>;
}

/**
 * Many links from data.
 *
 * @example
 * new OrganizationalUnitLinks(stack, "customers", {
 *   conferencingProvider: ConferencingProvider.ZOOM_ENTERPRISE,
 *   links: { globex: { serviceAccountId: "ser_a1" }, initech: { serviceAccountId: "ser_b2" } },
 * }).outputReport("link_report");
 */
export class OrganizationalUnitLinks extends Construct {
  private readonly byName = new Map<string, OrganizationalUnitLink>();

  constructor(scope: Construct, id: string, props: OrganizationalUnitLinksProps) {
    super(scope, id);
    const { links, ...others } = props;
    const shared = present(others);
    const problems = isData(links) ? [] : [`links: give an object with the links by name; got ${shown(links)}.`];
    this.node.addValidation({ validate: () => problems });
    for (const [name, own] of isData(links) ? Object.entries(links) : []) {
      const wrong = this.nameProblems(name);
      problems.push(...wrong);
      if (wrong.length > 0) continue;
      this.byName.set(name, new OrganizationalUnitLink(this, name, { ...shared, ...present(own) }));
    }
  }

  /** The names of all links, in the order of the data. */
  get names(): string[] {
    return [...this.byName.keys()];
  }

  /**
   * One of the links.
   *
   * @throws Error that lists the names when there is none of this one
   */
  link(name: string): OrganizationalUnitLink {
    const found = this.byName.get(name);
    if (found !== undefined) return found;
    throw new Error(
      `${this.node.path} has no link ${JSON.stringify(name)}. It has ${this.names.join(", ") || "none"}.`,
    );
  }

  /**
   * Puts out what is known of every link, by name and without secrets. Links that are disabled are left out.
   *
   * @param name exact name of the output, unique in the stack
   */
  outputReport(name: string): TerraformOutput {
    return linkOutput(this, name, { value: this.each(linkReport), description: "What is known of each link." });
  }

  /**
   * Puts out the status of every link, by name. Links that are disabled are left out.
   *
   * @param name exact name of the output, unique in the stack
   */
  outputStatuses(name: string): TerraformOutput {
    return linkOutput(this, name, {
      value: this.each((link) => `${link}.status`),
      description: "Whether each unit is linked.",
    });
  }

  /**
   * Puts out the authorization URL of each link that waits with one, by name, as sensitive: `terraform output -json <name>`
   * prints them. The others are null: a link that is made, and one whose administrator is invited.
   *
   * @param name exact name of the output, unique in the stack
   */
  outputAuthorizationUrls(name: string): TerraformOutput {
    return linkOutput(this, name, {
      value: this.each((link) => `${link}.authorization_url`),
      description: "Where each administrator authorizes, without an invitation. Each works once and for minutes.",
      sensitive: true,
    });
  }

  /**
   * Puts out what to send to each administrator who is invited, by name, as sensitive: `terraform output -json <name>`
   * prints them. Null for a link with a URL.
   *
   * @param name exact name of the output, unique in the stack
   */
  outputInvitationUrls(name: string): TerraformOutput {
    return linkOutput(this, name, {
      value: this.each((link) => `${link}.invitation_url`),
      description: "What to send to each administrator. Works until the link is made or ended.",
      sensitive: true,
    });
  }

  /**
   * Has plans and applies warn of all links whose administrators have been awaited for longer than this, in one warning
   * that names them.
   *
   * @param days more than none
   */
  expectLinkedWithinDays(days: number): LinkDeadline {
    return new LinkDeadline(this, [...this.byName.values()], days);
  }

  /** What is wrong with a name, which the CDK has to take for an id of its own. */
  private nameProblems(name: string): string[] {
    if (name in {}) return [`links: ${shown(name)} is a name that the CDK cannot take: write it otherwise.`];
    if (this.node.tryFindChild(name) === undefined)
      return textProblems(`links: the name ${shown(name)}`, name, textProblem);
    const other = this.names.find((each) => each.replaceAll("/", "--") === name.replaceAll("/", "--"));
    return [`links: ${shown(other)} and ${shown(name)} are one id to the CDK, which writes / as --: rename one.`];
  }

  private each(value: (link: string) => string): Expression {
    const links = [...this.byName].filter(([, { isEnabled }]) => isEnabled);
    return new Expression(
      () => `{ ${links.map(([name, link]) => `${quoted(name)} = ${value(link._address)}`).join(", ")} }`,
    );
  }
}
