import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a forge was asked to write. */
export interface Written {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Thing {
  readonly id: number;
  readonly number: number;
  body: string;
  state?: string;
}

/** As much of GitHub's and GitLab's API as posting reports asks for: lists, and things that are made and changed. */
export interface Forge {
  readonly url: string;
  readonly written: readonly Written[];
  close(): void;
}

/** @param token what has to come with every request */
export async function startForge(token: string): Promise<Forge> {
  const written: Written[] = [];
  const things = new Map<string, Thing[]>();
  const server = createServer((request, response) => {
    void answer(request).then(({ status, json }) => {
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(json));
    });
  });

  async function answer(request: IncomingMessage): Promise<{ status: number; json: unknown }> {
    const { authorization, "private-token": privateToken } = request.headers;
    if (authorization !== `Bearer ${token}` && privateToken !== token) return { status: 403, json: {} };
    const { pathname } = new URL(request.url ?? "", "http://forge");
    if (request.method === "GET") return { status: 200, json: things.get(pathname) ?? [] };
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const body = JSON.parse(text) as Record<string, string>;
    written.push({ method: request.method ?? "", path: pathname, body });
    if (request.method === "POST") {
      const list = things.get(pathname) ?? [];
      const thing = { id: list.length + 7, number: list.length + 7, body: body["body"] ?? "" };
      things.set(pathname, [...list, thing]);
      return { status: 201, json: thing };
    }
    return { status: 200, json: {} };
  }

  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, written, close: () => void server.close() };
}
