import { randomUUID } from "node:crypto";
import type { LinkStore } from "../link-store";
import type { CronofyClient } from "../cronofy";

/** Milliseconds that the store may take to answer. */
const TIMEOUT = 3_000;

/**
 * Whether the store could take an authorization now, told by reserving space for one of a link that there is not. Probes at
 * the same time share one.
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
    // Each has a name of its own, so that no instance waits for another's.
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
