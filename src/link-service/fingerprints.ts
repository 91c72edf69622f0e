import { createHmac, timingSafeEqual } from "node:crypto";
import { derivedKey } from "../link-store";
import type { LinkStore } from "../link-store";
import type { CronofyClient, Secret } from "../cronofy";

/** The header of `/readyz` by which one side shows its fingerprints to be compared with the service's. */
export const FINGERPRINT_HEADER = "OU-Link-Fingerprints";

/** What provider, command line and link service must have alike. */
export interface ComparedSide {
  readonly linkSecret: Secret;
  readonly store: Pick<LinkStore, "description">;
  readonly client: Pick<CronofyClient, "dataCenter" | "clientId">;
}

/** Whether two sides have the same. Where the link secret differs, nothing is known of the rest. */
export interface Sameness {
  readonly link_secret: boolean;
  readonly store?: boolean;
  readonly data_center?: boolean;
  readonly client_id?: boolean;
}

/** Keeps the key of fingerprints apart from whatever else the secret signs. */
const KEY_LABEL = "ou-link fingerprints v1";

/**
 * Fingerprints of what a side is configured with, as the value of {@link FINGERPRINT_HEADER}: HMACs with a key that is
 * derived from the link secret, so that without it they mean nothing.
 */
export function fingerprintsOf({ linkSecret, store, client }: ComparedSide): string {
  const key = derivedKey(linkSecret, KEY_LABEL);
  const facts = ["link secret", `store ${store.description}`, `data center ${client.dataCenter}`, client.clientId];
  return facts.map((fact) => createHmac("sha256", key).update(fact).digest("base64url").slice(0, 22)).join(".");
}

/**
 * Compares what another side shows with what this one has. The service never shows its own: anybody could try secrets
 * against them at home, and here each try is a request.
 *
 * @returns null where it is no value of the header
 */
export function compareFingerprints(shown: string, own: ComparedSide): Sameness | null {
  if (!/^[\w-]{22}(\.[\w-]{22}){3}$/.test(shown)) return null;
  const theirs = shown.split(".");
  const [secret, store, dataCenter, clientId] = fingerprintsOf(own)
    .split(".")
    .map((fingerprint, index) => timingSafeEqual(Buffer.from(fingerprint), Buffer.from(theirs[index] ?? "")));
  if (secret !== true) return { link_secret: false };
  return {
    link_secret: true,
    store: store === true,
    data_center: dataCenter === true,
    client_id: clientId === true,
  };
}
