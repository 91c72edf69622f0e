import type { LinkKey } from "../authorizations";

/** How a request of the administrator's browser ended. `wording.ts` says each to the administrator. */
export type OutcomeKind =
  /** The code was redeemed and the authorization stored. */
  | "linked"
  /** The code works no longer, and the authorization it was for is stored already. */
  | "already-linked"
  /** The administrator refused. */
  | "declined"
  /** Cronofy refused what we asked for, before the administrator could answer. */
  | "request-refused"
  /** Cronofy had an error of its own while it spoke with the administrator. */
  | "cronofy-failed"
  /** Cronofy asks to come back later. */
  | "cronofy-busy"
  /** There is no `state`, or we did not sign it. */
  | "state-not-ours"
  /** We signed the `state`, but for another application, data center or redirect URI. */
  | "for-another-service"
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
  /** The code was redeemed, but the authorization could not be stored, and is lost. */
  | "not-stored"
  | "not-found"
  | "method-not-allowed"
  | "unexpected-error";

/** What a page is made of, and what the log says of it. */
export interface Outcome {
  readonly kind: OutcomeKind;
  /** The link it is about, once `state` has been verified. */
  readonly link?: LinkKey;
  /** Shown when linked, where Cronofy told it. */
  readonly organizationalUnitId?: string | null;
  /** For the operator's log only: the cause and what to do. Holds no secret. */
  readonly detail?: string;
}

/** Whether the code is still good after this outcome, so that loading the same address again is safe and may help. */
export function mayTryAgain(kind: OutcomeKind): boolean {
  return kind === "cronofy-unreachable" || kind === "store-unavailable";
}
