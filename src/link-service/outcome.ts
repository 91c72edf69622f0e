import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { LinkKey } from "../link-store";

/** What a page is made of, and what the log says of it. */
export interface Outcome {
  readonly kind: OutcomeKind;
  /** The link it is about, once `state` has been verified. */
  readonly link?: LinkKey;
  /** The invitation with which it began, where that still works. A secret: for the page alone. */
  readonly beginAgain?: string;
  /** Shown when linked, where Cronofy told it. */
  readonly organizationalUnitId?: string | null;
  /** `error_description`, bounded and in one line, but somebody else's words; null where there is none. */
  readonly cronofySays?: string | null;
  /** Seconds after which it can be tried again, where that is known. */
  readonly retryAfter?: number;
  /** For the operator's log only: the cause and what to do. Holds no secret. */
  readonly detail?: string;
}

/** What a page says. */
interface Page {
  readonly status: ContentfulStatusCode;
  readonly tone: "good" | "neutral" | "bad";
  /** What happened, in a few words. */
  readonly title: string;
  /** What happened, in a sentence or two. */
  readonly happened: string;
  /** What comes next, and the way out. */
  readonly next: string;
  /** The same for somebody whose invitation still works. A link to the invitation stands beside it. */
  readonly nextByInvitation?: string;
  /** Whether it is safe to load the same address again, and may help. */
  readonly canRetry?: true;
}

/** For somebody who began with a URL that works once. */
const ASK_FOR_A_NEW_LINK = "Ask the people who sent you the link for a new one, and open it as soon as you have it.";

/** For somebody who began with an invitation. */
const BEGIN_AGAIN = "The invitation that you were sent goes on working: begin again now, or later.";

const WAIT_AND_BEGIN_AGAIN = "Wait a few minutes, then begin again. The invitation that you were sent goes on working.";

/** Where it is not known how they began. */
const OPEN_IT_AGAIN =
  "If you copied the address, copy all of it. Otherwise open the link that you were sent once more. If that does not " +
  "help, ask the people who sent it to you for a new one.";

const TELL_THEM =
  "You cannot solve this yourself. Tell the people who sent you the link, and quote the reference below.";

/**
 * Every way in which a request of the administrator's browser can end, and all that this service says to them. The page
 * has the integrator's name above these words, where it is configured: "the people who sent you the link" are the
 * integrator.
 */
const PAGES = {
  /** The code was redeemed and the link stored. */
  linked: {
    status: 200,
    tone: "good",
    title: "Conferencing is linked",
    happened:
      "You approved the connection, and it is in place for your organization. Nobody else there has to connect anything.",
    next:
      "There is nothing more for you to do, and you can close this page. Cronofy finds by their email addresses whose " +
      "calendar and whose conferencing belong together.",
  },
  /** The code works no longer, and the authorization it was for is stored already. */
  "already-linked": {
    status: 409,
    tone: "good",
    title: "This is already linked",
    happened: "Your approval was recorded before, so this page had nothing left to do. Perhaps it was loaded twice.",
    next:
      "There is nothing more for you to do, and you can close this page. If you meant to change something, ask the " +
      "people who sent you the link for a new one.",
  },
  /** The administrator refused. */
  declined: {
    status: 403,
    tone: "neutral",
    title: "You declined the connection",
    happened: "Nothing was linked, and nothing was changed in your organization.",
    next: `If that was not what you wanted: ${lowerFirst(ASK_FOR_A_NEW_LINK)} Otherwise you can close this page.`,
    nextByInvitation:
      "If that was not what you wanted, begin again: the invitation that you were sent goes on working. Otherwise you can " +
      "close this page.",
  },
  /** Cronofy finds the request malformed (RFC 6749: `invalid_request`). */
  "invalid-request": {
    status: 400,
    tone: "bad",
    title: "Cronofy did not understand the request",
    happened: "The link that you opened lacks something that Cronofy needs, or has too much. Nothing was linked.",
    next: TELL_THEM,
  },
  /** The application may not ask for this (`unauthorized_client`). */
  "unauthorized-client": {
    status: 400,
    tone: "bad",
    title: "This application may not ask for that",
    happened: "Cronofy does not let this application connect conferencing services. Nothing was linked.",
    next: TELL_THEM,
  },
  /** Cronofy does not give codes (`unsupported_response_type`). */
  "unsupported-response-type": {
    status: 400,
    tone: "bad",
    title: "Cronofy does not answer in this way",
    happened: "The link that you opened asks for a kind of answer that Cronofy does not give. Nothing was linked.",
    next: TELL_THEM,
  },
  /** Cronofy does not grant the scope (`invalid_scope`). */
  "invalid-scope": {
    status: 400,
    tone: "bad",
    title: "Cronofy does not grant what was asked for",
    happened: "The permission that the link asks for is not one that Cronofy gives it. Nothing was linked.",
    next: TELL_THEM,
  },
  /** Cronofy refused with a code that RFC 6749 does not have. */
  "refused-otherwise": {
    status: 400,
    tone: "bad",
    title: "Cronofy did not accept the request",
    happened: "Cronofy refused for a reason that this service does not know. Nothing was linked.",
    next: TELL_THEM,
    nextByInvitation:
      "Begin again: the invitation that you were sent goes on working. If it ends here once more, tell the people who " +
      "sent it to you, and quote the reference below.",
  },
  /** Cronofy had an error of its own while it spoke with the administrator. */
  "cronofy-failed": {
    status: 502,
    tone: "bad",
    title: "Cronofy had a problem",
    happened: "Cronofy ended the connection with an error of its own. Nothing was linked.",
    next: `Wait a few minutes. ${ASK_FOR_A_NEW_LINK}`,
    nextByInvitation: WAIT_AND_BEGIN_AGAIN,
  },
  /** Cronofy asks to come back later. */
  "cronofy-busy": {
    status: 503,
    tone: "bad",
    title: "Cronofy is busy",
    happened: "Cronofy could not take your approval just now. Nothing was linked.",
    next: `Wait a few minutes. ${ASK_FOR_A_NEW_LINK}`,
    nextByInvitation: WAIT_AND_BEGIN_AGAIN,
  },
  /** There is no `state`, or it was not signed with our secret for our application, data center and redirect URI. */
  "state-not-ours": {
    status: 400,
    tone: "bad",
    title: "This link could not be verified",
    happened: "The address lacks the signature that tells for whom you approve, or was changed. Nothing was linked.",
    next: OPEN_IT_AGAIN,
  },
  /** The flow began in another browser, or in one that keeps no cookies. */
  "other-browser": {
    status: 400,
    tone: "bad",
    title: "This began in another browser",
    happened:
      "For your safety, an approval must end in the browser in which it began, and that browser must keep cookies. " +
      "Nothing was linked.",
    next: "Open the link that you were sent again, in one browser that keeps cookies, and stay in it to the end.",
  },
  /** The request is not one that Cronofy sends. */
  "incomplete-answer": {
    status: 400,
    tone: "bad",
    title: "Something is missing in this address",
    happened: "Cronofy's answer should be in the address of this page, and is not, or not whole. Nothing was linked.",
    next: OPEN_IT_AGAIN,
  },
  /** The code has expired, or was redeemed before. */
  "code-expired": {
    status: 410,
    tone: "bad",
    title: "This approval has expired",
    happened: "Cronofy's answer holds for ten minutes and works once; this one works no longer. Nothing was linked.",
    next: ASK_FOR_A_NEW_LINK,
    nextByInvitation: BEGIN_AGAIN,
  },
  /** Cronofy does not accept our credentials or our plan. */
  misconfigured: {
    status: 500,
    tone: "bad",
    title: "This service is not set up correctly",
    happened: "You did everything right, but Cronofy does not accept this service's own credentials.",
    next:
      "Tell the people who sent you the link, and quote the reference below. Once they have solved it, they will send " +
      "you a new link.",
    nextByInvitation:
      "Tell the people who sent you the invitation, and quote the reference below. Once they have solved it, the same " +
      "invitation works: begin again then.",
  },
  /** The code was not sent: it can be tried again. */
  "cronofy-unreachable": {
    canRetry: true,
    status: 503,
    tone: "bad",
    title: "Cronofy cannot take your approval now",
    happened: "Your approval is not recorded yet, and it is not lost either.",
    next:
      "Try again in a moment; within ten minutes that is safe. If it still fails then, ask the people who sent you the " +
      "link for a new one.",
    nextByInvitation: "Try again in a moment; within ten minutes that is safe. If it still fails then, begin again.",
  },
  /** The code was sent, and whether it was redeemed is not known: it must not be sent again. */
  "redemption-uncertain": {
    status: 502,
    tone: "bad",
    title: "We cannot tell whether this worked",
    happened:
      "Cronofy did not answer properly when we recorded your approval. It works only once, so we do not repeat it.",
    next: ASK_FOR_A_NEW_LINK,
    nextByInvitation: BEGIN_AGAIN,
  },
  /** The code was not sent, for the store could not be read: it can be tried again. */
  "store-unavailable": {
    canRetry: true,
    status: 503,
    tone: "bad",
    title: "Your approval cannot be recorded right now",
    happened:
      "This service cannot reach the place where it keeps approvals. Yours is not recorded yet, and not lost either.",
    next:
      "Try again in a moment; within ten minutes that is safe. If it still fails then, tell the people who sent you the " +
      "link, and quote the reference below.",
    nextByInvitation:
      "Try again in a moment; within ten minutes that is safe. If it still fails then, tell the people who sent you the " +
      "invitation, and quote the reference below. You can begin again once they have solved it.",
  },
  /** The code was redeemed, but the authorization could not be stored, and was revoked. */
  "not-stored": {
    status: 500,
    tone: "bad",
    title: "Your approval could not be recorded",
    happened: "Cronofy confirmed your approval, but this service could not keep it. Nothing was linked.",
    next:
      "Tell the people who sent you the link, and quote the reference below. They will have to send you a new link once " +
      "they have solved it.",
    nextByInvitation:
      "Tell the people who sent you the invitation, and quote the reference below. Once they have solved it, the same " +
      "invitation works: begin again then.",
  },
  /** What Cronofy granted is not for the unit, and was revoked. */
  "wrong-grant": {
    status: 403,
    tone: "bad",
    title: "This was approved for something else",
    happened:
      "Cronofy answered with an approval that is not for your organization's conferencing, such as one for a calendar of " +
      "your own. This service did not keep it. Nothing was linked.",
    next: `Make sure that you sign in as an administrator of your organization. ${ASK_FOR_A_NEW_LINK}`,
    nextByInvitation:
      "Begin again, and sign in as an administrator of your organization. If it ends here once more, tell the people who " +
      "sent you the invitation, and quote the reference below.",
  },
  /** The link was ended, or began anew with another invitation. */
  withdrawn: {
    status: 410,
    tone: "neutral",
    title: "This invitation has been withdrawn",
    happened: "The people who sent it to you no longer need it, or have sent another one. Nothing was linked.",
    next: "There is nothing for you to do. If you expected to connect something, ask them for the latest invitation.",
  },
  /** No record of the link is in our store. */
  "not-in-store": {
    canRetry: true,
    status: 503,
    tone: "neutral",
    title: "Please come back later",
    happened: "This invitation is not ready yet. You did everything right, and nothing was linked.",
    next:
      "Open it again in a while. If it still fails then, tell the people who sent it to you, and quote the reference " +
      "below.",
  },
  /** An invitation to what is linked already. */
  "linked-before": {
    status: 200,
    tone: "good",
    title: "This is already linked",
    happened: "Somebody in your organization has approved the connection, and it is in place.",
    next:
      "There is nothing for you to do, and you can close this page. If you meant to change something, tell the people " +
      "who sent you the link.",
  },
  "invitation-expired": {
    status: 410,
    tone: "bad",
    title: "This invitation has expired",
    happened: "The people who sent it to you have set a day after which it no longer holds. Nothing was linked.",
    next: "Ask the people who sent you the link for a new one.",
  },
  /** We did not sign the invitation, or it was changed. */
  "invitation-not-ours": {
    status: 400,
    tone: "bad",
    title: "This invitation could not be verified",
    happened: "The address lacks the signature that tells for whom it is, or was changed. Nothing was linked.",
    next: OPEN_IT_AGAIN,
  },
  /** We signed the invitation, but for another application, data center or redirect URI. */
  "invitation-elsewhere": {
    status: 404,
    tone: "bad",
    title: "This invitation belongs elsewhere",
    happened: "The link that you opened was made for another installation of this service. Nothing was linked.",
    next: TELL_THEM,
  },
  /** The form was not posted from the page that this browser was shown. */
  "form-not-ours": {
    canRetry: true,
    status: 403,
    tone: "neutral",
    title: "Please press the button once more",
    happened:
      "We could not make sure that it was you who pressed it, in this browser. That happens when the page was open for " +
      "very long, or where the browser keeps no cookies. Nothing was linked.",
    next: "Open the page again, and allow cookies for it.",
  },
  /** No link token could be had just now. */
  "cannot-begin-yet": {
    canRetry: true,
    status: 503,
    tone: "bad",
    title: "The connection cannot begin right now",
    happened: "Something that this service needs does not answer. Nothing was linked, and nothing is lost.",
    next: "Try again in a moment. The link that you were sent goes on working.",
  },
  /** Cronofy gives no link token for this link, and no waiting will change that. */
  "cannot-begin": {
    status: 500,
    tone: "bad",
    title: "The connection cannot begin",
    happened: "You did everything right, but Cronofy does not let this service begin. Nothing was linked.",
    next:
      "Tell the people who sent you the link, and quote the reference below. Once they have solved it, the same link " +
      "works.",
  },
  "too-large": {
    status: 413,
    tone: "neutral",
    title: "That was too much",
    happened: "More came with the request than this address takes. Nothing was linked.",
    next: "Open the link in a browser.",
  },
  "not-found": {
    status: 404,
    tone: "neutral",
    title: "There is nothing here",
    happened: "This address leads nowhere on this service.",
    next: "If you followed a link, copy all of it, or ask the people who sent it to you for a new one.",
  },
  "method-not-allowed": {
    status: 405,
    tone: "neutral",
    title: "This page can only be opened in a browser",
    happened: "The request was of a kind that this address does not answer. Nothing was linked.",
    next: "Open the link in a browser.",
  },
  "unexpected-error": {
    status: 500,
    tone: "bad",
    title: "Something went wrong here",
    happened: "This service met an error that it was not prepared for.",
    next: "Tell the people who sent you the link, and quote the reference below. They may have to send you a new link.",
  },
  /** The invitation has brought about as many link tokens as it may for now. */
  "pressed-too-often": {
    canRetry: true,
    status: 429,
    tone: "neutral",
    title: "Please wait a minute",
    happened:
      "The button of this invitation was pressed many times in a short while. Nothing was linked, and nothing is lost.",
    next: "Wait a minute, then try again. The link that you were sent goes on working.",
  },
} satisfies Readonly<Record<string, Page>>;

export type OutcomeKind = keyof typeof PAGES;

/** The page of each outcome. */
export const WORDING: Readonly<Record<OutcomeKind, Page>> = PAGES;

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
