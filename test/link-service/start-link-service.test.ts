import { once } from "node:events";
import fs from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { networkInterfaces } from "node:os";
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

  it("cuts off what has not ended a minute later", async () => {
    const { asked, answer } = holdCronofy();
    const cutOff = expect(fetch(await callbackUrl())).rejects.toThrow();
    await asked;
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask", "setInterval", "Date"] });
    try {
      const closed = service.close();
      await jest.advanceTimersByTimeAsync(59_999);
      expect(await Promise.race([cutOff, Promise.resolve("under way")])).toBe("under way");
      await jest.advanceTimersByTimeAsync(1);
      await cutOff;
      answer();
      await closed;
    } finally {
      jest.useRealTimers();
    }
  });

  it("says why it cannot listen, and has an address in brackets where that has colons", async () => {
    const elsewhere = "The link service cannot listen on port 0 of 192.0.2.1: EADDRNOTAVAIL.";
    await expect(start({ host: "192.0.2.1" })).rejects.toThrow(elsewhere);
    const loopback = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    if (!loopback.some(({ address }) => address === "::1")) return;
    const other = await start({ host: "::1" });
    expect(other.callbackUrl).toMatch(/^http:\/\/\[::1\]:\d+\/callback$/);
    await other.close();
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

  it("takes the place of the one that has been idle for longest", async () => {
    await service.close();
    service = await start({ maxConnections: 2 });
    const [used, silent] = [await connection(""), await connection("")];
    used.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(used, "data");
    await connection("");
    await once(silent.resume(), "close");
    expect(used.closed).toBe(false);
  });

  it.each([
    ["80", 16],
    ["20", 4],
    ["40", 4],
  ])("leaves room for what requests open where the process may open %s files", async (limit, most) => {
    const { readFileSync } = fs;
    const read = jest
      .spyOn(fs, "readFileSync")
      .mockImplementation(((file: string, ...rest: []) =>
        file === "/proc/self/limits"
          ? `Max cpu time  7\nMax open files  ${limit}  99999  files\n`
          : readFileSync(file, ...rest)) as typeof readFileSync);
    const other = await start().finally(() => read.mockRestore());
    try {
      const port = Number(new URL(other.url).port);
      const [first, ...others] = Array.from({ length: most }, () => connect(port, "127.0.0.1"));
      for (const each of others) if (each.connecting) await once(each, "connect");
      expect(first?.closed).toBe(false);
      connect(port, "127.0.0.1");
      if (first?.closed === false) await once(first.resume(), "close");
      expect(others.some(({ closed }) => closed)).toBe(false);
    } finally {
      await other.close();
    }
  });

  it("starts also where the system tells no limit of open files", async () => {
    const read = jest.spyOn(fs, "readFileSync").mockImplementation(() => {
      throw new Error("ENOENT");
    });
    await (await start().finally(() => read.mockRestore())).close();
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
