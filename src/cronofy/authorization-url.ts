import { InvalidArgumentError } from "./cronofy-error";
import { RESERVED_AUTHORIZATION_PARAMETERS } from "./reserved-authorization-parameters";
import type { Secret } from "./secret";

/** The one scope that an administrator is asked for. */
export const LINK_SCOPE = "organizational_unit_use_integrations";

export interface AuthorizationUrlOptions {
  /** Origin of the administrator's pages, as `dataCenter(id).appUrl`. */
  readonly appUrl: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Comes back unaltered. */
  readonly state: string;
  readonly ouLinkToken: Secret;
  /** Spares the administrator the choice; Cronofy shows its list where it does not know the name. */
  readonly conferencingProviderName?: string;
  /** Further query parameters that Cronofy may know, such as a locale. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * The address at which an administrator authorizes an Organizational Unit. It works once and for minutes, and holds the
 * link token: treat it as a secret.
 *
 * @throws InvalidArgumentError naming a further parameter that is ours to set.
 */
export function authorizationUrl({
  appUrl,
  clientId,
  redirectUri,
  state,
  ouLinkToken,
  conferencingProviderName,
  parameters = {},
}: AuthorizationUrlOptions): string {
  const query = new URLSearchParams([
    ["response_type", "code"],
    ["client_id", clientId],
    ["redirect_uri", redirectUri],
    ["state", state],
    ["scope", LINK_SCOPE],
    // Written as capabilities%5B%5D, for RFC 3986 has no brackets in a query.
    ["capabilities[]", "conferencing"],
    ["ou_link_token", ouLinkToken.reveal()],
  ]);
  if (conferencingProviderName !== undefined) query.set("conferencing_provider_name", conferencingProviderName);
  for (const [name, value] of Object.entries(parameters)) {
    if (RESERVED_AUTHORIZATION_PARAMETERS.includes(name)) {
      throw new InvalidArgumentError(
        "build the authorization URL",
        name,
        `the parameter ${name} cannot be overridden`,
        "Leave it out of the further parameters.",
      );
    }
    query.set(name, value);
  }
  return `${appUrl.replace(/\/+$/, "")}/organizational_unit_oauth?${query.toString()}`;
}
