// The four moments of a link's life in which something is written, each for as many links as it takes steps.
import { declareLink, endLink, observeLink, redeemCode } from "../../src/link-store";
import type { LinkKey, LinkRecord, LinkStore } from "../../src/link-store";
import { CronofyClient, Secret } from "../../src/cronofy";
import { DECLARATION, KEY, NOW, authorizedRecord, invitedLink } from "./records";
import { codeOf } from "./rotating-cronofy";

export type MomentName = "create" | "callback" | "refresh" | "destroy";

/** A moment of a link's life. */
export interface Moment {
  /** What is recorded before; null: nothing. */
  before(step: number): LinkRecord | null;
  act(store: LinkStore, client: CronofyClient, step: number): Promise<unknown>;
}

/** The link with which a moment halts at its n-th step. */
export const keyAt = (step: number): LinkKey => ({ ...KEY, serviceAccountId: `ser_${step}` });

/** An authorization of which the rotating Cronofy knows. */
const authorized = (step: number) =>
  authorizedRecord({
    ...keyAt(step),
    refreshToken: new Secret(`refresh/ser_${step}/0`),
    accessToken: new Secret(`access/ser_${step}/0`),
  });

const clock = () => NOW;

export const MOMENTS: Readonly<Record<MomentName, Moment>> = {
  create: {
    before: () => null,
    act: (store, _client, step) =>
      declareLink(store, keyAt(step), {
        declaration: { ...DECLARATION, at: NOW.toISOString() },
        conferencingProviderName: null,
        asksAnew: false,
        now: NOW,
      }),
  },
  callback: {
    before: (step) => invitedLink(keyAt(step)),
    act: (store, client, step) => redeemWith(store, client, step, 1),
  },
  refresh: {
    before: (step) => {
      const { authorization, ...link } = authorized(step);
      return { ...link, authorization: { ...authorization, accessTokenExpiresAt: "2026-03-01T09:00:00.000Z" } };
    },
    act: (store, client, step) => observeLink(store, client, keyAt(step), { now: clock }),
  },
  destroy: {
    before: authorized,
    act: (store, client, step) => endLink(store, client, keyAt(step), { declarationId: DECLARATION.id, now: NOW }),
  },
};

/** Brings the administrator back with a code of theirs. */
export function redeemWith(store: LinkStore, client: CronofyClient, step: number, time: number): Promise<LinkRecord> {
  const link = keyAt(step);
  return redeemCode(store, client, link, {
    code: new Secret(codeOf(link.serviceAccountId, time)),
    redirectUri: "https://example.com/callback",
    conferencingProviderName: null,
    now: clock,
  });
}

/** Ourselves, as the Cronofy at that address knows us. */
export function clientOf(apiUrl: string): CronofyClient {
  return new CronofyClient({
    dataCenter: KEY.dataCenter,
    clientId: KEY.clientId,
    clientSecret: new Secret("client-secret"),
    apiUrl,
  });
}
