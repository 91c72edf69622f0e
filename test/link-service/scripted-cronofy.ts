import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What Cronofy answers; `hang up` takes the request and closes the connection. */
export type Answer = { readonly status: number; readonly body?: unknown } | "hang up";

/** A server that plays Cronofy's part by a script. */
export interface ScriptedCronofy {
  readonly url: string;
  /** The bodies of the token requests that it was sent. */
  readonly redemptions: Record<string, unknown>[];
  /** Answers the token endpoint from now on. */
  script: () => Answer | Promise<Answer>;
  close(): Promise<void>;
}

/** What Cronofy answers to a good code. */
export const TOKENS = {
  status: 200,
  body: {
    token_type: "bearer",
    access_token: "access-token-in-clear",
    refresh_token: "refresh-token-in-clear",
    expires_in: 3600,
    scope: "organizational_unit_use_integrations",
    sub: "org_5ba21743f408617d1269ea1e",
  },
} satisfies Answer;

/** Starts a server that accepts every code until told otherwise. */
export async function startScriptedCronofy(): Promise<ScriptedCronofy> {
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      if (request.url !== "/oauth/token") return void response.writeHead(404).end();
      cronofy.redemptions.push(JSON.parse(body) as Record<string, unknown>);
      const answer = await cronofy.script();
      if (answer === "hang up") return void request.socket.destroy();
      response.writeHead(answer.status, { "Content-Type": "application/json" }).end(JSON.stringify(answer.body ?? {}));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cronofy: ScriptedCronofy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    redemptions: [],
    script: () => TOKENS,
    async close() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  return cronofy;
}
