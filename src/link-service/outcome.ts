import type { LinkKey } from "../link-store";

/** How a request of the administrator's browser ended. `wording.ts` says each to the administrator. */
export type OutcomeKind =
  /** The code was redeemed and the link stored. */
  | "linked"
  /** The code works no longer, and the authorization it was for is stored already. */
  | "already-linked"
  /** The administrator refused. */
  | "declined"
  /** Cronofy finds the request malformed (RFC 6749: `invalid_request`). */
  | "invalid-request"
  /** The application may not ask for this (`unauthorized_client`). */
  | "unauthorized-client"
  /** Cronofy does not give codes (`unsupported_response_type`). */
  | "unsupported-response-type"
  /** Cronofy does not grant the scope (`invalid_scope`). */
  | "invalid-scope"
  /** Cronofy refused with a code that RFC 6749 does not have. */
  | "refused-otherwise"
  /** Cronofy had an error of its own while it spoke with the administrator. */
  | "cronofy-failed"
  /** Cronofy asks to come back later. */
  | "cronofy-busy"
  /** There is no `state`, or it was not signed with our secret for our application, data center and redirect URI. */
  | "state-not-ours"
  /** The flow began in another browser, or in one that keeps no cookies. */
  | "other-browser"
  /** The request is not one that Cronofy sends. */
  | "incomplete-answer"
  /** The code has expired, or was redeemed before. */
  | "code-expired"
  /** Cronofy does not accept our credentials or our plan. */
  | "misconfigured"
  /** The code was not sent: it can be tried again. */
  | "cronofy-unreachable"
  /** The code was sent, and whether it was redeemed is not known: it must not be sent again. */
  | "redemption-uncertain"
  /** The code was not sent, for the store could not be read: it can be tried again. */
  | "store-unavailable"
  /** The code was redeemed, but the authorization could not be stored, and was revoked. */
  | "not-stored"
  /** What Cronofy granted is not for the unit, and was revoked. */
  | "wrong-grant"
  /** The link was ended, or began anew with another invitation. */
  | "withdrawn"
  /** No record of the link is in our store. */
  | "not-in-store"
  /** An invitation to what is linked already. */
  | "linked-before"
  | "invitation-expired"
  /** We did not sign the invitation, or it was changed. */
  | "invitation-not-ours"
  /** We signed the invitation, but for another application, data center or redirect URI. */
  | "invitation-elsewhere"
  /** The form was not posted from the page that this browser was shown. */
  | "form-not-ours"
  /** No link token could be had just now. */
  | "cannot-begin-yet"
  /** Cronofy gives no link token for this link, and no waiting will change that. */
  | "cannot-begin"
  | "too-large"
  | "not-found"
  | "method-not-allowed"
  | "unexpected-error"
  /** The invitation has brought about as many link tokens as it may for now. */
  | "pressed-too-often";

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

/** Whether the code is still good after this outcome, so that loading the same address again is safe and may help. */
export function mayTryAgain(kind: OutcomeKind): boolean {
  return kind === "cronofy-unreachable" || kind === "store-unavailable";
}

/** Whether an invitation can be opened again after this outcome, at the address of the page that tells it. */
export function startsOver(kind: OutcomeKind): boolean {
  return ["form-not-ours", "cannot-begin-yet", "not-in-store", "pressed-too-often"].includes(kind);
}
