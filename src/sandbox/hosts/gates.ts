import { STATUS_CODES } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import { html } from "hono/html";
import type { Assumptions, RateLimit } from "../assumptions";
import type { SandboxClock } from "../state/clock-and-ids";
import type { Fault, Faults } from "../state/faults";
import { isLoopback } from "../state/traffic";
import type { RequestLog } from "../state/traffic";
import { ConnectionDropped, undocumentedError } from "./http";
import type { Gate, HostEnvironment } from "./http";

/**
 * Refuses requests that name another host. Without it, a web page whose name is made to resolve to 127.0.0.1 could
 * read and steer the sandbox from a browser (DNS rebinding).
 */
export const loopbackOnly: Gate = async (c, next) => {
  const host = c.req.header("host");
  if (host !== undefined && !isLoopback(host)) {
    return c.text("The sandbox answers only to 127.0.0.1 and localhost.\n", 421);
  }
  return next();
};

/** Logs each request once its answer is known. */
export function logRequests(log: RequestLog): Gate {
  return async function logRequests(c, next) {
    let status = 0;
    try {
      await next();
      if (c.env?.outgoing?.destroyed !== true) status = c.res.status;
    } finally {
      log.add({ method: c.req.method, path: c.req.path, status });
    }
  };
}

/** Admits a number of requests in any span of the given length. This is the strictest way to count them. */
class SlidingWindow {
  readonly #spanMs: number;
  /** The times at which the latest requests were admitted, as a ring: the oldest is where the next is written. */
  readonly #admitted: number[];
  #next = 0;

  constructor(limit: number, spanMs: number) {
    this.#spanMs = spanMs;
    this.#admitted = new Array<number>(limit).fill(-Infinity);
  }

  /** How long until the next request may be admitted, in milliseconds. */
  waitMs(now: number): number {
    const oldest = this.#admitted[this.#next] ?? Infinity;
    // A time that lies ahead is from before the clock was set back, and no longer counts.
    return oldest !== Infinity && oldest > now ? 0 : Math.max(0, oldest + this.#spanMs - now);
  }

  admit(now: number): void {
    this.#admitted[this.#next] = now;
    this.#next = (this.#next + 1) % this.#admitted.length;
  }
}

/** Answers 429 to what exceeds the limit. */
export function limitRate(limit: RateLimit, clock: SandboxClock, assumptions: Assumptions): Gate {
  const windows = [new SlidingWindow(limit.perSecond, 1000), new SlidingWindow(limit.perMinute, 60_000)];

  return async function limitRate(c, next) {
    const now = clock.now();
    const waitMs = Math.max(...windows.map((each) => each.waitMs(now)));
    if (waitMs > 0) {
      if (limit.sendsRetryAfter) c.header("Retry-After", String(Math.ceil(waitMs / 1000)));
      return undocumentedError(c, assumptions, 429, "The application has exceeded its rate limit.");
    }
    for (const each of windows) each.admit(now);
    return next();
  };
}

/** Waits so many milliseconds; rejects when the signal is aborted. */
export type Delay = (ms: number, signal: AbortSignal) => Promise<void>;

/** Statuses whose answers may not have a body. */
const BODILESS = [204, 205, 304];

/**
 * Lets requests meet their faults.
 * @param closing ends every delay
 */
export function injectFaults(faults: Faults, delay: Delay, closing: AbortSignal): Gate {
  return async function injectFaults(c, next) {
    const fault = faults.take(c.req.method, c.req.path);
    if (fault === undefined) return next();
    if (fault.delay_ms !== undefined) {
      try {
        await delay(fault.delay_ms, AbortSignal.any([closing, whenGone(c)]));
      } catch {
        return dropConnection(c);
      }
    }
    if (fault.status !== undefined && !fault.after_work) return faultyAnswer(c, fault, fault.status);
    if (fault.drop === "before") return dropConnection(c);
    await next();
    const lost = c.res;
    // Without this, the headers of the lost answer would show in the one that takes its place.
    if (fault.status !== undefined || fault.truncate || fault.drop) c.res = undefined;
    if (fault.status !== undefined) c.res = await faultyAnswer(c, fault, fault.status);
    else if (fault.truncate) c.res = await truncated(c, lost);
    else if (fault.drop === "after") c.res = dropConnection(c);
    return undefined;
  };
}

/** A signal that is aborted once the client no longer waits for an answer. */
function whenGone(c: Context<HostEnvironment>): AbortSignal {
  const outgoing = c.env?.outgoing;
  if (outgoing === undefined) return c.req.raw.signal;
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  return gone.signal;
}

function dropConnection(c: Context<HostEnvironment>): Response {
  if (c.env?.outgoing === undefined) throw new ConnectionDropped("An injected fault dropped the connection.");
  c.env.outgoing.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** Sends headers that promise the whole body, then half of it, then nothing. */
async function truncated(c: Context<HostEnvironment>, response: Response): Promise<Response> {
  const body = Buffer.from(await response.arrayBuffer());
  const half = body.subarray(0, Math.floor(body.length / 2));
  const headers = new Headers(response.headers);
  // An answer without a body promises one byte, so that there is something to leave out.
  headers.set("Content-Length", String(Math.max(body.length, 1)));
  const outgoing = c.env?.outgoing;
  if (outgoing === undefined) {
    const torn = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(half)),
      pull: (controller) => controller.error(new ConnectionDropped("An injected fault cut the body short.")),
    });
    return new Response(torn, { status: response.status, headers });
  }
  outgoing.writeHead(response.status, Object.fromEntries(headers));
  outgoing.flushHeaders();
  await new Promise<void>((resolve) => outgoing.write(half, () => resolve()));
  outgoing.destroy();
  return RESPONSE_ALREADY_SENT;
}

async function faultyAnswer(c: Context<HostEnvironment>, fault: Fault, status: number): Promise<Response> {
  const response = await faultyResponse(fault, status);
  return fault.truncate ? truncated(c, response) : response;
}

async function faultyResponse({ body, headers = {}, error_page }: Fault, status: number): Promise<Response> {
  if (BODILESS.includes(status)) return new Response(null, { status, headers });
  if (error_page) {
    return new Response(await gatewayPage(status), { status, headers: { "Content-Type": "text/html", ...headers } });
  }
  if (body === undefined || typeof body === "string") return new Response(body ?? null, { status, headers });
  return Response.json(body, { status, headers });
}

function gatewayPage(status: number) {
  const title = `${status} ${STATUS_CODES[status] ?? "Error"}`;
  return html`<html>
    <head>
      <title>${title}</title>
    </head>
    <body>
      <center><h1>${title}</h1></center>
    </body>
  </html>`;
}
