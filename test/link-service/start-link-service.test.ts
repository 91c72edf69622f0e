import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { CronofyClient, Secret } from "../../src/cronofy";
import { startLinkService } from "../../src/link-service";
import type { RunningLinkService, StartLinkServiceOptions } from "../../src/link-service";
import { Browser } from "./browser";
import { TOKENS } from "./scripted-cronofy";
import { CLIENT_SECRET, LINK, LINK_SECRET, PUBLIC_URL, Stage } from "./stage";

describe("a link service that listens", () => {
  let stage: Stage;
  let service: RunningLinkService;

  beforeEach(async () => {
    stage = await Stage.open();
    service = await start();
  });

  afterEach(async () => {
    await service.close();
    await stage.close();
  });

  function start(change: Partial<StartLinkServiceOptions> = {}): Promise<RunningLinkService> {
    return startLinkService({
      client: new CronofyClient({
        dataCenter: LINK.dataCenter,
        clientId: LINK.clientId,
        clientSecret: new Secret(CLIENT_SECRET),
        apiUrl: stage.cronofy.url,
      }),
      store: stage.store,
      linkSecret: new Secret(LINK_SECRET),
      port: 0,
      now: () => stage.now,
      log: (entry) => stage.log.push(entry),
      ...change,
    });
  }

  async function callbackUrl(): Promise<string> {
    const state = await stage.signState({ redirectUri: service.callbackUrl });
    return `${service.callbackUrl}?${new URLSearchParams({ code: "c".repeat(32), state }).toString()}`;
  }

  /** Holds Cronofy's answer back. @returns when it was asked, and how to let it answer */
  function holdCronofy(): { readonly asked: Promise<void>; answer: () => void } {
    let answer = () => undefined as void;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const asked = new Promise<void>((resolve) => {
      stage.cronofy.script = async () => {
        resolve();
        await answered;
        return TOKENS;
      };
    });
    return { asked, answer: () => answer() };
  }

  it("finishes a redemption that is under way when it is told to end, and takes nothing new", async () => {
    const { asked, answer } = holdCronofy();
    const page = fetch(await callbackUrl());
    await asked;
    const closed = service.close();
    await expect(fetch(service.url)).rejects.toThrow();
    answer();
    expect((await page).status).toBe(200);
    await closed;
    expect(await stage.store.read(LINK)).not.toBeNull();
  });

  it("finishes it even where the browser has left, before it says that it has ended", async () => {
    const { asked, answer } = holdCronofy();
    const leaving = new AbortController();
    const page = fetch(await callbackUrl(), { signal: leaving.signal });
    await asked;
    leaving.abort();
    await expect(page).rejects.toThrow();
    const closed = service.close();
    answer();
    await closed;
    expect(await stage.store.read(LINK)).not.toBeNull();
  });

  it("does not wait for connections that are kept open without a request, or never had one", async () => {
    const idle = await connection("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(idle, "data");
    const silent = await connection("");
    await service.close();
    for (const each of [idle, silent]) expect(each.destroyed || (await text(each)) === "").toBe(true);
  });

  it.each([
    ["a declared length", `Content-Length: 5000\r\n\r\n${"x".repeat(5000)}`],
    ["chunks", `Transfer-Encoding: chunked\r\n\r\n1388\r\n${"x".repeat(5000)}\r\n0\r\n\r\n`],
  ])("turns away a body that is too long, by %s", async (_, rest) => {
    const socket = await connection(
      `POST /invitations/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\n${rest}`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("takes the form of an invitation also in chunks, as a proxy may pass it on", async () => {
    const chunked = ({ url, method, headers, body }: Request) =>
      fetch(url, { method, headers, body, redirect: "manual", ...(body !== null && { duplex: "half" }) });
    const browser = new Browser(chunked);
    const invitation = await stage.invite({ redirectUri: service.callbackUrl });
    const page = await browser.open(invitation.replace(PUBLIC_URL, service.url));
    expect(await browser.press(page)).toMatchObject({ status: 303 });
    expect(stage.log.map(({ outcome }) => outcome)).toEqual(["invited", "sent-to-cronofy"]);
  });

  it.each([
    ["OPTIONS /callback", 405, "GET"],
    ["PUT /callback", 405, "GET"],
    ["POST /callback", 405, "GET"],
    ["HEAD /callback", 405, "GET"],
    ["DELETE /invitations/x", 405, "GET, HEAD, POST"],
    ["POST /invitations/x", 400, undefined],
    ["OPTIONS /healthz", 405, "GET, HEAD"],
    ["PATCH /readyz", 405, "GET, HEAD"],
    ["PUT /elsewhere", 404, undefined],
    ["PROPFIND /", 404, undefined],
  ])("answers %s without a length by %d, and so in chunks", async (request, status, allowed) => {
    const head = `${request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`;
    for (const rest of ["\r\n", "Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n"]) {
      const answer = await text(await connection(head + rest));
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(/^allow: (.*)$/im.exec(answer)?.[1]).toBe(allowed);
    }
    expect(stage.log.map(({ status: logged }) => logged)).toEqual([status, status]);
  });

  it("answers a health check of HTTP/1.0, which names no host", async () => {
    expect(await text(await connection("GET /healthz HTTP/1.0\r\n\r\n"))).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("keeps idle connections for longer than balancers do, or as long as it is told", async () => {
    const kept = async () => (await fetch(`${service.url}/healthz`)).headers.get("keep-alive");
    expect(await kept()).toBe("timeout=75");
    await service.close();
    service = await start({ keepAliveTimeout: 7_000 });
    expect(await kept()).toBe("timeout=7");
  });

  it("gives the place of silent connections to those who ask, and lets those at work finish", async () => {
    await service.close();
    service = await start({ maxConnections: 3 });
    const { asked, answer } = holdCronofy();
    const page = fetch(await callbackUrl());
    await asked;
    const silent = await Promise.all(Array.from({ length: 10 }, () => connection("")));
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    for (const each of silent.slice(0, 8)) if (!each.closed) await once(each, "close");
    answer();
    expect((await page).status).toBe(200);
  });

  it("turns further connections away where all are at work", async () => {
    await service.close();
    service = await start({ maxConnections: 1 });
    const { asked, answer } = holdCronofy();
    const page = fetch(await callbackUrl());
    await asked;
    expect(await text(await connection("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"))).toBe("");
    answer();
    expect((await page).status).toBe(200);
  });

  it("turns away headers without end", async () => {
    const socket = await connection(`GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each([
    ["headers", "GET /healthz HTTP/1.1\r\nHost: loc"],
    ["a body", "POST /invitations/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nform_token="],
  ])("does not wait for ever for %s that never end", async (_, sent) => {
    await service.close();
    service = await start({ requestTimeout: 100 });
    expect(await text(await connection(sent))).toMatch(/^HTTP\/1\.1 408 /);
  });

  async function connection(sent: string): Promise<Socket> {
    const socket = connect(Number(new URL(service.url).port), "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write(sent);
    return socket;
  }
});
