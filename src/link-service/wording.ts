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
}

const ASK_FOR_A_NEW_LINK = "Ask the people who sent you the link for a new one, and open it as soon as you have it.";

/**
 * All that this service says to an administrator. "The people who sent you the link" are the integrator, whose name we
 * do not know.
 */
export const WORDING: Readonly<Record<OutcomeKind, Wording>> = {
  linked: {
    status: 200,
    tone: "good",
    title: "Conferencing is linked",
    happened:
      "You approved the connection, and it is in place for your organization. Nobody there has to authorize alone.",
    next:
      "There is nothing more for you to do, and you can close this page. Conferencing profiles appear by " +
      "themselves, as Cronofy matches people by their email addresses.",
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
  },
  "request-refused": {
    status: 400,
    tone: "bad",
    title: "Cronofy did not accept the request",
    happened: "The link that you opened asks for something that Cronofy does not grant. Nothing was linked.",
    next: "You cannot solve this yourself. Tell the people who sent you the link, and quote the reference below.",
  },
  "cronofy-failed": {
    status: 502,
    tone: "bad",
    title: "Cronofy had a problem",
    happened: "Cronofy ended the connection with an error of its own. Nothing was linked.",
    next: `Wait a few minutes. ${ASK_FOR_A_NEW_LINK}`,
  },
  "cronofy-busy": {
    status: 503,
    tone: "bad",
    title: "Cronofy is busy",
    happened: "Cronofy could not take your approval just now. Nothing was linked.",
    next: `Wait a few minutes. ${ASK_FOR_A_NEW_LINK}`,
  },
  "state-not-ours": {
    status: 400,
    tone: "bad",
    title: "This link could not be verified",
    happened: "The address lacks the signature that tells for whom you approve, or was changed. Nothing was linked.",
    next: `If you copied the address, copy all of it. ${ASK_FOR_A_NEW_LINK}`,
  },
  "for-another-service": {
    status: 400,
    tone: "bad",
    title: "This link belongs elsewhere",
    happened: "The link that you opened was made for another installation of this service. Nothing was linked.",
    next: "You cannot solve this yourself. Tell the people who sent you the link, and quote the reference below.",
  },
  "incomplete-answer": {
    status: 400,
    tone: "bad",
    title: "Something is missing in this address",
    happened: "Cronofy's answer should be in the address of this page, and is not, or not whole. Nothing was linked.",
    next: `If you copied the address, copy all of it. ${ASK_FOR_A_NEW_LINK}`,
  },
  "code-expired": {
    status: 410,
    tone: "bad",
    title: "This approval has expired",
    happened: "Cronofy's answer holds for ten minutes and works once; this one works no longer. Nothing was linked.",
    next: ASK_FOR_A_NEW_LINK,
  },
  misconfigured: {
    status: 500,
    tone: "bad",
    title: "This service is not set up correctly",
    happened: "You did everything right, but Cronofy does not accept this service's own credentials.",
    next:
      "Tell the people who sent you the link, and quote the reference below. Once they have solved it, they will send " +
      "you a new link.",
  },
  "cronofy-unreachable": {
    status: 503,
    tone: "bad",
    title: "Cronofy cannot take your approval now",
    happened: "Your approval is not recorded yet, and it is not lost either.",
    next:
      "Try again in a moment; within ten minutes that is safe. If it still fails then, ask the people who sent you the " +
      "link for a new one.",
  },
  "redemption-uncertain": {
    status: 502,
    tone: "bad",
    title: "We cannot tell whether this worked",
    happened:
      "Cronofy did not answer properly when we recorded your approval. It works only once, so we do not repeat it.",
    next: ASK_FOR_A_NEW_LINK,
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
  },
  "not-stored": {
    status: 500,
    tone: "bad",
    title: "Your approval could not be recorded",
    happened: "Cronofy confirmed your approval, but this service could not keep it.",
    next:
      "Tell the people who sent you the link, and quote the reference below. They will have to send you a new link once " +
      "they have solved it.",
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
};

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
