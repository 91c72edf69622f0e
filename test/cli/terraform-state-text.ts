/** What a test says of one link in a state; the rest is as for a link that waits. */
export interface LinkInState {
  readonly address: string;
  readonly index?: string;
  readonly deposed_key?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

export const AUTHORIZATION_URL = "https://app.cronofy.com/organizational_unit_oauth?ou_link_token=t0ken-of-acme";
export const INVITATION_URL = "https://links.example.com/invitations/eyJhbGciOiJ.eyJzdWIi.c2ln";

/** What a state says of a link whose administrator has an invitation. */
export const INVITED = {
  authorize_with: "invitation",
  authorization_url: null,
  ou_link_token: null,
  minted_at: null,
  assumed_expires_at: null,
  invitation_url: INVITATION_URL,
  next_action: "Send the administrator the invitation, if that is not done: it works until the link is made.",
};

/** A state as `terraform show -json` prints it. */
export function stateText(links: readonly LinkInState[]): string {
  return JSON.stringify({
    format_version: "1.0",
    terraform_version: "1.11.4",
    values: {
      root_module: {
        resources: links.map(({ values, ...link }) => ({
          mode: "managed",
          type: "cronofy_organizational_unit_link",
          name: /\.(\w+)(?:\[.*\])?$/s.exec(link.address)?.[1] ?? "",
          ...link,
          provider_name: "registry.terraform.io/ou-link/cronofy",
          values: {
            id: "us/ser_1",
            service_account_id: "ser_1",
            authorize_with: "url",
            status: "pending",
            awaited_since: "2026-01-02T03:04:05Z",
            minted_at: "2026-01-02T03:04:05Z",
            assumed_expires_at: "2099-01-02T03:14:05Z",
            authorization_url: AUTHORIZATION_URL,
            ou_link_token: "t0ken-of-acme",
            next_action: "Send the administrator to the authorization URL before it lapses.",
            ...values,
          },
          sensitive_values: { authorization_url: true, ou_link_token: true, invitation_url: true },
        })),
      },
    },
  });
}
