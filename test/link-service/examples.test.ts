import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { gitHubRelay } from "../../examples/webhook/github-relay";
import { Secret } from "../../src/cronofy";
import { Webhook } from "../../src/link-service";
import { FileLinkStore, invitationUrl, openLink } from "../../src/link-store";

const ENV = {
  CRONOFY_CLIENT_ID: "client-1",
  CRONOFY_CLIENT_SECRET: "client-secret-in-clear",
  OU_LINK_PUBLIC_URL: "https://example.com/conferencing",
};

describe("the examples", () => {
  let folder: string;
  let invitation: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-examples-"));
    const link = { dataCenter: "us", clientId: ENV.CRONOFY_CLIENT_ID, serviceAccountId: "ser_1" } as const;
    const { lifeId } = await openLink(new FileLinkStore(folder), link);
    invitation = await invitationUrl(
      ENV.OU_LINK_PUBLIC_URL,
      { ...link, lifeId, redirectUri: "https://example.com/conferencing/callback" },
      new Secret(ENV.CRONOFY_CLIENT_SECRET),
    );
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("mount it below a path of a Node server", async () => {
    const child = spawn(process.execPath, ["--import", "tsx", path.resolve("examples/link-service/node.ts")], {
      env: { PATH: process.env["PATH"] ?? "", ...ENV, OU_LINK_STORE_FILE: folder, PORT: "0" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      const line = (await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()).value as string;
      const url = line.replace("listening on ", "");
      expect(await (await fetch(url)).text()).toBe("The application itself.");
      expect((await fetch(`${url}/conferencing/readyz`)).status).toBe(200);
      const page = await fetch(url + new URL(invitation).pathname);
      expect(await page.text()).toContain("Acme Scheduling asks you to connect");
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      expect(await exit).toEqual([0, null]);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("answer a request of AWS Lambda, with the cookie and the security headers", async () => {
    const before = { ...process.env };
    Object.assign(process.env, ENV, { OU_LINK_STORE_FILE: folder });
    const warn = jest.spyOn(console, "warn").mockReturnValue();
    try {
      const { handler } = await import("../../examples/link-service/aws-lambda");
      const rawPath = new URL(invitation).pathname;
      const result = await handler({
        version: "2.0",
        routeKey: "$default",
        rawPath,
        rawQueryString: "",
        headers: { host: "example.com" },
        body: null,
        isBase64Encoded: false,
        requestContext: {
          domainName: "example.com",
          http: { method: "GET", path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
        },
      } as unknown as Parameters<typeof handler>[0]);
      expect(result).toMatchObject({
        statusCode: 200,
        body: expect.stringContaining("Continue to Cronofy") as string,
        cookies: [expect.stringContaining("__Host-ou-link=") as string],
        headers: { "cache-control": "no-store" },
      });
    } finally {
      warn.mockRestore();
      for (const name of [...Object.keys(ENV), "OU_LINK_STORE_FILE"]) delete process.env[name];
      Object.assign(process.env, before);
    }
  });

  describe("relay to GitHub", () => {
    const event = {
      serviceAccountId: "ser_1",
      dataCenter: "us",
      organizationalUnitId: "org_1",
      linkedAt: "2026-03-01T09:00:00.000Z",
    } as const;
    const now = () => new Date("2026-03-01T09:00:01Z");

    /** Sends an event through the relay to a server that stands for GitHub. */
    async function relayed(change: { secret?: string; now?: () => Date; status?: number } = {}) {
      const received: { url: string | undefined; token: string | undefined; body: unknown }[] = [];
      const statuses: number[] = [];
      const gitHub = createServer((request, response) => {
        void text(request).then((body) => {
          received.push({ url: request.url, token: request.headers.authorization, body: JSON.parse(body) });
          response.writeHead(change.status ?? 204).end();
        });
      });
      gitHub.listen(0, "127.0.0.1");
      await once(gitHub, "listening");
      const relay = gitHubRelay({
        secret: "webhook-secret",
        repository: "acme/conferencing",
        token: "github-token",
        apiUrl: `http://127.0.0.1:${(gitHub.address() as AddressInfo).port}`,
        now: change.now ?? now,
      });
      const webhook = new Webhook({
        url: "https://relay.example.com/",
        secret: new Secret(change.secret ?? "webhook-secret"),
        now,
        delay: () => Promise.resolve(),
        fetch: async (url, init) => {
          const response = await relay(new Request(url, { ...init, signal: null }));
          statuses.push(response.status);
          return response;
        },
      });
      webhook.send(event);
      await webhook.settled();
      gitHub.close();
      gitHub.closeAllConnections();
      return { received, statuses };
    }

    it("passes a signed event on as a repository_dispatch", async () => {
      expect(await relayed()).toEqual({
        statuses: [204],
        received: [
          {
            url: "/repos/acme/conferencing/dispatches",
            token: "Bearer github-token",
            body: {
              event_type: "link.completed",
              client_payload: {
                service_account_id: "ser_1",
                data_center: "us",
                organizational_unit_id: "org_1",
                linked_at: "2026-03-01T09:00:00.000Z",
              },
            },
          },
        ],
      });
    });

    it("passes nothing on that another secret signed, or that is old", async () => {
      expect(await relayed({ secret: "another" })).toEqual({ statuses: [401], received: [] });
      expect(await relayed({ now: () => new Date("2026-03-01T09:06:00Z") })).toEqual({ statuses: [401], received: [] });
    });

    it("has the webhook try again where GitHub does not take it", async () => {
      expect((await relayed({ status: 500 })).statuses).toEqual([502, 502, 502, 502, 502]);
    });
  });
});
