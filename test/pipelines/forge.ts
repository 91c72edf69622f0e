import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a forge was asked to write. */
export interface Written {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An issue, a comment or a note, as GitHub and GitLab have it. */
export type Thing = Readonly<Record<string, unknown>>;

/** As much of GitHub's and GitLab's API as posting reports asks for: lists, and things that are made and changed. */
export interface Forge {
  readonly url: string;
  readonly written: readonly Written[];
  /** Has something be there already, whoever it is of. */
  add(path: string, thing: Thing): void;
  /** What requests are refused from now on: methods. */
  refuse(...methods: readonly string[]): void;
  close(): void;
}

/** How both forges show whose something is, that came with the token. */
const OURS = { user: { login: "github-actions[bot]", type: "Bot" }, author: { id: 41 } };

/** @param token what has to come with every request */
export async function startForge(token: string): Promise<Forge> {
  const written: Written[] = [];
  const things = new Map<string, Thing[]>();
  let refused: readonly string[] = [];
  let made = 0;
  const server = createServer((request, response) => {
    void answer(request).then(({ status, json }) => {
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(json));
    });
  });

  function add(path: string, thing: Thing): Thing {
    const number = 7 + made++;
    const whole = { id: number, number, iid: number, ...thing };
    things.set(path, [...(things.get(path) ?? []), whole]);
    return whole;
  }

  async function answer(request: IncomingMessage): Promise<{ status: number; json: unknown }> {
    const { authorization, "private-token": privateToken } = request.headers;
    const { method = "" } = request;
    if (authorization !== `Bearer ${token}` && privateToken !== token) return { status: 403, json: {} };
    const { pathname } = new URL(request.url ?? "", "http://forge");
    if (pathname === "/user") return { status: 200, json: OURS.author };
    if (method === "GET") {
      const open = (things.get(pathname) ?? []).filter(({ state }) => state !== "closed");
      return { status: 200, json: open };
    }
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const body = JSON.parse(text) as Thing;
    written.push({ method, path: pathname, body });
    if (refused.includes(method)) return { status: 403, json: {} };
    if (method === "POST") return { status: 201, json: add(pathname, { ...OURS, ...body }) };
    // GitHub's address of a comment is not below that of its issue, so things are found by number alone.
    const [, number] = /(\d+)$/.exec(pathname) ?? [];
    const isClosed = body["state"] === "closed" || body["state_event"] === "close";
    for (const [path, list] of things) {
      things.set(
        path,
        list.map((each) =>
          String(each["id"]) === number ? { ...each, ...body, ...(isClosed && { state: "closed" }) } : each,
        ),
      );
    }
    return { status: 200, json: {} };
  }

  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    written,
    add,
    refuse: (...methods) => (refused = methods),
    close: () => void server.close(),
  };
}
