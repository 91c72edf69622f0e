import { STATUS_CODES } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import { z } from "zod";
import type { Gate, HostEnvironment } from "./host-environment";

/** Waits so many milliseconds; rejects when the signal is aborted. */
export type Delay = (ms: number, signal: AbortSignal) => Promise<void>;

/** The connection was cut instead of an answer, where there is no listener whose socket could be closed. */
export class ConnectionDropped extends Error {
  override readonly name = "ConnectionDropped";
}

/** Lists and objects in each other: who follows them by recursion has only so much stack. */
const DEEPEST = 100;

/** Statuses that may not have a body. */
const BODILESS = [204, 205, 304];

/** A fault as the admin API takes it; `path` may end in `*` for whatever follows. */
export const faultSchema = z
  .strictObject({
    method: z.string().toUpperCase().optional(),
    path: z.string().startsWith("/"),
    status: z.int().min(200).max(599).optional(),
    /** Answers with the status only after the request was worked on: an answer that was lost on its way. */
    after_work: z.literal(true).optional(),
    /** A string is sent as it is, anything else as JSON. */
    body: z.unknown().refine(isShallow, { error: "is nested too deeply", abort: true }).pipe(z.json()).optional(),
    headers: z.record(z.string(), z.string()).refine(areHeaders, "is not a set of HTTP headers").optional(),
    /** Before anything else happens. */
    delay_ms: z.int().min(0).max(120_000).optional(),
    /** Cuts the connection, before the request is worked on or after. */
    drop: z.enum(["before", "after"]).optional(),
    /** Cuts the connection in the middle of the body, after the request was worked on. */
    truncate: z.literal(true).optional(),
    /** Sends the HTML page of a gateway with the status, as proxies do. */
    error_page: z.literal(true).optional(),
    /** How many requests it meets. */
    times: z.int().min(1).max(1_000_000).default(1),
  })
  .refine(
    ({ status, delay_ms, drop, truncate }) => (status ?? delay_ms ?? drop ?? truncate) !== undefined,
    "needs status, delay_ms or drop, or truncate",
  )
  .refine(({ drop, truncate }) => drop === undefined || truncate === undefined, "takes either drop or truncate")
  .refine(
    ({ status, body, error_page }) => error_page === undefined || (status !== undefined && body === undefined),
    "takes error_page only with a status and without a body",
  )
  .refine(({ status, drop }) => status === undefined || drop === undefined, "takes either status or drop")
  .refine(
    ({ status, after_work }) => status !== undefined || after_work === undefined,
    "takes after_work only with a status",
  )
  .refine(
    ({ status, body, headers }) => status !== undefined || (body ?? headers) === undefined,
    "takes body and headers only with a status",
  );

/** What goes wrong, on which requests, and how often. */
export type Fault = z.output<typeof faultSchema>;

/** A {@link Fault} as one may write it: once, unless `times` says otherwise. */
export type FaultSeed = z.input<typeof faultSchema>;

/** The faults still to come, first added first met. */
export class Faults {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push({ ...fault });
  }

  /** The fault that meets this request, counted down. */
  take(method: string, path: string): Fault | undefined {
    const met = this.#faults.find((each) => (each.method ?? method) === method && covers(each.path, path));
    if (met === undefined) return undefined;
    met.times -= 1;
    if (met.times === 0) this.#faults = this.#faults.filter((each) => each !== met);
    return met;
  }

  all(): Fault[] {
    return this.#faults.map((each) => ({ ...each }));
  }

  clear(): void {
    this.#faults = [];
  }

  restore(faults: readonly Fault[]): void {
    this.#faults = faults.map((each) => ({ ...each }));
  }
}

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
    // Else the headers of the answer that is lost would show in the one that takes its place.
    if (fault.status !== undefined || fault.truncate || fault.drop) c.res = undefined;
    if (fault.status !== undefined) c.res = await faultyAnswer(c, fault, fault.status);
    else if (fault.truncate) c.res = await truncated(c, lost);
    else if (fault.drop === "after") c.res = dropConnection(c);
    return undefined;
  };
}

/** Aborted once the client no longer waits for an answer. */
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

/** Half of the body under headers that promise all of it, then nothing. */
async function truncated(c: Context<HostEnvironment>, response: Response): Promise<Response> {
  const body = Buffer.from(await response.arrayBuffer());
  const half = body.subarray(0, Math.floor(body.length / 2));
  const headers = new Headers(response.headers);
  // Without a body, a promise of one byte is what can be broken.
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
  const response = faultyResponse(fault, status);
  return fault.truncate ? truncated(c, response) : response;
}

function faultyResponse({ body, headers, error_page }: Fault, status: number): Response {
  if (error_page && !BODILESS.includes(status)) return gatewayPage(status, headers);
  if (body === undefined || BODILESS.includes(status)) return new Response(null, { status, headers: headers ?? {} });
  if (typeof body === "string") return new Response(body, { status, headers: headers ?? {} });
  return Response.json(body, { status, headers: headers ?? {} });
}

function gatewayPage(status: number, headers: Record<string, string> = {}): Response {
  const title = `${status} ${STATUS_CODES[status] ?? "Error"}`;
  const page = `<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>\n`;
  return new Response(page, { status, headers: { "Content-Type": "text/html", ...headers } });
}

function covers(pattern: string, path: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/** Told level by level, and not by recursion. */
function isShallow(json: unknown): boolean {
  let level = [json];
  for (let depth = 0; depth <= DEEPEST; depth++) {
    level = level.flatMap((each): unknown[] => (typeof each === "object" && each !== null ? Object.values(each) : []));
    if (level.length === 0) return true;
  }
  return false;
}

function areHeaders(headers: Record<string, string>): boolean {
  try {
    return new Headers(headers) instanceof Headers;
  } catch {
    return false;
  }
}
