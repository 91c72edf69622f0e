import { InvalidArgumentError } from "./cronofy-error";
import { RESERVED_AUTHORIZATION_PARAMETERS } from "./constants";
import { Secret } from "./secret";

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
 * @throws InvalidArgumentError where a further parameter is one that is set here.
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

/** How an administrator came back. */
export type Callback =
  | { readonly kind: "code"; readonly code: Secret; readonly state: string | null }
  /** `error` is a code of RFC 6749 4.1.2.1, such as `access_denied`. */
  | { readonly kind: "refused"; readonly error: string; readonly state: string | null };

/**
 * Reads the URL with which an administrator's browser returned to the redirect URI.
 *
 * @throws InvalidArgumentError where it is no such URL. The message quotes nothing of it.
 */
export function parseCallbackUrl(url: string | URL): Callback {
  if (!URL.canParse(url.toString())) throw invalid("it is not a whole URL");
  const { searchParams } = new URL(url);
  const [code, error, state] = [
    single(searchParams, "code"),
    single(searchParams, "error"),
    single(searchParams, "state"),
  ];
  if (code !== null && error !== null) throw invalid("it has both code and error");
  if (code !== null) return { kind: "code", code: new Secret(code), state };
  if (error === null) throw invalid("it has neither code nor error");
  if (!ERROR_CODE.test(error)) throw invalid("its error is not a code");
  return { kind: "refused", error, state };
}

/** The characters that RFC 6749 allows, and a bound, since this gets shown. */
const ERROR_CODE = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,64}$/;

function single(query: URLSearchParams, name: string): string | null {
  const [value, ...more] = query.getAll(name);
  if (more.length > 0) throw invalid(`it has ${name} more than once`);
  return value === undefined || value === "" ? null : value;
}

function invalid(what: string): InvalidArgumentError {
  return new InvalidArgumentError(
    "read the callback URL",
    "url",
    what,
    "Use the address to which Cronofy sent the browser back, unaltered.",
  );
}
