import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { DEFAULT_ASSUMPTIONS } from "./assumptions";
import type { Assumptions } from "./assumptions";
import { Snapshots } from "./controls/held-state";
import { SandboxControls } from "./controls/sandbox-controls";
import { createAdminHost } from "./hosts/admin-host";
import { createApiHost } from "./hosts/api-host";
import { createAppHost } from "./hosts/app-host";
import { injectFaults, limitRate, logRequests, loopbackOnly } from "./hosts/gates";
import type { Delay } from "./hosts/gates";
import { cronofyFetch, listen } from "./hosts/transports";
import type { Fetch, ListeningHosts, SandboxHost } from "./hosts/transports";
import type { ServiceAccountSeed } from "./state/directory";
import { Faults, faultSchema } from "./state/faults";
import type { FaultSeed } from "./state/faults";
import { LocalCronofy } from "./state/local-cronofy";
import type { LinkSeed } from "./state/local-cronofy";
import { Callbacks, RequestLog } from "./state/traffic";

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
  /** @default three, with people behind each; the examples have the same ids */
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
  /** Choices that Cronofy's documentation leaves open. @default {@link DEFAULT_ASSUMPTIONS} */
  readonly assumptions?: Partial<Assumptions>;
  /** How many requests `GET /requests` remembers. @default 10000 */
  readonly requestLogLength?: number;
  /** Milliseconds since the epoch; the admin API moves the clock on from it. @default Date.now */
  readonly now?: () => number;
  /** How an injected fault waits. @default a timer */
  readonly delay?: Delay;
}

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
   * Listens on 127.0.0.1, for what speaks to Cronofy over the network. A sandbox listens once: closing it ends injected
   * delays and callbacks for good.
   * @param options `port` is that of the api host; the app and admin hosts take the two after it. 0, the default, takes
   * any three free ones
   * @throws Error that names the port where one is taken
   */
  listen(options?: { readonly port?: number }): Promise<RunningSandbox>;
}

/** A sandbox that listens. Its JSON is what a program needs to use it. */
export interface RunningSandbox
  extends ListeningHosts, Pick<Sandbox, "client_id" | "client_secret" | "service_accounts"> {}

export interface StartSandboxOptions extends SandboxOptions {
  /** Port of the api host; the app and admin hosts take the two after it. 0 takes any three free ones. @default 0 */
  readonly port?: number;
}

/** The service accounts of a sandbox that is given none. The examples have the same ids. */
const DEFAULT_SERVICE_ACCOUNTS: readonly ServiceAccountSeed[] = [
  {
    service_account_id: "ser_64b17f9b8090ea21640c9151",
    email: "calendars@acme.example",
    accounts: ["ada@acme.example", "alan@acme.example"],
  },
  {
    service_account_id: "ser_5f1d7f3b2c9a8e0012ab34cd",
    email: "calendars@globex.example",
    provider_name: "office365",
    accounts: ["grace@globex.example"],
  },
  {
    service_account_id: "ser_6a0e4d2f9b1c3d5e7f809a1b",
    email: "calendars@initech.example",
    provider_name: "exchange",
    accounts: ["peter@initech.example"],
  },
];

/**
 * Makes a local Cronofy: a function from `Request` to `Response` for each of its three hosts, and controls. Nothing
 * listens unless `listen` is called, so a test needs no port and has nothing to close.
 *
 * @example
 * ```ts
 * import { createSandbox } from "ou-link/sandbox";
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
  const callbacks = new Callbacks(closed.signal);
  const parts = { cronofy, faults, callbacks, log, snapshots: new Snapshots(cronofy, faults) };

  const logged = logRequests(log);
  const faulty = injectFaults(faults, options.delay ?? timer, closed.signal);
  const limited = assumptions.rateLimit ? [limitRate(assumptions.rateLimit, cronofy.clock, assumptions)] : [];
  const api = createApiHost(cronofy, callbacks, [loopbackOnly, logged, faulty, ...limited]).fetch;
  const app = createAppHost(cronofy, {
    all: [loopbackOnly],
    tokens: [logged, faulty, ...limited],
    pages: [faulty],
  }).fetch;
  const admin = createAdminHost(parts, [loopbackOnly]).fetch;
  const told = {
    client_id: client.client_id,
    client_secret: client.client_secret,
    service_accounts: cronofy.directory
      .serviceAccounts()
      .map(({ service_account_id, email, domain }) => ({ service_account_id, email, domain })),
  };
  return {
    ...told,
    api,
    app,
    admin,
    fetch: cronofyFetch({ api, app }),
    controls: new SandboxControls(parts),
    async listen({ port = 0 } = {}) {
      return { ...(await listen({ api, app, admin }, port, () => closed.abort())), ...told };
    },
  };
}

async function timer(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal });
}

/**
 * Starts a local Cronofy on 127.0.0.1, with each host at an origin of its own. Its admin API steers it.
 * @throws Error that names the port where one is taken
 */
export function startSandbox({ port = 0, ...options }: StartSandboxOptions = {}): Promise<RunningSandbox> {
  return createSandbox(options).listen({ port });
}
