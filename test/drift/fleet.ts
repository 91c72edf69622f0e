/** One link as the state holds it, in a plan made at `2026-03-01T12:00:00Z`. */
export function linkValues(index: number, values: Readonly<Record<string, unknown>> = {}) {
  return {
    id: `uk/ser_${String(index).padStart(24, "0")}`,
    service_account_id: `ser_${String(index).padStart(24, "0")}`,
    redirect_uri: "https://links.example.com/callback",
    authorize_with: "url",
    keepers: null,
    on_destroy: "revoke",
    status: "linked",
    linked: true,
    authorization_required: false,
    awaited_since: null,
    authorization_url: null,
    ou_link_token: null,
    invitation_url: null,
    minted_at: "2026-02-20T09:00:00.000Z",
    assumed_expires_at: null,
    linked_at: "2026-02-21T10:00:00.000Z",
    scope: "organizational_unit_use_integrations",
    organizational_unit_id: `ou_${index}`,
    next_action: "Nothing to do: the Organizational Unit is linked.",
    ...values,
  };
}

/** Terraform's mask for a link. */
export const LINK_MASK = { authorization_url: true, ou_link_token: true, invitation_url: true };

const WAITING = {
  linked: false,
  authorization_required: true,
  awaited_since: "2026-02-20T09:00:00.000Z",
  authorization_url: "https://app-uk.cronofy.com/organizational_unit_oauth?ou_link_token=seeded-link-token",
  ou_link_token: "seeded-link-token",
  linked_at: null,
  organizational_unit_id: null,
  scope: null,
};

/** What a link's state says in each status. */
export const STATUS_VALUES = {
  linked: {},
  pending: {
    ...WAITING,
    status: "pending",
    next_action: "Send the administrator to the authorization URL before it lapses.",
  },
  stale: {
    ...WAITING,
    status: "stale",
    next_action:
      "The authorization URL has lapsed unused. Apply to mint a new authorization URL, then send the administrator to it.",
  },
  unlinked: {
    status: "unlinked",
    linked: false,
    authorization_required: true,
    next_action:
      "The authorization works no longer. Apply to mint a new authorization URL, then send the administrator to it.",
  },
  unknown: { ...WAITING, status: "unknown", next_action: "Nothing is known of the link. Ask the administrator." },
} as const;
export type Status = keyof typeof STATUS_VALUES;

/** What the state says of a link whose administrator has an invitation. */
export const INVITED = {
  ...STATUS_VALUES.pending,
  authorize_with: "invitation",
  authorization_url: null,
  ou_link_token: null,
  minted_at: null,
  invitation_url: "https://links.example.com/invitations/seeded-invitation",
  next_action: "Send the administrator the invitation, if that is not done: it works until the link is made.",
};

/** A change of a resource as a plan has it. */
export function changeJson(
  address: string,
  actions: readonly string[],
  before: unknown,
  after: unknown,
  more: Readonly<Record<string, unknown>> = {},
  mask: unknown = LINK_MASK,
) {
  const [, type = "", name = "", key] = /^(?:module\.\w+\.)*(\w+)\.(\w+)(?:\[(.+)\])?$/s.exec(address) ?? [];
  return {
    address,
    mode: "managed",
    type,
    name,
    ...(key !== undefined && { index: JSON.parse(key) as unknown }),
    provider_name: "registry.terraform.io/ou-link/cronofy",
    change: { actions, before, after, after_unknown: {}, before_sensitive: mask, after_sensitive: mask, ...more },
  };
}

/** The address of a customer's link. */
export function linkAddress(customer: string): string {
  return `cronofy_organizational_unit_link.customers[${JSON.stringify(customer)}]`;
}

/** The members of a plan in which links went from one status to another while nobody changed the configuration. */
export function transitions(links: readonly { customer: string; was: Status; is: Status }[]) {
  const resource_drift: unknown[] = [];
  const resource_changes: unknown[] = [];
  for (const [index, { customer, was, is }] of links.entries()) {
    const [before, after] = [linkValues(index, STATUS_VALUES[was]), linkValues(index, STATUS_VALUES[is])];
    const address = linkAddress(customer);
    if (was !== is) resource_drift.push(changeJson(address, ["update"], before, after));
    const mints = is === "stale" || is === "unlinked";
    const planned = { ...after, status: "pending", next_action: STATUS_VALUES.pending.next_action };
    resource_changes.push(
      mints
        ? changeJson(address, ["update"], after, planned, {
            after_unknown: { authorization_url: true, ou_link_token: true },
          })
        : changeJson(address, ["no-op"], after, after),
    );
  }
  return { resource_drift, resource_changes };
}

const NAMES = ["acme", "globex", "initech", "umbrella", "hooli", "stark", "wayne", "wonka", "tyrell", "cyberdyne"];

/** A fleet of 200 links in all five classes, with some other resources. */
export function fleetOf200() {
  const kinds: readonly [was: Status, is: Status, upTo: number][] = [
    ["linked", "unlinked", 7],
    ["pending", "stale", 20],
    ["pending", "pending", 45],
    ["pending", "linked", 52],
    ["linked", "linked", 200],
  ];
  const links = Array.from({ length: 200 }, (_, index) => {
    const [was, is] = kinds.find(([, , upTo]) => index < upTo) ?? ["linked", "linked"];
    return { customer: `${NAMES[index % NAMES.length]}-${String(index).padStart(3, "0")}`, was, is } as const;
  });
  const members = transitions(links);
  const asked = { ...linkValues(199), redirect_uri: "https://links.example.com/new/callback" };
  members.resource_changes[199] = changeJson(
    linkAddress(links[199]?.customer ?? ""),
    ["update"],
    linkValues(199),
    asked,
  );
  const bystander = { instance_type: "small", tags: "blue" };
  members.resource_drift.push(
    changeJson("demo_server.queue", ["update"], bystander, { ...bystander, tags: "green" }, {}, {}),
  );
  members.resource_changes.push(changeJson("demo_server.queue", ["no-op"], bystander, bystander, {}, {}));
  return members;
}

/** Rules that ignore some of what a fleet's reports find: one that is used, one that has expired, one for nothing. */
export const RULES = `
rules:
  - {address: '*initech*', class: pending, reason: They migrate., expires: 2026-06-30}
  - {address: '*umbrella*', class: pending, reason: They were on holiday., expires: 2026-02-01}
  - {address: 'nothing.*', reason: It was here once., expires: 2026-06-30}
`;

/** What `terraform show -json` prints of a plan with these members, around what it always prints. */
export function planText(members: Readonly<Record<string, unknown>>): Buffer {
  const plan = {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: { root_module: {} },
    resource_changes: [],
    prior_state: { format_version: "1.0", terraform_version: "1.11.4", values: { root_module: {} } },
    timestamp: "2026-03-01T12:00:00Z",
    ...members,
  };
  return Buffer.from(JSON.stringify(plan));
}
