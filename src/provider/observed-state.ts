import type { LinkEvidence } from "../link-store";
import type { Finding } from "../plugin";
import type { Observation } from "./cronofy";
import { needsAuthorization, nextAction } from "./link-status";
import type { LinkStatus } from "./link-status";
import type { LinkState } from "./organizational-unit-link";

/**
 * What a link's state becomes by what was observed. Only evidence changes what is known of a link: where none can be
 * had, what was known stays, and the clock alone never leads to minting for ever.
 *
 * @param warn takes what the person who runs Terraform should know.
 */
export function observedState(
  state: LinkState,
  observation: Observation,
  now: Date,
  warn: (finding: Finding) => void,
): LinkState {
  switch (observation.kind) {
    case "linked":
      return linkedState(state, observation, now);
    case "refused":
      if (isKnownRefusal(state, Date.parse(observation.refusedAt), now)) return waitingState(state, now, warn);
      if (state.remint === "never") {
        warn({
          summary: "Link is broken",
          detail:
            `Cronofy no longer accepts the authorization of ${state.id ?? "the link"}, and remint = "never" mints ` +
            "nothing for that. Change keepers and apply to have the administrator authorize anew.",
        });
      }
      return withStatus({ ...state, ...LAPSED }, "unlinked");
    case "not-recorded":
      if (state.status === "linked" || state.status === "unlinked") {
        warn({
          summary: "Authorization record is gone",
          detail:
            `${state.id ?? "The link"} was ${state.status}, but its record is no longer in ${observation.store}. ` +
            "Nothing is minted for that. Check that the provider uses the store that the link service writes to; if " +
            "the record is lost, change keepers and apply to have the administrator authorize anew.",
        });
        return withStatus(state, "unknown");
      }
      return waitingState(state, now, warn);
    case "no-store":
      if (state.status !== "pending" || !isOver(state, now)) return state;
      warn({
        summary: "Cannot tell whether the link was made",
        detail:
          `The authorization URL of ${state.id ?? "the link"} has lapsed, and without an link_store nothing ` +
          "tells whether the administrator used it. Configure the store that the link service writes to, or change " +
          "keepers and apply to mint a new URL.",
      });
      return withStatus(state, "unknown");
    case "unavailable":
      warn({
        summary: "Link could not be checked",
        detail: `${observation.reason} What was known of ${state.id ?? "the link"} (${state.status ?? "nothing"}) is kept.`,
      });
      return state;
  }
}

/** A URL that leads nowhere any more. */
const LAPSED = { authorization_url: null, ou_link_token: null, assumed_expires_at: null };

function linkedState(state: LinkState, evidence: Extract<LinkEvidence, { kind: "linked" }>, now: Date): LinkState {
  const known = {
    ...state,
    organizational_unit_id: evidence.organizationalUnitId,
    scope: evidence.scope,
    linked_at: evidence.linkedAt,
  };
  // Minted although linked, by a change of keepers: the administrator has been asked again and may still come.
  const isAskedAgain =
    state.minted_at !== null && Date.parse(evidence.linkedAt) < Date.parse(state.minted_at) && !isOver(state, now);
  return withStatus(isAskedAgain ? known : { ...known, ...LAPSED }, "linked");
}

/**
 * Whether a refusal is the reason why the URL that is waited for was minted, and so no news. One from before that minting
 * is. One from the future was seen by a clock that is ahead of this one, or before this one was moved back: which of the
 * two came first cannot be told, and to call it news would mint anew at every apply until that time has come.
 *
 * @param refusedAt milliseconds since the epoch.
 */
function isKnownRefusal(state: LinkState, refusedAt: number, now: Date): boolean {
  if (state.ou_link_token === null || state.minted_at === null) return false;
  return refusedAt <= Date.parse(state.minted_at) || (refusedAt > now.getTime() && state.status !== "linked");
}

/** No authorization is recorded: the URL is waited for until its assumed lifetime is over. */
function waitingState(state: LinkState, now: Date, warn: (finding: Finding) => void): LinkState {
  if (state.minted_at === null || state.ou_link_token === null) return state;
  if (!isOver(state, now)) return withStatus(state, "pending");
  if (state.remint === "never") {
    warn({
      summary: "Authorization URL has lapsed",
      detail:
        `Nobody used the authorization URL of ${state.id ?? "the link"} in time, and remint = "never" keeps it. ` +
        "Change keepers and apply to mint a new one.",
    });
  }
  return withStatus(state, "stale");
}

function isOver(state: LinkState, now: Date): boolean {
  return state.assumed_expires_at !== null && now.getTime() >= Date.parse(state.assumed_expires_at);
}

function withStatus(state: LinkState, status: LinkStatus): LinkState {
  return {
    ...state,
    status,
    linked: status === "linked",
    authorization_required: needsAuthorization(status),
    next_action: nextAction(status, state.remint),
  };
}
