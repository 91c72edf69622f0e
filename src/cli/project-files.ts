import path from "node:path";
import { VERSION } from "../provider/address";

/** In what a new project can declare its links. */
export const PROJECT_TEMPLATES = ["hcl", "cdktf", "cdktn"] as const;
export type ProjectTemplate = (typeof PROJECT_TEMPLATES)[number];

/** The sandbox that a new project is tried against: nothing in it is anybody's, and so nothing in it is secret. */
export const SANDBOX = {
  port: 8081,
  clientId: "sandbox_client",
  clientSecret: "sandbox_client_secret",
  serviceAccountId: "ser_64b17f9b8090ea21640c9151",
} as const;

/** All files of a new project. File → text. */
export function projectFiles(name: string, template: ProjectTemplate): Readonly<Record<string, string>> {
  return {
    ...sandboxFiles(),
    ...surroundings(name, template),
    ...packageFiles(name, template),
    ...(template === "hcl" ? hclFiles() : cdkFiles(name, template)),
  };
}

/** The folder that this runs from, where that is a checkout; null where npm installed it. */
export function ownCheckout(): string | null {
  const root = path.resolve(__dirname, "..", "..");
  return root.split(path.sep).includes("node_modules") ? null : root;
}

/** Where `ou-link serve` listens, which invites administrators and takes their return. */
const LINK_SERVICE = "http://127.0.0.1:8080";

/** What runs a project against the sandbox, in whatever language it is. File → text. */
function sandboxFiles(): Readonly<Record<string, string>> {
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

/** What stands around the declaration, in whatever language that is. File → text. */
function surroundings(name: string, template: ProjectTemplate): Readonly<Record<string, string>> {
  const [declared, redirectUri] = template === "hcl" ? ["main.tf", "redirect_uri"] : ["main.ts", "redirectUri"];
  return {
    ".gitignore": `# holds secrets
links/
*.tfstate*
*.tfplan
# made anew when needed
.terraform/
cdktf.out/
node_modules/
`,
    "README.md": `# ${name}

Links of customers' Organizational Units, declared in \`${declared}\`.

Against the sandbox: \`npx ou-link sandbox --port ${SANDBOX.port} --seed-file sandbox.json\` in one terminal, and in two
more, after \`. ./sandbox.env\`, \`npx ou-link serve\` and Terraform.

Against Cronofy: set \`CRONOFY_CLIENT_ID\`, \`CRONOFY_CLIENT_SECRET\` and \`CRONOFY_DATA_CENTER\`, choose a store that all
machines share (\`OU_LINK_STORE_POSTGRES\`) and a key to encrypt it (\`OU_LINK_STORE_KEY\`), run \`npx ou-link serve\` where
administrators reach it, and set \`OU_LINK_SERVICE_URL\` to its address. \`npx ou-link doctor\` checks all of that.

An invitation works until its link is made, or ended. Without a link service, name the \`${redirectUri}\` of your own
application in \`${declared}\`: then an apply puts out an authorization URL, which works for minutes.
`,
  };
}

/** What npm installs for a project: ou-link, and for a CDK the constructs and what they need. File → text. */
function packageFiles(name: string, template: ProjectTemplate): Readonly<Record<string, string>> {
  const checkout = ownCheckout();
  // Of a checkout, what `npm run packages` made there.
  const ours = (own: string) =>
    checkout === null ? `^${VERSION}` : `file:${path.join(checkout, "release", "npm", own)}`;
  const ouLink = { "ou-link": ours("ou-link") };
  const content =
    template === "hcl"
      ? { devDependencies: ouLink }
      : {
          scripts: { synth: "tsx main.ts", check: "tsc" },
          dependencies: {
            ...CDK[template].dependency,
            "terraform-provider-cronofy": ours("terraform-provider-cronofy"),
          },
          devDependencies: { "@types/node": "^20.19.0", ...ouLink, tsx: "^4.23.0", typescript: "^5.9.0" },
        };
  return {
    "package.json": `${JSON.stringify({ name, private: true, ...content }, null, 2)}\n`,
    // Packages that npm only linked would look for what they need where they lie.
    ...(checkout !== null && { ".npmrc": "install-links=true\n" }),
  };
}

/** A project in Terraform's language. File → text. */
function hclFiles(): Readonly<Record<string, string>> {
  return {
    "main.tf": `terraform {
  required_version = ">= 1.0"

  required_providers {
    cronofy = {
      source = "ou-link/cronofy"
    }
  }
}

# The environment holds the rest: CRONOFY_CLIENT_ID, CRONOFY_CLIENT_SECRET, the store, and the link service.
provider "cronofy" {
  data_center = "us"
}

resource "cronofy_organizational_unit_link" "acme" {
  service_account_id         = "${SANDBOX.serviceAccountId}"
  conferencing_provider_name = "zoom_enterprise"
}

output "status" {
  value = cronofy_organizational_unit_link.acme.status
}

# For the administrator: terraform output -raw invitation_url
output "invitation_url" {
  value     = cronofy_organizational_unit_link.acme.invitation_url
  sensitive = true
}
`,
  };
}

/** What the two CDKs are called, and which of them the constructs are for. */
const CDK = {
  cdktf: {
    constructs: "terraform-provider-cronofy",
    dependency: { "@cdktf/provider-null": "^11.0.0", cdktf: "^0.21.0", constructs: "^10.4.2" },
  },
  cdktn: { constructs: "terraform-provider-cronofy/cdktn", dependency: { cdktn: "^0.24.0", constructs: "^10.7.0" } },
} as const;

/** A project in TypeScript. File → text. */
function cdkFiles(name: string, cdk: keyof typeof CDK): Readonly<Record<string, string>> {
  return {
    "main.ts": `import { App, TerraformStack } from "${cdk}";
import { ConferencingProvider, CronofyProvider, DataCenter, OrganizationalUnitLink } from "${CDK[cdk].constructs}";

const app = new App({ outdir: "cdktf.out" });
const stack = new TerraformStack(app, "${name}");

// The environment holds the rest: CRONOFY_CLIENT_ID, CRONOFY_CLIENT_SECRET, the store, and the link service.
new CronofyProvider(stack, "cronofy", { dataCenter: DataCenter.US });

const acme = new OrganizationalUnitLink(stack, "acme", {
  serviceAccountId: "${SANDBOX.serviceAccountId}",
  conferencingProvider: ConferencingProvider.ZOOM_ENTERPRISE,
});
acme.outputStatus("status");
acme.outputInvitationUrl("invitation_url"); // sensitive

app.synth();
`,
    "tsconfig.json": `${JSON.stringify(
      {
        compilerOptions: {
          target: "ES2022",
          module: "Node16",
          moduleResolution: "Node16",
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          types: ["node"],
        },
        include: ["main.ts"],
      },
      null,
      2,
    )}\n`,
    // Both CDKs read this one.
    "cdktf.json": `${JSON.stringify(
      {
        language: "typescript",
        app: "npx tsx main.ts",
        sendCrashReports: "false",
        terraformProviders: [],
        terraformModules: [],
        context: {},
      },
      null,
      2,
    )}\n`,
  };
}
