import { Hono } from "hono";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { html } from "hono/html";
import {
  approve,
  CONSENT_PATH,
  ConsentError,
  ConsentRedirect,
  isAdministrator,
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
import { signInPage } from "./sign-in-page";
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

/** Remembers in the administrator's browser for which links it has proved access. */
const SESSION_COOKIE = "sandbox_session";

/**
 * The pages of `app.cronofy.com` that this flow touches, and the token endpoints, which answer here too.
 */
export function createAppHost(cronofy: LocalCronofy, gates: AppHostGates): Hono<HostEnvironment> {
  const application = cronofy.client.name;
  const asksForSignIn = cronofy.assumptions.administratorAccess === "signed_in";

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
      const isSignedIn = isSignedInFor(cronofy, c);
      // Whoever has signed in has opened the page before.
      const consent = readConsent(cronofy, queryOf(c.req.url), isSignedIn ? "resume" : "open");
      if (asksForSignIn && !isSignedIn)
        return c.html(signInPage(application, consent, consent.serviceAccount.email, false));
      return c.html(consentPage(application, consent, suggestedAnswers(consent), {}, asksForSignIn));
    })
    .post(CONSENT_PATH, async (c) => {
      if (isCrossSite(c.req)) {
        return c.html(page("This form came from elsewhere", html`<p>Open the link itself and answer there.</p>`), 403);
      }
      const form = readConsentForm(await readRequestBody(c));
      const consent = readConsent(cronofy, queryOf(c.req.url), "resume");
      if (form.decision === "refuse") return c.redirect(refuse(cronofy, consent), 302);
      if (asksForSignIn && form.decision === "sign_in") {
        if (!isAdministrator(consent, form.email))
          return c.html(signInPage(application, consent, form.email, true), 422);
        const session = cronofy.signIns.signIn(getCookie(c, SESSION_COOKIE), consent.linkToken);
        setCookie(c, SESSION_COOKIE, session, { path: CONSENT_PATH, httpOnly: true, sameSite: "Lax" });
        // Back to the same address by GET, so that the browser's back button finds a page and not a form to send again.
        return c.redirect(CONSENT_PATH + new URL(c.req.url).search, 303);
      }
      if (asksForSignIn && !isSignedInFor(cronofy, c)) {
        return c.html(signInPage(application, consent, consent.serviceAccount.email, false), 422);
      }
      const answers = asksForSignIn ? { ...form.answers, provedAccess: true } : form.answers;
      const problems = problemsOf(cronofy, consent, answers);
      if (form.decision !== "approve" || Object.keys(problems).length > 0) {
        return c.html(consentPage(application, consent, answers, problems, asksForSignIn), 422);
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

function isSignedInFor(cronofy: LocalCronofy, c: Context<HostEnvironment>): boolean {
  return cronofy.signIns.covers(getCookie(c, SESSION_COOKIE), queryOf(c.req.url).get("ou_link_token") ?? "");
}

function queryOf(url: string): URLSearchParams {
  return new URL(url).searchParams;
}
