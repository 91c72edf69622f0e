import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, get } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { FileLinkStore, invitationUrl, openLink } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import { Browser } from "../link-service/browser";
import { LinkSandbox } from "./link-sandbox";
import { ouLink, startOuLink } from "./ou-link-process";
import type { OuLinkProcess } from "./ou-link-process";

const LINK_SECRET = "link-secret-in-clear-0123456789abcdef";

describe("ou-link serve, with an invitation", () => {
  let folder: string;
  let sandbox: LinkSandbox;
  let service: OuLinkProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-invitation-"));
    sandbox = await LinkSandbox.start();
  });

  afterEach(async () => {
    service?.kill("SIGKILL");
    await service?.ended;
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  const link = () => ({
    dataCenter: "us" as const,
    clientId: sandbox.env["CRONOFY_CLIENT_ID"] ?? "",
    serviceAccountId: sandbox.serviceAccountId,
  });

  /** The invitation to a link that the store knows. */
  async function invite(url = "", redirectUri: string): Promise<string> {
    const { lifeId } = await openLink(new FileLinkStore(folder), link());
    return invitationUrl(url, { ...link(), lifeId, redirectUri }, new Secret(LINK_SECRET));
  }

  it("takes an administrator from the mail to a stored authorization, and tells the webhook", async () => {
    const received: { headers: NodeJS.Dict<string | string[]>; body: string }[] = [];
    const receiver = createServer((request, response) => {
      void text(request).then((body) => {
        received.push({ headers: request.headers, body });
        response.writeHead(204).end();
      });
    });
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    try {
      service = startOuLink(["serve", "--port", "0", "--json", "--name", "Acme Scheduling", "--store-file", folder], {
        ...sandbox.env,
        OU_LINK_SECRET: LINK_SECRET,
        OU_LINK_WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook-token`,
        OU_LINK_WEBHOOK_SECRET: "webhook-secret-in-clear",
      });
      const { url, callback_url: redirectUri = "" } = JSON.parse(await service.nextLine()) as Record<string, string>;
      const browser = new Browser(fetch);
      const page = await browser.open(await invite(url, redirectUri));
      expect(page.text).toContain("Acme Scheduling");
      expect(page.headers.get("content-security-policy")).toContain(`form-action 'self' https: ${sandbox.appUrl};`);
      const { location } = await browser.press(page);
      const back = await browser.open(await sandbox.decide(location ?? ""));
      expect(back).toMatchObject({ status: 200, title: "Conferencing is linked" });
      expect((await browser.open(`${url}/readyz`)).status).toBe(200);
    } finally {
      service?.kill("SIGTERM");
      // Drains the webhook.
      await service?.ended;
      receiver.close();
    }
    const { exitCode, stdout, stderr } = (await service?.ended) ?? { exitCode: null, stdout: "", stderr: "" };
    expect(exitCode).toBe(0);
    expect(received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { type: "link.completed", data: { service_account_id: sandbox.serviceAccountId, data_center: "us" } },
    ]);
    expect(received[0]?.headers["webhook-signature"]).toMatch(/^v1,/);
    for (const secret of [LINK_SECRET, "webhook-secret-in-clear", "hook-token", sandbox.env["CRONOFY_CLIENT_SECRET"]]) {
      expect(stdout + stderr).not.toContain(secret);
    }
  });

  /** Since when a code is on its way to Cronofy, as the store tells. */
  const underWay = async () => (await new FileLinkStore(folder).look(link()))?.redeemingSince ?? null;

  /** Starts a service, and has a code on its way to a Cronofy that does not answer yet. */
  async function beginRedemption(openFiles?: number) {
    const args = ["--json", "--store-file", folder];
    const env = { ...sandbox.env, OU_LINK_SECRET: LINK_SECRET };
    const started = startOuLink(["serve", "--port", "0", ...args], env, openFiles === undefined ? {} : { openFiles });
    service = started;
    const { url = "", callback_url: redirectUri = "" } = JSON.parse(await started.nextLine()) as Record<string, string>;
    const browser = new Browser(fetch);
    const invitation = await invite(url, redirectUri);
    const { location } = await browser.press(await browser.open(invitation));
    const back = await sandbox.decide(location ?? "");
    await sandbox.hold("/oauth/token");
    const page = browser.open(back);
    page.catch(() => undefined);
    while ((await underWay()) === null) await new Promise(setImmediate);
    return { args, env, service: started, url, browser, invitation, page };
  }

  it("keeps what a redemption needs while 120 connections stay silent and the process may open 80 files", async () => {
    const { url, page } = await beginRedemption(80);
    const { hostname, port } = new URL(url);
    const silent = await Promise.all(
      Array.from({ length: 120 }, async () => {
        const socket = connect(Number(port), hostname).on("error", () => undefined);
        await once(socket, "connect");
        return socket;
      }),
    );
    try {
      // By a connection of its own: one that was idle is given up for those that came later.
      const [ready] = (await once(get(`${url}/readyz`, { agent: false }), "response")) as [IncomingMessage];
      expect(ready.resume().statusCode).toBe(200);
      sandbox.release();
      expect(await page).toMatchObject({ status: 200, title: "Conferencing is linked" });
    } finally {
      for (const socket of silent) socket.destroy();
    }
    expect((await new FileLinkStore(folder).look(link()))?.authorization).not.toBeNull();
  });

  it("finishes a redemption although its terminal is closed: nobody reads its log, and SIGHUP comes twice", async () => {
    const { service: closing, url, page } = await beginRedemption();
    closing.closeLog();
    for (let count = 0; count < 3; count++) expect((await fetch(`${url}/healthz`)).status).toBe(200);
    closing.kill("SIGHUP");
    await expect(async () => {
      for (;;) await fetch(`${url}/healthz`);
    }).rejects.toThrow();
    closing.kill("SIGHUP");
    sandbox.release();
    expect(await page).toMatchObject({ status: 200, title: "Conferencing is linked" });
    expect(await closing.ended).toMatchObject({ exitCode: 0 });
  });

  it("leaves word of a code that was on its way when it was killed, and the invitation goes on working", async () => {
    const { args, env, service: killed, url, browser, invitation, page } = await beginRedemption();
    killed.kill("SIGKILL");
    await Promise.all([killed.ended, expect(page).rejects.toThrow()]);
    expect(await underWay()).toMatch(/^\d{4}-.*Z$/);

    service = startOuLink(["serve", "--port", new URL(url).port, ...args], env);
    await service.nextLine();
    const again = await browser.press(await browser.open(invitation));
    expect(again).toMatchObject({ status: 303, location: expect.stringContaining(sandbox.appUrl) as string });
  });

  it("refuses to start with half a webhook or a logo that browsers cannot load safely", async () => {
    const { exitCode, stderr } = await ouLink(["serve", "--logo-url", "http://example.com/logo.png"], {
      ...sandbox.env,
      OU_LINK_STORE_FILE: folder,
      OU_LINK_WEBHOOK_URL: "http://example.com/hook-token",
    });
    expect(exitCode).toBe(2);
    for (const part of ["OU_LINK_LOGO_URL", "OU_LINK_WEBHOOK_URL", "OU_LINK_WEBHOOK_SECRET"]) {
      expect(stderr).toContain(part);
    }
    expect(stderr).not.toContain("hook-token");
  });
});
