import { randomUUID, createHmac, timingSafeEqual } from "node:crypto";
import type { LinkStore } from "../link-store";
import type { CronofyClient, Secret } from "../cronofy";
import { derivedKey } from "../link-store";

/** Milliseconds that the store may take to answer. */
const TIMEOUT = 3_000;

/**
 * Tells whether the store could take an authorization now, by reserving space for a link that does not exist. Requests
 * at the same time share one probe.
 */
export class Readiness {
  private underWay: Promise<string | null> | null = null;

  constructor(
    private readonly store: LinkStore,
    private readonly client: Pick<CronofyClient, "dataCenter" | "clientId">,
  ) {}

  /** @returns null where it answers, otherwise what is wrong, for the operator. */
  async problem(): Promise<string | null> {
    this.underWay ??= this.probe().finally(() => (this.underWay = null));
    return this.underWay;
  }

  private async probe(): Promise<string | null> {
    const { dataCenter, clientId } = this.client;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`The store does not answer within ${TIMEOUT / 1_000} seconds.`), TIMEOUT);
    });
    // Each probe has a link of its own, so that no instance waits for another.
    const nobody = { dataCenter, clientId, serviceAccountId: `readiness-probe-${randomUUID()}` };
    const reserved = this.store
      .locked(nobody, async (record) => {
        await record.reserve();
      })
      .then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
    try {
      return await Promise.race([reserved, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

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

/** The purpose of the key of fingerprints. */
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
