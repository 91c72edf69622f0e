import { z } from "zod";

/** How deep a body may be nested. What walks through JSON by recursion runs out of stack in a deeper one. */
const DEEPEST = 100;

/** A fault as the admin API takes it; `path` may end in `*` for whatever follows. */
export const faultSchema = z
  .strictObject({
    method: z.string().toUpperCase().optional(),
    path: z.string().startsWith("/"),
    status: z.int().min(200).max(599).optional(),
    /** Answers with the status after the request was worked on, as where the answer was lost on its way. */
    after_work: z.literal(true).optional(),
    /** A string is sent as it is, anything else as JSON. */
    body: z.unknown().refine(isShallow, { error: "is nested too deeply", abort: true }).pipe(z.json()).optional(),
    headers: z.record(z.string(), z.string()).refine(areHeaders, "is not a set of HTTP headers").optional(),
    /** Waits before anything else happens. */
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

/** A {@link Fault} as one writes it. Without `times` it happens once. */
export type FaultSeed = z.input<typeof faultSchema>;

/** The faults still to come. Of several that match a request, it meets the one that was added first. */
export class Faults {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push({ ...fault });
  }

  /** Takes one from the count of the fault that this request meets. */
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

function covers(pattern: string, path: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/** Looks at one level after the other, since recursion would run out of stack. */
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
