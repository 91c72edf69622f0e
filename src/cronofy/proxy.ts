import type { AxiosProxyConfig } from "axios";
import { getProxyForUrl } from "proxy-from-env";
import { isLoopback, parseUrl } from "../link";
import type { CronofyOperation } from "./cronofy-error";
import { InvalidArgumentError } from "./cronofy-error";

/**
 * The proxy by which axios reaches an address, for its `proxy`: by `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
 * `NO_PROXY`. On its own axios sends a proxy's credentials as its address spells them, with their percent signs.
 *
 * @returns none for loopback; undefined where axios does as well on its own
 * @throws InvalidArgumentError where the environment names a proxy that cannot be one
 */
export function proxyFor(url: string, operation: CronofyOperation): AxiosProxyConfig | false | undefined {
  if (isLoopback(new URL(url).hostname)) return false;
  const address = getProxyForUrl(url);
  if (address === "") return undefined;
  const proxy = parseUrl(address);
  if (proxy?.protocol !== "http:" && proxy?.protocol !== "https:") {
    // The address is not repeated: there may be a password in it.
    throw new InvalidArgumentError(
      operation,
      "HTTPS_PROXY",
      `the proxy that the environment names for ${new URL(url).host} is not an http or https address`,
      "Write HTTPS_PROXY as http://user:password@host:port, with what is special in user or password percent-encoded.",
    );
  }
  const [username, password] = [decoded(proxy.username), decoded(proxy.password)];
  if (username === proxy.username && password === proxy.password) return undefined;
  const port = Number(proxy.port) || (proxy.protocol === "https:" ? 443 : 80);
  return { protocol: proxy.protocol, host: proxy.hostname, port, auth: { username, password } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
