import { Annotations, Token } from "cdktf";
import type { IResolvable, TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import { OrganizationalUnitLink as GeneratedLink } from "./bindings/organizational-unit-link";
import { ExistingOrganizationalUnitLink } from "./existing-organizational-unit-link";
import type { ExistingLinkOptions, IOrganizationalUnitLink } from "./existing-organizational-unit-link";
import { Expression, literalText } from "./expression";
import { HookEngine, hookResource } from "./hook-resource";
import { LinkHook } from "./link-hook";
import { linkOutput, linkReport } from "./link-output";
import { importProblems, linkProblems } from "./link-problems";
import type { OrganizationalUnitLinkProps } from "./link-props";
import { LinkCompletion, LinkDeadline } from "./link-waiting";
import type { RequireLinkedOptions } from "./link-waiting";
import { present } from "./props";
import { nameInTerraform, repetitionProblems } from "./stack-problems";

/** A link that exists already, and is to be managed from now on. */
export interface ImportExistingProps extends OrganizationalUnitLinkProps {
  /** `<data center>/<service account>`, such as `uk/ser_64b17f9b8090ea21640c9151`; or the service account alone. */
  readonly linkId: string;
}

/**
 * Keeps the Organizational Unit of one service account linked to a conferencing service: puts out what the administrator
 * is to be sent, and reads back what really happened.
 *
 * @example
 * // With a link service: an invitation, which works until the link is made.
 * new CronofyProvider(stack, "cronofy", { linkServiceUrl: "https://links.example.com" });
 * new OrganizationalUnitLink(stack, "acme", {
 *   serviceAccountId: "ser_64b17f9b8090ea21640c9151",
 *   conferencingProvider: ConferencingProvider.ZOOM_ENTERPRISE,
 * }).outputInvitationUrl("acme_invitation_url");
 *
 * // Without one: an authorization URL, which works for minutes.
 * new OrganizationalUnitLink(stack, "globex", {
 *   serviceAccountId: "ser_5f1d7f3b2c9a8e0012ab34cd",
 *   authorizeWith: AuthorizeWith.URL,
 *   redirectUri: "https://app.example.com/cronofy/callback",
 * }).outputAuthorizationUrl("globex_authorization_url");
 */
export class OrganizationalUnitLink extends Construct implements IOrganizationalUnitLink {
  /** The type of its resource, by which `Testing.toHaveResource` and its like find it. */
  static readonly tfResourceType = GeneratedLink.tfResourceType;

  /**
   * A link that is declared elsewhere, or not in Terraform at all: it is looked up in the provider's link store,
   * and never changed.
   */
  static fromServiceAccountId(
    scope: Construct,
    id: string,
    serviceAccountId: string,
    options: ExistingLinkOptions = {},
  ): IOrganizationalUnitLink {
    return new ExistingOrganizationalUnitLink(scope, id, serviceAccountId, options);
  }

  /**
   * Takes a link that exists already into the state, by an `import` block, and manages it from then on. Importing mints
   * nothing. Once applied, a plain `new OrganizationalUnitLink` under the same id takes its place.
   */
  static importExisting(scope: Construct, id: string, props: ImportExistingProps): OrganizationalUnitLink {
    const { linkId, ...declared } = present(props);
    const link = new OrganizationalUnitLink(scope, id, declared);
    if (link.isEnabled) link.resource.importFrom(linkId);
    link.node.addValidation({ validate: () => importProblems(linkId, declared.serviceAccountId) });
    return link;
  }

  /**
   * The generated resource, for what this construct does not offer: `link.resource.addOverride(…)`. Its own attributes
   * cannot be referred to while the link is disabled.
   */
  readonly resource: GeneratedLink;

  /** Whether the link is declared, and not about to be removed. */
  readonly isEnabled: boolean;

  private readonly props: OrganizationalUnitLinkProps;

  private completion: LinkCompletion | undefined;

  constructor(scope: Construct, id: string, props: OrganizationalUnitLinkProps) {
    super(scope, id);
    this.props = present(props);
    const {
      conferencingProvider,
      enabled,
      hookEngine = HookEngine.NULL,
      onAuthorizationRequired,
      onLinked,
      onUnlinked,
      ...config
    } = this.props;
    // A value that is neither true nor false is refused below, and must not end the link.
    this.isEnabled = enabled !== false;
    // This id makes the address in Terraform that of the construct: cronofy_organizational_unit_link.<id>, or a name
    // made of the id where Terraform does not accept it.
    this.resource = new GeneratedLink(this, "Default", {
      ...config,
      ...(conferencingProvider && { conferencingProviderName: conferencingProvider.name }),
      ...(!this.isEnabled && { count: 0 }),
    });
    nameInTerraform(this.resource);
    const link = () => (this.isEnabled ? this._address : null);
    const hooks = [
      ["authorization_required", "onAuthorizationRequired", onAuthorizationRequired],
      ["linked", "onLinked", onLinked],
      ["unlinked", "onUnlinked", onUnlinked],
    ] as const;
    for (const [event, hookId, hook] of hooks) {
      // A disabled link keeps only the hook that still has something to do.
      if (!(hook instanceof LinkHook) || (!this.isEnabled && event !== "unlinked")) continue;
      hookResource(this, hookId, hookEngine, { event, hook, name: literalText(id), link });
    }
    this.node.addValidation({
      validate: () => [...linkProblems(this.props), ...repetitionProblems("resource", this.resource)],
    });
    this.warn();
  }

  /** `<data center>/<service account>`, as a token. */
  get linkId(): string {
    return this.isEnabled ? this.resource.id : NULL.toString();
  }

  /** `pending`, `stale`, `linked`, `unlinked` or `unknown`, as a token. */
  get status(): string {
    return this.isEnabled ? this.resource.status : NULL.toString();
  }

  /** Whether the link works, as a token. */
  get linked(): IResolvable {
    return this.isEnabled ? this.resource.linked : FALSE;
  }

  /** Whether an administrator is awaited, or has to be, as a token: also while the link works, where they were asked anew. */
  get authorizationRequired(): IResolvable {
    return this.isEnabled ? this.resource.authorizationRequired : FALSE;
  }

  /** Since when an administrator is awaited (RFC 3339), as a token: null where nobody is. Minting anew does not move it. */
  get awaitedSince(): string {
    return this.isEnabled ? this.resource.awaitedSince : NULL.toString();
  }

  /**
   * What the administrator was asked for when they authorized, as a token. It differs from the declared one where that
   * changed afterwards. Null where they chose from a list.
   */
  get authorizedConferencingProviderName(): string {
    return this.isEnabled ? this.resource.authorizedConferencingProviderName : NULL.toString();
  }

  /** The URL for the administrator, as a token: sensitive, and null once linked and where they are invited. */
  get authorizationUrl(): string {
    return this.isEnabled ? this.resource.authorizationUrl : NULL.toString();
  }

  /** The invitation for the administrator, as a token: sensitive, and null where they are sent a URL. */
  get invitationUrl(): string {
    return this.isEnabled ? this.resource.invitationUrl : NULL.toString();
  }

  /** One sentence on what has to happen next, as a token. */
  get nextAction(): string {
    return this.isEnabled ? this.resource.nextAction : NULL.toString();
  }

  /**
   * Puts out the URL for the administrator, as sensitive: `terraform output -raw <name>` prints it. Empty once linked, and
   * where they are invited.
   *
   * @param name exact name of the output, unique in the stack
   */
  outputAuthorizationUrl(name: string): TerraformOutput {
    return linkOutput(this, name, {
      value: this.textOf("authorization_url"),
      description: `Where the administrator authorizes ${literalText(this.node.id)}. Works once and for minutes.`,
      sensitive: true,
    });
  }

  /**
   * Puts out the invitation to send to the administrator, as sensitive: `terraform output -raw <name>` prints it. Empty
   * where they are sent a URL.
   *
   * @param name exact name of the output, unique in the stack
   */
  outputInvitationUrl(name: string): TerraformOutput {
    return linkOutput(this, name, {
      value: this.textOf("invitation_url"),
      description: `What to send to the administrator of ${literalText(this.node.id)}. Works until the link is made or ended.`,
      sensitive: true,
    });
  }

  /**
   * Puts out the status of the link. Empty while it is disabled.
   *
   * @param name exact name of the output, unique in the stack
   */
  outputStatus(name: string): TerraformOutput {
    return linkOutput(this, name, {
      value: this.textOf("status"),
      description: `Whether ${literalText(this.node.id)} is linked.`,
    });
  }

  /**
   * Puts out what is known of the link, as one object without secrets.
   *
   * @param name exact name of the output, unique in the stack
   */
  outputReport(name: string): TerraformOutput {
    return linkOutput(this, name, {
      value: this.isEnabled ? new Expression(() => linkReport(this._address)) : NOTHING,
      description: `What is known of the link of ${literalText(this.node.id)}.`,
    });
  }

  /**
   * Has an apply wait until an administrator has made the link, before it makes what depends on it: give the result to
   * `dependsOn`, or use its values. Called again, it returns the same completion.
   *
   * @throws Error when called again with other options
   */
  requireLinked(options?: RequireLinkedOptions): LinkCompletion {
    if (this.completion !== undefined && options !== undefined) {
      throw new Error(`${this.node.path} is waited for already: give the options in the first call of requireLinked.`);
    }
    this.completion ??= new LinkCompletion(this, this.props.serviceAccountId, options ?? {});
    return this.completion;
  }

  /**
   * Has plans and applies warn while an administrator has been awaited for longer than this. It counts from
   * `awaitedSince`, which minting anew does not move.
   *
   * @param days more than none; a fraction is taken in hours
   */
  expectLinkedWithinDays(days: number): LinkDeadline {
    return new LinkDeadline(this, [this], days);
  }

  /**
   * The address in Terraform, as it is when asked for: an override changes it.
   *
   * @internal
   */
  get _address(): string {
    return `cronofy_organizational_unit_link.${this.resource.friendlyUniqueId}`;
  }

  /** An attribute as it is put out: cdktf's command line fails on an output that is null. */
  private textOf(attribute: "authorization_url" | "invitation_url" | "status"): unknown {
    if (!this.isEnabled) return "";
    // A link always has a status.
    if (attribute === "status") return this.status;
    return new Expression(() => `${this._address}.${attribute} == null ? "" : ${this._address}.${attribute}`);
  }

  private warn(): void {
    const provider = this.props.conferencingProvider;
    if (typeof provider?.name !== "string" || Token.isUnresolved(provider.name) || provider.isKnown) return;
    Annotations.of(this).addWarning(
      `conferencingProvider: ${JSON.stringify(provider.name)} is not among the names that Cronofy documents. It is passed ` +
        "on, and if Cronofy does not know it either, the administrator chooses from a list.",
    );
  }
}

/** What a disabled link has in place of its values. */
const NULL = new Expression(() => "null");
const NOTHING = new Expression(() => "{}");
const FALSE = new Expression(() => "false");
