import { Secret } from "../cronofy";
import {
  DiagnosticError,
  NULL,
  UNKNOWN,
  bool,
  durationText,
  identityAttribute,
  known,
  knownOrNull,
  map,
  oneOf,
  parseDuration,
  string,
  timeouts,
  types,
  valueOr,
} from "../plugin";
import type { Call, Change, Planned, State, Value } from "../plugin";
import { authorizationArguments, reportReservedParameters } from "./authorization-arguments";
import { resource } from "./cronofy";
import type { Cronofy } from "./cronofy";
import { diagnosed } from "./cronofy-diagnostics";
import { parseLinkId, requireOwnDataCenter } from "./link-id";
import { LINK_STATUSES, nextAction, needsAuthorization } from "./link-status";
import type { LinkStatus } from "./link-status";
import { furtherParameters, linkAuthorizationUrl, mintLinkToken } from "./link-token";
import { observedState } from "./observed-state";
import { serviceAccountIdText } from "./service-account-id";

const schema = {
  service_account_id: string({
    required: true,
    requiresReplace: true,
    description:
      "The calendar service account (`ser_…`) whose Organizational Unit is to be linked: the `sub` of an Enterprise " +
      "Connect authorization of this application.",
    validators: [serviceAccountIdText()],
  }),
  ...authorizationArguments,
  keepers: map(types.string, {
    optional: true,
    description: "Any values; a change of them mints a new link token.",
  }),
  link_token_lifetime: string({
    optional: true,
    computed: true,
    default: "10m",
    sensitive: false,
    description:
      "How long a link token is taken to work. Cronofy publishes no figure: this is an assumption, and yours to correct.",
    validators: [durationText()],
  }),
  remint: string({
    optional: true,
    computed: true,
    default: "when_stale",
    description:
      "`when_stale` mints a new link token at the next apply when the old one has lapsed without an authorization; " +
      "`never` leaves that to a change of `keepers`.",
    validators: [oneOf(["when_stale", "never"])],
  }),
  on_destroy: string({
    optional: true,
    computed: true,
    default: "revoke",
    description: "`revoke` ends the authorization when the resource is destroyed; `keep` leaves it and its record.",
    validators: [oneOf(["revoke", "keep"])],
  }),
  timeouts: timeouts({ create: "2m", read: "2m", update: "2m", delete: "2m" }),

  id: string({
    computed: true,
    useStateForUnknown: true,
    description: "`<data center>/<service account>`, which is also what an import takes.",
  }),
  status: string({
    computed: true,
    useStateForUnknown: true,
    description: `What is known of the link: ${LINK_STATUSES.map((status) => `\`${status}\``).join(", ")}.`,
  }),
  linked: bool({ computed: true, useStateForUnknown: true, description: "Whether `status` is `linked`." }),
  authorization_required: bool({
    computed: true,
    useStateForUnknown: true,
    description: "Whether an administrator still has to pass through the authorization.",
  }),
  authorization_url: string({
    computed: true,
    useStateForUnknown: true,
    sensitive: true,
    description: "The address to send the administrator to. Works once and for minutes; null once linked.",
  }),
  ou_link_token: string({
    computed: true,
    useStateForUnknown: true,
    sensitive: true,
    description: "The single-use token within `authorization_url`; null once linked.",
  }),
  invitation_url: string({
    computed: true,
    useStateForUnknown: true,
    sensitive: true,
    description:
      "An address of the link service to mail to the administrator: it does not lapse, and mints a link token when they " +
      "come. Null unless the provider has a `link_service_url`.",
  }),
  minted_at: string({
    computed: true,
    useStateForUnknown: true,
    description: "When the last link token was minted (RFC 3339). Null if none was.",
  }),
  assumed_expires_at: string({
    computed: true,
    useStateForUnknown: true,
    description: "`minted_at` and `link_token_lifetime` together; null once linked.",
  }),
  organizational_unit_id: string({
    computed: true,
    useStateForUnknown: true,
    description: "The Organizational Unit's `sub`, if Cronofy has told it.",
  }),
  scope: string({ computed: true, useStateForUnknown: true, description: "The scope that was granted." }),
  linked_at: string({
    computed: true,
    useStateForUnknown: true,
    description: "When the authorization was recorded (RFC 3339).",
  }),
  next_action: string({
    computed: true,
    useStateForUnknown: true,
    description: "One sentence on what has to happen next. Holds no secret.",
  }),
};

/** A link as its state holds it. */
export type LinkState = State<typeof schema>;

type PlannedLink = Planned<typeof schema>;

/** Keeps one service account's Organizational Unit linked to a conferencing service. */
export const organizationalUnitLink = resource("cronofy_organizational_unit_link", {
  description:
    "Keeps one service account's Organizational Unit linked to an enterprise conferencing service: mints a link token " +
    "when an authorization is needed, outputs the URL for the administrator, and reads back whether the link works. " +
    "It manages the intention that the unit is linked; the tokens of the authorization live in the provider's " +
    "`link_store`, never in state.",
  version: 1,
  schema,

  identity: {
    attributes: {
      service_account_id: identityAttribute(types.string, {
        requiredForImport: true,
        description: "The calendar service account (`ser_…`).",
      }),
      data_center: identityAttribute(types.string, {
        optionalForImport: true,
        description: "The Cronofy data center of the application; that of the provider where it is left out.",
      }),
    },
    of: ({ id }) => {
      const [dataCenter, serviceAccountId] = (id ?? "").split("/");
      return dataCenter && serviceAccountId ? { service_account_id: serviceAccountId, data_center: dataCenter } : null;
    },
  },

  validate({ authorization_parameters: parameters }, report) {
    reportReservedParameters(parameters, report);
  },

  plan(change, cronofy) {
    const { planned, prior } = change;
    const mints = prior === null || mintsAnew(change);
    const status: LinkStatus = mints ? (prior?.status === "linked" ? "linked" : "pending") : statusOf(prior);
    planned.status = known(status);
    planned.linked = known(status === "linked");
    planned.authorization_required = known(needsAuthorization(status));
    planned.next_action = planned.remint.kind === "known" ? known(nextAction(status, planned.remint.value)) : UNKNOWN;
    if (prior === null) {
      // An authorization that is recorded already is adopted; whether one is, only the apply finds out.
      planned.next_action = UNKNOWN;
      planned.id = cronofy.linkId(change.config.service_account_id);
      planned.organizational_unit_id = planned.scope = planned.linked_at = NULL;
    }
    if (prior === null || change.changes(...URL_SHAPING)) planned.invitation_url = cronofy.invites ? UNKNOWN : NULL;
    if (mints) {
      planned.authorization_url = planned.ou_link_token = planned.minted_at = planned.assumed_expires_at = UNKNOWN;
    } else if (prior.ou_link_token !== null) {
      if (change.changes(...URL_SHAPING)) planned.authorization_url = UNKNOWN;
      if (change.changes("link_token_lifetime")) planned.assumed_expires_at = assumedExpiry(change);
    }
  },

  async create(planned, cronofy, call) {
    const isLinked = await isLinkedAlready(planned.service_account_id, cronofy, call);
    return {
      ...(isLinked ? NOT_MINTED : await mint(planned, cronofy, call)),
      invitation_url: valueOr(await invitationUrl(planned, cronofy), null),
      id: `${cronofy.client.dataCenter}/${planned.service_account_id}`,
      status: "pending",
      linked: false,
      authorization_required: true,
      organizational_unit_id: null,
      scope: null,
      linked_at: null,
      next_action: isLinked ? ADOPTED : nextAction("pending", planned.remint),
    };
  },

  async read(state, cronofy, call) {
    const evidence = await cronofy.observe(ownServiceAccount(state, cronofy), call);
    const observed = observedState(state, evidence, cronofy.now(), call.warn);
    const invitation = await invitationUrl(state, cronofy);
    // Where the provider block is not wholly known yet, what was known stays.
    return invitation.kind === "unknown" ? observed : { ...observed, invitation_url: valueOr(invitation, null) };
  },

  async update(planned, prior, cronofy, call) {
    ownServiceAccount(prior, cronofy);
    const invitation =
      planned.invitation_url.kind === "unknown"
        ? { invitation_url: valueOr(await invitationUrl(planned, cronofy), null) }
        : {};
    if (planned.ou_link_token.kind === "unknown") return { ...invitation, ...(await mint(planned, cronofy, call)) };
    if (planned.authorization_url.kind === "unknown" && prior.ou_link_token !== null) {
      const authorizationUrl = await linkAuthorizationUrl(planned, new Secret(prior.ou_link_token), cronofy);
      return { ...invitation, authorization_url: authorizationUrl };
    }
    return invitation;
  },

  async delete(state, cronofy, call) {
    const serviceAccountId = ownServiceAccount(state, cronofy);
    if (state.on_destroy === "keep") {
      call.warn({
        summary: "Authorization kept",
        detail: `The authorization of ${serviceAccountId} and its record stay as they are, as on_destroy = "keep" asks.`,
      });
      return;
    }
    if (cronofy.store === null && state.linked === true) {
      call.warn({
        summary: "Authorization not revoked",
        detail: `Without an link_store nothing can revoke the authorization of ${serviceAccountId}; it stays.`,
      });
    }
    await diagnosed(() => cronofy.revoke(serviceAccountId, call.signal));
  },

  import(id, cronofy) {
    const link = parseLinkId(id);
    if (link === null) {
      throw new DiagnosticError({
        summary: "Not the id of a link",
        detail:
          "Import takes a service account, such as ser_64b17f9b8090ea21640c9151, or <data center>/<service account>.",
      });
    }
    return Promise.resolve(importedState(link.serviceAccountId, link.dataCenter, cronofy));
  },

  importByIdentity({ service_account_id: serviceAccountId, data_center: dataCenter }, cronofy) {
    return Promise.resolve(importedState(serviceAccountId, dataCenter, cronofy));
  },
});

/** What a state has where no link token was minted. */
const NOT_MINTED = { authorization_url: null, ou_link_token: null, minted_at: null, assumed_expires_at: null };

const ADOPTED = "Nothing to do: the Organizational Unit is linked already, which the next plan reads back.";

/**
 * Whether an authorization is recorded that works: then a new link has it, and nobody is sent for. Without evidence of
 * that, creating a link means minting.
 */
async function isLinkedAlready(serviceAccountId: string, cronofy: Cronofy, call: Call): Promise<boolean> {
  const { kind } = await cronofy.observe(serviceAccountId, call);
  return kind === "linked";
}

/** As much of a link as `read` needs. Minting is left to a plan that finds a reason for it. */
function importedState(serviceAccountId: string, dataCenter: string | null, cronofy: Cronofy): Partial<LinkState> {
  const own = valueOr(cronofy.linkId(known(serviceAccountId)), serviceAccountId);
  const state = {
    id: dataCenter === null ? own : `${dataCenter}/${serviceAccountId}`,
    service_account_id: serviceAccountId,
    status: "unknown" satisfies LinkStatus,
    linked: false,
    authorization_required: false,
    link_token_lifetime: "10m",
    remint: "when_stale",
    on_destroy: "revoke",
  };
  ownServiceAccount(state, cronofy);
  return state;
}

/** The arguments that shape the authorization URL without needing a new token. */
const URL_SHAPING = ["redirect_uri", "state", "conferencing_provider_name", "authorization_parameters"] as const;

/** Whether a change needs a new link token: it was asked for, or the old one can no longer lead to a link. */
function mintsAnew({ prior, planned, changes }: Change<typeof schema>): boolean {
  if (prior === null) return true;
  if (changes("keepers") && !isJustImported(prior)) return true;
  const isLost = prior.status === "stale" || prior.status === "unlinked";
  return isLost && planned.remint.kind === "known" && planned.remint.value === "when_stale";
}

/** An import knows no arguments, so their first appearance is no change of mind. */
function isJustImported(prior: LinkState): boolean {
  return prior.redirect_uri === null;
}

function statusOf(state: LinkState): LinkStatus {
  return LINK_STATUSES.find((status) => status === state.status) ?? "unknown";
}

/** The assumed expiry under a changed lifetime, from the time of minting: planning asks no clock. */
function assumedExpiry({ prior, planned }: Change<typeof schema>): Value<string> {
  if (planned.link_token_lifetime.kind !== "known") return UNKNOWN;
  return knownOrNull(prior?.minted_at ? addDuration(prior.minted_at, planned.link_token_lifetime.value) : null);
}

/** Mints a link token and builds the URL around it. */
async function mint(planned: PlannedLink, cronofy: Cronofy, call: Call) {
  const token = await mintLinkToken(planned.service_account_id, cronofy, call);
  const mintedAt = cronofy.now().toISOString();
  return {
    ou_link_token: token.reveal(),
    authorization_url: await linkAuthorizationUrl(planned, token, cronofy),
    minted_at: mintedAt,
    assumed_expires_at: addDuration(mintedAt, planned.link_token_lifetime),
  };
}

/** The invitation of a link, or null where there is no link service or nothing that leads to it yet. */
async function invitationUrl(
  link: Pick<
    LinkState,
    "service_account_id" | "redirect_uri" | "conferencing_provider_name" | "authorization_parameters"
  >,
  cronofy: Cronofy,
): Promise<Value<string>> {
  const { service_account_id: serviceAccountId, redirect_uri: redirectTo } = link;
  if (serviceAccountId === null || redirectTo === null) return NULL;
  return cronofy.invitationUrl({ serviceAccountId, redirectUri: redirectTo, ...furtherParameters(link) });
}

function addDuration(start: string, duration: string): string {
  return new Date(Date.parse(start) + (parseDuration(duration) ?? 0)).toISOString();
}

/**
 * The service account of a stored link.
 *
 * @throws DiagnosticError when the provider is configured for another data center: ids and credentials of one mean
 * nothing in another.
 */
function ownServiceAccount(
  { id, service_account_id: serviceAccountId }: Pick<LinkState, "id" | "service_account_id">,
  cronofy: Cronofy,
): string {
  requireOwnDataCenter(id, serviceAccountId ?? "", cronofy, ["service_account_id"]);
  return serviceAccountId ?? "";
}
