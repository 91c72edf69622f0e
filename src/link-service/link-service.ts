import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "hono";
import type { AuthorizationStore } from "../authorizations";
import type { CronofyClient, Secret } from "../cronofy";
import type { AccessLogEntry } from "./access-log";
import { answerCallback } from "./callback";
import { mayTryAgain } from "./outcome";
import type { Outcome } from "./outcome";
import { renderPage } from "./page";
import { SECURITY_HEADERS } from "./security-headers";
import { SentCodes } from "./sent-codes";
import { WORDING } from "./wording";

/** What a link service works with. */
export interface LinkServiceOptions {
  /** Cronofy's API with the credentials of the application for which administrators approve. */
  readonly client: CronofyClient;
  /** Where authorizations are kept; the provider reads them there. */
  readonly store: AuthorizationStore;
  /** Verifies `state`; the provider signs it with the same one. */
  readonly linkSecret: Secret;
  /**
   * The address that browsers use for this service, such as `https://links.example.com`. Where it has a path, requests
   * arrive with that path: a proxy does not strip it.
   */
  readonly publicUrl: string;
  /** Told of each answered request. @default nobody */
  readonly log?: (entry: AccessLogEntry) => void;
  /** @default the system's clock */
  readonly now?: () => Date;
  /** Names a request on its page and in the log. @default eight random characters */
  readonly reference?: () => string;
}

/** A link service as a function from request to response, to be mounted in any server that speaks the Fetch API. */
export interface LinkService {
  /** What links use as their `redirect_uri`. */
  readonly callbackUrl: string;
  /** Answers a request. Never rejects. */
  fetch(request: Request): Promise<Response>;
}

interface Variables {
  reference: string;
  outcome: Outcome | null;
}

/** Seconds after which a browser or a proxy may try again, where trying again is safe. */
const RETRY_AFTER = 15;

/** The service to which administrators return from Cronofy. */
export function createLinkService(options: LinkServiceOptions): LinkService {
  const {
    publicUrl,
    log = () => undefined,
    now = () => new Date(),
    reference = () => randomUUID().slice(0, 8),
  } = options;
  const base = new URL(publicUrl).pathname.replace(/\/+$/, "");
  const callbackUrl = new URL(`${base}/callback`, publicUrl).href;
  const callback = { ...options, now, callbackUrl, sentCodes: new SentCodes() };

  const app = new Hono<{ Variables: Variables }>();

  app.use(async (c, next) => {
    const time = now();
    c.set("reference", reference());
    c.set("outcome", null);
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
    const outcome = c.get("outcome");
    log({
      time,
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      milliseconds: now().getTime() - time.getTime(),
      outcome: outcome?.kind ?? null,
      reference: outcome && c.get("reference"),
      link: outcome?.link ? `${outcome.link.dataCenter}/${outcome.link.serviceAccountId}` : null,
      detail: outcome?.detail ?? null,
    });
  });

  app.get(`${base}/healthz`, (c) => c.json({ status: "ok" }));

  app.all(`${base}/callback`, async (c) => {
    // Programs that look into links ask with HEAD, which must not use up a code.
    if (c.req.method !== "GET") {
      c.header("Allow", "GET");
      return answer(c, { kind: "method-not-allowed" });
    }
    return answer(c, await answerCallback(new URL(c.req.url), callback));
  });

  app.notFound((c) => answer(c, { kind: "not-found" }));

  app.onError((error, c) => answer(c, { kind: "unexpected-error", detail: `${error.name}: ${error.message}` }));

  return { callbackUrl, fetch: async (request) => app.fetch(request) };
}

async function answer(c: Context<{ Variables: Variables }>, outcome: Outcome): Promise<Response> {
  c.set("outcome", outcome);
  if (mayTryAgain(outcome.kind)) c.header("Retry-After", String(RETRY_AFTER));
  return c.html(await renderPage(outcome, c.get("reference")), WORDING[outcome.kind].status);
}
