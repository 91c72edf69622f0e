import { once } from "node:events";
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import type { Sandbox, SandboxHost } from "./sandbox";

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
 * Listens on 127.0.0.1, for each host at an origin of its own.
 * @param port of the api host; the app and admin hosts take the two after it. 0 takes any three free ones
 * @param onClose what else ends with it
 * @throws Error that names the port where one is taken
 */
export async function listen(
  sandbox: Omit<Sandbox, "listen">,
  port: number,
  onClose: () => void,
): Promise<RunningSandbox> {
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

async function open(host: SandboxHost, port: number): Promise<Server> {
  // The adaptor's own Request and Response would replace the global ones of whoever started the sandbox.
  const server = createAdaptorServer({
    fetch: (request, bindings) => host(request, bindings as HttpBindings),
    overrideGlobalObjects: false,
    // HTTP/1.0 needs no Host.
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
