import { Hono } from "hono";
import { html } from "hono/html";
import {
  approve,
  CONSENT_PATH,
  ConsentError,
  ConsentRedirect,
  problemsOf,
  readConsent,
  refuse,
  suggestedAnswers,
} from "./consent";
import { consentErrorPage, consentPage, readConsentForm } from "./consent-page";
import type { Gate, HostEnvironment } from "./host-environment";
import type { LocalCronofy } from "./local-cronofy";
import { isCrossSite } from "./loopback-only";
import { page, PAGE_HEADERS } from "./page";
import { readRequestBody } from "./request-body";
import { createTokenEndpoints } from "./token-endpoints";
import { unexpectedError } from "./unexpected-error";

/** What requests pass first. */
export interface AppHostGates {
  readonly all: readonly Gate[];
  /** After `all`, at the token endpoints. */
  readonly tokens: readonly Gate[];
  /** After `all`, at the administrator's page. */
  readonly pages: readonly Gate[];
}

/**
 * The pages of `app.cronofy.com` that this flow touches, and the token endpoints, which answer here too.
 */
export function createAppHost(cronofy: LocalCronofy, gates: AppHostGates): Hono<HostEnvironment> {
  const application = cronofy.client.name;

  return new Hono<HostEnvironment>()
    .use(...gates.all)
    .use("/oauth/token/*", ...gates.tokens)
    .route("/oauth/token", createTokenEndpoints(cronofy))
    .use(CONSENT_PATH, ...gates.pages)
    .use(async function pageHeaders(c, next) {
      await next();
      for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
    })
    .get(CONSENT_PATH, (c) => {
      const consent = readConsent(cronofy, queryOf(c.req.url), "open");
      return c.html(consentPage(application, consent, suggestedAnswers(consent), {}));
    })
    .post(CONSENT_PATH, async (c) => {
      if (isCrossSite(c.req)) {
        return c.html(page("This form came from elsewhere", html`<p>Open the link itself and answer there.</p>`), 403);
      }
      const { decision, answers } = readConsentForm(await readRequestBody(c));
      const consent = readConsent(cronofy, queryOf(c.req.url), "resume");
      if (decision === "refuse") return c.redirect(refuse(cronofy, consent), 302);
      const problems = problemsOf(consent, answers);
      if (decision === null || Object.keys(problems).length > 0) {
        return c.html(consentPage(application, consent, answers, problems), 422);
      }
      return c.redirect(approve(cronofy, consent, answers), 302);
    })
    .notFound((c) => c.html(page("Nothing here", html`<p>The sandbox has no such page.</p>`), 404))
    .onError((error, c) => {
      if (error instanceof ConsentError) return c.html(consentErrorPage(error), error.status);
      if (error instanceof ConsentRedirect) return c.redirect(error.redirectTo, 302);
      return unexpectedError(error, c);
    });
}

function queryOf(url: string): URLSearchParams {
  return new URL(url).searchParams;
}
