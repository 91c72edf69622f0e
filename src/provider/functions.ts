import { InvalidArgumentError, Secret, authorizationUrl, dataCenter, parseCallbackUrl } from "../cronofy";
import type { Callback, DataCenterId } from "../cronofy";
import { addressProblem, credentialProblem, textProblem } from "../link";
import { ArgumentError, providerFunction, types } from "../plugin";
import { SETTINGS } from "./settings";

/** The address to which an administrator is sent, from its parts. */
export const authorizationUrlFunction = providerFunction("authorization_url", {
  summary: "Authorization URL of an Organizational Unit",
  description:
    "Builds the URL at which an administrator authorizes an Organizational Unit, from a link token that was minted " +
    "elsewhere, such as by an application of your own. `cronofy_organizational_unit_link` does both by itself.",
  parameters: [
    {
      name: "data_center",
      type: types.string,
      description: "Such as `uk`.",
      validators: [SETTINGS.data_center.validate],
    },
    {
      name: "client_id",
      type: types.string,
      description: "The application's client id.",
      validators: [SETTINGS.client_id.validate],
    },
    {
      name: "redirect_uri",
      type: types.string,
      description: "Where the administrator's browser returns.",
      validators: [addressProblem],
    },
    { name: "state", type: types.string, description: "Comes back unaltered.", validators: [textProblem] },
    {
      name: "ou_link_token",
      type: types.string,
      description: "The link token; works once and for minutes.",
      validators: [credentialProblem],
    },
  ],
  variadic: {
    name: "conferencing_provider_name",
    type: types.string,
    description: "At most one: the conferencing provider to connect. Without it the administrator chooses.",
    validators: [textProblem],
  },
  returns: types.string,
  run(center, clientId, redirectUri, state, ouLinkToken, ...names) {
    if (names.length > 1) throw new ArgumentError(6, "Name one conferencing provider at most.");
    const [conferencingProviderName] = names;
    return authorizationUrl({
      appUrl: dataCenter(center as DataCenterId).appUrl,
      clientId,
      redirectUri,
      state,
      ouLinkToken: new Secret(ouLinkToken),
      ...(conferencingProviderName !== undefined && { conferencingProviderName }),
    });
  },
});

/** The addresses of a Cronofy data center. */
export const dataCenterFunction = providerFunction("data_center", {
  summary: "Addresses of a data center",
  description: "Returns the `id`, `country`, `api_url` and `app_url` of a Cronofy data center.",
  parameters: [
    { name: "id", type: types.string, description: "Such as `uk`.", validators: [SETTINGS.data_center.validate] },
  ],
  returns: types.object({
    id: types.string,
    country: types.string,
    api_url: types.string,
    app_url: types.string,
  }),
  run(id) {
    const { country, apiUrl, appUrl } = dataCenter(id as DataCenterId);
    return { id, country, api_url: apiUrl, app_url: appUrl };
  },
});

/** What an administrator came back with. */
export const parseCallbackUrlFunction = providerFunction("parse_callback_url", {
  summary: "Parts of a callback URL",
  description:
    "Takes the URL with which an administrator returned to the redirect URI apart. `code` is null after a refusal, " +
    "`error` (a code of RFC 6749, such as `access_denied`) is null after an approval.",
  parameters: [
    { name: "url", type: types.string, description: "The whole URL, unaltered.", validators: [addressProblem] },
  ],
  returns: types.object({ code: types.string, state: types.string, error: types.string }),
  run(url) {
    const callback = parsed(url);
    return callback.kind === "code"
      ? { code: callback.code.reveal(), state: callback.state, error: null }
      : { code: null, state: callback.state, error: callback.error };
  },
});

function parsed(url: string): Callback {
  try {
    return parseCallbackUrl(url);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new ArgumentError(0, error.message);
    throw error;
  }
}
