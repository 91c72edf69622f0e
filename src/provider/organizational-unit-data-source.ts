import { DATA_CENTERS } from "../cronofy";
import { LINK_STATUS_MEANINGS, serviceAccountProblem } from "../link";
import type { LinkStatus } from "../link";
import { bool, known, string, valueOr } from "../plugin";
import type { Diagnostic } from "../plugin";
import { dataSource } from "./cronofy";
import type { Observation } from "./cronofy";

/** What is known of an Organizational Unit's link, wherever the link is declared. */
export const organizationalUnitDataSource = dataSource("cronofy_organizational_unit", {
  description:
    "Tells whether a service account's Organizational Unit is linked, through the provider's `link_store`: " +
    "for configurations that use a link which is declared elsewhere, or not in Terraform at all. Where nothing can be " +
    "told, `status` is `unknown` and a warning says why; no plan fails for that. To insist on a link, use a `check` " +
    "block or a postcondition on `linked`.",
  schema: {
    service_account_id: string({
      required: true,
      description: "The calendar service account (`ser_…`) whose Organizational Unit is looked up.",
      validators: [serviceAccountProblem],
    }),

    id: string({
      computed: true,
      description:
        "`<data center>/<service account>`, where the data center is one of " +
        `${DATA_CENTERS.map(({ id }) => `\`${id}\``).join(", ")}.`,
    }),
    status: string({
      computed: true,
      description:
        (["pending", "linked", "unlinked", "unknown"] as const)
          .map((status) => `\`${status}\`: ${LINK_STATUS_MEANINGS[status]}`)
          .join(". ") + ".",
    }),
    linked: bool({ computed: true, description: "Whether `status` is `linked`." }),
    awaited_since: string({
      computed: true,
      description: "Since when an administrator is awaited (RFC 3339); null where nobody is.",
    }),
    organizational_unit_id: string({
      computed: true,
      description: "The Organizational Unit's `sub`, if it is linked and Cronofy has told it.",
    }),
    scope: string({ computed: true, description: "The scope that was granted, if it is linked." }),
    linked_at: string({
      computed: true,
      description: "When the authorization was recorded (RFC 3339), if it is linked.",
    }),
  },

  async read({ service_account_id: account }, cronofy, call) {
    const observation = await cronofy.observe(account, call);
    const warning = missingEvidence(observation, account);
    if (warning !== null) call.warn({ ...warning, path: ["service_account_id"] });
    return { id: valueOr(cronofy.linkId(known(account)), null), ...seen(observation) };
  },
});

function seen(observation: Observation) {
  const link = "link" in observation ? observation.link : null;
  const status = statusSeen(observation);
  const authorization = observation.kind === "linked" ? observation.authorization : null;
  return {
    status,
    linked: status === "linked",
    awaited_since: link?.awaited?.since ?? null,
    organizational_unit_id: authorization?.organizationalUnitId ?? null,
    scope: authorization?.scope ?? null,
    linked_at: authorization?.linkedAt ?? null,
  };
}

function statusSeen(observation: Observation): LinkStatus {
  switch (observation.kind) {
    case "linked":
      return "linked";
    case "refused":
      return observation.link?.awaited ? "pending" : "unlinked";
    case "ended":
      return "unlinked";
    case "awaited":
      return "pending";
    default:
      return "unknown";
  }
}

/** Why nothing can be told of a link; null where something can. */
function missingEvidence(observation: Observation, account: string): Diagnostic | null {
  switch (observation.kind) {
    case "linked":
    case "refused":
    case "ended":
    case "awaited":
      return null;
    case "unavailable":
      return { summary: "Link could not be checked", detail: `${observation.reason} The status is "unknown".` };
    case "no-store":
      return {
        summary: "No link store to look into",
        detail:
          `Without a link_store nothing tells whether ${account} is linked, so the status is "unknown". ` +
          "Configure the store that the link service writes to.",
      };
    case "not-authorized":
    case "not-recorded":
      return {
        summary: "No authorization is recorded",
        detail:
          `The link_store has no record of ${account}, so the status is "unknown". Either no administrator ` +
          "has authorized yet, or the link service writes to another store.",
      };
  }
}
