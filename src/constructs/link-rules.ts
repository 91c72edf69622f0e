import { Aspects, TerraformStack, Token } from "cdktf";
import type { IAspect, TerraformProvider } from "cdktf";
import type { IConstruct } from "constructs";
import { OrganizationalUnitLink as GeneratedLink } from "./bindings/organizational-unit-link";
import { CronofyProvider as GeneratedProvider } from "./bindings/provider";
import { OnDestroy } from "./link-props";
import type { ConferencingProvider } from "./link-props";
import { OrganizationalUnitLink } from "./organizational-unit-link";
import { isData } from "./props";

/** A rule for all links below a construct, those made with the generated class too. Each offender is one error. */
abstract class LinkRule implements IAspect {
  private readonly seen = new WeakSet<IConstruct>();

  /** What is wrong with a link by this rule, and what to write; undefined for one that keeps it. */
  protected abstract offence(link: GeneratedLink): string | undefined;

  visit(node: IConstruct): void {
    if (!(node instanceof GeneratedLink) || this.seen.has(node)) return;
    this.seen.add(node);
    const scope = node.node.scope;
    const named = scope instanceof OrganizationalUnitLink ? scope : node;
    named.node.addValidation({
      validate: () => {
        const offence = this.offence(node);
        return offence === undefined ? [] : [offence];
      },
    });
  }
}

/** Requires every link to name one of certain conferencing providers. */
export class RequireConferencingProvider extends LinkRule {
  static applyTo(scope: IConstruct, allowed: ConferencingProvider[]): void {
    Aspects.of(scope).add(new RequireConferencingProvider(allowed));
  }

  private constructor(private readonly allowed: readonly ConferencingProvider[]) {
    super();
  }

  protected offence({ conferencingProviderNameInput: name }: GeneratedLink): string | undefined {
    if (Token.isUnresolved(name) || this.allowed.some((each) => each.name === name)) return undefined;
    const names = this.allowed.map((each) => each.name).join(", ");
    return `conferencingProvider: choose one that is allowed here (${names}); got ${name === undefined ? "none" : JSON.stringify(name)}.`;
  }
}

/**
 * Requires every administrator to return to one of certain hosts, by the link's `redirectUri` or else the
 * `linkServiceUrl` in the stack. An address from `OU_LINK_SERVICE_URL` is not known when the stack is synthesized.
 */
export class RequireRedirectHost extends LinkRule {
  /** @param hosts names, such as `links.example.com`, with the port where it is not that of the scheme */
  static applyTo(scope: IConstruct, hosts: string[]): void {
    Aspects.of(scope).add(new RequireRedirectHost(hosts));
  }

  /** The default provider of each stack, looked for once however many links use it. */
  private readonly defaults = new WeakMap<TerraformStack, TerraformProvider | undefined>();

  private constructor(private readonly hosts: readonly string[]) {
    super();
  }

  protected offence(link: GeneratedLink): string | undefined {
    const uri = link.redirectUriInput ?? this.linkServiceUrlOf(link);
    // The link itself refuses what is no address, and only Terraform knows what the environment says.
    if (uri === undefined || Token.isUnresolved(uri) || !URL.canParse(uri)) return undefined;
    const { host } = new URL(uri);
    return this.hosts.some((each) => each.toLowerCase() === host)
      ? undefined
      : `redirectUri: use a host that is allowed here (${this.hosts.join(", ")}); got ${JSON.stringify(uri)}.`;
  }

  /** The address of the link service to which a link's administrator returns, where the stack says it. */
  private linkServiceUrlOf(link: GeneratedLink): string | undefined {
    const stack = TerraformStack.of(link);
    if (!this.defaults.has(stack)) this.defaults.set(stack, stack.allProviders().find(isDefault));
    const provider = link.provider ?? this.defaults.get(stack);
    return provider instanceof GeneratedProvider ? provider.linkServiceUrlInput : undefined;
  }
}

function isDefault(provider: TerraformProvider): boolean {
  return provider instanceof GeneratedProvider && provider.alias === undefined;
}

/** Requires every link to have certain `keepers`, such as who answers for it. */
export class RequireKeepers extends LinkRule {
  static applyTo(scope: IConstruct, names: string[]): void {
    Aspects.of(scope).add(new RequireKeepers(names));
  }

  private constructor(private readonly names: readonly string[]) {
    super();
  }

  protected offence({ keepersInput: keepers }: GeneratedLink): string | undefined {
    if (Token.isUnresolved(keepers)) return undefined;
    const missing = this.names.filter((name) => !(isData(keepers) && name in keepers));
    return missing.length === 0 ? undefined : `keepers: add ${missing.join(", ")}, which every link has to have here.`;
  }
}

/** Requires every link to have the same `onDestroy`. */
export class RequireOnDestroy extends LinkRule {
  static applyTo(scope: IConstruct, policy: OnDestroy): void {
    Aspects.of(scope).add(new RequireOnDestroy(policy));
  }

  private constructor(private readonly policy: OnDestroy) {
    super();
  }

  protected offence({ onDestroyInput: given = String(OnDestroy.REVOKE) }: GeneratedLink): string | undefined {
    if (Token.isUnresolved(given) || given === String(this.policy)) return undefined;
    return `onDestroy: write OnDestroy.${this.policy === OnDestroy.KEEP ? "KEEP" : "REVOKE"}, as every link has to here; got ${JSON.stringify(given)}.`;
  }
}
