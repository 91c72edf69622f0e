import { html } from "hono/html";
import { CONFERENCING_PROVIDERS } from "../state/consent";
import type { AnswerProblems, Answers, Consent, ConsentError } from "../state/consent";
import { page } from "./page";
import type { Html } from "./page";

/**
 * The page on which an administrator proves access before the questions come. Its form posts to its own URL.
 * @param email fills the field: at first the account's own, so that a press of the button is enough
 * @param isWrong whether the administrator gave another account
 */
export function signInPage(application: string, consent: Consent, email: string, isWrong: boolean): Html {
  const { serviceAccount, redirectUri } = consent;
  return page(
    `Sign in for ${serviceAccount.domain}`,
    html`
      ${
        isWrong
          ? html`<div class="alert" role="alert">
              <a href="#email"
                >That is not ${serviceAccount.email}. Sign in as the account that connected the calendars.</a
              >
            </div>`
          : ""
      }
      <p>
        <strong>${application}</strong> asks to connect a conferencing service. Show first that you administer
        <strong>${serviceAccount.email}</strong>.
      </p>
      <form method="post">
        <div class="field">
          <label for="email">E-mail address of the account</label>
          <input
            id="email"
            name="email"
            type="email"
            autocomplete="username"
            required
            value="${email}"
            aria-describedby="email-hint"
            ${isWrong ? "aria-invalid=true" : ""}
          />
          <small id="email-hint">
            The sandbox asks for no password. Another address shows what happens to somebody else.
          </small>
        </div>
        <div class="choices">
          <button name="decision" value="sign_in">Sign in</button>
          <button name="decision" value="refuse" class="quiet" formnovalidate>Refuse</button>
        </div>
        <p class="after">If you refuse, you return to ${new URL(redirectUri).origin}.</p>
      </form>
    `,
  );
}

/**
 * The administrator's page. Its one form posts to its own URL and works without JavaScript.
 * @param problems those of the answers that were sent before; empty at first
 * @param isSignedIn whether access was proved on the sign-in page; otherwise this page asks for it
 */
export function consentPage(
  application: string,
  consent: Consent,
  answers: Answers,
  problems: AnswerProblems,
  isSignedIn: boolean,
): Html {
  const { email, domain } = consent.serviceAccount;
  return page(
    `Connect conferencing for ${domain}`,
    html`
      ${problemSummary(problems)}
      <p>
        <strong>${application}</strong> asks to add meeting details from your conferencing service for everyone whose
        calendar is connected through <strong>${email}</strong>.
      </p>
      <form method="post">
        ${isSignedIn ? html`<p>You are signed in as ${email}.</p>` : accessField(email, answers, problems)}
        ${providerField(consent, answers, problems)} ${unitField(consent, answers, problems)}
        <div class="choices">
          <button name="decision" value="approve">Approve</button>
          <button name="decision" value="refuse" class="quiet" formnovalidate>Refuse</button>
        </div>
        <p class="after">Either way you return to ${new URL(consent.redirectUri).origin}.</p>
      </form>
    `,
  );
}

/** The page of a request that leads nowhere. */
export function consentErrorPage({ title, message }: ConsentError): Html {
  return page(title, html`<p>${message}</p>`);
}

function accessField(email: string, answers: Answers, problems: AnswerProblems): Html {
  return question(
    "provedAccess",
    "Your access",
    problems,
    html`<label>
      <input
        type="checkbox"
        id="provedAccess"
        name="proved_access"
        value="yes"
        required
        ${mark(problems.provedAccess !== undefined, "autofocus")}
        ${mark(answers.provedAccess, "checked")}
      />
      <span>
        I administer ${email}
        <small>Cronofy asks for a sign-in here; the sandbox takes your word.</small>
      </span>
    </label>`,
  );
}

function providerField(consent: Consent, answers: Answers, problems: AnswerProblems): Html {
  const { preselectedProvider } = consent;
  const offered = [...CONFERENCING_PROVIDERS].filter(([name]) => name === (preselectedProvider ?? name));
  return question(
    "conferencingProviderName",
    "Conferencing service",
    problems,
    choices("conferencing_provider_name", "conferencingProviderName", offered, answers.conferencingProviderName),
  );
}

function unitField(consent: Consent, answers: Answers, problems: AnswerProblems): Html {
  const existing = consent.units.map(({ organizational_unit_id: id }) => [id, `Existing unit ${id}`] as const);
  return question(
    "organizationalUnit",
    "Organizational Unit that joins both",
    problems,
    choices(
      "organizational_unit",
      "organizationalUnit",
      [...existing, ["new", "New unit"]],
      answers.organizationalUnit,
    ),
  );
}

/** Form controls under a heading, with the problem of the answer. */
function question(field: keyof Answers, heading: string, problems: AnswerProblems, controls: Html): Html {
  const problem = problems[field];
  return html`<fieldset ${mark(problem !== undefined, `aria-describedby=${field}-problem`)}>
    <legend>${heading}</legend>
    ${problem === undefined ? "" : html`<p class="problem" id="${field}-problem">${problem}</p>`} ${controls}
  </fieldset>`;
}

/** Radio buttons for `[value, text]`; the first has the id that the summary of problems links to. */
function choices(
  name: string,
  firstId: keyof Answers,
  offered: readonly (readonly [string, string])[],
  chosen: string | null,
): Html {
  return html`${offered.map(
    ([value, text], index) =>
      html`<label>
        <input
          type="radio"
          id="${index === 0 ? firstId : `${firstId}-${value}`}"
          name="${name}"
          value="${value}"
          required
          ${mark(value === chosen, "checked")}
        />
        <span>${text}</span>
      </label>`,
  )}`;
}

function problemSummary(problems: AnswerProblems): Html {
  const entries = Object.entries(problems);
  if (entries.length === 0) return html``;
  return html`<div class="alert" role="alert">
    ${entries.map(([field, problem]) => html`<div><a href="#${field}">${problem}</a></div>`)}
  </div>`;
}

/** Attributes of an element, where a condition holds. */
function mark(isSo: boolean, attributes: string): string {
  return isSo ? attributes : "";
}
