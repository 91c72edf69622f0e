import type { Context } from "hono";
import type { Assumptions } from "./assumptions";

/** Answers a status of which Cronofy documents nothing but the number. */
export function undocumentedError(
  c: Context,
  assumptions: Assumptions,
  status: 401 | 402 | 403 | 404 | 423 | 429,
  message: string,
) {
  if (status === 401 && assumptions.sendsWwwAuthenticate) {
    c.header("WWW-Authenticate", `Bearer error="invalid_token", error_description="${message}"`);
  }
  return assumptions.undocumentedErrorBody === "json" ? c.json({ error: message }, status) : c.body(null, status);
}
