import { createHmac, timingSafeEqual } from "node:crypto";
import { derivedKey } from "../link-store";
import type { Secret } from "../cronofy";

/** Keeps the key of forms apart from whatever else the secret signs. */
const KEY_LABEL = "ou-link form v1";

/**
 * What the form on an invitation carries, so that only the page that this browser was shown can be what it posts: an
 * HMAC over the browser's cookie and the invitation (a signed double-submit token).
 */
export function formToken(browser: string, invitation: string, linkSecret: Secret): string {
  return createHmac("sha256", derivedKey(linkSecret, KEY_LABEL))
    .update(`${browser}\n${invitation}`)
    .digest("base64url");
}

/** Whether a form brought the token that {@link formToken} made, in a time that tells nothing. */
export function isFormToken(sent: string, expected: string): boolean {
  const [left, right] = [Buffer.from(sent), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
