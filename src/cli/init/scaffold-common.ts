import type { ProjectTemplate } from "../init-command";

/** The sandbox that a new project is tried against: nothing in it is anybody's, and so nothing in it is secret. */
export const SANDBOX = {
  port: 8081,
  clientId: "sandbox_client",
  clientSecret: "sandbox_client_secret",
  serviceAccountId: "ser_64b17f9b8090ea21640c9151",
} as const;

/** Where `ou-link serve` takes the administrator's return. */
export const REDIRECT_URI = "http://127.0.0.1:8080/callback";

/** What a project has in whatever language. File → text. */
export function commonFiles(name: string, template: ProjectTemplate): Readonly<Record<string, string>> {
  const declared = template === "hcl" ? "main.tf" : "main.ts";
  const seed = {
    client_id: SANDBOX.clientId,
    client_secret: SANDBOX.clientSecret,
    redirect_uris: [REDIRECT_URI],
    service_accounts: [{ service_account_id: SANDBOX.serviceAccountId, email: "calendars@acme.example" }],
  };
  return {
    "sandbox.json": `${JSON.stringify(seed, null, 2)}\n`,
    "sandbox.env": `# Tells Terraform's provider and ou-link of the sandbox: . ./sandbox.env
export CRONOFY_API_URL=http://127.0.0.1:${SANDBOX.port}
export CRONOFY_APP_URL=http://127.0.0.1:${SANDBOX.port + 1}
export CRONOFY_CLIENT_ID=${SANDBOX.clientId}
export CRONOFY_CLIENT_SECRET=${SANDBOX.clientSecret}
export OU_LINK_STORE_FILE="$PWD/authorizations"
`,
    ".gitignore": `# holds secrets
authorizations/
*.tfstate*
*.tfplan
# made anew when needed
.terraform/
cdktf.out/
node_modules/
`,
    "README.md": `# ${name}

Links of customers' Organizational Units, declared in \`${declared}\`.

Against the sandbox: \`ou-link sandbox --port ${SANDBOX.port} --seed-file sandbox.json\` in one terminal, and
\`. ./sandbox.env\` in the one in which you run Terraform.

Against Cronofy: set \`CRONOFY_CLIENT_ID\`, \`CRONOFY_CLIENT_SECRET\` and \`CRONOFY_DATA_CENTER\`, choose a store that all
machines share (\`OU_LINK_STORE_POSTGRES\`) and a key to encrypt it (\`OU_LINK_STORE_KEY\`), run \`ou-link serve\` where
administrators reach it, and put its address into \`${declared}\`. \`ou-link doctor\` checks all of that.
`,
  };
}
