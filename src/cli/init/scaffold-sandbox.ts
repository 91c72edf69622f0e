/** The sandbox that a new project is tried against: nothing in it is anybody's, and so nothing in it is secret. */
export const SANDBOX = {
  port: 8081,
  clientId: "sandbox_client",
  clientSecret: "sandbox_client_secret",
  serviceAccountId: "ser_64b17f9b8090ea21640c9151",
} as const;

/** Where `ou-link serve` listens, which invites administrators and takes their return. */
const LINK_SERVICE = "http://127.0.0.1:8080";

/** What runs a project against the sandbox, in whatever language it is. File → text. */
export function sandboxFiles(): Readonly<Record<string, string>> {
  const seed = {
    client_id: SANDBOX.clientId,
    client_secret: SANDBOX.clientSecret,
    redirect_uris: [`${LINK_SERVICE}/callback`],
    service_accounts: [{ service_account_id: SANDBOX.serviceAccountId, email: "calendars@acme.example" }],
  };
  return {
    "sandbox.json": `${JSON.stringify(seed, null, 2)}\n`,
    "sandbox.env": `# Tells Terraform's provider and ou-link of the sandbox: . ./sandbox.env
export CRONOFY_API_URL=http://127.0.0.1:${SANDBOX.port}
export CRONOFY_APP_URL=http://127.0.0.1:${SANDBOX.port + 1}
export CRONOFY_CLIENT_ID=${SANDBOX.clientId}
export CRONOFY_CLIENT_SECRET=${SANDBOX.clientSecret}
export OU_LINK_STORE_FILE="$PWD/links"
export OU_LINK_SERVICE_URL=${LINK_SERVICE}
`,
  };
}
