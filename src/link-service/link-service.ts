import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { linkIdText } from "../link";
import { callbackUrl } from "../link-store";
import type { LinkKey, LinkStore } from "../link-store";
import type { CronofyClient, Secret } from "../cronofy";
import { loggedPath } from "./access-log";
import type { AccessLogEntry, LoggedOutcome } from "./access-log";
import { BrowserCookie } from "./browser-cookie";
import { answerCallback } from "./callback";
import { formToken, isFormToken } from "./form-token";
import type { Integrator } from "./integrator";
import { acceptInvitation, openInvitation } from "./invitation";
import { FORM_TOKEN_FIELD, renderInvitation } from "./invitation-page";
import type { LinkCompleted } from "./link-completed";
import { mayTryAgain, startsOver } from "./outcome";
import type { Outcome } from "./outcome";
import { mayComeFromOwnPage } from "./own-page";
import { renderPage } from "./page";
import { Readiness } from "./readiness";
import { SECURITY_HEADERS, invitationPolicy } from "./security-headers";
import { SentCodes } from "./sent-codes";
import { WORDING } from "./wording";

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

/** What the log says of a request, beside what every request has. */
interface Result {
  readonly kind: LoggedOutcome;
  readonly link?: LinkKey;
  readonly detail?: string;
}

interface Variables {
  reference: string;
  result: Result | null;
  /** In place of the usual one. */
  policy: string | null;
}

type RequestContext = Context<{ Variables: Variables }>;

/** Seconds after which a browser or a proxy may try again, where trying again is safe. */
const RETRY_AFTER = 15;

/** Bytes: the one form that there is has one short field. */
const MAX_BODY = 4 * 1024;

/** The service that invites administrators, and to which they return from Cronofy. */
export function createLinkService(options: LinkServiceOptions): LinkService {
  const {
    client,
    store,
    linkSecret,
    publicUrl,
    integrator = {},
    onLinked = () => undefined,
    log = () => undefined,
    now = () => new Date(),
    reference = () => randomUUID().slice(0, 8),
  } = options;
  const base = new URL(publicUrl).pathname.replace(/\/+$/, "");
  const ownCallback = callbackUrl(publicUrl);
  const invitation = { client, store, linkSecret, callbackUrl: ownCallback, now };
  const callback = { ...invitation, publicUrl, sentCodes: new SentCodes(), onLinked };
  const browsers = new BrowserCookie(publicUrl);
  const readiness = new Readiness(store, client);
  const policy = invitationPolicy(client, integrator);

  async function answer(c: RequestContext, outcome: Outcome): Promise<Response> {
    c.set("result", outcome);
    if (mayTryAgain(outcome.kind) || startsOver(outcome.kind)) c.header("Retry-After", String(RETRY_AFTER));
    return c.html(await renderPage(outcome, c.get("reference"), integrator), WORDING[outcome.kind].status);
  }

  const app = new Hono<{ Variables: Variables }>();

  app.use(async (c, next) => {
    const time = now();
    c.set("reference", reference());
    c.set("result", null);
    c.set("policy", null);
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
    const ownPolicy = c.get("policy");
    if (ownPolicy !== null) c.header("Content-Security-Policy", ownPolicy);
    const result = c.get("result");
    log({
      time,
      method: c.req.method,
      // Not Hono's path, which is decoded and so may hold line breaks.
      path: loggedPath(new URL(c.req.url).pathname),
      status: c.res.status,
      milliseconds: now().getTime() - time.getTime(),
      outcome: result?.kind ?? null,
      reference: result && c.get("reference"),
      link: result?.link ? linkIdText(result.link) : null,
      detail: result?.detail ?? null,
    });
  });

  app.use(bodyLimit({ maxSize: MAX_BODY, onError: (c) => answer(c as RequestContext, { kind: "too-large" }) }));

  app.get(`${base}/healthz`, (c) => c.json({ status: "ok" }));

  app.get(`${base}/readyz`, async (c) => {
    const problem = await readiness.problem();
    if (problem === null) return c.json({ status: "ready" });
    c.set("result", { kind: "store-unavailable", detail: problem });
    return c.json({ status: "store unavailable" }, 503);
  });

  app.all(`${base}/callback`, async (c) => {
    // Programs that look into links ask with HEAD, which must not use up a code.
    if (c.req.method !== "GET") {
      c.header("Allow", "GET");
      return answer(c, { kind: "method-not-allowed" });
    }
    return answer(c, await answerCallback(new URL(c.req.url), browsers.read(c), callback));
  });

  app.get(`${base}/invitations/:invitation`, async (c) => {
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

  app.post(`${base}/invitations/:invitation`, async (c) => {
    const token = c.req.param("invitation");
    const browser = browsers.read(c);
    // Read in any case, so that what is too long is turned away whatever else is wrong with it.
    const sent = new URLSearchParams(await c.req.text()).get(FORM_TOKEN_FIELD) ?? "";
    const opened = await openInvitation(token, invitation);
    if (opened.kind !== "invited") return answer(c, opened);
    const { link } = opened;
    if (!mayComeFromOwnPage(c.req.raw.headers, publicUrl)) {
      return answer(c, { kind: "form-not-ours", link, detail: "Another site's page posted the form." });
    }
    if (browser === null || !isFormToken(sent, formToken(browser, token, linkSecret))) {
      const detail = browser === null ? "The browser brought no cookie." : "The form's token is not this browser's.";
      return answer(c, { kind: "form-not-ours", link, detail });
    }
    const accepted = await acceptInvitation(opened, browser, invitation);
    if (accepted.kind !== "sent-to-cronofy") return answer(c, accepted);
    c.set("result", accepted);
    return c.redirect(accepted.location, 303);
  });

  app.all(`${base}/invitations/:invitation`, (c) => {
    c.header("Allow", "GET, HEAD, POST");
    return answer(c, { kind: "method-not-allowed" });
  });

  app.notFound((c) => answer(c, { kind: "not-found" }));

  app.onError((error, c) => answer(c, { kind: "unexpected-error", detail: `${error.name}: ${error.message}` }));

  return { callbackUrl: ownCallback, fetch: async (request) => app.fetch(request) };
}
