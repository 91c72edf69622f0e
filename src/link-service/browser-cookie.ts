import { createHash, randomBytes } from "node:crypto";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";

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

  /** The browser that asks, or null where it does not say or says what we never said. */
  read(c: Context): string | null {
    const value = this.isSecure ? getCookie(c, NAME, "host") : getCookie(c, NAME);
    return value !== undefined && BROWSER.test(value) ? value : null;
  }

  /** The browser that asks, which from now on is known, if it takes cookies. */
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

/** What a state says of the browser it is for: enough to recognize the cookie, and not enough to make it. */
export function browserFingerprint(browser: string): string {
  return createHash("sha256").update(browser).digest("base64url");
}
