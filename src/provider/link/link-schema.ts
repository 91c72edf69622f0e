import {
  AUTHORIZE_WITH,
  LINK_DEFAULTS,
  LINK_STATUSES,
  LINK_STATUS_MEANINGS,
  ON_DESTROY,
  REMINT,
  addressProblem,
  serviceAccountProblem,
} from "../../link";
import { bool, durationText, map, oneOf, string, timeouts, types } from "../../plugin";
import type { Change, Planned, State } from "../../plugin";
import { authorizationArguments } from "../authorization-url";

/** What is declared of a link, and what is known of it. */
export const schema = {
  service_account_id: string({
    required: true,
    requiresReplace: true,
    description:
      "The calendar service account (`ser_…`) whose Organizational Unit is to be linked: the `sub` of an Enterprise " +
      "Connect authorization of this application.",
    validators: [serviceAccountProblem],
  }),
  ...authorizationArguments,
  redirect_uri: string({
    optional: true,
    computed: true,
    useStateForUnknown: true,
    description:
      "Where the administrator's browser returns with a `code`: `https`, or `http` on loopback. May be left out where " +
      "the provider has a `link_service_url`: then it is that service's `/callback`, as invitations need it.",
    validators: [addressProblem],
  }),
  authorize_with: string({
    optional: true,
    computed: true,
    useStateForUnknown: true,
    description:
      "How the administrator is brought. `invitation` puts out an `invitation_url` that works until the link is made or " +
      "ended, and mints nothing: the link service does that when they come. `url` mints a link token at apply and puts out an " +
      "`authorization_url`, which works for minutes. Default: `invitation` where the provider has a `link_service_url`, " +
      "else `url`.",
    validators: [oneOf(AUTHORIZE_WITH)],
  }),
  keepers: map(types.string, {
    optional: true,
    description: "Any values; a change of them asks the administrator anew, also where the link works.",
  }),
  link_token_lifetime: string({
    optional: true,
    computed: true,
    default: LINK_DEFAULTS.link_token_lifetime,
    sensitive: false,
    description:
      "How long a link token is taken to work. Cronofy publishes no figure: this is an assumption, and yours to correct. " +
      "Matters with `url` alone.",
    validators: [durationText()],
  }),
  remint: string({
    optional: true,
    computed: true,
    default: LINK_DEFAULTS.remint,
    description:
      "With `url`: `when_stale` mints a new link token at the next apply when the old one has lapsed without an " +
      "authorization; `never` leaves that to a change of `keepers`.",
    validators: [oneOf(REMINT)],
  }),
  on_destroy: string({
    optional: true,
    computed: true,
    default: LINK_DEFAULTS.on_destroy,
    description:
      "`revoke` ends the authorization when the resource is destroyed; `keep` leaves it and its record to whatever " +
      "declares the link next.",
    validators: [oneOf(ON_DESTROY)],
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
    description:
      "What is known of the link. " +
      LINK_STATUSES.map((status) => `\`${status}\`: ${LINK_STATUS_MEANINGS[status]}`).join(". ") +
      ".",
  }),
  linked: bool({ computed: true, useStateForUnknown: true, description: "Whether `status` is `linked`." }),
  authorization_required: bool({
    computed: true,
    useStateForUnknown: true,
    description:
      "Whether an administrator is awaited, or has to be: also while the link works, where they were asked anew.",
  }),
  awaited_since: string({
    computed: true,
    useStateForUnknown: true,
    description:
      "Since when an administrator is awaited (RFC 3339). Minting a further URL does not move it. Null where nobody is.",
  }),
  authorization_url: string({
    computed: true,
    useStateForUnknown: true,
    sensitive: true,
    description: "With `url`, the address to send the administrator to. Works once and for minutes; null once linked.",
  }),
  ou_link_token: string({
    computed: true,
    useStateForUnknown: true,
    sensitive: true,
    description: "The single-use token within `authorization_url`; null where that is.",
  }),
  invitation_url: string({
    computed: true,
    useStateForUnknown: true,
    sensitive: true,
    description:
      "With `invitation`, the address of the link service to send to the administrator: it does not lapse, and mints a " +
      "link token when they come. Null with `url`.",
  }),
  minted_at: string({
    computed: true,
    useStateForUnknown: true,
    description: "With `url`, when the last link token was minted (RFC 3339). Null if none was.",
  }),
  assumed_expires_at: string({
    computed: true,
    useStateForUnknown: true,
    description: "`minted_at` and `link_token_lifetime` together; null where there is no `authorization_url`.",
  }),
  authorized_conferencing_provider_name: string({
    computed: true,
    useStateForUnknown: true,
    description:
      "The `conferencing_provider_name` that the administrator was asked for when they authorized; null where they chose " +
      "from a list.",
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
    description: "One or two sentences on what has to happen next. Holds no secret.",
  }),
};

/** A link as its state holds it. */
export type LinkState = State<typeof schema>;

/** A link as an apply is to make it. */
export type PlannedLink = Planned<typeof schema>;

/** A change of a link that is being planned. */
export type LinkChange = Change<typeof schema>;
