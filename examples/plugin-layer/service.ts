/** Tinydb: a service that keeps databases, and has a small REST API. All of it lies in memory. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What the API says of a database. Its password it never says. */
export interface Database {
  readonly id: string;
  readonly region: string;
  name: string;
  size: string;
  monthly_price: number;
  backups: { every: string; keep: number; location: string } | null;
  status: "creating" | "ready";
  /** How many tables its users have made. */
  tables: number;
  /** Grows with each change; a change must name the one that it is made to. */
  revision: number;
}

const SIZES = [
  { name: "small", monthly_price: 5 },
  { name: "large", monthly_price: 40 },
];

/** Starts it on loopback. `databases` are what it holds, `passwords` what was set last, `logins` all that there ever were. */
export async function startTinydb() {
  const databases = new Map<string, Database>();
  const passwords = new Map<string, string>();
  const logins = new Map<string, "open" | "closed">();

  const answer = async (request: IncomingMessage): Promise<readonly [status: number, body?: unknown]> => {
    const [, kind, id, part, user = ""] = (request.url ?? "").split("/").map(decodeURIComponent);
    const body = await bodyOf(request);
    if (kind === "sizes") return [200, SIZES];
    if (kind !== "databases") return [404];
    if (request.method === "POST" && id === undefined) {
      const same = [...databases.values()].find(({ region, name }) => region === body.region && name === body.name);
      if (same !== undefined) return [409, { message: `${body.region} has a database ${body.name}.` }];
      const id = randomUUID();
      const { region = "", name = "", password } = body;
      databases.set(id, { id, region, name, ...configured(id, body), status: "creating", tables: 0, revision: 1 });
      if (password) passwords.set(id, password);
      return [201, databases.get(id)];
    }
    const database = [...databases.values()].find((each) => id === each.id || id === `${each.region}.${each.name}`);
    if (database === undefined) return [404];
    if (part === "logins" && request.method === "POST") {
      const login = { user: `user-${logins.size + 1}`, password: randomUUID() };
      logins.set(login.user, "open");
      return [201, login];
    }
    if (part === "logins") return logins.has(user) && logins.set(user, "closed") ? [204] : [404];
    if (request.method === "DELETE") return databases.delete(database.id) ? [204] : [404];
    if (request.method === "PATCH") {
      if (request.headers["if-match"] !== String(database.revision)) return [412];
      Object.assign(database, configured(database.id, body), { revision: database.revision + 1 });
      if (body.password) passwords.set(database.id, body.password);
    }
    const seen = { ...database };
    // It takes a moment: until somebody has looked.
    database.status = "ready";
    return [200, seen];
  };

  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response
        .writeHead(status, { "Content-Type": "application/json" })
        .end(body === undefined ? "" : JSON.stringify(body));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, databases, passwords, logins, close: () => server.close().closeAllConnections() };
}

interface Body {
  readonly name?: string;
  readonly region?: string;
  readonly size?: string;
  readonly password?: string;
  readonly backups?: { readonly every: string; readonly keep: number } | null;
}

function configured(id: string, { size = "small", backups }: Body) {
  const price = SIZES.find(({ name }) => name === size)?.monthly_price ?? 0;
  return { size, monthly_price: price, backups: backups ? { ...backups, location: `backups://${id}` } : null };
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? {} : (JSON.parse(text) as Body);
}
