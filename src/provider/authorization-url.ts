import { CONFERENCING_PROVIDER_NAMES, RESERVED_AUTHORIZATION_PARAMETERS, authorizationUrl } from "../cronofy";
import type { Secret } from "../cronofy";
import { spacingProblem, textProblem } from "../link";
import { map, string, types } from "../plugin";
import type { Call, Planned, Problem, ValidationReport, Value } from "../plugin";
import type { Cronofy } from "./cronofy";
import { diagnosed } from "./cronofy-diagnostics";

/** The arguments that shape an authorization URL, without the link token in it. */
export const authorizationArguments = {
  conferencing_provider_name: string({
    optional: true,
    description:
      "The conferencing provider that the administrator is to connect: " +
      `${CONFERENCING_PROVIDER_NAMES.map((name) => `\`${name}\``).join(", ")}. Without it, or with a name that Cronofy ` +
      "does not know, the administrator chooses from a list.",
    validators: [textProblem, knownConferencingProvider],
  }),
  state: string({
    optional: true,
    description:
      "The OAuth `state` that comes back unaltered with the administrator. Set it only if your own application takes " +
      "the callback; by default it is a signed JWT that names the link, which the link service requires.",
    validators: [textProblem],
  }),
  authorization_parameters: map(types.string, {
    optional: true,
    description:
      "Further query parameters of the authorization URL that Cronofy may know, such as a locale. Those that this " +
      "resource sets itself cannot be overridden.",
    elementValidators: [spacingProblem],
  }),
};

/** These arguments as the configuration gives them, wholly known. */
export type AuthorizationArguments = Planned<typeof authorizationArguments>;

/** Reports each of the further query parameters that is not the configuration's to set. Values may be unknown. */
export function reportReservedParameters(
  parameters: Value<ReadonlyMap<string, Value<string>>>,
  report: ValidationReport,
): void {
  if (parameters.kind !== "known") return;
  for (const name of parameters.value.keys()) {
    if (!RESERVED_AUTHORIZATION_PARAMETERS.includes(name)) continue;
    report.error({
      path: ["authorization_parameters", { key: name }],
      summary: "Reserved parameter",
      detail: `${name} is set by this resource and cannot be overridden; leave it out here.`,
    });
  }
}

function knownConferencingProvider(value: string): Problem | undefined {
  return CONFERENCING_PROVIDER_NAMES.some((name) => name === value)
    ? undefined
    : {
        severity: "warning",
        summary: "Unknown conferencing provider",
        detail:
          `This provider knows ${CONFERENCING_PROVIDER_NAMES.join(", ")}; got ${JSON.stringify(value)}. It is passed on, ` +
          "and if Cronofy does not know it either, the administrator chooses from a list.",
      };
}

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

/** The address at which an administrator authorizes. It holds the link token, so it is a secret too. */
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

/** The optional parameters of an authorization URL, in the words of Cronofy's API. */
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
