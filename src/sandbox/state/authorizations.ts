import type { Assumptions } from "../assumptions";
import { BoundedMap } from "./bounded-map";
import type { IdSource, SandboxClock } from "./clock-and-ids";

/** A unit's authorization has this scope only: /developers/conferencing-services/enterprise-conferencing. */
export const ORGANIZATIONAL_UNIT_SCOPE = "organizational_unit_use_integrations";

/** The kind of a subject, as userinfo's `cronofy.type` names it. */
type SubjectType = "account" | "organizational_unit" | "service_account";

/** What an administrator or a person granted to the application. */
export interface Grant {
  readonly sub: string;
  readonly type: SubjectType;
  readonly scope: string;
  /** For a unit, the service account that it was linked for; for an account, the one that it belongs to. */
  readonly service_account_id: string;
}

/** A grant that was redeemed and is not revoked. */
export interface Authorization {
  readonly authorization_id: string;
  readonly grant: Grant;
  refresh_token: string;
}

export interface Code {
  readonly grant: Grant;
  readonly redirectUri: string;
  readonly expiresAt: number;
  /** Set once the code was redeemed. */
  authorizationId?: string;
}

/** A token's way to its authorization, with the time at which it ends, in milliseconds since the epoch. */
export interface Lease {
  readonly authorizationId: string;
  readonly expiresAt: number;
}

/** The tokens a client gets for an authorization. */
export interface IssuedTokens {
  readonly grant: Grant;
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token: string;
}

/** Tokens as an application gets them. */
export interface TokenReply {
  readonly token_type: "bearer";
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token: string;
  /** Space-separated. */
  readonly scope: string;
}

/** The documented reply to a refresh, which is common to all subjects. */
export function tokenReply({ grant, access_token, expires_in, refresh_token }: IssuedTokens): TokenReply {
  return { token_type: "bearer", access_token, expires_in, refresh_token, scope: grant.scope };
}

/** A code lives for ten minutes: /developers/faqs/authorizations/invalid-grant. */
const CODE_LIFETIME_MS = 600_000;

/** How many authorizations are held before the oldest one is forgotten. */
const AUTHORIZATIONS_HELD = 50_000;

/** The codes, the authorizations that they were redeemed for, and the tokens of those. */
export class Authorizations {
  readonly #assumptions: Assumptions;
  readonly #clock: SandboxClock;
  readonly #ids: IdSource;
  readonly #onRevoked: (grant: Grant) => void;
  readonly #codes = new BoundedMap<string, Code>();
  readonly #authorizations = new BoundedMap<string, Authorization>(AUTHORIZATIONS_HELD, (oldest) =>
    this.#refreshTokens.delete(oldest.refresh_token),
  );
  readonly #refreshTokens = new Map<string, Authorization>();
  readonly #replacedRefreshTokens = new BoundedMap<string, Lease>();
  readonly #accessTokens = new BoundedMap<string, Lease>();

  /** @param onRevoked hears of each authorization after it was revoked */
  constructor(assumptions: Assumptions, clock: SandboxClock, ids: IdSource, onRevoked: (grant: Grant) => void) {
    this.#assumptions = assumptions;
    this.#clock = clock;
    this.#ids = ids;
    this.#onRevoked = onRevoked;
  }

  /** Issues a code, which can be redeemed once, with the same redirect URI. */
  issueCode(grant: Grant, redirectUri: string): string {
    const code = this.#ids.token();
    this.#codes.set(code, { grant, redirectUri, expiresAt: this.#clock.now() + CODE_LIFETIME_MS });
    return code;
  }

  /** @returns undefined where the code is unknown, used, expired or for another redirect URI */
  redeem(code: string, redirectUri: string): IssuedTokens | undefined {
    const found = this.#codes.get(code);
    if (found === undefined) return undefined;
    if (found.authorizationId !== undefined) {
      if (this.#assumptions.reusedCodeRevokes) this.revoke((each) => each.authorization_id === found.authorizationId);
      return undefined;
    }
    if (this.#clock.now() >= found.expiresAt || redirectUri !== found.redirectUri) return undefined;
    const authorization = this.#authorize(found.grant);
    found.authorizationId = authorization.authorization_id;
    return this.#issueTokens(authorization);
  }

  /**
   * Issues tokens for a grant whose consent the sandbox does not act out.
   * @param refreshToken @default a new one
   */
  authorize(grant: Grant, refreshToken?: string): IssuedTokens {
    return this.#issueTokens(this.#authorize(grant, refreshToken));
  }

  /** The authorization of a refresh token that works. */
  granteeOf(refreshToken: string): Authorization | undefined {
    return this.#refreshTokens.get(refreshToken) ?? this.#leased(this.#replacedRefreshTokens.get(refreshToken));
  }

  /** @returns undefined where the refresh token does not work */
  refresh(refreshToken: string): IssuedTokens | undefined {
    const current = this.#refreshTokens.get(refreshToken);
    if (current === undefined) return this.#refreshWithReplaced(refreshToken);
    if (this.#assumptions.rotatesRefreshTokens) {
      this.#refreshTokens.delete(refreshToken);
      this.#replacedRefreshTokens.set(refreshToken, {
        authorizationId: current.authorization_id,
        expiresAt: this.#clock.now() + this.#assumptions.replacedRefreshTokenGraceSeconds * 1000,
      });
      current.refresh_token = this.#ids.token();
      this.#refreshTokens.set(current.refresh_token, current);
    }
    return this.#issueTokens(current);
  }

  /** The authorization of an access token that has not expired. */
  holderOf(accessToken: string): Authorization | undefined {
    return this.#leased(this.#accessTokens.get(accessToken));
  }

  /** The authorization of a token of either kind, even where the token itself has expired. */
  ofToken(token: string): Authorization | undefined {
    const lease = this.#accessTokens.get(token) ?? this.#replacedRefreshTokens.get(token);
    return this.#refreshTokens.get(token) ?? (lease && this.#authorizations.get(lease.authorizationId));
  }

  /** @returns how many authorizations were revoked */
  revoke(matches: (authorization: Authorization) => boolean): number {
    const revoked = this.all().filter(matches);
    for (const each of revoked) {
      this.#authorizations.delete(each.authorization_id);
      this.#refreshTokens.delete(each.refresh_token);
    }
    for (const each of revoked) this.#onRevoked(each.grant);
    return revoked.length;
  }

  /** Revokes what was granted on a subject, and voids its codes that were not redeemed. */
  forget(sub: string): number {
    for (const [code, { grant }] of this.#codes.entries()) if (grant.sub === sub) this.#codes.delete(code);
    return this.revoke(({ grant }) => grant.sub === sub);
  }

  /** A deep copy of what is held. Objects that were one object are still one in it. */
  snapshot() {
    return structuredClone({
      codes: this.#codes.entries(),
      authorizations: this.#authorizations.entries(),
      refreshTokens: [...this.#refreshTokens],
      replacedRefreshTokens: this.#replacedRefreshTokens.entries(),
      accessTokens: this.#accessTokens.entries(),
    });
  }

  restore(snapshot: ReturnType<Authorizations["snapshot"]>): void {
    const held = structuredClone(snapshot);
    this.clear();
    for (const [code, each] of held.codes) this.#codes.set(code, each);
    for (const [id, each] of held.authorizations) this.#authorizations.set(id, each);
    for (const [token, each] of held.refreshTokens) this.#refreshTokens.set(token, each);
    for (const [token, each] of held.replacedRefreshTokens) this.#replacedRefreshTokens.set(token, each);
    for (const [token, each] of held.accessTokens) this.#accessTokens.set(token, each);
  }

  all(): Authorization[] {
    return [...this.#authorizations.values()];
  }

  clear(): void {
    for (const each of [this.#codes, this.#authorizations, this.#refreshTokens]) each.clear();
    for (const each of [this.#replacedRefreshTokens, this.#accessTokens]) each.clear();
  }

  #authorize(grant: Grant, refreshToken?: string): Authorization {
    const authorization = {
      authorization_id: this.#ids.id("aut"),
      grant,
      refresh_token: refreshToken ?? this.#ids.token(),
    };
    this.#authorizations.set(authorization.authorization_id, authorization);
    this.#refreshTokens.set(authorization.refresh_token, authorization);
    if (this.#assumptions.reauthorizationRevokesEarlier) {
      this.revoke((each) => each !== authorization && concernsSame(each.grant, grant));
    }
    return authorization;
  }

  #refreshWithReplaced(refreshToken: string): IssuedTokens | undefined {
    const authorization = this.#leased(this.#replacedRefreshTokens.get(refreshToken));
    return authorization && this.#issueTokens(authorization);
  }

  #issueTokens(authorization: Authorization): IssuedTokens {
    const { grant, refresh_token, authorization_id } = authorization;
    const access_token = this.#ids.token();
    const expires_in = this.#assumptions.accessTokenLifetimeSeconds[grant.type];
    this.#accessTokens.set(access_token, {
      authorizationId: authorization_id,
      expiresAt: this.#clock.now() + expires_in * 1000,
    });
    return { grant, access_token, expires_in, refresh_token };
  }

  #leased(lease: Lease | undefined): Authorization | undefined {
    if (lease === undefined || this.#clock.now() >= lease.expiresAt) return undefined;
    return this.#authorizations.get(lease.authorizationId);
  }
}

/** Whether two grants are for the same subject by way of the same service account. */
export function concernsSame(one: Grant, other: Grant): boolean {
  return one.sub === other.sub && one.service_account_id === other.service_account_id;
}
