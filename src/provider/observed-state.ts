import type { LinkEvidence } from "../authorizations";
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
      // A refusal from before the last minting is the reason for that minting, not news.
      return state.minted_at !== null && Date.parse(observation.refusedAt) <= Date.parse(state.minted_at)
        ? waitingState(state, now, warn)
        : withStatus({ ...state, ...LAPSED }, "unlinked");
    case "not-recorded":
      if (state.status === "linked" || state.status === "unlinked") {
        warn({
          summary: "Authorization record is gone",
          detail:
            `${state.id ?? "The link"} was ${state.status}, but its record is no longer in the authorization_store. ` +
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
          `The authorization URL of ${state.id ?? "the link"} has lapsed, and without an authorization_store nothing ` +
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
