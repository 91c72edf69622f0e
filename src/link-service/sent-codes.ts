import { createHash } from "node:crypto";
import { mayTryAgain } from "./outcome";
import type { Outcome } from "./outcome";

/** How many codes are remembered. One that is forgotten has long expired. */
const CAPACITY = 1_000;

/**
 * Keeps a code from being sent twice, as a double click or a reloaded page would: an authorization server that sees a
 * code again should revoke what it granted for it (RFC 6749, section 4.1.2). Remembered by this process only; where
 * several serve, Cronofy's own refusal is what remains.
 */
export class SentCodes {
  /** By the code's hash, oldest first. */
  private readonly attempts = new Map<string, Promise<Outcome>>();

  /**
   * Has `redeem` send the code, unless that was done before. Then it waits for the earlier attempt to end, and tries
   * again only where that one did not send it.
   *
   * @returns the outcome, or null where the code was sent before
   */
  async once(code: string, redeem: () => Promise<Outcome>): Promise<Outcome | null> {
    const key = createHash("sha256").update(code).digest("base64");
    for (let earlier = this.attempts.get(key); earlier !== undefined; earlier = this.attempts.get(key)) {
      if (!mayTryAgain((await earlier).kind)) return null;
    }
    const attempt = redeem().then((outcome) => {
      if (mayTryAgain(outcome.kind)) this.attempts.delete(key);
      return outcome;
    });
    this.attempts.set(key, attempt);
    for (const oldest of this.attempts.keys()) {
      if (this.attempts.size <= CAPACITY) break;
      this.attempts.delete(oldest);
    }
    return attempt;
  }
}
