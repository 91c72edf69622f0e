import { html } from "hono/html";
import type { Consent } from "./consent";
import { page } from "./page";
import type { Html } from "./page";

/**
 * The page on which an administrator proves access before the questions come: a form that posts to its own URL.
 * @param email what the field holds: the account's own at first, so that a press of the button is enough
 * @param isWrong whether that was another account
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
