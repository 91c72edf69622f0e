import type { TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import { Expression } from "./expression";
import { LinkDeadline } from "./link-deadline";
import type { LinkOptions } from "./link-options";
import { linkOutput, linkReport } from "./link-output";
import { OrganizationalUnitLink } from "./organizational-unit-link";
import type { OrganizationalUnitLinkProps } from "./organizational-unit-link-props";

/** One link of a fleet: its service account, and whatever differs from what the fleet shares. */
export interface FleetLinkProps extends LinkOptions {
  /** The calendar service account (`ser_…`) whose Organizational Unit is to be linked. A change replaces the link. */
  readonly serviceAccountId: string;

  /**
   * Where this administrator's browser returns with a `code`. `https`, or `http` on loopback.
   *
   * @default - that of the fleet
   */
  readonly redirectUri?: string;

  /**
   * The OAuth `state` that comes back unaltered with the administrator. Set it only where your own application takes
   * the callback: the link service needs the default.
   *
   * @default - a signed token that names the link
   */
  readonly state?: string;

  /**
   * False removes the link in good order: the next apply destroys it as `onDestroy` says, and runs `onUnlinked`. After that
   * the construct can be deleted from the code. Until then its values are null, and `linked` is false.
   *
   * @default true
   */
  readonly enabled?: boolean;
}

/**
 * A fleet of links: the links by name, and what all share. What a link says for itself goes before that. Hooks run for each
 * link, which `OU_LINK_NAME` names.
 */
export interface OrganizationalUnitLinksProps extends LinkOptions {
  /** The links by name, from a file as much as from code. The name becomes the construct's id and the key in outputs. */
  readonly links: Record<string, FleetLinkProps>;

  /**
   * Where the administrator's browser returns with a `code`: the callback of the link service, or an address of your
   * own application. `https`, or `http` on loopback.
   */
  readonly redirectUri: string;
}

/**
 * Many links from data.
 *
 * @example
 * new OrganizationalUnitLinks(stack, "customers", {
 *   redirectUri: "https://links.example.com/callback",
 *   links: { globex: { serviceAccountId: "ser_a1" }, initech: { serviceAccountId: "ser_b2" } },
 * }).outputReport("link_report");
 */
export class OrganizationalUnitLinks extends Construct {
  private readonly byName = new Map<string, OrganizationalUnitLink>();

  constructor(scope: Construct, id: string, props: OrganizationalUnitLinksProps) {
    super(scope, id);
    const { links, ...shared } = props;
    for (const [name, own] of Object.entries(links)) {
      const declared: OrganizationalUnitLinkProps = { ...shared, ...definedOnly(own) };
      this.byName.set(name, new OrganizationalUnitLink(this, name, declared));
    }
    this.node.addValidation({ validate: () => sharedAccounts(links) });
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
   * Puts out the URL for each administrator who has to authorize, by name, as sensitive: `terraform output -json <name>`
   * prints them. A link that is made has none.
   *
   * @param name exact name of the output, unique in the stack
   */
  outputAuthorizationUrls(name: string): TerraformOutput {
    return linkOutput(this, name, {
      value: this.each((link) => `${link}.authorization_url`),
      description: "Where each administrator authorizes; null once linked. Each works once and for minutes.",
      sensitive: true,
    });
  }

  /**
   * Puts out the invitation for each administrator, by name, as sensitive. All are null unless the provider has a
   * `linkServiceUrl`.
   *
   * @param name exact name of the output, unique in the stack
   */
  outputInvitationUrls(name: string): TerraformOutput {
    return linkOutput(this, name, {
      value: this.each((link) => `${link}.invitation_url`),
      description: "What to mail to each administrator. Does not lapse.",
      sensitive: true,
    });
  }

  /**
   * Has plans and applies warn of all links that have been waiting for longer than this, in one warning that names them.
   *
   * @param days more than none
   */
  expectLinkedWithinDays(days: number): LinkDeadline {
    return new LinkDeadline(this, "deadline", [...this.byName.values()], days);
  }

  private each(value: (link: string) => string): Expression {
    const links = [...this.byName].filter(([, { isEnabled }]) => isEnabled);
    return new Expression(
      () => `{ ${links.map(([name, link]) => `${quoted(name)} = ${value(link._address)}`).join(", ")} }`,
    );
  }
}

/** Two links of one service account revoke each other's authorization. */
function sharedAccounts(links: Record<string, FleetLinkProps>): string[] {
  const names = new Map<string, string[]>();
  for (const [name, { serviceAccountId }] of Object.entries(links)) {
    names.set(serviceAccountId, [...(names.get(serviceAccountId) ?? []), name]);
  }
  return [...names]
    .filter(([, all]) => all.length > 1)
    .map(([account, all]) => `links: ${all.join(" and ")} have one service account, ${account}; declare it once.`);
}

/** What data leaves undefined does not undo what is shared. */
function definedOnly(props: FleetLinkProps): FleetLinkProps {
  return Object.fromEntries(
    Object.entries(props).filter(([, value]) => value !== undefined),
  ) as unknown as FleetLinkProps;
}

/** A text in Terraform's language. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/([$%])\{/g, "$1$1{");
}
