import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { derivedKey } from "../link-store";
import type { Secret } from "../cronofy";

/** The name, without the prefix that browsers enforce. */
const NAME = "ou-link";
/** Seconds for which a browser is known: an administrator may have to find a password first. */
const MAX_AGE = 24 * 60 * 60;
/** 32 random bytes in base64url. */
const BROWSER = /^[\w-]{43}$/;

/**
 * Tells browsers apart by a random cookie, so that a flow which began in one can end in that one only.
 *
 * Over https the cookie is `__Host-ou-link`, which no other host and no unencrypted page can set. Browsers refuse that
 * prefix and `Secure` over http, which is for loopback alone: there it is `ou-link`. `SameSite=Lax` lets it come along
 * when Cronofy sends the browser back, and not with a form that another site posts.
 */
export class BrowserCookie {
  private readonly isSecure: boolean;

  /** @param publicUrl the address that browsers use */
  constructor(publicUrl: string) {
    this.isSecure = new URL(publicUrl).protocol === "https:";
  }

  /** The browser that sent the request; null where it brings no cookie of ours. */
  read(c: Context): string | null {
    const value = this.isSecure ? getCookie(c, NAME, "host") : getCookie(c, NAME);
    return value !== undefined && BROWSER.test(value) ? value : null;
  }

  /** The browser that sent the request. One without a cookie gets one. */
  readOrSet(c: Context): string {
    const browser = this.read(c) ?? randomBytes(32).toString("base64url");
    setCookie(c, NAME, browser, {
      path: "/",
      httpOnly: true,
      sameSite: "Lax",
      maxAge: MAX_AGE,
      // The prefix brings `Secure` along.
      ...(this.isSecure && { prefix: "host" as const }),
    });
    return browser;
  }
}

/** How a state names its browser: it recognizes the cookie, and nobody can make the cookie from it. */
export function browserFingerprint(browser: string): string {
  return createHash("sha256").update(browser).digest("base64url");
}

/** The purpose of the key that signs forms. */
const KEY_LABEL = "ou-link form v1";

/**
 * The token in the form of an invitation's page. It proves that the form was posted from the page that this browser was
 * shown: an HMAC over the browser's cookie and the invitation (a signed double-submit token).
 */
export function formToken(browser: string, invitation: string, linkSecret: Secret): string {
  return createHmac("sha256", derivedKey(linkSecret, KEY_LABEL))
    .update(`${browser}\n${invitation}`)
    .digest("base64url");
}

/** Whether a form brought the token that {@link formToken} made, compared in constant time. */
export function isFormToken(sent: string, expected: string): boolean {
  const [left, right] = [Buffer.from(sent), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Whether a post may come from a page of ours, as far as its headers tell; an older browser sends neither.
 *
 * `Origin: null` is what browsers send for a form on a page with `Referrer-Policy: no-referrer`, as ours have it, so it
 * proves nothing either way (Fetch standard, "append a request Origin header").
 *
 * @param publicUrl the address that browsers use
 */
export function mayComeFromOwnPage(headers: Headers, publicUrl: string): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  const origin = headers.get("origin");
  return origin === null || origin === "null" || origin === new URL(publicUrl).origin;
}
