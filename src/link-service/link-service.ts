import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "hono";
import { getPath } from "hono/utils/url";
import { linkIdText } from "../link";
import { callbackUrl } from "../link-store";
import type { LinkKey, LinkStore } from "../link-store";
import type { CronofyClient, Secret } from "../cronofy";
import { loggedPath } from "./access-log";
import type { AccessLogEntry, LoggedOutcome } from "./access-log";
import { BrowserCookie, formToken } from "./browser";
import { answerCallback } from "./callback";
import { MintLimit, acceptInvitation, openInvitation } from "./invitation";
import { renderInvitation } from "./invitation-page";
import { WORDING } from "./outcome";
import type { Outcome } from "./outcome";
import { renderOutcome } from "./outcome-page";
import { SECURITY_HEADERS, invitationPolicy } from "./page";
import type { Integrator } from "./page";
import { FINGERPRINT_HEADER, Readiness, compareFingerprints } from "./readiness";
import type { LinkCompleted } from "./webhook";

/** What a link service works with. */
export interface LinkServiceOptions {
  /** Cronofy's API with the credentials of the application for which administrators approve. */
  readonly client: CronofyClient;
  /** Where links are kept; the provider declares and reads them there. */
  readonly store: LinkStore;
  /** Verifies `state` and invitations; the provider signs them with the same one. */
  readonly linkSecret: Secret;
  /**
   * The address that browsers use for this service, such as `https://links.example.com`. Where it has a path, requests
   * arrive with that path: a proxy does not strip it.
   */
  readonly publicUrl: string;
  /** Who invites. @default nobody is named */
  readonly integrator?: Integrator;
  /**
   * Told of each link that was made, once it is stored; must neither wait nor throw. A `Webhook`'s `send` is one.
   * @default nobody
   */
  readonly onLinked?: (event: LinkCompleted) => void;
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
  /** How the request ended, for the log; null for what has no page. */
  result: { readonly kind: LoggedOutcome; readonly link?: LinkKey; readonly detail?: string } | null;
  /** The Content-Security-Policy; null for the usual one. */
  policy: string | null;
}

/** Seconds after which a browser or a proxy may try again, where that is safe. */
const RETRY_AFTER = 15;

/** A path that leads nowhere. */
const NOWHERE = "/";

/** The service that invites administrators, and to which they return from Cronofy. */
export function createLinkService(options: LinkServiceOptions): LinkService {
  const { client, store, linkSecret, publicUrl } = options;
  const { integrator = {}, onLinked = () => undefined, now = () => new Date() } = options;
  const ownCallback = callbackUrl(publicUrl);
  const callback = { client, store, linkSecret, publicUrl, callbackUrl: ownCallback, now, onLinked };
  const invitation = { ...callback, mintLimit: new MintLimit() };
  const browsers = new BrowserCookie(publicUrl);
  const readiness = new Readiness(store, client);
  const policy = invitationPolicy(client, integrator);
  const app = createApp(options);

  const answer = async (c: Context<{ Variables: Variables }>, outcome: Outcome): Promise<Response> => {
    c.set("result", outcome);
    const { status, canRetry } = WORDING[outcome.kind];
    if (canRetry === true) c.header("Retry-After", String(outcome.retryAfter ?? RETRY_AFTER));
    return c.html(await renderOutcome(outcome, c.get("reference"), integrator), status);
  };

  app.get("/healthz", (c) => c.json({ status: "ok" }));

  app.get("/readyz", async (c) => {
    const same = compareFingerprints(c.req.header(FINGERPRINT_HEADER) ?? "", options);
    const compared = same === null ? {} : { same };
    const problem = await readiness.problem();
    if (problem === null) return c.json({ status: "ready", ...compared });
    c.set("result", { kind: "store-unavailable", detail: problem });
    return c.json({ status: "store unavailable", ...compared }, 503);
  });

  app.all("/callback", async (c) => {
    // Programs that look into links ask with HEAD, which must not use up a code.
    if (c.req.method !== "GET") {
      c.header("Allow", "GET");
      return answer(c, { kind: "method-not-allowed" });
    }
    return answer(c, await answerCallback(new URL(c.req.url), browsers.read(c), callback));
  });

  app.get("/invitations/:invitation", async (c) => {
    const token = c.req.param("invitation");
    const opened = await openInvitation(token, invitation);
    if (opened.kind !== "invited") return answer(c, opened);
    const page = await renderInvitation({
      invitation: opened.invitation,
      address: `${publicUrl.replace(/\/+$/, "")}/invitations/${token}`,
      reference: c.get("reference"),
      integrator,
      formToken: formToken(browsers.readOrSet(c), token, linkSecret),
    });
    c.set("result", opened);
    c.set("policy", policy);
    return c.html(page);
  });

  app.post("/invitations/:invitation", async (c) => {
    const accepted = await acceptInvitation(c.req.param("invitation"), c.req.raw, browsers.read(c), invitation);
    if (accepted.kind !== "sent-to-cronofy") return answer(c, accepted);
    c.set("result", accepted);
    return c.redirect(accepted.location, 303);
  });

  for (const [path, allowed] of [
    ["/healthz", "GET, HEAD"],
    ["/readyz", "GET, HEAD"],
    ["/invitations/:invitation", "GET, HEAD, POST"],
  ] as const) {
    app.all(path, (c) => {
      c.header("Allow", allowed);
      return answer(c, { kind: "method-not-allowed" });
    });
  }

  app.notFound((c) => answer(c, { kind: "not-found" }));

  app.onError((error, c) => answer(c, { kind: "unexpected-error", detail: `${error.name}: ${error.message}` }));

  return { callbackUrl: ownCallback, fetch: async (request) => app.fetch(request) };
}

/** What every answer has, whatever it says: a place below the public address, a reference, headers, and a line in the log. */
function createApp({
  publicUrl,
  log = () => undefined,
  now = () => new Date(),
  reference = () => randomUUID().slice(0, 8),
}: LinkServiceOptions) {
  // It is decoded, as the paths of requests are: a proxy may write the same path in several ways.
  const base = getPath(new Request(publicUrl)).replace(/\/+$/, "");
  const app = new Hono<{ Variables: Variables }>({
    getPath(request) {
      const path = getPath(request);
      return path.startsWith(`${base}/`) ? path.slice(base.length) : NOWHERE;
    },
  });

  app.use(async (c, next) => {
    const time = now();
    c.set("reference", reference());
    c.set("result", null);
    c.set("policy", null);
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
    const policy = c.get("policy");
    if (policy !== null) c.header("Content-Security-Policy", policy);
    const result = c.get("result");
    log({
      time,
      method: c.req.method,
      // Hono's path is decoded, so that it may hold line breaks.
      path: loggedPath(new URL(c.req.url).pathname),
      status: c.res.status,
      milliseconds: now().getTime() - time.getTime(),
      outcome: result?.kind ?? null,
      reference: result && c.get("reference"),
      link: result?.link ? linkIdText(result.link) : null,
      detail: result?.detail ?? null,
    });
  });
  return app;
}
