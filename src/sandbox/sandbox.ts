import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { createAdminHost } from "./admin-host";
import { createApiHost } from "./api-host";
import { createAppHost } from "./app-host";
import { DEFAULT_ASSUMPTIONS } from "./assumptions";
import type { Assumptions } from "./assumptions";
import { Callbacks } from "./callbacks";
import { cronofyFetch } from "./cronofy-fetch";
import type { Fetch } from "./cronofy-fetch";
import { DEFAULT_SERVICE_ACCOUNTS } from "./directory";
import type { ServiceAccountSeed } from "./directory";
import { Faults, faultSchema, injectFaults } from "./faults";
import type { Delay, FaultSeed } from "./faults";
import { listen } from "./listen";
import type { RunningSandbox } from "./listen";
import { LocalCronofy } from "./local-cronofy";
import type { LinkSeed } from "./local-cronofy";
import { loopbackOnly } from "./loopback-only";
import { limitRate } from "./rate-limit";
import { logRequests, RequestLog } from "./request-log";
import { SandboxControls } from "./sandbox-controls";
import { Snapshots } from "./snapshots";

/** What a sandbox begins with. */
export interface SandboxOptions {
  /** @default 24 random hexadecimal digits */
  readonly clientId?: string;
  /** Also the API key. @default random */
  readonly clientSecret?: string;
  /** The application's name, as the administrator sees it. @default "The sandbox application" */
  readonly applicationName?: string;
  /** The only redirect URIs accepted, as in production. @default any, as in development */
  readonly redirectUris?: readonly string[];
  /** @default three of them, with people behind each, whose ids are those of the examples */
  readonly serviceAccounts?: readonly ServiceAccountSeed[];
  /** Service accounts that are linked from the beginning. @default none */
  readonly links?: readonly LinkSeed[];
  /** Whether the application's plan has Enterprise Conferencing; without it, link tokens get 402. @default true */
  readonly enterpriseConferencing?: boolean;
  /** Faults to begin with, as the admin API takes them. @default none */
  readonly faults?: readonly FaultSeed[];
  /** How far the clock is ahead at first. @default 0 */
  readonly clockAheadSeconds?: number;
  /** The same seed gives the same ids and tokens in the same order. @default random */
  readonly seed?: string;
  /** Choices where Cronofy's documentation makes none. @default {@link DEFAULT_ASSUMPTIONS} */
  readonly assumptions?: Partial<Assumptions>;
  /** How many requests `GET /requests` remembers. @default 10000 */
  readonly requestLogLength?: number;
  /** Milliseconds since the epoch; the admin API moves the clock on from it. @default Date.now */
  readonly now?: () => number;
  /** How an injected fault waits. @default a timer */
  readonly delay?: Delay;
  /** Ends injected delays. @default never */
  readonly signal?: AbortSignal;
}

/** A host as a function from request to response; `bindings` are Node's own objects, given by a listener. */
export type SandboxHost = (request: Request, bindings?: HttpBindings) => Response | Promise<Response>;

/** A service account that the application may use. */
export interface SandboxServiceAccount {
  readonly service_account_id: string;
  readonly email: string;
  readonly domain: string;
}

/** A local Cronofy. */
export interface Sandbox {
  readonly api: SandboxHost;
  readonly app: SandboxHost;
  readonly admin: SandboxHost;
  readonly client_id: string;
  readonly client_secret: string;
  readonly service_accounts: readonly SandboxServiceAccount[];
  /** Cronofy in place of the network, for a client that takes a `fetch`: `https://api.cronofy.com` and its kin. */
  readonly fetch: Fetch;
  /** The clock, faults, the administrator, revocation, snapshots. */
  readonly controls: SandboxControls;
  /**
   * Listens on 127.0.0.1, for what speaks to Cronofy over the network: once, for closing it ends injected delays and
   * callbacks for good.
   * @param options `port` is that of the api host; the app and admin hosts take the two after it. 0, the default, takes
   * any three free ones
   * @throws Error that names the port where one is taken
   */
  listen(options?: { readonly port?: number }): Promise<RunningSandbox>;
}

/**
 * Makes a local Cronofy: three functions from `Request` to `Response`, one for each of its hosts, and controls. Nothing
 * listens, so a test needs no port and nothing to close, unless it calls `listen`.
 *
 * @example
 * ```ts
 * import { createSandbox } from "terraform-provider-cronofy/sandbox";
 *
 * const sandbox = createSandbox({ seed: "my test", now: () => 0 });
 * const application = new MyApplication({
 *   fetch: sandbox.fetch,
 *   clientId: sandbox.client_id,
 *   clientSecret: sandbox.client_secret,
 * });
 * const url = await application.authorizationUrl(sandbox.service_accounts[0].service_account_id);
 * await application.callback(sandbox.controls.authorize(url));
 * sandbox.controls.addFault({ path: "/oauth/token", status: 503 });
 * sandbox.controls.advanceClock(3600);
 * ```
 * @throws Error where `links` names a service account that is not there, or a fault is none
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const client = {
    client_id: options.clientId ?? randomBytes(12).toString("hex"),
    client_secret: options.clientSecret ?? randomBytes(32).toString("base64url"),
    name: options.applicationName ?? "The sandbox application",
    redirectUris: options.redirectUris ?? null,
  };
  const assumptions = { ...DEFAULT_ASSUMPTIONS, ...options.assumptions };
  const cronofy = new LocalCronofy({
    client,
    assumptions,
    serviceAccounts: options.serviceAccounts ?? DEFAULT_SERVICE_ACCOUNTS,
    seed: options.seed ?? randomBytes(32).toString("hex"),
    now: options.now ?? Date.now,
    links: options.links ?? [],
    enterpriseConferencing: options.enterpriseConferencing ?? true,
    clockAheadSeconds: options.clockAheadSeconds ?? 0,
  });
  const log = new RequestLog(options.requestLogLength ?? 10_000);
  const faults = new Faults();
  for (const each of options.faults ?? []) faults.add(faultSchema.parse(each));
  const closed = new AbortController();
  const closing = options.signal ? AbortSignal.any([options.signal, closed.signal]) : closed.signal;
  const callbacks = new Callbacks(closing);
  const gates = [loopbackOnly()];
  const logged = logRequests(log);
  const faulty = injectFaults(faults, options.delay ?? timer, closing);
  const limited = assumptions.rateLimit ? [limitRate(assumptions.rateLimit, cronofy.clock, assumptions)] : [];

  const steerable = { cronofy, faults, callbacks, log, snapshots: new Snapshots(cronofy, faults) };
  const api = createApiHost(cronofy, callbacks, [...gates, logged, faulty, ...limited]).fetch;
  const app = createAppHost(cronofy, { all: gates, tokens: [logged, faulty, ...limited], pages: [faulty] }).fetch;
  const sandbox = {
    api,
    app,
    admin: createAdminHost(steerable, gates).fetch,
    client_id: client.client_id,
    client_secret: client.client_secret,
    service_accounts: cronofy.directory
      .serviceAccounts()
      .map(({ service_account_id, email, domain }) => ({ service_account_id, email, domain })),
    fetch: cronofyFetch({ api, app }),
    controls: new SandboxControls(steerable),
  };
  return { ...sandbox, listen: ({ port = 0 } = {}) => listen(sandbox, port, () => closed.abort()) };
}

async function timer(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal });
}
