import { authorizationUrl } from "../cronofy";
import type { Secret } from "../cronofy";
import type { Call } from "../plugin";
import type { AuthorizationArguments } from "./authorization-arguments";
import type { Cronofy } from "./cronofy";
import { diagnosed } from "./cronofy-diagnostics";

/**
 * Mints a link token for a service account, and hides it in the log from then on.
 *
 * @throws DiagnosticError, at `service_account_id` where that is to blame.
 */
export async function mintLinkToken(serviceAccountId: string, cronofy: Cronofy, call: Call): Promise<Secret> {
  const token = await diagnosed(() => cronofy.client.createLinkToken(serviceAccountId, cronofy.bounds(call)));
  call.log.redact(token.reveal());
  return token;
}

/** The address at which the administrator of a service account authorizes, around a link token. A secret, as that is. */
export async function linkAuthorizationUrl(
  link: AuthorizationArguments & { readonly service_account_id: string; readonly redirect_uri: string },
  ouLinkToken: Secret,
  cronofy: Cronofy,
): Promise<string> {
  const { service_account_id: serviceAccountId, redirect_uri: redirectTo } = link;
  return authorizationUrl({
    appUrl: cronofy.client.appUrl,
    clientId: cronofy.client.clientId,
    redirectUri: redirectTo,
    state: link.state ?? (await cronofy.signState(serviceAccountId, redirectTo, link.conferencing_provider_name)),
    ouLinkToken,
    ...furtherParameters(link),
  });
}

/** What an authorization URL may say beside what it has to, in the words of Cronofy's API. */
export function furtherParameters(
  link: Pick<AuthorizationArguments, "conferencing_provider_name" | "authorization_parameters">,
): { readonly conferencingProviderName?: string; readonly parameters?: Readonly<Record<string, string>> } {
  const { conferencing_provider_name: name, authorization_parameters: parameters } = link;
  return {
    ...(name !== null && { conferencingProviderName: name }),
    ...(parameters !== null && { parameters: Object.fromEntries(withoutNulls(parameters)) }),
  };
}

function withoutNulls(parameters: ReadonlyMap<string, string | null>): [string, string][] {
  return [...parameters].filter((entry): entry is [string, string] => entry[1] !== null);
}
