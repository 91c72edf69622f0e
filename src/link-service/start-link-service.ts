import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
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
  /**
   * Milliseconds for which a connection without a request is kept. What is in front must close it earlier, or its next
   * request meets a connection that is just being closed. @default 75000, since balancers keep theirs for 60 s
   */
  readonly keepAliveTimeout?: number;
  /**
   * How many connections there are at most. One more takes the place of the one that has been without a request for
   * longest. @default what the process's limit of open files leaves room for, with what their requests open
   */
  readonly maxConnections?: number;
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
  const { host = "127.0.0.1", port, requestTimeout = 10_000, keepAliveTimeout = 75_000 } = options;
  const server = createServer({
    requestTimeout,
    headersTimeout: requestTimeout,
    keepAliveTimeout,
    connectionsCheckingInterval: Math.min(requestTimeout, TIMEOUT_CHECK_INTERVAL),
  });
  const connections = new Connections(server, options.maxConnections ?? roomForConnections());
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "EADDRINUSE" ? "it is taken; choose another, or 0 for a free one" : String(code);
    throw new Error(`The link service cannot listen on port ${port} of ${host}: ${reason}.`, { cause });
  }
  const { port: boundPort } = server.address() as AddressInfo;
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
    // HTTP/1.0 needs no Host, and health checks speak it.
    { overrideGlobalObjects: false, hostname: "localhost" },
  );
  let isClosing = false;
  server.on("request", (incoming, outgoing) => {
    // The browser would keep its connection open for seconds, although no further request comes.
    outgoing.once("close", () => isClosing && connections.closeIdle());
    void listener(incoming, outgoing);
  });

  async function close(): Promise<void> {
    isClosing = true;
    const closed = once(server, "close");
    server.close();
    connections.closeIdle();
    const timer = setTimeout(() => server.closeAllConnections(), CLOSING_TIMEOUT);
    await closed;
    clearTimeout(timer);
    // A redemption continues after the browser has left and its connection is closed.
    await Promise.all(underWay);
  }

  return { url, callbackUrl: service.callbackUrl, close };
}

/** The most connections that are kept, whatever the limit of open files: each takes memory too. */
const MAX_CONNECTIONS = 1_000;
/** Files that the process has open without a request: its streams and threads, the listener, what keeps the store. */
const FILES_AT_REST = 32;
/** A request's connection, what it opens in the store, and its connection to Cronofy. */
const FILES_OF_A_REQUEST = 3;

/** How many connections leave each request the files that it opens: a redemption that cannot open one is lost. */
function roomForConnections(): number {
  const limit = Number(/^Max open files +(\d+)/m.exec(limitsOfProcess())?.[1] ?? Infinity);
  return Math.max(4, Math.min(MAX_CONNECTIONS, Math.floor((limit - FILES_AT_REST) / FILES_OF_A_REQUEST)));
}

/** Linux tells; where the system does not, Node has raised the limit to thousands. */
function limitsOfProcess(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}

/**
 * A server's connections. One more than there may be takes the place of the one that has been idle for longest, and is
 * turned away where all are at work.
 */
class Connections {
  /** Idle connections are in the order in which they became idle. */
  private readonly all = new Set<Socket>();
  private readonly atWork = new Set<Socket>();

  constructor(server: Server, most: number) {
    server.on("connection", (connection: Socket) => {
      if (this.all.size >= most) {
        const [longestIdle = connection] = this.idle();
        longestIdle.destroy();
        this.all.delete(longestIdle);
        if (longestIdle === connection) return;
      }
      this.all.add(connection);
      connection.once("close", () => this.all.delete(connection));
    });
    server.on("request", ({ socket }, outgoing) => {
      this.atWork.add(socket);
      outgoing.once("close", () => {
        this.atWork.delete(socket);
        if (this.all.delete(socket)) this.all.add(socket);
      });
    });
  }

  /** This also closes connections that never sent a request, which Node's `closeIdleConnections` leaves open. */
  closeIdle(): void {
    for (const connection of this.idle()) connection.destroy();
  }

  private *idle(): Generator<Socket> {
    for (const connection of this.all) if (!this.atWork.has(connection)) yield connection;
  }
}
