/** The query parameters of an authorization URL that are ours to set, and that nobody overrides. */
export const RESERVED_AUTHORIZATION_PARAMETERS: readonly string[] = [
  "response_type",
  "client_id",
  "redirect_uri",
  "state",
  "scope",
  "capabilities[]",
  "capabilities",
  "ou_link_token",
  "conferencing_provider_name",
];
