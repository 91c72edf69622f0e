import type { Assumptions } from "./assumptions";
import { BoundedMap } from "./bounded-map";
import type { IdSource } from "./id-source";
import type { LinkToken } from "./records";
import type { SandboxClock } from "./sandbox-clock";

/** Why a link token cannot be used. */
export type LinkTokenRefusal = "unknown" | "expired" | "used";

/** The link tokens that were made, and the rules of their single use. */
export class LinkTokens {
  readonly #assumptions: Assumptions;
  readonly #clock: SandboxClock;
  readonly #ids: IdSource;
  readonly #tokens = new BoundedMap<string, LinkToken>();

  constructor(assumptions: Assumptions, clock: SandboxClock, ids: IdSource) {
    this.#assumptions = assumptions;
    this.#clock = clock;
    this.#ids = ids;
  }

  mint(serviceAccountId: string): LinkToken {
    if (this.#assumptions.newLinkTokenReplacesEarlier) {
      for (const earlier of this.#tokens.values()) {
        if (earlier.service_account_id === serviceAccountId) earlier.used = true;
      }
    }
    const minted: LinkToken = {
      ou_link_token: this.#ids.token(),
      service_account_id: serviceAccountId,
      expires_at: this.#clock.now() + this.#assumptions.linkTokenLifetimeSeconds * 1000,
      opened: false,
      used: false,
    };
    this.#tokens.set(minted.ou_link_token, minted);
    return minted;
  }

  /** The token as the administrator's page may open it. */
  open(token: string): LinkToken | LinkTokenRefusal {
    const found = this.#find(token);
    if (typeof found === "string") return found;
    if (found.opened && this.#assumptions.linkTokenUsedAt === "opening") return "used";
    found.opened = true;
    return found;
  }

  /** The token as the page's form may come back with it. */
  resume(token: string): LinkToken | LinkTokenRefusal {
    return this.#find(token);
  }

  /** Counts an approval or a refusal. */
  decide(token: LinkToken, decision: "approved" | "refused"): void {
    token.used = decision === "approved" || this.#assumptions.linkTokenUsedAt !== "approval";
  }

  all(): LinkToken[] {
    return [...this.#tokens.values()];
  }

  snapshot(): readonly LinkToken[] {
    return structuredClone(this.all());
  }

  restore(snapshot: readonly LinkToken[]): void {
    this.clear();
    for (const each of structuredClone(snapshot)) this.#tokens.set(each.ou_link_token, each);
  }

  clear(): void {
    this.#tokens.clear();
  }

  #find(token: string): LinkToken | LinkTokenRefusal {
    const found = this.#tokens.get(token);
    if (found === undefined) return "unknown";
    if (found.used) return "used";
    return this.#clock.now() < found.expires_at ? found : "expired";
  }
}
