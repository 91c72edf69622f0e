import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { CronofyClient, Secret } from "../../src/cronofy";
import { startLinkService } from "../../src/link-service";
import type { RunningLinkService, StartLinkServiceOptions } from "../../src/link-service";
import { TOKENS } from "./scripted-cronofy";
import { CLIENT_SECRET, LINK, LINK_SECRET, Stage } from "./stage";

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

  function start(change: Pick<StartLinkServiceOptions, "requestTimeout"> = {}): Promise<RunningLinkService> {
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

  it("does not wait for a connection that is kept open without a request", async () => {
    const idle = await connection("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(idle, "data");
    await service.close();
    expect(idle.destroyed || (await text(idle)) === "").toBe(true);
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
