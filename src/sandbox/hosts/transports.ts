import { once } from "node:events";
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { ConnectionDropped } from "./http";

/** A host as a function from request to response; `bindings` are Node's own objects, given by a listener. */
export type SandboxHost = (request: Request, bindings?: HttpBindings) => Response | Promise<Response>;

/** Hosts that listen. */
export interface ListeningHosts {
  readonly api_url: string;
  readonly app_url: string;
  readonly admin_url: string;
  /** Stops listening and ends what is under way. */
  close(): Promise<void>;
}

/** `fetch` as far as clients use it. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const LOOPBACK = "127.0.0.1";

/** Cronofy's hosts are `api` and `app`, most with a data center behind a hyphen. */
const HOSTNAME = /^(api|app)(?:-[a-z]+)?\.cronofy\.com$/;

/**
 * Listens on 127.0.0.1, with each host at an origin of its own.
 * @param port of the api host; the app and admin hosts take the two after it. 0 takes any three free ones
 * @param onClose what else ends with it
 * @throws Error that names the port where one is taken
 */
export async function listen(
  hosts: Readonly<Record<"api" | "app" | "admin", SandboxHost>>,
  port: number,
  onClose: () => void,
): Promise<ListeningHosts> {
  const servers: Server[] = [];

  async function close(): Promise<void> {
    onClose();
    await Promise.all(servers.splice(0).map(stop));
  }

  async function start(host: SandboxHost): Promise<string> {
    const server = await open(host, port === 0 ? 0 : port + servers.length);
    servers.push(server);
    return originOf(server);
  }

  try {
    return {
      api_url: await start(hosts.api),
      app_url: await start(hosts.app),
      admin_url: await start(hosts.admin),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(host: SandboxHost, port: number): Promise<Server> {
  // The adaptor's own Request and Response would replace the global ones of whoever started the sandbox.
  const server = createAdaptorServer({
    fetch: (request, bindings) => host(request, bindings as HttpBindings),
    overrideGlobalObjects: false,
    // A request of HTTP/1.0 may have no Host.
    hostname: "localhost",
  }) as Server;
  try {
    server.listen(port, LOOPBACK);
    await once(server, "listening");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "EADDRINUSE" ? "it is taken; choose another, or 0 for a free one" : String(code);
    throw new Error(`The sandbox cannot listen on port ${port} of ${LOOPBACK}: ${reason}.`, { cause });
  }
  return server;
}

function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The sandbox's listener has no port.");
  return `http://${LOOPBACK}:${address.port}`;
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

/**
 * A `fetch` in which the sandbox is Cronofy in every data center. It rejects, as `fetch` does, where the connection is
 * dropped and for any other host. It does not follow redirects.
 */
export function cronofyFetch(hosts: Readonly<Record<"api" | "app", SandboxHost>>): Fetch {
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
