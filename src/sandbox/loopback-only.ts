import type { Gate } from "./host-environment";

const LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Refuses requests that name another host. Without it, a web page whose name is made to resolve to 127.0.0.1 could
 * read and steer the sandbox from a browser (DNS rebinding).
 */
export function loopbackOnly(): Gate {
  return async function loopbackOnly(c, next) {
    const host = c.req.header("host");
    if (host !== undefined && !isLoopback(host)) {
      return c.text("The sandbox answers only to 127.0.0.1 and localhost.\n", 421);
    }
    return next();
  };
}

/** Whether a host, with or without a port, is this machine by one of the names that cannot be made to resolve elsewhere. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_HOSTS.includes(host.replace(/:\d+$/, "").toLowerCase());
}

/** Whether a browser says that another site's page sent this request. Other clients say nothing, which is no. */
export function isCrossSite(request: { header(name: string): string | undefined }): boolean {
  const site = request.header("sec-fetch-site");
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const origin = request.header("origin");
  return origin !== undefined && origin !== `http://${request.header("host") ?? ""}`;
}
