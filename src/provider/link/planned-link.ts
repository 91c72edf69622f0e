import { linkStatus, nextAction } from "../../link";
import type { AuthorizeWith, LinkStatus } from "../../link";
import { DiagnosticError, NULL, UNKNOWN, known, knownOrNull, parseDuration, valueOr } from "../../plugin";
import type { Diagnostic, ResourceCall, Value } from "../../plugin";
import type { Cronofy } from "../cronofy";
import type { LinkChange, LinkState } from "./link-schema";
import { OwnDeclaration } from "./own-declaration";

/** The arguments that shape the authorization URL and the invitation without needing a new token. */
const URL_SHAPING = ["redirect_uri", "state", "conferencing_provider_name", "authorization_parameters"] as const;

/**
 * Plans a link: whether an administrator is asked, by what means, and which attributes are known by then. The status is
 * known in every plan, and no clock is read.
 */
export function planLink(change: LinkChange, cronofy: Cronofy, call: ResourceCall): void {
  const { planned, prior, config } = change;
  if (config.authorize_with.kind === "null") planned.authorize_with = cronofy.authorizeWith;
  if (config.redirect_uri.kind === "null") planned.redirect_uri = cronofy.callbackUrl;
  requireWayBack(change, cronofy);

  const authorizeWith = planned.authorize_with;
  const asks = asksAnew(change, call);
  const mints = isOr(authorizeWith, "url") && (asks || needsUrl(change));
  const status = plannedStatus(change, { asks, mints });
  planned.status = known(status);
  planned.linked = known(status === "linked");
  if (prior === null) {
    planned.authorization_required = known(true);
    planned.authorized_conferencing_provider_name = NULL;
    planned.organizational_unit_id = planned.scope = planned.linked_at = NULL;
  } else {
    if (asks) planned.authorization_required = known(true);
    if (asks) planned.awaited_since = UNKNOWN;
    const isReworded = asks || mints || change.changes("authorize_with", "conferencing_provider_name", "remint");
    if (isReworded) planned.next_action = plannedAction(change, { status, mints });
    warnOfLinkedAsBefore(change, asks, call);
    warnOfReplacement(change, call);
  }

  const isReshaped = change.changes(...URL_SHAPING, "authorize_with");
  if (asks || isReshaped) planned.invitation_url = isOr(authorizeWith, "invitation") ? UNKNOWN : NULL;
  if (mints) {
    planned.authorization_url = planned.ou_link_token = planned.minted_at = planned.assumed_expires_at = UNKNOWN;
  } else if (!isOr(authorizeWith, "url")) {
    planned.authorization_url = planned.ou_link_token = planned.minted_at = planned.assumed_expires_at = NULL;
  } else if (prior !== null && prior.ou_link_token !== null) {
    if (isReshaped) planned.authorization_url = UNKNOWN;
    if (change.changes("link_token_lifetime")) planned.assumed_expires_at = assumedExpiry(change);
  }
}

/** Warns in the plan when a working link is to be destroyed. One that belongs to another declaration by now stays. */
export function tellOfDestruction(prior: LinkState, call: ResourceCall): void {
  const isOwn = OwnDeclaration.of(call.private)?.isDisplaced !== true;
  if (isOwn && endsWorkingLink(prior)) call.warn(endOfWorkingLink(prior, "Destroying it"));
}

/** Whether a value is the expected one, or is not known yet and may become it. */
function isOr<T>(value: Value<T>, expected: T): boolean {
  return value.kind === "unknown" || (value.kind === "known" && value.value === expected);
}

/** Whether a change asks an administrator: it makes the link, its keepers change, or the authorization is broken. */
function asksAnew({ prior, planned, changes }: LinkChange, call: ResourceCall): boolean {
  if (prior === null) return true;
  if (changes("keepers")) {
    const isImported = OwnDeclaration.of(call.private)?.isImported === true;
    if (!isImported || linkStatus(prior.status) === "unknown") return true;
    // An import knows no arguments, so keepers that appear for the first time are no change.
    call.warn({
      summary: "Keepers are taken as they are",
      detail: "The link was imported, so that its keepers appear for the first time, which asks nobody anew.",
      path: ["keepers"],
    });
  }
  return linkStatus(prior.status) === "unlinked" && (!isOr(planned.authorize_with, "url") || remints(planned));
}

/** Whether the administrator who is awaited has no URL that works, though a URL is what brings them. */
function needsUrl({ prior, planned }: LinkChange): boolean {
  if (prior === null || prior.authorization_required !== true) return false;
  if (prior.authorize_with !== "url") return prior.ou_link_token === null;
  return prior.status === "stale" && remints(planned);
}

function remints({ remint }: LinkChange["planned"]): boolean {
  return remint.kind === "known" && remint.value === "when_stale";
}

function plannedStatus(
  { prior, planned }: LinkChange,
  { asks, mints }: { readonly asks: boolean; readonly mints: boolean },
): LinkStatus {
  const status = linkStatus(prior?.status);
  if (status === "linked") return "linked";
  const isPending = asks || mints || (status === "stale" && !isOr(planned.authorize_with, "url"));
  return isPending ? "pending" : status;
}

function plannedAction(
  { prior, planned }: LinkChange,
  { status, mints }: { readonly status: LinkStatus; readonly mints: boolean },
): Value<string> {
  const { remint, authorize_with: authorizeWith, conferencing_provider_name: wanted } = planned;
  if (remint.kind === "unknown" || authorizeWith.kind !== "known" || wanted.kind === "unknown") return UNKNOWN;
  return known(
    nextAction({
      status,
      authorizeWith: authorizeWith.value as AuthorizeWith,
      remint: valueOr(remint, null),
      isAwaited: planned.authorization_required.kind === "known" && planned.authorization_required.value,
      hasUrl: mints || (prior?.ou_link_token ?? null) !== null,
      wanted: valueOr(wanted, null),
      authorized: prior?.authorized_conferencing_provider_name ?? null,
    }),
  );
}

/**
 * Holds that the administrator can come and return, as far as that is known.
 *
 * @throws DiagnosticError at the argument that stands in the way.
 */
function requireWayBack({ planned }: LinkChange, cronofy: Cronofy): void {
  const { redirect_uri: redirectTo, authorize_with: authorizeWith } = planned;
  if (redirectTo.kind === "null") {
    throw new DiagnosticError({
      summary: "Missing redirect_uri",
      detail:
        "Say where the administrator's browser returns to, or give the provider the link_service_url of a link service, " +
        "whose callback is then used.",
      path: ["redirect_uri"],
    });
  }
  if (authorizeWith.kind !== "known" || authorizeWith.value !== "invitation") return;
  const { callbackUrl: callback } = cronofy;
  const error = (summary: string, detail: string, attribute: string) =>
    new DiagnosticError({ summary, detail, path: [attribute] });
  if (callback.kind === "null") {
    throw error(
      "No link service to invite to",
      'An invitation is an address of a link service. Set the provider\'s link_service_url, or authorize_with = "url".',
      "authorize_with",
    );
  }
  if (cronofy.keepsRecords === false) {
    throw error(
      "An invitation needs a store",
      "The link service answers an invitation from the record of its link. Set the provider's link_store to the folder " +
        'or the database that the link service uses, or set authorize_with = "url".',
      "authorize_with",
    );
  }
  if (callback.kind === "known" && redirectTo.kind === "known" && redirectTo.value !== callback.value) {
    throw error(
      "Invitations return to the link service",
      `An invitation leads back to ${callback.value}, and redirect_uri says ${redirectTo.value}. Leave redirect_uri out, ` +
        'or set authorize_with = "url".',
      "redirect_uri",
    );
  }
}

/** The name of the conferencing provider is used when the link is made. A later change does not reach the link. */
function warnOfLinkedAsBefore({ prior, planned, changes }: LinkChange, asks: boolean, call: ResourceCall): void {
  if (prior?.status !== "linked" || asks || !changes("conferencing_provider_name")) return;
  const { conferencing_provider_name: wanted } = planned;
  // It was authorized so, and only the state did not say it.
  if (wanted.kind === "known" && wanted.value === prior.authorized_conferencing_provider_name) return;
  const name = wanted.kind === "known" ? JSON.stringify(wanted.value) : "another";
  call.warn({
    summary: "The link stays as it was authorized",
    detail:
      `${prior.id ?? "The link"} works, and a changed conferencing_provider_name (${name}) does not reach a link that is ` +
      "made. To have the administrator authorize anew, change keepers as well.",
    path: ["conferencing_provider_name"],
  });
}

/** Another service account means another link, so a change of it destroys this one. */
function warnOfReplacement({ prior, changes }: LinkChange, call: ResourceCall): void {
  if (prior !== null && changes("service_account_id") && endsWorkingLink(prior)) {
    call.warn(endOfWorkingLink(prior, "Replacing it"));
  }
}

function endsWorkingLink({ linked, on_destroy: onDestroy }: LinkState): boolean {
  return linked === true && onDestroy !== "keep";
}

function endOfWorkingLink({ id }: LinkState, what: string): Diagnostic {
  return {
    summary: "Ends a working link",
    detail:
      `${id ?? "The link"} works. ${what} revokes the authorization, and an administrator has to come again for another. ` +
      "Where only the address changes, use a moved block; where another state takes it over, a removed block and an " +
      'import; to end the declaration and keep the authorization, apply on_destroy = "keep" first.',
  };
}

/** The assumed expiry under a changed lifetime, from the time of minting: planning asks no clock. */
function assumedExpiry({ prior, planned }: LinkChange): Value<string> {
  if (planned.link_token_lifetime.kind !== "known") return UNKNOWN;
  return knownOrNull(prior?.minted_at ? addDuration(prior.minted_at, planned.link_token_lifetime.value) : null);
}

/** The time that is one duration after another time. */
export function addDuration(start: string, duration: string): string {
  return new Date(Date.parse(start) + (parseDuration(duration) ?? 0)).toISOString();
}
