import { EXAMPLE_SERVICE_ACCOUNT, linkIdText, parseLinkId, textProblem } from "../link";
import { DiagnosticError, durationText, known, parseDuration, string, timeouts, valueOr } from "../plugin";
import type { ApplyCall, Problem } from "../plugin";
import { resource } from "./cronofy";
import type { Cronofy, Observation } from "./cronofy";
import { linkIdFrom, requireOwnDataCenter } from "./link-id";

const DEFAULT_POLL_INTERVAL = "10s";

/** Milliseconds. Cronofy counts requests, and administrators do not answer within seconds. */
const SHORTEST_POLL_INTERVAL = 1_000;

/** The last look is this many milliseconds before the time-out, which leaves time to report the failure. */
const TIME_TO_TELL = 1_000;

const schema = {
  link_id: string({
    required: true,
    requiresReplace: true,
    description:
      "The link to wait for: the `id` of a `cronofy_organizational_unit_link`, or its `service_account_id`. Either, " +
      "taken from that resource, has Terraform make the link before it waits.",
    validators: [textProblem, linkId],
    semanticEquals: isSameLink,
  }),
  poll_interval: string({
    optional: true,
    computed: true,
    default: DEFAULT_POLL_INTERVAL,
    description:
      "How long to wait between two looks, as a duration such as `30s`; at least one second. Each look takes one " +
      "request to Cronofy once an authorization is recorded, and none before.",
    validators: [durationText(), longEnough],
  }),
  timeouts: timeouts({ create: "5m", read: "2m" }),

  id: string({
    computed: true,
    useStateForUnknown: true,
    description: "`<data center>/<service account>` of the link, which is also what an import takes.",
  }),
  organizational_unit_id: string({
    computed: true,
    useStateForUnknown: true,
    description: "The Organizational Unit's `sub`, if Cronofy has told it.",
  }),
  linked_at: string({
    computed: true,
    useStateForUnknown: true,
    description: "When the authorization was recorded (RFC 3339).",
  }),
};

/** What was observed of a link that is not there. */
type NotLinked = Exclude<Observation, { kind: "linked" }>;

/** Waits until a link is made, so that what depends on it can be made in the same run. */
export const organizationalUnitLinkCompletion = resource("cronofy_organizational_unit_link_completion", {
  description:
    "Waits until an administrator has linked an Organizational Unit, so that what depends on the link can be made in " +
    "the same run. Entirely optional: `cronofy_organizational_unit_link` never waits, and the next plan reads back " +
    "what has become of it. Use this where somebody sits ready to authorize while Terraform runs; where the answer " +
    "takes days, let a later run find it.\n\n" +
    "Terraform shows outputs once a run is over, so the administrator cannot get the URL from the very run that waits: " +
    "make the link in a run before (`terraform apply -target=cronofy_organizational_unit_link.<name>`), print its " +
    "`authorization_url` with `terraform output -raw`, and then apply the rest.\n\n" +
    "Creating it looks for the authorization until it works, for at most `timeouts.create` (five minutes unless set), " +
    "and ends at once when Terraform is interrupted. It needs the provider's `link_store`. Destroying it does " +
    "nothing. When Cronofy refuses the authorization later on, or the link is ended or made anew, the completion is gone, " +
    "and the next apply waits again; while there is merely no evidence, because Cronofy or the store cannot be reached or the record is missing, it " +
    "stays as it is, with a warning.",
  schema,

  plan({ prior, config, planned }, cronofy) {
    if (prior !== null || config.link_id.kind !== "known") return;
    ownLink(config.link_id.value, cronofy);
    planned.id = cronofy.linkId(known(serviceAccountOf(config.link_id.value)));
  },

  async create(planned, cronofy, call) {
    const id = ownLink(planned.link_id, cronofy);
    if (cronofy.store === null) {
      throw new DiagnosticError({
        summary: "No link store to look into",
        detail:
          `Without a link_store nothing tells when ${id} is linked, so this would never finish. Configure ` +
          "the store that the link service writes to, or leave this resource out: the link does without it.",
      });
    }
    return { id, ...(await waitUntilLinked(id, planned.poll_interval, cronofy, call)) };
  },

  async read(state, cronofy, call) {
    const id = ownLink(state.id ?? state.link_id ?? "", cronofy);
    const observation = await cronofy.observe(serviceAccountOf(id), call);
    switch (observation.kind) {
      case "linked":
        return { ...state, ...completed(observation) };
      case "refused":
      case "ended":
      case "awaited":
        return null;
      default:
        call.warn({
          summary: "Link could not be checked",
          detail: `${whyNotLinked(observation)} The completion of ${id} is kept.`,
        });
        return state;
    }
  },

  // What can be changed in place matters only while it waits.
  update: () => Promise.resolve({}),

  // There is nothing to undo: the link is the business of its own resource.
  delete: () => Promise.resolve(),

  async import(importId, cronofy, call) {
    if (linkIdFrom(importId) === null) {
      throw new DiagnosticError({
        summary: "Not the id of a link",
        detail:
          "Import takes the id of a link, <data center>/<service account>, or a service account such as " +
          "ser_64b17f9b8090ea21640c9151.",
      });
    }
    const id = ownLink(importId, cronofy);
    const observation = await cronofy.observe(serviceAccountOf(id), call);
    if (observation.kind !== "linked") {
      throw new DiagnosticError({
        summary: "Link is not completed",
        detail:
          `${whyNotLinked(observation)} An import does not wait: it takes a link that works. Declare the resource ` +
          `without importing it, and apply to wait for ${id}.`,
      });
    }
    return { id, link_id: id, poll_interval: DEFAULT_POLL_INTERVAL, ...completed(observation) };
  },
});

/**
 * Looks until the link works. A look that fails may succeed later, so it does not end the wait; if the time runs out,
 * the error tells of the last one.
 *
 * @throws DiagnosticError when the time is over; an aborted signal's reason.
 */
async function waitUntilLinked(
  id: string,
  pollInterval: string,
  cronofy: Cronofy,
  { signal, timeout = Infinity, log, warn }: ApplyCall<typeof schema>,
) {
  const lastLook = cronofy.now().getTime() + timeout - TIME_TO_TELL;
  const interval = parseDuration(pollInterval) ?? SHORTEST_POLL_INTERVAL;
  for (;;) {
    const observation = await cronofy.observe(serviceAccountOf(id), { signal, warn });
    if (observation.kind === "linked") return completed(observation);
    const remaining = lastLook - cronofy.now().getTime();
    if (remaining <= 0) throw notLinkedInTime(id, timeout, observation);
    log.debug("Waiting for the administrator", { link: id, evidence: observation.kind });
    await cronofy.sleep(Math.min(interval, remaining), signal);
  }
}

function completed({ authorization: { organizationalUnitId, linkedAt } }: Extract<Observation, { kind: "linked" }>) {
  return { organizational_unit_id: organizationalUnitId, linked_at: linkedAt };
}

/** The authorization URL is a secret, so the failure tells how to print it. */
function notLinkedInTime(id: string, timeout: number, observation: NotLinked): DiagnosticError {
  return new DiagnosticError({
    summary: "Not linked in time",
    detail:
      `${id} was not linked within ${timeout / 1_000} seconds. ${whyNotLinked(observation)} Print the link's ` +
      "authorization_url with terraform output -raw <name>, by the name of the output that holds it; send the " +
      "administrator there, and apply again, which goes on waiting. Or raise timeouts.create.",
    path: ["timeouts", "create"],
  });
}

/** Why the link does not work, in one or two sentences. */
function whyNotLinked(observation: NotLinked): string {
  switch (observation.kind) {
    case "refused":
    case "unavailable":
      return observation.reason;
    case "awaited":
      return "Nobody has authorized yet.";
    case "ended":
      return `The link was ended at ${observation.link.ended.at}.`;
    case "not-authorized":
      return "The program of the link_store has no authorization for it.";
    case "not-recorded":
      return `No link is recorded in ${observation.store}.`;
    case "no-store":
      return "No link_store is configured to look into.";
  }
}

/**
 * The full id of a link of the provider's data center.
 *
 * @throws DiagnosticError where it is of another one.
 */
function ownLink(text: string, cronofy: Cronofy): string {
  const { dataCenter, serviceAccountId } = parseLinkId(text) ?? { dataCenter: null, serviceAccountId: text };
  const own = valueOr(cronofy.linkId(known(serviceAccountId)), text);
  const id = dataCenter === null ? own : linkIdText({ dataCenter, serviceAccountId });
  requireOwnDataCenter(id, serviceAccountId, cronofy, ["link_id"]);
  return id;
}

function serviceAccountOf(link: string): string {
  return parseLinkId(link)?.serviceAccountId ?? link;
}

function isSameLink(one: string, other: string): boolean {
  const [a, b] = [parseLinkId(one), parseLinkId(other)];
  if (a === null || b === null) return one === other;
  // An id without a data center means the provider's own, and no other is accepted.
  const isSameCenter = a.dataCenter === b.dataCenter || a.dataCenter === null || b.dataCenter === null;
  return isSameCenter && a.serviceAccountId === b.serviceAccountId;
}

function linkId(value: string): Problem | undefined {
  return linkIdFrom(value) === null
    ? {
        summary: "Not the id of a link",
        detail:
          "Give the id of a cronofy_organizational_unit_link, <data center>/<service account>, or a service account " +
          `such as ${EXAMPLE_SERVICE_ACCOUNT}; got ${JSON.stringify(value)}.`,
      }
    : undefined;
}

function longEnough(value: string): Problem | undefined {
  const interval = parseDuration(value);
  return interval !== undefined && interval < SHORTEST_POLL_INTERVAL
    ? { summary: "Interval too short", detail: `Wait at least "1s" between two looks; got ${JSON.stringify(value)}.` }
    : undefined;
}
