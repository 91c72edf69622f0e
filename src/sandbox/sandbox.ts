import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { createAdminHost } from "./admin-host";
import { createApiHost } from "./api-host";
import { createAppHost } from "./app-host";
import { DEFAULT_ASSUMPTIONS } from "./assumptions";
import type { Assumptions } from "./assumptions";
import { DEFAULT_SERVICE_ACCOUNTS } from "./directory";
import type { ServiceAccountSeed } from "./directory";
import { Faults, injectFaults } from "./faults";
import type { Delay } from "./faults";
import { LocalCronofy } from "./local-cronofy";
import { loopbackOnly } from "./loopback-only";
import { limitRate } from "./rate-limit";
import { logRequests, RequestLog } from "./request-log";

export interface SandboxOptions {
  /** @default 24 random hexadecimal digits */
  readonly clientId?: string;
  /** Also the API key. @default random */
  readonly clientSecret?: string;
  /** The application's name, as the administrator sees it. @default "The sandbox application" */
  readonly applicationName?: string;
  /** The only redirect URIs accepted, as in production. @default any, as in development */
  readonly redirectUris?: readonly string[];
  /** @default three of them, with people behind each */
  readonly serviceAccounts?: readonly ServiceAccountSeed[];
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

/** A local Cronofy without a listener. */
export interface Sandbox {
  readonly api: SandboxHost;
  readonly app: SandboxHost;
  readonly admin: SandboxHost;
  readonly client_id: string;
  readonly client_secret: string;
  readonly service_accounts: readonly SandboxServiceAccount[];
}

/** Makes a local Cronofy; {@link startSandbox} also listens. */
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
  });
  const log = new RequestLog(options.requestLogLength ?? 10_000);
  const faults = new Faults();
  const gates = [loopbackOnly()];
  const logged = logRequests(log);
  const faulty = injectFaults(faults, options.delay ?? timer, options.signal ?? new AbortController().signal);
  const limited = assumptions.rateLimit ? [limitRate(assumptions.rateLimit, cronofy.clock, assumptions)] : [];

  return {
    api: createApiHost(cronofy, [...gates, logged, faulty, ...limited]).fetch,
    app: createAppHost(cronofy, { all: gates, tokens: [logged, faulty, ...limited], pages: [faulty] }).fetch,
    admin: createAdminHost(cronofy, faults, log, gates).fetch,
    client_id: client.client_id,
    client_secret: client.client_secret,
    service_accounts: cronofy.directory
      .serviceAccounts()
      .map(({ service_account_id, email, domain }) => ({ service_account_id, email, domain })),
  };
}

async function timer(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal });
}
