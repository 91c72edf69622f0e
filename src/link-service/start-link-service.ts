import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createLinkService } from "./link-service";
import type { LinkServiceOptions } from "./link-service";

/** A link service, and where to listen. */
export interface StartLinkServiceOptions extends Omit<LinkServiceOptions, "publicUrl"> {
  /** An IP address or host name of this machine. @default "127.0.0.1" */
  readonly host?: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** The address that browsers use, where that is not the one it listens at. */
  readonly publicUrl?: string;
  /** Milliseconds within which a browser must have sent its request; then it gets 408. @default 10000 */
  readonly requestTimeout?: number;
}

/** A link service that listens. */
export interface RunningLinkService {
  /** Where it listens. */
  readonly url: string;
  /** What links use as their `redirect_uri`. */
  readonly callbackUrl: string;
  /** Stops listening and lets the requests under way finish, for a bounded time. */
  close(): Promise<void>;
}

/** Milliseconds between two looks for requests that take too long; Node's own 30 seconds would let them take as much more. */
const TIMEOUT_CHECK_INTERVAL = 1_000;
/** Milliseconds that requests under way are given to finish: a redemption that is cut off is lost. */
const CLOSING_TIMEOUT = 60_000;

/**
 * Starts a link service of its own, over plain HTTP: towards browsers a proxy speaks TLS.
 *
 * @throws Error that names the port where it cannot listen there
 */
export async function startLinkService(options: StartLinkServiceOptions): Promise<RunningLinkService> {
  const { host = "127.0.0.1", port, requestTimeout = 10_000 } = options;
  const server = createServer({
    requestTimeout,
    headersTimeout: requestTimeout,
    connectionsCheckingInterval: Math.min(requestTimeout, TIMEOUT_CHECK_INTERVAL),
  });
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "EADDRINUSE" ? "it is taken; choose another, or 0 for a free one" : String(code);
    throw new Error(`The link service cannot listen on port ${port} of ${host}: ${reason}.`, { cause });
  }
  const address = server.address();
  const boundPort = typeof address === "object" && address !== null ? address.port : port;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${boundPort}`;
  // The service must know its own address, and that is not known before it listens.
  const service = createLinkService({ ...options, publicUrl: options.publicUrl ?? url });
  const underWay = new Set<Promise<Response>>();
  const listener = getRequestListener(
    (request) => {
      const response = service.fetch(request);
      underWay.add(response);
      return response.finally(() => underWay.delete(response));
    },
    { overrideGlobalObjects: false },
  );
  let isClosing = false;
  server.on("request", (incoming, outgoing) => {
    // The browser would keep its connection for seconds, and nothing more comes by it.
    outgoing.once("close", () => isClosing && server.closeIdleConnections());
    void listener(incoming, outgoing);
  });

  async function close(): Promise<void> {
    isClosing = true;
    const closed = once(server, "close");
    server.close();
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), CLOSING_TIMEOUT);
    await closed;
    clearTimeout(timer);
    // A redemption goes on where the browser has left and its connection is closed.
    await Promise.all(underWay);
  }

  return { url, callbackUrl: service.callbackUrl, close };
}
