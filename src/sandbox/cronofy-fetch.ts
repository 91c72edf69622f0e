import { ConnectionDropped } from "./faults";

/** `fetch` as far as clients use it. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Cronofy's hosts are `api` and `app`, most with a data center behind a hyphen. */
const HOSTNAME = /^(api|app)(?:-[a-z]+)?\.cronofy\.com$/;

/**
 * A `fetch` in which the sandbox is all of Cronofy, whatever the data center. It rejects as `fetch` does where the
 * connection is dropped and for every other host, and leaves redirects to the caller.
 */
export function cronofyFetch(
  hosts: Readonly<Record<"api" | "app", (request: Request) => Response | Promise<Response>>>,
): Fetch {
  return async function fetch(input, init) {
    const request = new Request(input, init);
    const { hostname } = new URL(request.url);
    const name = HOSTNAME.exec(hostname)?.[1] as "api" | "app" | undefined;
    if (name === undefined) throw new TypeError(`fetch failed: the sandbox is not ${hostname}`);
    try {
      return await hosts[name](request);
    } catch (error) {
      throw error instanceof ConnectionDropped ? new TypeError("fetch failed", { cause: error }) : error;
    }
  };
}
