import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** A way to a server that can be cut, as by its outage or that of the network. */
export interface BreakableLine {
  /** The server's URL by way of this line. */
  readonly url: string;
  /** Ends every connection, and refuses new ones. */
  cut(): Promise<void>;
  /** Lets connections through again, at the same address. */
  mend(): Promise<void>;
}

/**
 * Lays such a line on loopback; it is uncut.
 *
 * @param serverUrl any URL with host and port
 */
export async function layBreakableLine(serverUrl: string): Promise<BreakableLine> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let server: Server | null = null;

  const listen = async (onPort: number) => {
    server = createServer((near) => {
      const far = connect(Number(port), hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from.pipe(to);
        from.on("error", () => to.destroy()).on("close", () => sockets.delete(from));
      }
    }).listen(onPort, "127.0.0.1");
    // A line that a failed test leaves uncut keeps nobody waiting.
    server.unref();
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };

  const ownPort = await listen(0);
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${ownPort}`;
  return {
    url: url.href,
    async cut() {
      const closing = server;
      if (closing === null) return;
      server = null;
      const closed = once(closing, "close");
      closing.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async mend() {
      if (server === null) await listen(ownPort);
    },
  };
}
