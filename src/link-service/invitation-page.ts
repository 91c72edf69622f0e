import { html } from "hono/html";
import type { LinkInvitation } from "../link-store";
import type { Integrator } from "./integrator";
import { renderFrame } from "./page-frame";
import { providerWording } from "./provider-wording";

/** What goes into an invitation's page beside the invitation. */
export interface InvitationPage {
  readonly invitation: LinkInvitation;
  /** What the log calls this request. */
  readonly reference: string;
  readonly integrator: Integrator;
  /** Goes back with the form. */
  readonly formToken: string;
}

/** The name of the form's only field. */
export const FORM_TOKEN_FIELD = "form_token";

/** The page on which an administrator reads what they will be asked for, and begins. */
export function renderInvitation({ invitation, reference, integrator, formToken }: InvitationPage): Promise<string> {
  const provider = providerWording(invitation.conferencingProviderName);
  const who = integrator.name ?? "The people who sent you this link";
  const asks = integrator.name === undefined ? "ask" : "asks";
  return renderFrame({
    title: `Connect ${provider.name}`,
    tone: "good",
    integrator,
    withLogo: true,
    facts: [
      ["Service account", invitation.serviceAccountId],
      ["Reference", reference],
    ],
    content: html`<p>
        ${who} ${asks} you to connect ${provider.name} to your organization's calendars, once and for everybody. Nobody
        else in your organization has to authorize it then.
      </p>
      <h2>What you need</h2>
      <ul>
        <li>${provider.needs}</li>
        <li>Perhaps proof that you administer your organization's calendars.</li>
      </ul>
      <h2>What you will be asked</h2>
      <ol>
        <li>To let Cronofy, which makes the connection, create conferencing details for any user or room.</li>
        <li>To approve that your calendars and ${provider.name} belong together, in one organizational unit.</li>
      </ol>
      <form method="post" action="">
        <input type="hidden" name="${FORM_TOKEN_FIELD}" value="${formToken}" />
        <button type="submit">Continue to Cronofy</button>
        <br /><small>Have some minutes at hand: Cronofy's page works for a short time only. This one can wait.</small>
      </form>`,
  });
}
