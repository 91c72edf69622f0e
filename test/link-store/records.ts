import { Secret } from "../../src/cronofy";
import type { Authorization, LinkStore, LinkKey } from "../../src/link-store";

export const KEY: LinkKey = {
  dataCenter: "de",
  clientId: "client-1",
  serviceAccountId: "ser_64b17f9b8090ea21640c9151",
};

/** The time at which tests take place. */
export const NOW = new Date("2026-03-01T10:00:00.000Z");

export const REFRESH_TOKEN = "refresh-token-cafe";
export const ACCESS_TOKEN = "access-token-babe";

/** A working authorization whose access token has an hour to go. */
export function authorization(changes: Partial<Authorization> = {}): Authorization {
  return {
    ...KEY,
    organizationalUnitId: "ou_1",
    scope: "organizational_unit_use_integrations",
    redirectUri: "https://example.com/callback",
    linkedAt: "2026-02-01T09:00:00.000Z",
    refreshToken: new Secret(REFRESH_TOKEN),
    accessToken: new Secret(ACCESS_TOKEN),
    accessTokenExpiresAt: "2026-03-01T11:00:00.000Z",
    confirmedAt: null,
    refusedAt: null,
    ...changes,
  };
}

/** Puts an authorization in its place. */
export function write(store: LinkStore, next: Authorization): Promise<void> {
  return store.locked(next, (record) => record.write(next));
}

/** An authorization with its tokens to be seen, for comparison. */
export function revealed(stored: Authorization | null) {
  return stored && { ...stored, refreshToken: stored.refreshToken.reveal(), accessToken: stored.accessToken?.reveal() };
}
