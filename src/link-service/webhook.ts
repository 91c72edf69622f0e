import { createHmac, randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { linkIdText } from "../link";
import { InvalidArgumentError, delay as systemDelay, proxyFor } from "../cronofy";
import type { Delay, Secret, DataCenterId } from "../cronofy";

/** An administrator has approved, and the authorization is stored. Holds no token. */
export interface LinkCompleted {
  readonly serviceAccountId: string;
  readonly dataCenter: DataCenterId;
  /** The unit's `sub`; null where Cronofy has not told it. */
  readonly organizationalUnitId: string | null;
  /** ISO 8601 in UTC. */
  readonly linkedAt: string;
}

/** Where completed links are told, and how. */
export interface WebhookOptions {
  readonly url: string;
  /** Signs what is sent: `whsec_` and base64, or any text, whose UTF-8 is the key then. */
  readonly secret: Secret;
  /** Told what was given up, in a line for the operator. @default nobody */
  readonly onNote?: (line: string) => void;
  /** @default by the proxy that the environment names, as Cronofy is reached, and without following redirects */
  readonly fetch?: (url: string, init: WebhookRequest) => Promise<Pick<Response, "status" | "body">>;
  /** @default the system's timer */
  readonly delay?: Delay;
  /** @default Math.random */
  readonly random?: () => number;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** What is sent to the webhook, as a `fetch` takes it. */
export interface WebhookRequest {
  readonly method: "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
}

/** Milliseconds before each further attempt. */
const PAUSES = [1_000, 5_000, 25_000, 125_000] as const;
/** Milliseconds that the receiver may take. */
const ATTEMPT_TIMEOUT = 10_000;
/** Milliseconds that are left for last attempts when the service ends. */
const CLOSING_TIMEOUT = 5_000;
/** Events under way; a receiver that is down must not fill the memory. */
const MAX_UNDER_WAY = 1_000;

/**
 * Tells a URL of completed links, in the manner of Standard Webhooks (standardwebhooks.com): headers `webhook-id`,
 * `webhook-timestamp` (seconds) and `webhook-signature` = `v1,` and the base64 of HMAC-SHA256 over
 * `<id>.<timestamp>.<body>`. An event may come twice, with the same id.
 */
export class Webhook {
  private readonly underWay = new Set<Promise<void>>();
  /** Aborted when there is no time for pauses any more. */
  private readonly hurry = new AbortController();
  /** Aborted when there is no time at all. */
  private readonly end = new AbortController();

  constructor(private readonly options: WebhookOptions) {}

  /** Takes an event, to be told in the background. Neither waits nor throws. */
  readonly send = (event: LinkCompleted): void => {
    if (this.underWay.size >= MAX_UNDER_WAY) {
      this.giveUp(event, `${MAX_UNDER_WAY} earlier ones wait already`);
      return;
    }
    const delivery = this.deliver(event).finally(() => this.underWay.delete(delivery));
    this.underWay.add(delivery);
  };

  /** Resolves once everything so far is told or given up. For hosts that freeze a process between requests. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  /** Tries what is left once more, at once, and gives up after some seconds. */
  async close(): Promise<void> {
    this.hurry.abort();
    const timer = setTimeout(() => this.end.abort(), CLOSING_TIMEOUT);
    await this.settled();
    clearTimeout(timer);
  }

  private async deliver(event: LinkCompleted): Promise<void> {
    const { url, secret, now = () => new Date() } = this.options;
    const message = signedMessage(
      "link.completed",
      {
        service_account_id: event.serviceAccountId,
        data_center: event.dataCenter,
        organizational_unit_id: event.organizationalUnitId,
        linked_at: event.linkedAt,
      },
      secret,
      now(),
    );
    const failure = await post(url, message, {
      ...this.options,
      pauses: PAUSES,
      hurry: this.hurry.signal,
      end: this.end.signal,
    });
    if (failure !== null) this.giveUp(event, failure);
  }

  /** The address may hold a token, so only its host is told. */
  private giveUp(event: LinkCompleted, why: string): void {
    const { host } = new URL(this.options.url);
    this.options.onNote?.(
      `The webhook at ${host} was not told that ${linkIdText(event)} is linked: ${why}. The link itself ` +
        "is made and stored.",
    );
  }
}

/** Makes what is posted at a moment. */
export type Message = (now: Date) => Pick<WebhookRequest, "headers" | "body">;

/** An event, signed anew for each attempt. It has the same id in all of them. */
export function signedMessage(type: string, data: object, secret: Secret, at: Date): Message {
  const id = `msg_${randomUUID()}`;
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data });
  return (now) => {
    const timestamp = String(Math.floor(now.getTime() / 1_000));
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1,${signature(`${id}.${timestamp}.${body}`, secret)}`,
    };
    return { headers, body };
  };
}

/** How `post` goes about it. */
interface PostOptions extends Pick<WebhookOptions, "fetch" | "delay" | "random" | "now"> {
  /** Milliseconds before each further attempt; chance takes up to half of it off. */
  readonly pauses: readonly number[];
  /** Aborted when there is no time for pauses any more: the next attempt is the last one. */
  readonly hurry: AbortSignal;
  /** Aborted when there is no time at all. @default never */
  readonly end?: AbortSignal;
}

/**
 * Posts JSON to an address until the receiver takes it, or a further attempt cannot help.
 *
 * @returns null where it was taken; else why not, in words without the address, which may hold a token
 */
export async function post(url: string, message: Message, options: PostOptions): Promise<string | null> {
  const { pauses, hurry, delay = systemDelay, random = Math.random, now = () => new Date() } = options;
  for (let attempt = 0; ; attempt++) {
    const failure = await tryOnce(url, message(now()), options);
    if (failure === null) return null;
    const pause = pauses[attempt];
    if (!failure.mayPass || pause === undefined || hurry.aborted) {
      const times = attempt === 0 ? "once" : `${attempt + 1} times`;
      return `it was tried ${times}, and ${failure.what}`;
    }
    // An aborted pause is over early, and the next attempt is the last one.
    await delay(pause * (1 - random() / 2), hurry).catch(() => undefined);
  }
}

/** @returns null where the receiver took it. */
async function tryOnce(
  url: string,
  { headers, body }: ReturnType<Message>,
  { fetch: send = request, end }: PostOptions,
): Promise<{ readonly what: string; readonly mayPass: boolean } | null> {
  const timeout = AbortSignal.timeout(ATTEMPT_TIMEOUT);
  try {
    const response = await send(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "User-Agent": "ou-link", ...headers },
      body,
      // The operator did not choose the address to which a receiver redirects.
      redirect: "manual",
      signal: end === undefined ? timeout : AbortSignal.any([timeout, end]),
    });
    await response.body?.cancel();
    const { status } = response;
    if (status >= 200 && status < 300) return null;
    return { what: `answered ${status}`, mayPass: status >= 500 || [408, 425, 429].includes(status) };
  } catch (error) {
    if (timeout.aborted) return { what: `no answer came within ${ATTEMPT_TIMEOUT / 1_000} s`, mayPass: true };
    if (end?.aborted === true) return { what: "the service ended", mayPass: false };
    if (error instanceof InvalidArgumentError)
      return { what: "the proxy's address (HTTPS_PROXY) cannot be read", mayPass: false };
    return { what: `could not be reached (${causeOf(error)})`, mayPass: true };
  }
}

/** The runtime's own `fetch` ignores proxies. */
async function request(url: string, { method, headers, body, signal }: WebhookRequest) {
  const { default: axios } = await import("axios");
  const proxy = proxyFor(url, "set up the client");
  const response = await axios.request<Readable>({
    method,
    url,
    headers,
    data: body,
    signal,
    ...(proxy !== undefined && { proxy }),
    responseType: "stream",
    // What is signed is sent as it is.
    transformRequest: [],
    validateStatus: () => true,
    maxRedirects: 0,
  });
  response.data.destroy();
  return { status: response.status, body: null };
}

function signature(content: string, secret: Secret): string {
  const text = secret.reveal();
  const key = text.startsWith("whsec_") ? Buffer.from(text.slice("whsec_".length), "base64") : Buffer.from(text);
  return createHmac("sha256", key).update(content).digest("base64");
}

/** Such as ECONNREFUSED; never a message, which may quote the address. */
function causeOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  const code = (cause as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : "no connection";
}
