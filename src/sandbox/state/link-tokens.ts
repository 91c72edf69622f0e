import type { Assumptions } from "../assumptions";
import { BoundedMap } from "./bounded-map";
import type { IdSource, SandboxClock } from "./clock-and-ids";

/** Where link tokens are made. */
export const LINK_TOKENS_PATH = "/v1/organizational_unit_authorization_link_tokens";

/** A link token, as {@link LINK_TOKENS_PATH} makes it. */
export interface LinkToken {
  readonly ou_link_token: string;
  readonly service_account_id: string;
  /** Milliseconds since the epoch. */
  readonly expires_at: number;
  opened: boolean;
  used: boolean;
}

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

  /** Finds the token for an administrator who opens the page. */
  open(token: string): LinkToken | LinkTokenRefusal {
    const found = this.#find(token);
    if (typeof found === "string") return found;
    if (found.opened && this.#assumptions.linkTokenUsedAt === "opening") return "used";
    found.opened = true;
    return found;
  }

  /** Finds the token for a form of the page that comes back. */
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

  snapshot(): LinkToken[] {
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

/** The sessions of administrators' browsers, and the link tokens for which each has proved access. */
export class SignIns {
  readonly #ids: IdSource;
  readonly #sessions = new BoundedMap<string, Set<string>>();

  constructor(ids: IdSource) {
    this.#ids = ids;
  }

  /**
   * Adds a link token to those for which the session has proved access: each of two tabs may have one.
   * @param session the browser's session, where it has one
   * @returns the same session, or a new one where it is unknown
   */
  signIn(session: string | undefined, { ou_link_token }: LinkToken): string {
    const known = session === undefined ? undefined : this.#sessions.get(session);
    if (session !== undefined && known !== undefined) {
      known.add(ou_link_token);
      return session;
    }
    const begun = this.#ids.token();
    this.#sessions.set(begun, new Set([ou_link_token]));
    return begun;
  }

  /** Whether the session has proved access for this link token. */
  covers(session: string | undefined, linkToken: string): boolean {
    return session !== undefined && (this.#sessions.get(session)?.has(linkToken) ?? false);
  }

  clear(): void {
    this.#sessions.clear();
  }
}
