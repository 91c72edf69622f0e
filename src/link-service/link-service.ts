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
import { BrowserCookie } from "./browser-cookie";
import { answerCallback } from "./callback";
import { FINGERPRINT_HEADER, compareFingerprints } from "./fingerprints";
import { formToken, isFormToken } from "./form-token";
import type { Integrator } from "./integrator";
import { acceptInvitation, openInvitation } from "./invitation";
import { FORM_TOKEN_FIELD, renderInvitation } from "./invitation-page";
import type { LinkCompleted } from "./link-completed";
import { MintLimit } from "./mint-limit";
import { mayTryAgain, startsOver } from "./outcome";
import type { Outcome } from "./outcome";
import { mayComeFromOwnPage } from "./own-page";
import { renderPage } from "./page";
import { Readiness } from "./readiness";
import { SECURITY_HEADERS, invitationPolicy } from "./security-headers";
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

/** A path that is nobody's. */
const ELSEWHERE = "/";

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
  // Decoded, as the paths of requests are: a proxy may write one and the same path in several ways.
  const base = getPath(new Request(publicUrl)).replace(/\/+$/, "");
  const ownCallback = callbackUrl(publicUrl);
  const invitation = { client, store, linkSecret, callbackUrl: ownCallback, now, mintLimit: new MintLimit() };
  const callback = { ...invitation, publicUrl, onLinked };
  const browsers = new BrowserCookie(publicUrl);
  const readiness = new Readiness(store, client);
  const policy = invitationPolicy(client, integrator);

  async function answer(c: RequestContext, outcome: Outcome): Promise<Response> {
    c.set("result", outcome);
    if (mayTryAgain(outcome.kind) || startsOver(outcome.kind)) {
      c.header("Retry-After", String(outcome.retryAfter ?? RETRY_AFTER));
    }
    return c.html(await renderPage(outcome, c.get("reference"), integrator), WORDING[outcome.kind].status);
  }

  const app = new Hono<{ Variables: Variables }>({
    getPath(request) {
      const path = getPath(request);
      return path.startsWith(`${base}/`) ? path.slice(base.length) : ELSEWHERE;
    },
  });

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
    const token = c.req.param("invitation");
    const browser = browsers.read(c);
    // Read in any case, so that what is too long is turned away whatever else is wrong with it.
    const form = await readForm(c.req.raw);
    if (form === "too-large") return answer(c, { kind: form });
    const sent = form?.get(FORM_TOKEN_FIELD) ?? "";
    const opened = await openInvitation(token, invitation);
    if (opened.kind !== "invited") return answer(c, opened);
    const { link } = opened;
    if (!mayComeFromOwnPage(c.req.raw.headers, publicUrl)) {
      return answer(c, { kind: "form-not-ours", link, detail: "Another site's page posted the form." });
    }
    if (browser === null || !isFormToken(sent, formToken(browser, token, linkSecret))) {
      const itsToken = form === null ? "The form broke off." : "The form's token is not this browser's.";
      const detail = browser === null ? "The browser brought no cookie." : itsToken;
      return answer(c, { kind: "form-not-ours", link, detail });
    }
    const accepted = await acceptInvitation(opened, browser, invitation);
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

/**
 * Reads a posted form by its stream, however its length is told. Hono's own limit would make a further `Request` of a
 * server's, which the runtime refuses where that is not one of its own.
 *
 * @returns null where the browser left before the end
 */
async function readForm({ headers, body }: Request): Promise<URLSearchParams | "too-large" | null> {
  if (Number(headers.get("content-length")) > MAX_BODY) return "too-large";
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      length += part.value.length;
      if (length > MAX_BODY) return "too-large";
      chunks.push(part.value);
    }
  } catch {
    return null;
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
