import { once } from "node:events";
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { createSandbox } from "./sandbox";
import type { Sandbox, SandboxHost, SandboxOptions } from "./sandbox";

export interface StartSandboxOptions extends Omit<SandboxOptions, "signal"> {
  /** Port of the api host; the app and admin hosts take the two after it. 0 takes any three free ones. @default 0 */
  readonly port?: number;
}

/** A sandbox that listens. As JSON it is what a program needs to use it. */
export interface RunningSandbox extends Pick<Sandbox, "client_id" | "client_secret" | "service_accounts"> {
  readonly api_url: string;
  readonly app_url: string;
  readonly admin_url: string;
  /** Stops listening and ends what is under way. */
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

/**
 * Starts a local Cronofy on 127.0.0.1, each of its hosts at an origin of its own.
 * @throws Error that names the port where one is taken
 */
export async function startSandbox(options: StartSandboxOptions = {}): Promise<RunningSandbox> {
  const { port = 0, ...sandboxOptions } = options;
  const closing = new AbortController();
  const sandbox = createSandbox({ ...sandboxOptions, signal: closing.signal });
  const servers: Server[] = [];

  async function close(): Promise<void> {
    closing.abort();
    await Promise.all(servers.map(stop));
  }

  async function start(host: SandboxHost): Promise<string> {
    const server = await listen(host, port === 0 ? 0 : port + servers.length);
    servers.push(server);
    return originOf(server);
  }

  try {
    return {
      api_url: await start(sandbox.api),
      app_url: await start(sandbox.app),
      admin_url: await start(sandbox.admin),
      client_id: sandbox.client_id,
      client_secret: sandbox.client_secret,
      service_accounts: sandbox.service_accounts,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(host: SandboxHost, port: number): Promise<Server> {
  // The adaptor's own Request and Response would replace the global ones of whoever started the sandbox.
  const server = createAdaptorServer({
    fetch: (request, bindings) => host(request, bindings as HttpBindings),
    overrideGlobalObjects: false,
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
