import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Secret } from "../../src/cronofy";
import { Webhook } from "../../src/link-service";
import type { LinkCompleted, WebhookOptions, WebhookRequest } from "../../src/link-service";
import { behindProxy } from "../cronofy/recording-proxy";

const NOW = new Date("2026-03-01T09:00:00.250Z");
const EVENT: LinkCompleted = {
  serviceAccountId: "ser_1",
  dataCenter: "de",
  organizationalUnitId: "org_1",
  linkedAt: "2026-03-01T09:00:00.000Z",
};
const URL_WITH_TOKEN = "https://hooks.example.com/token-in-clear";

type Sent = WebhookRequest & { readonly url: string };

/** A receiver that answers by a script, and pauses that are over when they are told to be. */
class Receiver {
  readonly sent: Sent[] = [];
  readonly pauses: number[] = [];
  readonly notes: string[] = [];
  /** Ends the pause that goes on. */
  wake: () => void = () => undefined;
  readonly webhook: Webhook;

  constructor(
    private readonly answers: (number | Error | "never")[],
    change: Partial<WebhookOptions> = {},
  ) {
    this.webhook = new Webhook({
      url: URL_WITH_TOKEN,
      secret: new Secret("webhook-secret-in-clear"),
      fetch: (url, init) => this.take(url, init),
      delay: (milliseconds, signal) => {
        this.pauses.push(milliseconds);
        signal?.throwIfAborted();
        return new Promise((resolve, reject) => {
          this.wake = resolve;
          signal?.addEventListener("abort", () => reject(signal.reason as Error));
        });
      },
      random: () => 0,
      now: () => NOW,
      onNote: (line) => this.notes.push(line),
      ...change,
    });
  }

  /** Lets pauses go by until all is told or given up. */
  async settle(): Promise<void> {
    let settled = false;
    void this.webhook.settled().then(() => (settled = true));
    while (!settled) {
      await new Promise(setImmediate);
      this.wake();
    }
  }

  private async take(url: string, init: WebhookRequest) {
    this.sent.push({ url, ...init });
    const answer = this.answers.shift() ?? 204;
    if (answer === "never") {
      await new Promise((_, reject) => {
        init.signal.addEventListener("abort", () => reject(new Error("aborted")));
      });
    }
    if (answer instanceof Error) throw answer;
    return { status: answer as number, body: null };
  }
}

describe("the webhook", () => {
  it("tells what was linked, to the second signed", async () => {
    const receiver = new Receiver([200]);
    receiver.webhook.send(EVENT);
    await receiver.settle();
    const [{ url, method, redirect, headers, body }] = receiver.sent as [Sent];
    expect({ url, method, redirect }).toEqual({ url: URL_WITH_TOKEN, method: "POST", redirect: "manual" });
    expect(headers).toMatchObject({ "Content-Type": "application/json", "User-Agent": "ou-link" });
    expect(headers["webhook-id"]).toMatch(/^msg_[\w-]{36}$/);
    expect(JSON.parse(body)).toEqual({
      type: "link.completed",
      timestamp: "2026-03-01T09:00:00.250Z",
      data: {
        service_account_id: "ser_1",
        data_center: "de",
        organizational_unit_id: "org_1",
        linked_at: "2026-03-01T09:00:00.000Z",
      },
    });
    expect(headers["webhook-timestamp"]).toBe("1772355600");
    const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const expected = createHmac("sha256", "webhook-secret-in-clear").update(content).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${expected}`);
    expect(receiver.notes).toEqual([]);
  });

  it("takes a secret of Standard Webhooks for the key that it encodes", async () => {
    const key = Buffer.from("0123456789abcdef01234567");
    const receiver = new Receiver([200], { secret: new Secret(`whsec_${key.toString("base64")}`) });
    receiver.webhook.send(EVENT);
    await receiver.settle();
    const [{ headers, body }] = receiver.sent as [Sent];
    const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(content).digest("base64")}`);
  });

  it.each([[500], [503], [429], [408], [425], [Object.assign(new Error("x"), { code: "ECONNREFUSED" })]])(
    "tries again after %p, with the same id and at growing intervals",
    async (failure) => {
      const receiver = new Receiver([failure, failure, 200]);
      receiver.webhook.send(EVENT);
      await receiver.settle();
      expect(new Set(receiver.sent.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
      expect(receiver.sent).toHaveLength(3);
      expect(receiver.pauses).toEqual([1_000, 5_000]);
      expect(receiver.notes).toEqual([]);
    },
  );

  it("lets chance take up to half off a pause", async () => {
    const receiver = new Receiver([500], { random: () => 0.999_999 });
    receiver.webhook.send(EVENT);
    await receiver.settle();
    expect(receiver.pauses[0]).toBeCloseTo(500, 0);
  });

  it("gives up after five attempts and says so, without the address or the secret", async () => {
    const receiver = new Receiver([500, 500, 500, 500, 500, 500]);
    receiver.webhook.send(EVENT);
    await receiver.settle();
    expect(receiver.sent).toHaveLength(5);
    expect(receiver.notes).toEqual([
      "The webhook at hooks.example.com was not told that de/ser_1 is linked: it was tried 5 times, and answered 500. The " +
        "link itself is made and stored.",
    ]);
  });

  it.each<[string, Error]>([
    ["ECONNREFUSED", Object.assign(new Error(URL_WITH_TOKEN), { code: "ECONNREFUSED" })],
    ["ENOTFOUND", new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ENOTFOUND" }) })],
    ["no connection", new TypeError(`fetch failed: ${URL_WITH_TOKEN}`)],
    ["no connection", new TypeError("fetch failed", { cause: null })],
    ["no connection", new TypeError("fetch failed", { cause: URL_WITH_TOKEN })],
    ["no connection", Object.assign(new Error("x"), { code: 7 })],
  ])("says %s where it cannot be reached, and nothing that may quote the address", async (why, failure) => {
    const receiver = new Receiver([failure, failure, failure, failure, failure]);
    receiver.webhook.send(EVENT);
    await receiver.settle();
    expect(receiver.notes).toEqual([expect.stringContaining(`5 times, and could not be reached (${why}).`) as string]);
  });

  it("waits ten seconds for an answer, and then tries again", async () => {
    const timeout = jest.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
    try {
      const late = () => Promise.reject(new Error("aborted"));
      const receiver = new Receiver([], { fetch: late });
      receiver.webhook.send(EVENT);
      await receiver.settle();
      expect(timeout).toHaveBeenCalledWith(10_000);
      expect(receiver.notes[0]).toContain("it was tried 5 times, and no answer came within 10 s.");
    } finally {
      timeout.mockRestore();
    }
  });

  it("is told by the proxy that the environment names, with its credentials, unless NO_PROXY names the receiver", async () => {
    const notes: string[] = [];
    const tell = async () => {
      const webhook = new Webhook({
        url: "https://hooks.example.invalid/token-in-clear",
        secret: new Secret("webhook-secret-in-clear"),
        onNote: (line) => notes.push(line),
        delay: () => Promise.resolve(),
      });
      webhook.send(EVENT);
      await webhook.settled();
    };
    expect(await behindProxy("us%40er:p%3Aw@", tell)).toEqual([
      { target: "hooks.example.invalid:443", credentials: "us@er:p:w" },
    ]);
    expect(await behindProxy("user:pw@", tell, { NO_PROXY: "example.invalid,.example.invalid" })).toEqual([]);
    await behindProxy("", tell, { HTTPS_PROXY: "http://us@er:p/w@proxy" });
    expect(notes).toEqual([
      expect.stringContaining("it was tried once, and answered 407.") as string,
      expect.stringMatching(/it was tried 5 times, and could not be reached \((ENOTFOUND|EAI_AGAIN)\)\./) as string,
      expect.stringContaining("it was tried once, and the proxy's address (HTTPS_PROXY) cannot be read.") as string,
    ]);
  });

  it("sends by itself what it signed, follows no redirect, and needs nobody whom it could tell", async () => {
    const came: unknown[] = [];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const { method, url, headers } = request;
        const content = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
        const expected = createHmac("sha256", "webhook-secret-in-clear").update(content).digest("base64");
        came.push([method, url, headers["webhook-signature"] === `v1,${expected}`, JSON.parse(body)]);
        response.writeHead(307, { Location: "/elsewhere" }).end();
      });
    }).listen(0, "127.0.0.1");
    try {
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const webhook = new Webhook({
        url: `http://127.0.0.1:${port}/hook`,
        secret: new Secret("webhook-secret-in-clear"),
      });
      webhook.send(EVENT);
      await webhook.settled();
      expect(came).toEqual([["POST", "/hook", true, expect.objectContaining({ type: "link.completed" })]]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it.each([[0], [300], [301], [400], [401], [404], [410]])("does not try again after %d", async (status) => {
    const receiver = new Receiver([status]);
    receiver.webhook.send(EVENT);
    await receiver.settle();
    expect(receiver.sent).toHaveLength(1);
    expect(receiver.notes[0]).toContain(`answered ${status}`);
  });

  it("tries once more at once when the service ends, and then no more", async () => {
    const receiver = new Receiver([500, 500, 500]);
    receiver.webhook.send(EVENT);
    while (receiver.pauses.length === 0) await new Promise(setImmediate);
    await receiver.webhook.close();
    expect(receiver.sent).toHaveLength(2);
    expect(receiver.notes[0]).toContain("it was tried 2 times");
  });

  it("does not keep the service from ending where the receiver never answers", async () => {
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick"] });
    try {
      const receiver = new Receiver(["never"]);
      receiver.webhook.send(EVENT);
      const closed = receiver.webhook.close();
      await jest.advanceTimersByTimeAsync(5_000);
      await closed;
      expect(receiver.notes[0]).toContain("the service ended");
    } finally {
      jest.useRealTimers();
    }
  });

  it("takes any number of events as long as they are told", async () => {
    const receiver = new Receiver([]);
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 1_000; index++) receiver.webhook.send(EVENT);
      await receiver.settle();
    }
    expect(receiver.sent).toHaveLength(2_000);
    expect(receiver.notes).toEqual([]);
  });

  it("drops what is too much, and says so", async () => {
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick"] });
    try {
      const receiver = new Receiver(Array.from({ length: 1_001 }, () => "never" as const));
      for (let index = 0; index < 1_001; index++) receiver.webhook.send(EVENT);
      expect(receiver.sent).toHaveLength(1_000);
      expect(receiver.notes).toEqual([expect.stringContaining("1000 earlier ones wait already") as string]);
      const closed = receiver.webhook.close();
      await jest.advanceTimersByTimeAsync(5_000);
      await closed;
    } finally {
      jest.useRealTimers();
    }
  });
});
