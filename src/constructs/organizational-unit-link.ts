import { TerraformOutput, TerraformStack, Token } from "cdktf";
import type { IResolvable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { OrganizationalUnitLink as GeneratedLink } from "./bindings/organizational-unit-link";
import type { OrganizationalUnitLinkTimeouts } from "./bindings/organizational-unit-link";
import type { ConferencingProvider } from "./conferencing-provider";
import { redirectUriProblem } from "./redirect-uri";

/** When a link token that lapsed without an authorization is minted anew. */
export enum Remint {
  /** At the next apply. */
  WHEN_STALE = "when_stale",
  /** Not by itself: when `keepers` change. */
  NEVER = "never",
}

/** What becomes of an authorization when its link is destroyed. */
export enum OnDestroy {
  /** It is revoked, and its record forgotten. */
  REVOKE = "revoke",
  /** It stays, and so does its record. */
  KEEP = "keep",
}

/** What is to be linked, and how. */
export interface OrganizationalUnitLinkProps {
  /** The calendar service account (`ser_…`) whose Organizational Unit is to be linked. A change replaces the link. */
  readonly serviceAccountId: string;

  /**
   * Where the administrator's browser returns with a `code`: the callback of the link service, or an address of your
   * own application. `https`, or `http` on loopback.
   */
  readonly redirectUri: string;

  /**
   * The conferencing service that the administrator is to connect.
   *
   * @default - the administrator chooses from a list
   */
  readonly conferencingProvider?: ConferencingProvider;

  /**
   * The OAuth `state` that comes back unaltered with the administrator. Set it only where your own application takes
   * the callback: the link service needs the default.
   *
   * @default - a signed token that names the link
   */
  readonly state?: string;

  /**
   * Further query parameters of the authorization URL, such as a locale. Those that the link sets itself cannot be
   * overridden.
   *
   * @default - none
   */
  readonly authorizationParameters?: Record<string, string>;

  /**
   * Any values; a change of them mints a new link token.
   *
   * @default - none
   */
  readonly keepers?: Record<string, string>;

  /**
   * How long a link token is taken to work, such as `10m`. Cronofy publishes no figure.
   *
   * @default "10m"
   */
  readonly linkTokenLifetime?: string;

  /**
   * When a link token that lapsed without an authorization is minted anew.
   *
   * @default Remint.WHEN_STALE
   */
  readonly remint?: Remint;

  /**
   * What becomes of the authorization when the link is destroyed.
   *
   * @default OnDestroy.REVOKE
   */
  readonly onDestroy?: OnDestroy;

  /**
   * How long each operation may take.
   *
   * @default - 2 minutes each
   */
  readonly timeouts?: OrganizationalUnitLinkTimeouts;

  /**
   * The provider, where a stack has several.
   *
   * @default - the one without an alias
   */
  readonly provider?: TerraformProvider;
}

/**
 * Keeps the Organizational Unit of one service account linked to a conferencing service: mints what is needed, puts out
 * the URL for the administrator, and reads back what really happened.
 *
 * @example
 * const acme = new OrganizationalUnitLink(stack, "acme", {
 *   serviceAccountId: "ser_64b17f9b8090ea21640c9151",
 *   redirectUri: "https://links.example.com/callback",
 *   conferencingProvider: ConferencingProvider.ZOOM_ENTERPRISE,
 * });
 * acme.outputAuthorizationUrl("acme_authorization_url");
 */
export class OrganizationalUnitLink extends Construct {
  /** The generated resource, for what this construct does not offer: `link.resource.addOverride(…)`. */
  readonly resource: GeneratedLink;

  constructor(scope: Construct, id: string, props: OrganizationalUnitLinkProps) {
    super(scope, id);
    const { conferencingProvider, ...config } = props;
    // Under this id, the address in Terraform is that of the construct: cronofy_organizational_unit_link.<id>.
    this.resource = new GeneratedLink(this, "Default", {
      ...config,
      ...(conferencingProvider && { conferencingProviderName: conferencingProvider.name }),
    });
    this.node.addValidation({ validate: () => problems(props) });
  }

  /** `<data center>/<service account>`, as a token. */
  get linkId(): string {
    return this.resource.id;
  }

  /** `pending`, `stale`, `linked`, `unlinked` or `unknown`, as a token. */
  get status(): string {
    return this.resource.status;
  }

  /** Whether the link works, as a token. */
  get linked(): IResolvable {
    return this.resource.linked;
  }

  /** Whether an administrator has to pass through the authorization, as a token. */
  get authorizationRequired(): IResolvable {
    return this.resource.authorizationRequired;
  }

  /**
   * Puts out the URL for the administrator, as sensitive: `terraform output -raw <name>` prints it. Null once linked.
   *
   * @param name exact name of the output, unique in the stack
   */
  outputAuthorizationUrl(name: string): TerraformOutput {
    return this.output(name, {
      value: this.resource.authorizationUrl,
      description: `Where the administrator authorizes ${this.node.id}. Works once and for minutes.`,
      sensitive: true,
    });
  }

  /**
   * Puts out the status of the link.
   *
   * @param name exact name of the output, unique in the stack
   */
  outputStatus(name: string): TerraformOutput {
    return this.output(name, { value: this.status, description: `Whether ${this.node.id} is linked.` });
  }

  private output(name: string, config: { value: string; description: string; sensitive?: true }): TerraformOutput {
    if (!/^[A-Za-z_][\w-]*$/.test(name)) {
      throw new Error(
        `${JSON.stringify(name)} is no name of an output: use letters, digits, _ and -, beginning with a letter or _.`,
      );
    }
    // In the stack, so that two outputs of one name fail here instead of one replacing the other.
    const output = new TerraformOutput(TerraformStack.of(this), `output-${name}`, config);
    output.overrideLogicalId(name);
    return output;
  }
}

/** Tokens stand for values that only Terraform knows: the provider judges those. */
function problems({ serviceAccountId, redirectUri }: OrganizationalUnitLinkProps): string[] {
  const found: string[] = [];
  if (!Token.isUnresolved(serviceAccountId) && (serviceAccountId.trim() === "" || serviceAccountId.includes("/"))) {
    found.push(
      `serviceAccountId: give the id alone, such as ser_64b17f9b8090ea21640c9151; got ${JSON.stringify(serviceAccountId)}.`,
    );
  }
  const advice = Token.isUnresolved(redirectUri) ? undefined : redirectUriProblem(redirectUri);
  if (advice !== undefined) found.push(`redirectUri: ${advice}; got ${JSON.stringify(redirectUri)}.`);
  return found;
}
