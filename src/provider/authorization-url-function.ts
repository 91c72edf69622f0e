import { Secret, authorizationUrl, dataCenter } from "../cronofy";
import type { DataCenterId } from "../cronofy";
import { addressProblem, credentialProblem, textProblem } from "../link";
import { ArgumentError, providerFunction, types } from "../plugin";
import { SETTINGS } from "./setting";

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
      validators: SETTINGS.data_center.validators,
    },
    {
      name: "client_id",
      type: types.string,
      description: "The application's client id.",
      validators: SETTINGS.client_id.validators,
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
