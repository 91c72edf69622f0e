import { Secret } from "../cronofy";
import { EXAMPLE_SERVICE_ACCOUNT, LINK_DEFAULTS, LINK_TYPE, linkIdText, nextAction, parseLinkId } from "../link";
import type { AuthorizeWith, LinkStatus } from "../link";
import { LinkStoreError } from "../link-store";
import type { Declared, LinkFacts } from "../link-store";
import { DiagnosticError, NULL, identityAttribute, known, types, valueOr } from "../plugin";
import type { Call, Value } from "../plugin";
import { furtherParameters, linkAuthorizationUrl, mintLinkToken, reportReservedParameters } from "./authorization-url";
import { resource } from "./cronofy";
import type { Cronofy } from "./cronofy";
import { diagnosed } from "./cronofy-diagnostics";
import { linkIdFrom, requireOwnDataCenter } from "./link-id";
import { schema } from "./link/link-schema";
import type { LinkState, PlannedLink } from "./link/link-schema";
import { observedState } from "./link/observed-state";
import { OwnDeclaration, declare, endingToTell, keepDeclaration } from "./link/own-declaration";
import { addDuration, planLink, tellOfDestruction } from "./link/planned-link";

/** Keeps one service account's Organizational Unit linked to a conferencing service. */
export const organizationalUnitLink = resource(LINK_TYPE, {
  description:
    "Keeps one service account's Organizational Unit linked to an enterprise conferencing service: outputs what the " +
    "administrator is to be sent, an invitation that lasts or a URL that works for minutes, and reads back whether the " +
    "link works. It manages the intention that the unit is linked; the tokens of the authorization live in the " +
    "provider's `link_store`, never in state.",
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
      const link = parseLinkId(id ?? "");
      return link?.dataCenter ? { service_account_id: link.serviceAccountId, data_center: link.dataCenter } : null;
    },
  },

  validate({ authorization_parameters: parameters }, report) {
    reportReservedParameters(parameters, report);
  },

  plan: planLink,

  planDestroy: (prior, _cronofy, call) => tellOfDestruction(prior, call),

  async create(planned, cronofy, call) {
    const account = planned.service_account_id;
    // If an authorization is recorded already, Cronofy is asked whether it works before the link is adopted.
    const observation = await cronofy.observe(account, call);
    if (observation.kind === "unavailable" && observation.cause instanceof LinkStoreError) {
      // An administrator who was sent for now would come in vain, or nobody would notice.
      throw new DiagnosticError({ summary: "Link store failed", detail: observation.reason });
    }
    const declared = await declare(planned, { asksAnew: false }, cronofy, call);
    const isAwaited = declared === null ? observation.kind !== "linked" : declared.link.awaited !== null;
    const authorizeWith = authorizeWithOf(planned);
    const minted = isAwaited && authorizeWith === "url" ? await mint(planned, declared, cronofy, call) : NOT_MINTED;
    return {
      ...minted,
      id: valueOr(cronofy.linkId(known(account)), null),
      redirect_uri: valueOr(planned.redirect_uri, null),
      authorize_with: authorizeWith,
      invitation_url: await invitationUrl(planned, declared?.link ?? null, cronofy),
      status: "pending",
      linked: false,
      authorization_required: true,
      awaited_since: isAwaited ? (declared?.link.awaited?.since ?? cronofy.now().toISOString()) : null,
      authorized_conferencing_provider_name: null,
      organizational_unit_id: null,
      scope: null,
      linked_at: null,
      next_action: isAwaited
        ? nextAction({ ...situationOf(planned), status: "pending", isAwaited, hasUrl: true, authorized: null })
        : ADOPTED,
    };
  },

  async read(state, cronofy, call) {
    const account = ownServiceAccount(state, cronofy);
    const observation = await cronofy.observe(account, call);
    const own = OwnDeclaration.of(call.private);
    const link = "link" in observation ? observation.link : null;
    // An import reads what the administrator was asked for, as a configuration would say it.
    const isImport = own === null && state.status === "unknown";
    const asked = isImport && link !== null ? (link.awaited ?? link.authorization) : null;
    const known = { ...state, ...(asked && { conferencing_provider_name: asked.conferencingProviderName }) };
    const observed = observedState(known, observation, own, cronofy.now(), call.warn);
    keepDeclaration(call, own, observation);
    if (link === null || observation.kind === "ended") return observed;
    const invitation = await invitationValue(observed, link, cronofy);
    // Where the provider block is not wholly known yet, what was known stays.
    return invitation.kind === "unknown" ? observed : { ...observed, invitation_url: valueOr(invitation, null) };
  },

  async update(planned, prior, cronofy, call) {
    const account = ownServiceAccount(prior, cronofy);
    const asksAnew = planned.awaited_since.kind === "unknown";
    const mints = planned.ou_link_token.kind === "unknown";
    const asksOtherwise =
      prior.authorization_required === true && planned.conferencing_provider_name !== prior.conferencing_provider_name;
    const declared = asksAnew || mints || asksOtherwise ? await declare(planned, { asksAnew }, cronofy, call) : null;
    const own = OwnDeclaration.of(call.private);
    if (own?.isImported === true) OwnDeclaration.keep(call.private, { ...own, isImported: false });

    const isAwaited = declared === null || declared.link.awaited !== null;
    const since = declared === null ? cronofy.now().toISOString() : (declared.link.awaited?.since ?? null);
    const changed = {
      redirect_uri: valueOr(planned.redirect_uri, null),
      authorize_with: authorizeWithOf(planned),
      ...(asksAnew && { awaited_since: since }),
      ...(planned.invitation_url.kind === "unknown" && {
        invitation_url: await invitationUrl(
          planned,
          declared?.link ?? (await diagnosed(() => cronofy.recorded(account))),
          cronofy,
        ),
      }),
    };
    // The administrator may have come since the plan. Then there is nothing to mint.
    if (mints) return { ...changed, ...(isAwaited ? await mint(planned, declared, cronofy, call) : NOT_MINTED) };
    if (planned.authorization_url.kind === "unknown" && prior.ou_link_token !== null) {
      const token = new Secret(prior.ou_link_token);
      return { ...changed, authorization_url: await linkAuthorizationUrl(linkArguments(planned), token, cronofy) };
    }
    return changed;
  },

  async delete(state, cronofy, call) {
    const account = ownServiceAccount(state, cronofy);
    const keeps = state.on_destroy === "keep";
    const declarationId = OwnDeclaration.of(call.private)?.id ?? null;
    const ending = await diagnosed(() => cronofy.end(account, declarationId, keeps ? "keep" : "revoke", call.signal));
    const warning = endingToTell(state, ending, keeps, cronofy);
    if (warning !== null) call.warn(warning);
  },

  import(id, cronofy) {
    const link = linkIdFrom(id);
    if (link === null) {
      throw new DiagnosticError({
        summary: "Not the id of a link",
        detail:
          `Import takes a service account, such as ${EXAMPLE_SERVICE_ACCOUNT}, or <data center>/<service account>; ` +
          `got ${JSON.stringify(id)}.`,
      });
    }
    return Promise.resolve(importedState(link.serviceAccountId, link.dataCenter, cronofy));
  },

  importByIdentity({ service_account_id: serviceAccountId, data_center: dataCenter }, cronofy) {
    return Promise.resolve(importedState(serviceAccountId, dataCenter, cronofy));
  },
});

/** The attributes of a link token, where none was minted. */
const NOT_MINTED = { authorization_url: null, ou_link_token: null, minted_at: null, assumed_expires_at: null };

const ADOPTED = "Nothing to do: the Organizational Unit is linked already, which the next plan reads back.";

/** As much of a link as `read` needs. An import mints nothing: a later plan does, where there is a reason. */
function importedState(serviceAccountId: string, dataCenter: string | null, cronofy: Cronofy): Partial<LinkState> {
  const own = valueOr(cronofy.linkId(known(serviceAccountId)), serviceAccountId);
  const authorizeWith = valueOr(cronofy.authorizeWith, "url");
  const state = {
    ...LINK_DEFAULTS,
    id: dataCenter === null ? own : linkIdText({ dataCenter, serviceAccountId }),
    service_account_id: serviceAccountId,
    authorize_with: authorizeWith,
    redirect_uri: valueOr(cronofy.callbackUrl, null),
    status: "unknown" satisfies LinkStatus,
    linked: false,
    authorization_required: false,
    next_action: nextAction({
      status: "unknown",
      authorizeWith,
      remint: LINK_DEFAULTS.remint,
      isAwaited: false,
      hasUrl: false,
      wanted: null,
      authorized: null,
    }),
  };
  ownServiceAccount(state, cronofy);
  return state;
}

/** Mints a link token and builds the URL around it. If that fails, the declaration is withdrawn: nobody is awaited. */
async function mint(planned: PlannedLink, declared: Declared | null, cronofy: Cronofy, call: Call) {
  const account = planned.service_account_id;
  try {
    const token = await mintLinkToken(account, cronofy, call);
    const mintedAt = cronofy.now().toISOString();
    return {
      ou_link_token: token.reveal(),
      authorization_url: await linkAuthorizationUrl(linkArguments(planned), token, cronofy),
      minted_at: mintedAt,
      assumed_expires_at: addDuration(mintedAt, planned.link_token_lifetime),
    };
  } catch (error) {
    // If it cannot be withdrawn, the next apply adopts it; the error to report is the one of the mint.
    if (declared !== null) await cronofy.withdraw(account, declared).catch(() => undefined);
    throw error;
  }
}

function linkArguments(planned: PlannedLink) {
  return { ...planned, redirect_uri: valueOr(planned.redirect_uri, "") };
}

function authorizeWithOf({ authorize_with: authorizeWith }: PlannedLink): AuthorizeWith {
  return valueOr(authorizeWith, "url") === "invitation" ? "invitation" : "url";
}

function situationOf(planned: PlannedLink) {
  return {
    authorizeWith: authorizeWithOf(planned),
    remint: planned.remint,
    wanted: planned.conferencing_provider_name,
  };
}

/** The invitation of a link that is about to be kept in the state. */
async function invitationUrl(planned: PlannedLink, link: LinkFacts | null, cronofy: Cronofy): Promise<string | null> {
  const state = {
    ...planned,
    redirect_uri: valueOr(planned.redirect_uri, null),
    authorize_with: authorizeWithOf(planned),
  };
  return link === null ? null : valueOr(await invitationValue(state, link, cronofy), null);
}

/** The invitation of a link's life, or null where none is sent. */
async function invitationValue(
  link: Pick<
    LinkState,
    "service_account_id" | "redirect_uri" | "authorize_with" | "conferencing_provider_name" | "authorization_parameters"
  >,
  { lifeId }: LinkFacts,
  cronofy: Cronofy,
): Promise<Value<string>> {
  const { service_account_id: serviceAccountId, redirect_uri: redirectTo } = link;
  if (serviceAccountId === null || redirectTo === null || link.authorize_with !== "invitation") return NULL;
  return cronofy.invitationUrl({ serviceAccountId, lifeId, redirectUri: redirectTo, ...furtherParameters(link) });
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
