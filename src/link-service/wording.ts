import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { OutcomeKind } from "./outcome";

/** What a page says. */
export interface Wording {
  readonly status: ContentfulStatusCode;
  readonly tone: "good" | "neutral" | "bad";
  /** What happened, in a few words. */
  readonly title: string;
  /** What happened, in a sentence or two. */
  readonly happened: string;
  /** What comes next, and the way out. */
  readonly next: string;
  /** The same for somebody who began with an invitation that goes on working, beside a link to it. */
  readonly nextByInvitation?: string;
}

/** For who began with a URL that works once. */
const ASK_FOR_A_NEW_LINK = "Ask the people who sent you the link for a new one, and open it as soon as you have it.";

/** For who began with an invitation. */
const BEGIN_AGAIN = "The invitation that you were sent goes on working: begin again now, or later.";

const WAIT_AND_BEGIN_AGAIN = "Wait a few minutes, then begin again. The invitation that you were sent goes on working.";

/** Where it is not known with what they began. */
const OPEN_IT_AGAIN =
  "If you copied the address, copy all of it. Otherwise open the link that you were sent once more. If that does not " +
  "help, ask the people who sent it to you for a new one.";

const TELL_THEM =
  "You cannot solve this yourself. Tell the people who sent you the link, and quote the reference below.";

/**
 * All that this service says to an administrator. "The people who sent you the link" are the integrator, whose name the
 * page has above these words where it was configured.
 */
export const WORDING: Readonly<Record<OutcomeKind, Wording>> = {
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
  "already-linked": {
    status: 409,
    tone: "good",
    title: "This is already linked",
    happened: "Your approval was recorded before, so this page had nothing left to do. Perhaps it was loaded twice.",
    next:
      "There is nothing more for you to do, and you can close this page. If you meant to change something, ask the " +
      "people who sent you the link for a new one.",
  },
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
  "invalid-request": {
    status: 400,
    tone: "bad",
    title: "Cronofy did not understand the request",
    happened: "The link that you opened lacks something that Cronofy needs, or has too much. Nothing was linked.",
    next: TELL_THEM,
  },
  "unauthorized-client": {
    status: 400,
    tone: "bad",
    title: "This application may not ask for that",
    happened: "Cronofy does not let this application connect conferencing services. Nothing was linked.",
    next: TELL_THEM,
  },
  "unsupported-response-type": {
    status: 400,
    tone: "bad",
    title: "Cronofy does not answer in this way",
    happened: "The link that you opened asks for a kind of answer that Cronofy does not give. Nothing was linked.",
    next: TELL_THEM,
  },
  "invalid-scope": {
    status: 400,
    tone: "bad",
    title: "Cronofy does not grant what was asked for",
    happened: "The permission that the link asks for is not one that Cronofy gives it. Nothing was linked.",
    next: TELL_THEM,
  },
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
  "cronofy-failed": {
    status: 502,
    tone: "bad",
    title: "Cronofy had a problem",
    happened: "Cronofy ended the connection with an error of its own. Nothing was linked.",
    next: `Wait a few minutes. ${ASK_FOR_A_NEW_LINK}`,
    nextByInvitation: WAIT_AND_BEGIN_AGAIN,
  },
  "cronofy-busy": {
    status: 503,
    tone: "bad",
    title: "Cronofy is busy",
    happened: "Cronofy could not take your approval just now. Nothing was linked.",
    next: `Wait a few minutes. ${ASK_FOR_A_NEW_LINK}`,
    nextByInvitation: WAIT_AND_BEGIN_AGAIN,
  },
  "state-not-ours": {
    status: 400,
    tone: "bad",
    title: "This link could not be verified",
    happened: "The address lacks the signature that tells for whom you approve, or was changed. Nothing was linked.",
    next: OPEN_IT_AGAIN,
  },
  "other-browser": {
    status: 400,
    tone: "bad",
    title: "This began in another browser",
    happened:
      "For your safety, an approval must end in the browser in which it began, and that browser must keep cookies. " +
      "Nothing was linked.",
    next: "Open the link that you were sent again, in one browser that keeps cookies, and stay in it to the end.",
  },
  "incomplete-answer": {
    status: 400,
    tone: "bad",
    title: "Something is missing in this address",
    happened: "Cronofy's answer should be in the address of this page, and is not, or not whole. Nothing was linked.",
    next: OPEN_IT_AGAIN,
  },
  "code-expired": {
    status: 410,
    tone: "bad",
    title: "This approval has expired",
    happened: "Cronofy's answer holds for ten minutes and works once; this one works no longer. Nothing was linked.",
    next: ASK_FOR_A_NEW_LINK,
    nextByInvitation: BEGIN_AGAIN,
  },
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
  "cronofy-unreachable": {
    status: 503,
    tone: "bad",
    title: "Cronofy cannot take your approval now",
    happened: "Your approval is not recorded yet, and it is not lost either.",
    next:
      "Try again in a moment; within ten minutes that is safe. If it still fails then, ask the people who sent you the " +
      "link for a new one.",
    nextByInvitation: "Try again in a moment; within ten minutes that is safe. If it still fails then, begin again.",
  },
  "redemption-uncertain": {
    status: 502,
    tone: "bad",
    title: "We cannot tell whether this worked",
    happened:
      "Cronofy did not answer properly when we recorded your approval. It works only once, so we do not repeat it.",
    next: ASK_FOR_A_NEW_LINK,
    nextByInvitation: BEGIN_AGAIN,
  },
  "store-unavailable": {
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
  withdrawn: {
    status: 410,
    tone: "neutral",
    title: "This invitation has been withdrawn",
    happened: "The people who sent it to you no longer need it, or have sent another one. Nothing was linked.",
    next: "There is nothing for you to do. If you expected to connect something, ask them for the latest invitation.",
  },
  "not-in-store": {
    status: 503,
    tone: "neutral",
    title: "Please come back later",
    happened: "This invitation is not ready yet. You did everything right, and nothing was linked.",
    next:
      "Open it again in a while. If it still fails then, tell the people who sent it to you, and quote the reference " +
      "below.",
  },
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
  "invitation-not-ours": {
    status: 400,
    tone: "bad",
    title: "This invitation could not be verified",
    happened: "The address lacks the signature that tells for whom it is, or was changed. Nothing was linked.",
    next: OPEN_IT_AGAIN,
  },
  "invitation-elsewhere": {
    status: 404,
    tone: "bad",
    title: "This invitation belongs elsewhere",
    happened: "The link that you opened was made for another installation of this service. Nothing was linked.",
    next: TELL_THEM,
  },
  "form-not-ours": {
    status: 403,
    tone: "neutral",
    title: "Please press the button once more",
    happened:
      "We could not make sure that it was you who pressed it, in this browser. That happens when the page was open for " +
      "very long, or where the browser keeps no cookies. Nothing was linked.",
    next: "Open the page again, and allow cookies for it.",
  },
  "cannot-begin-yet": {
    status: 503,
    tone: "bad",
    title: "The connection cannot begin right now",
    happened: "Something that this service needs does not answer. Nothing was linked, and nothing is lost.",
    next: "Try again in a moment. The link that you were sent goes on working.",
  },
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
  "pressed-too-often": {
    status: 429,
    tone: "neutral",
    title: "Please wait a minute",
    happened:
      "The button of this invitation was pressed many times in a short while. Nothing was linked, and nothing is lost.",
    next: "Wait a minute, then try again. The link that you were sent goes on working.",
  },
};

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
