import { STYLE_SOURCE } from "./page";

/**
 * On every answer. The address of the callback page holds a code and a state: it must not be cached, sent along as a
 * referrer, framed, or read by anything that a page loads, so pages load nothing.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": [
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};
