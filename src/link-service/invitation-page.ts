import { html } from "hono/html";
import type { LinkInvitation } from "../link-store";
import type { Integrator } from "./page";
import { renderFrame } from "./page";
import { providerWording } from "../link";

/** What goes into an invitation's page beside the invitation. */
interface InvitationPage {
  readonly invitation: LinkInvitation;
  /** Its own, in full, to be forwarded. A secret. */
  readonly address: string;
  /** What the log calls this request. */
  readonly reference: string;
  readonly integrator: Integrator;
  /** Goes back with the form. */
  readonly formToken: string;
}

/** The name of the form's only field. */
export const FORM_TOKEN_FIELD = "form_token";

/** The page on which an administrator reads what they will be asked for, and begins. */
export function renderInvitation(page: InvitationPage): Promise<string> {
  const { invitation, reference, integrator, formToken } = page;
  const provider = providerWording(invitation.conferencingProviderName);
  const who = integrator.name ?? "The people who sent you this page";
  const [asks, connects] = integrator.name === undefined ? ["ask", "they connect"] : ["asks", `${who} connects`];
  return renderFrame({
    title: `Connect ${provider.name}`,
    tone: "good",
    integrator,
    withLogo: true,
    facts: [
      ["Calendar account", invitation.serviceAccountId],
      ["Reference", reference],
    ],
    content: html`<p>
        ${who} ${asks} you to connect ${provider.name} to your organization's calendars, so that meetings can get their
        joining details by themselves. You do it once, for everybody: nobody else has to connect anything. It takes
        about five minutes.
      </p>
      <h2>What you need</h2>
      <ul>
        <li>${provider.needs}</li>
        <li>Perhaps the sign-in of somebody who administers your organization's calendars, to prove that you may.</li>
      </ul>
      <h2>What you will be asked</h2>
      <ol>
        <li>To let Cronofy create meeting details for any user or room.</li>
        <li>To approve that your calendars and ${provider.name} belong together.</li>
      </ol>
      <h2>Who Cronofy is</h2>
      <p>
        Cronofy is the service by which ${connects} to your calendars, and now to ${provider.name}.
        ${provider.permissions} It asks for no further access to your calendars.
      </p>
      <form method="post" action="">
        <input type="hidden" name="${FORM_TOKEN_FIELD}" value="${formToken}" />
        <button type="submit">Continue to Cronofy</button>
        <br /><small>Cronofy's pages wait for some minutes only; this one goes on working.</small>
      </form>
      <h2>Not the right person?</h2>
      <p>
        Pass this page on to whoever administers ${provider.name} in your organization, by e-mail or by copying its
        address.
      </p>
      <a href="${forwarding(page)}">Forward it by e-mail</a>`,
  });
}

/** A message that the administrator's own mail program writes, with the page's address in it. */
function forwarding({ invitation, address, integrator }: InvitationPage): string {
  const { name, needs } = providerWording(invitation.conferencingProviderName);
  const subject = `Please connect ${name}${integrator.name === undefined ? "" : ` for ${integrator.name}`}`;
  const asked = integrator.name === undefined ? "We have been asked" : `${integrator.name} asks us`;
  const body = [
    "Hello,",
    `${asked} to connect ${name} to our organization's calendars, once for everybody. It takes about five minutes. ` +
      `What is needed: ${needs}`,
    "Please open this page. It tells more, and leads through it:",
    address,
  ].join("\r\n\r\n");
  return `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}
