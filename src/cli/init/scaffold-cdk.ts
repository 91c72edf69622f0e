import path from "node:path";
import { VERSION } from "../../provider/version";
import { SANDBOX } from "./scaffold-sandbox";

/** What the two CDKs are called, and which of them the constructs are for. */
const CDK = {
  cdktf: {
    constructs: "terraform-provider-cronofy",
    dependency: { "@cdktf/provider-null": "^11.0.0", cdktf: "^0.21.0", constructs: "^10.4.2" },
  },
  cdktn: { constructs: "terraform-provider-cronofy/cdktn", dependency: { cdktn: "^0.24.0", constructs: "^10.7.0" } },
} as const;

/** A project in TypeScript. File → text. */
export function cdkProjectFiles(name: string, cdk: keyof typeof CDK): Readonly<Record<string, string>> {
  const { constructs, dependency } = CDK[cdk];
  const checkout = ownCheckout();
  return {
    "main.ts": `import { App, TerraformStack } from "${cdk}";
import { ConferencingProvider, CronofyProvider, DataCenter, OrganizationalUnitLink } from "${constructs}";

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
    "package.json": `${JSON.stringify(
      {
        name,
        private: true,
        scripts: { synth: "tsx main.ts", check: "tsc" },
        dependencies: {
          ...dependency,
          "terraform-provider-cronofy": checkout === null ? `^${VERSION}` : `file:${checkout}`,
        },
        devDependencies: { "@types/node": "^20.19.0", tsx: "^4.23.0", typescript: "^5.9.0" },
      },
      null,
      2,
    )}\n`,
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
    ...(checkout !== null && {
      // A checkout that npm only linked would bring a CDK of its own beside the project's.
      ".npmrc": "install-links=true\n",
    }),
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

/** The folder that this runs from, where that is a checkout; null where npm installed it. */
function ownCheckout(): string | null {
  const root = path.resolve(__dirname, "..", "..", "..");
  return root.split(path.sep).includes("node_modules") ? null : root;
}
