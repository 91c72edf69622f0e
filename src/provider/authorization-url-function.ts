import { Secret, authorizationUrl, dataCenter, isDataCenterId } from "../cronofy";
import { ArgumentError, providerFunction, types } from "../plugin";

/** The address to which an administrator is sent, from its parts. */
export const authorizationUrlFunction = providerFunction("authorization_url", {
  summary: "Authorization URL of an Organizational Unit",
  description:
    "Builds the URL at which an administrator authorizes an Organizational Unit, from a link token that was minted " +
    "elsewhere, such as by an application of your own. `cronofy_organizational_unit_link` does both by itself.",
  parameters: [
    { name: "data_center", type: types.string, description: "Such as `uk`." },
    { name: "client_id", type: types.string, description: "The application's client id." },
    { name: "redirect_uri", type: types.string, description: "Where the administrator's browser returns." },
    { name: "state", type: types.string, description: "Comes back unaltered." },
    { name: "ou_link_token", type: types.string, description: "The link token; works once and for minutes." },
  ],
  variadic: {
    name: "conferencing_provider_name",
    type: types.string,
    description: "At most one: the conferencing provider to connect. Without it the administrator chooses.",
  },
  returns: types.string,
  run(center, clientId, redirectUri, state, ouLinkToken, ...names) {
    if (!isDataCenterId(center)) throw new ArgumentError(0, "There is no such data center.");
    if (names.length > 1) throw new ArgumentError(6, "Name one conferencing provider at most.");
    const [conferencingProviderName] = names;
    return authorizationUrl({
      appUrl: dataCenter(center).appUrl,
      clientId,
      redirectUri,
      state,
      ouLinkToken: new Secret(ouLinkToken),
      ...(conferencingProviderName !== undefined && { conferencingProviderName }),
    });
  },
});
