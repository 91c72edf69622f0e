import type { CronofyClient } from "../cronofy";
import type { Integrator } from "./integrator";
import { STYLE_SOURCE } from "./page-frame";

/**
 * On every answer. The address of the callback page holds a code and a state, and that of an invitation is a secret: it
 * must not be cached, sent along as a referrer, framed, found by a search, or read by anything that a page loads, so
 * pages load nothing.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": contentSecurityPolicy({ "form-action": "'none'" }),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Robots-Tag": "noindex",
};

/** An invitation's page has a form, and shows the integrator's logo. */
export function invitationPolicy({ appUrl }: Pick<CronofyClient, "appUrl">, { logoUrl }: Integrator): string {
  return contentSecurityPolicy({
    // Chromium holds the redirects after a post to this as well, and Cronofy may lead straight on to any provider.
    "form-action": ["'self'", "https:", ...(appUrl.startsWith("http:") ? [appUrl] : [])].join(" "),
    ...(logoUrl !== undefined && { "img-src": new URL(logoUrl).origin }),
  });
}

function contentSecurityPolicy(directives: Readonly<Record<string, string>>): string {
  const all = {
    "default-src": "'none'",
    "style-src": STYLE_SOURCE,
    "base-uri": "'none'",
    ...directives,
    "frame-ancestors": "'none'",
  };
  return Object.entries(all)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}
