import { Secret } from "../../src/cronofy";
import type {
  AuthorizationFacts,
  AuthorizedLink,
  Declaration,
  LinkKey,
  LinkRecord,
  LinkStore,
  Tokens,
} from "../../src/link-store";

export const KEY: LinkKey = {
  dataCenter: "de",
  clientId: "client-1",
  serviceAccountId: "ser_64b17f9b8090ea21640c9151",
};

/** The time at which tests take place. */
export const NOW = new Date("2026-03-01T10:00:00.000Z");

export const REFRESH_TOKEN = "refresh-token-cafe";
export const ACCESS_TOKEN = "access-token-babe";

/** Who declares the links of these tests. */
export const DECLARATION: Declaration = {
  id: "declaration-1",
  at: "2026-01-31T08:00:00.000Z",
  place: "build-7:/srv/links",
};

/** A link that is declared and waits for its administrator. */
export function invitedLink(changes: Partial<LinkRecord> = {}): LinkRecord {
  return {
    ...KEY,
    lifeId: "life-1",
    declaration: DECLARATION,
    awaited: { since: DECLARATION.at, conferencingProviderName: null },
    redeemingSince: null,
    sentCode: null,
    authorization: null,
    ended: null,
    tokens: null,
    ...changes,
  };
}

/** What may be different about an authorized link, wherever its record has it. */
type Changes = Partial<Omit<LinkRecord, "authorization" | "tokens"> & AuthorizationFacts & Tokens>;

/** A link with a working authorization whose access token has an hour to go. */
export function authorizedRecord(changes: Changes = {}): AuthorizedLink {
  const changed = <T extends object>(original: T): T =>
    Object.fromEntries(
      Object.entries(original).map(([name, value]) => [name, name in changes ? changes[name as keyof Changes] : value]),
    ) as T;
  return {
    ...changed(invitedLink({ awaited: null })),
    authorization: changed<AuthorizationFacts>({
      organizationalUnitId: "ou_1",
      scope: "organizational_unit_use_integrations",
      redirectUri: "https://example.com/callback",
      linkedAt: "2026-02-01T09:00:00.000Z",
      conferencingProviderName: "zoom_enterprise",
      declarationId: DECLARATION.id,
      accessTokenExpiresAt: "2026-03-01T11:00:00.000Z",
      confirmedAt: null,
      refusedAt: null,
    }),
    tokens: changed<Tokens>({ refreshToken: new Secret(REFRESH_TOKEN), accessToken: new Secret(ACCESS_TOKEN) }),
  };
}

/** Puts a record in its place. */
export function write(store: LinkStore, next: LinkRecord): Promise<void> {
  return store.locked(next, (record) => record.write(next));
}

/** A record with its tokens to be seen, for comparison. */
export function revealed(record: LinkRecord | null) {
  const tokens = record?.tokens && {
    refreshToken: record.tokens.refreshToken.reveal(),
    accessToken: record.tokens.accessToken?.reveal() ?? null,
  };
  return record && { ...record, tokens };
}
