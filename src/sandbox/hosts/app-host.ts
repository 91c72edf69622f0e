import { Hono } from "hono";
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { html } from "hono/html";
import { consentErrorPage, consentPage, signInPage } from "../pages/administrator-pages";
import { page, PAGE_HEADERS } from "../pages/page";
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
} from "../state/consent";
import type { Answers } from "../state/consent";
import type { LocalCronofy } from "../state/local-cronofy";
import { isCrossSite, readRequestBody, textField, unexpectedError } from "./http";
import type { Gate, HostEnvironment, RequestBody } from "./http";
import { createTokenEndpoints } from "./token-endpoints";

/** What requests pass before they reach their routes. */
interface AppHostGates {
  readonly all: readonly Gate[];
  /** After `all`, at the token endpoints. */
  readonly tokens: readonly Gate[];
  /** After `all`, at the administrator's page. */
  readonly pages: readonly Gate[];
}

/** The cookie that holds the session of an administrator's browser. */
const SESSION_COOKIE = "sandbox_session";

const DECISIONS = ["approve", "refuse", "sign_in"] as const;

/** What a form of the administrator's pages sends. */
interface AdministratorForm {
  readonly decision: (typeof DECISIONS)[number] | undefined;
  readonly answers: Answers;
  /** It comes from the sign-in page, and is empty elsewhere. */
  readonly email: string;
}

/**
 * The pages of `app.cronofy.com` that this flow touches, and the token endpoints, which this host has too.
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
      // An administrator who has signed in has opened the page before.
      const consent = readConsent(cronofy, queryOf(c.req.url), isSignedIn ? "resume" : "open");
      if (asksForSignIn && !isSignedIn)
        return c.html(signInPage(application, consent, consent.serviceAccount.email, false));
      return c.html(consentPage(application, consent, suggestedAnswers(consent), {}, asksForSignIn));
    })
    .post(CONSENT_PATH, async (c) => {
      if (isCrossSite(c.req)) {
        return c.html(page("This form came from elsewhere", html`<p>Open the link itself and answer there.</p>`), 403);
      }
      const form = readForm(await readRequestBody(c));
      const consent = readConsent(cronofy, queryOf(c.req.url), "resume");
      if (form.decision === "refuse") return c.redirect(refuse(cronofy, consent), 302);
      if (asksForSignIn && form.decision === "sign_in") {
        if (!isAdministrator(consent, form.email))
          return c.html(signInPage(application, consent, form.email, true), 422);
        const session = cronofy.signIns.signIn(getCookie(c, SESSION_COOKIE), consent.linkToken);
        setCookie(c, SESSION_COOKIE, session, { path: CONSENT_PATH, httpOnly: true, sameSite: "Lax" });
        // The browser gets the page again by GET, so that its back button does not ask to send the form once more.
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

function readForm(body: RequestBody): AdministratorForm {
  const decision = textField(body, "decision");
  return {
    decision: DECISIONS.find((each) => each === decision),
    email: textField(body, "email") ?? "",
    answers: {
      provedAccess: textField(body, "proved_access") === "yes",
      conferencingProviderName: textField(body, "conferencing_provider_name") ?? null,
      organizationalUnit: textField(body, "organizational_unit") ?? null,
    },
  };
}

function isSignedInFor(cronofy: LocalCronofy, c: Context<HostEnvironment>): boolean {
  return cronofy.signIns.covers(getCookie(c, SESSION_COOKIE), queryOf(c.req.url).get("ou_link_token") ?? "");
}

function queryOf(url: string): URLSearchParams {
  return new URL(url).searchParams;
}
