import { html } from "hono/html";
import { CONFERENCING_PROVIDERS } from "./conferencing-providers";
import type { AnswerProblems, Answers, Consent, ConsentError } from "./consent";
import { page } from "./page";
import type { Html } from "./page";
import type { RequestBody } from "./request-body";
import { textField } from "./request-body";

/** What the administrator's form sends. */
export interface ConsentForm {
  readonly decision: "approve" | "refuse" | "sign_in" | null;
  readonly answers: Answers;
  /** Of the sign-in page; empty elsewhere. */
  readonly email: string;
}

const DECISIONS = ["approve", "refuse", "sign_in"] as const;

/** Reads the fields of {@link consentPage}'s form, and of the sign-in page's. */
export function readConsentForm(body: RequestBody): ConsentForm {
  const decision = textField(body, "decision");
  return {
    decision: DECISIONS.find((each) => each === decision) ?? null,
    email: textField(body, "email") ?? "",
    answers: {
      provedAccess: textField(body, "proved_access") === "yes",
      conferencingProviderName: textField(body, "conferencing_provider_name") ?? null,
      organizationalUnit: textField(body, "organizational_unit") ?? null,
    },
  };
}

/**
 * The administrator's page: one form that posts to its own URL and works without JavaScript.
 * @param problems of the answers that were sent before; empty at first
 * @param isSignedIn whether access was proved on a page before this one; otherwise it is one of the questions
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

/** Controls under a heading, with what is wrong about the answer. */
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

/** Attributes that are there only when something is so. */
function mark(isSo: boolean, attributes: string): string {
  return isSo ? attributes : "";
}
