/** A transition of a link that a hook can follow. Hooks find the value in `OU_LINK_EVENT`. */
export type HookEvent = "authorization_required" | "linked" | "unlinked";

/**
 * The environment variables that hooks get, beside those that the user gives, and what each holds. What there is no value
 * for is not set.
 */
export const HOOK_VARIABLES: Readonly<Record<string, string>> = {
  OU_LINK_EVENT: "`authorization_required`, `linked` or `unlinked`",
  OU_LINK_NAME: "the construct's id, such as `acme`",
  OU_LINK_ID: "`<data center>/<service account>`",
  CRONOFY_DATA_CENTER: "the data center",
  CRONOFY_SERVICE_ACCOUNT_ID: "the service account",
  OU_LINK_STATUS: "the link's `status`",
  OU_LINK_AWAITED_SINCE: "since when an administrator is awaited; only when an authorization is required",
  OU_LINK_INVITATION_URL:
    "the invitation for the administrator, a secret; only when an authorization is required, with an invitation",
  OU_LINK_AUTHORIZATION_URL:
    "the URL for the administrator, a secret; only when an authorization is required, with a URL",
  OU_LINK_MINTED_AT: "when the URL was minted; only when an authorization is required, with a URL",
  OU_LINK_ASSUMED_EXPIRES_AT: "when the URL is taken to lapse; only when an authorization is required, with a URL",
  OU_LINK_LINKED_AT: "when the authorization was recorded; only when linked",
  OU_LINK_ORGANIZATIONAL_UNIT_ID: "the Organizational Unit, where Cronofy has told it; only when linked",
};

/** The attribute of the link behind each variable that comes with an event. */
const ATTRIBUTES: Readonly<Record<"authorization_required" | "linked", Readonly<Record<string, string>>>> = {
  authorization_required: {
    OU_LINK_AWAITED_SINCE: "awaited_since",
    OU_LINK_INVITATION_URL: "invitation_url",
    OU_LINK_AUTHORIZATION_URL: "authorization_url",
    OU_LINK_MINTED_AT: "minted_at",
    OU_LINK_ASSUMED_EXPIRES_AT: "assumed_expires_at",
  },
  linked: {
    OU_LINK_LINKED_AT: "linked_at",
    OU_LINK_ORGANIZATIONAL_UNIT_ID: "organizational_unit_id",
  },
};

/**
 * What a hook finds in its environment.
 *
 * @param link address of the link in Terraform, such as `cronofy_organizational_unit_link.acme`
 * @param triggers the expression by which the hook's own resource refers to its triggers, all that is left of a link that
 *   is gone
 */
export function hookEnvironment(
  event: HookEvent,
  name: string,
  link: string,
  triggers: string,
): Record<string, string> {
  const id = event === "unlinked" ? `${triggers}.link_id` : `${link}.id`;
  const common = {
    OU_LINK_EVENT: event,
    OU_LINK_NAME: name,
    OU_LINK_ID: `\${${id}}`,
    CRONOFY_DATA_CENTER: `\${split("/", ${id})[0]}`,
    CRONOFY_SERVICE_ACCOUNT_ID: `\${split("/", ${id})[1]}`,
  };
  if (event === "unlinked") return { ...common, OU_LINK_STATUS: "unlinked" };
  const attributes = { OU_LINK_STATUS: "status", ...ATTRIBUTES[event] };
  const values = Object.entries(attributes).map(([variable, attribute]) => [variable, `\${${link}.${attribute}}`]);
  return { ...common, ...(Object.fromEntries(values) as Record<string, string>) };
}
