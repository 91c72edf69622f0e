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
  /** The tokens that it was sent to revoke. */
  readonly revocations: string[];
  /** The service accounts for which link tokens were asked. */
  readonly mints: string[];
  /** Answers the endpoint of link tokens from now on. */
  mint: () => Answer;
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

/** What Cronofy answers to a service account that it knows. */
export const LINK_TOKEN = {
  status: 200,
  body: { organizational_unit_authorization_link_token: { ou_link_token: "link-token-in-clear" } },
} satisfies Answer;

/** Starts a server that accepts every code until told otherwise. */
export async function startScriptedCronofy(): Promise<ScriptedCronofy> {
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const sent = body === "" ? {} : (JSON.parse(body) as Record<string, unknown>);
      let answer: Answer = { status: 404 };
      if (request.url === "/oauth/token") {
        cronofy.redemptions.push(sent);
        answer = await cronofy.script();
      } else if (request.url === "/v1/organizational_unit_authorization_link_tokens") {
        cronofy.mints.push(String(sent["service_account_id"]));
        answer = cronofy.mint();
      } else if (request.url === "/oauth/token/revoke") {
        cronofy.revocations.push(String(sent["token"]));
        answer = { status: 200 };
      }
      if (answer === "hang up") return void request.socket.destroy();
      response.writeHead(answer.status, { "Content-Type": "application/json" }).end(JSON.stringify(answer.body ?? {}));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cronofy: ScriptedCronofy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    redemptions: [],
    revocations: [],
    mints: [],
    mint: () => LINK_TOKEN,
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
