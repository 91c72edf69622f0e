import { isWaiting, linkStatus, nextAction } from "../../link";
import type { AuthorizeWith, LinkStatus } from "../../link";
import { unfinishedSince } from "../../link-store";
import type { LinkEvidence, LinkFacts } from "../../link-store";
import type { Diagnostic } from "../../plugin";
import type { Observation } from "../cronofy";
import type { LinkState } from "./link-schema";
import { placeAndTime } from "./own-declaration";

/** What a resource instance knows of its own declaration; null where it was imported just now. */
interface Own {
  readonly id: string;
  readonly isRecorded: boolean;
}

/**
 * The state of a link after it was observed. Only evidence changes what is known of a link. Without evidence the state
 * stays, so that the clock alone does not mint again and again.
 *
 * @param warn tells the person who runs Terraform.
 */
export function observedState(
  state: LinkState,
  observation: Observation,
  own: Own | null,
  now: Date,
  warn: (diagnostic: Diagnostic) => void,
): LinkState {
  const link = "link" in observation ? observation.link : null;
  if (link !== null) warnOfRecord(state, link, own, now, warn);
  const lacksEvidence = (detail: string) => {
    warn({ summary: "Cannot tell whether the link was made", detail });
    return withStatus(state, "unknown");
  };
  switch (observation.kind) {
    case "linked":
      return linkedState(state, observation, now);
    case "refused":
      // The authorization is void, and an administrator has already been asked for another.
      if (isAwaited(state, observation)) return waitingState({ ...state, ...UNOBSERVED }, link, own, now, warn);
      if (state.authorize_with === "url" && state.remint === "never") {
        warn({
          summary: "Link is broken",
          detail:
            `Cronofy no longer accepts the authorization of ${nameOf(state)}, and remint = "never" mints ` +
            "nothing for that. Change keepers and apply to have the administrator authorize anew.",
        });
      }
      return lostState({ ...state, ...observed(observation) });
    case "ended":
      return lostState(state);
    case "awaited":
      if (state.linked_at !== null) {
        warn({
          summary: "Authorization is no longer recorded",
          detail:
            `${nameOf(state)} was linked at ${state.linked_at}, and its record says that nobody has authorized. If the ` +
            "store was restored from a backup, restore a later one, or have the administrator authorize anew.",
        });
      }
      return waitingState({ ...state, ...UNOBSERVED }, link, own, now, warn);
    case "not-authorized":
      return state.status === "linked" || state.status === "unlinked"
        ? lacksEvidence(
            `${nameOf(state)} was ${state.status}, and the program of the link_store has no authorization for it. ` +
              "Nothing is minted for that. If it is lost, change keepers and apply to have the administrator authorize anew.",
          )
        : waitingState(state, null, own, now, warn);
    case "not-recorded":
      // The store was configured after the link was made: the next mint records the link in it.
      if (own?.isRecorded === false && isWaiting(linkStatus(state.status)))
        return waitingState(state, null, own, now, warn);
      return lacksEvidence(
        `${nameOf(state)} has no record in ${observation.store}. Nothing is minted for that. Check that the provider uses ` +
          "the store that the link service writes to; if the record is lost, change keepers and apply to have the " +
          "administrator asked anew.",
      );
    case "no-store":
      if (state.status !== "pending" || (state.authorize_with === "url" && !isOver(state, now))) return state;
      return lacksEvidence(
        `Nobody can tell what became of ${nameOf(state)}: no link_store is configured. Configure the store that the link ` +
          "service writes to, or change keepers and apply to have the administrator asked anew.",
      );
    case "unavailable":
      warn({
        summary: "Link could not be checked",
        detail: `${observation.reason} What was known of ${nameOf(state)} (${state.status ?? "nothing"}) is kept.`,
      });
      return state;
  }
}

/** A URL that no longer works. */
const LAPSED = { authorization_url: null, ou_link_token: null, assumed_expires_at: null };

/** The attributes that come from an authorization, where there is none. */
const UNOBSERVED = {
  authorized_conferencing_provider_name: null,
  organizational_unit_id: null,
  scope: null,
  linked_at: null,
};

type Authorized = Extract<LinkEvidence, { kind: "linked" | "refused" }>;

function observed({ authorization }: Authorized) {
  return {
    authorized_conferencing_provider_name: authorization.conferencingProviderName,
    organizational_unit_id: authorization.organizationalUnitId,
    scope: authorization.scope,
    linked_at: authorization.linkedAt,
  };
}

/**
 * Whether an administrator was asked again after the authorization. The record says so. Without a record the times
 * tell: a source of access tokens says when the authorization was made.
 */
function isAwaited(state: LinkState, { link, authorization }: Authorized): boolean {
  if (link !== null) return link.awaited !== null;
  return state.awaited_since !== null && Date.parse(authorization.linkedAt) < Date.parse(state.awaited_since);
}

function linkedState(state: LinkState, evidence: Extract<LinkEvidence, { kind: "linked" }>, now: Date): LinkState {
  const known = { ...state, ...observed(evidence) };
  if (!isAwaited(state, evidence)) return withStatus({ ...known, ...LAPSED, awaited_since: null }, "linked");
  const since = evidence.link?.awaited?.since ?? state.awaited_since;
  return withStatus({ ...known, ...(isOver(state, now) && LAPSED), awaited_since: since }, "linked");
}

/** The authorization is gone, and nobody has been asked for another. */
function lostState(state: LinkState): LinkState {
  return withStatus({ ...state, ...LAPSED, awaited_since: null }, "unlinked");
}

/** An administrator is awaited: without an end where they have an invitation, else until their URL lapses. */
function waitingState(
  state: LinkState,
  link: LinkFacts | null,
  own: Own | null,
  now: Date,
  warn: (diagnostic: Diagnostic) => void,
): LinkState {
  const waiting = { ...state, awaited_since: link?.awaited?.since ?? state.awaited_since };
  if (state.authorize_with === "invitation") return withStatus({ ...waiting, ...LAPSED, minted_at: null }, "pending");
  // A link that was just imported has no URL yet, and an import mints nothing.
  const isStale = own !== null && (state.ou_link_token === null || isOver(state, now));
  if (!isStale) return withStatus(waiting, "pending");
  if (state.remint === "never") {
    warn({
      summary: "Authorization URL has lapsed",
      detail:
        `Nobody used the authorization URL of ${nameOf(state)} in time, and remint = "never" keeps it. ` +
        "Change keepers and apply to mint a new one.",
    });
  }
  return withStatus(waiting, "stale");
}

/** Warns of what a record tells beside the status. */
function warnOfRecord(
  state: LinkState,
  link: LinkFacts,
  own: Own | null,
  now: Date,
  warn: (diagnostic: Diagnostic) => void,
): void {
  const { declaration } = link;
  if (own !== null && declaration !== null && declaration.id !== own.id && link.ended === null) {
    warn({
      summary: "Link is declared elsewhere too",
      detail:
        `${nameOf(state)} belongs to a declaration that was made at ${placeAndTime(declaration)}. Remove one of the two: ` +
        "destroying this one leaves the link alone.",
      path: ["service_account_id"],
    });
  }
  const since = unfinishedSince(link, now);
  if (since !== null) {
    warn({
      summary: "A redemption never ended",
      detail:
        `An administrator of ${nameOf(state)} came back at ${since}, and whatever redeemed their code ended before it could ` +
        "say what came of it: the authorization may exist at Cronofy although no record has it. They can come again by " +
        "the same invitation, or by a new URL.",
    });
  }
}

function isOver(state: LinkState, now: Date): boolean {
  return state.assumed_expires_at !== null && now.getTime() >= Date.parse(state.assumed_expires_at);
}

function nameOf({ id }: LinkState): string {
  return id ?? "The link";
}

function withStatus(state: LinkState, status: LinkStatus): LinkState {
  const isAwaited = state.awaited_since !== null;
  const authorizeWith: AuthorizeWith = state.authorize_with === "invitation" ? "invitation" : "url";
  return {
    ...state,
    status,
    linked: status === "linked",
    authorization_required: status === "linked" ? isAwaited : status !== "unknown",
    next_action: nextAction({
      status,
      authorizeWith,
      remint: state.remint,
      isAwaited,
      hasUrl: state.ou_link_token !== null,
      wanted: state.conferencing_provider_name,
      authorized: state.authorized_conferencing_provider_name,
    }),
  };
}
