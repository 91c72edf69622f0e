import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { REQUIRED_PROVIDERS, raiseBesideStage } from "./beside-stage";
import { createSandbox } from "../../src/sandbox";
import type { BesideStage } from "./beside-stage";

jest.setTimeout(120_000);

/** The folders that the registry's documentation is made from: https://github.com/hashicorp/terraform-plugin-docs */
const FOLDERS = ["provider", "resources", "data-sources", "ephemeral-resources", "actions", "functions"];

/** What Terraform runs by itself; what imports lies beside the resource that it imports. */
const CONFIGURATIONS = ["provider.tf", "resource.tf", "data-source.tf", "ephemeral-resource.tf", "function.tf"];
const ACTION = "action.tf";
const IMPORTS = ["import.sh", "import-by-string-id.tf", "import-by-identity.tf"];

const root = path.resolve("examples");
const examples = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort(),
);
const named = (...names: string[]) => examples.filter((example) => names.includes(path.basename(example)));
const contentOf = (example: string) => readFileSync(path.join(root, example), "utf8");

/** What a sandbox has by itself. */
const IN_THE_SANDBOX = new Set(createSandbox().service_accounts.map(({ service_account_id: id }) => id));

/** What an example asks its reader for. */
async function variablesFor(content: string, stage: BesideStage): Promise<Readonly<Record<string, unknown>>> {
  const tokens = (await stage.admin("POST", "/tokens", { sub: stage.serviceAccountId })) as { access_token: string };
  const values: Readonly<Record<string, unknown>> = {
    access_token: tokens.access_token,
    callback_url: "https://app.example.com/cronofy/callback?error=access_denied&state=customer-4711",
    ou_link_token: "a-link-token",
    send_invitation: 'test -n "$AUTHORIZATION_URL"',
  };
  const asked = [...content.matchAll(/^variable "(\w+)"/gm)].map(([, name = ""]) => name);
  return Object.fromEntries(asked.map((name) => [name, values[name]]));
}

/** Has everything around an example that it takes to be there: its service accounts, of which those in `linked` are linked. */
async function prepare(content: string, stage: BesideStage, linked: string) {
  for (const id of new Set(content.match(/ser_[0-9a-f]{24}/g))) {
    if (!IN_THE_SANDBOX.has(id)) {
      await stage.admin("POST", "/service_accounts", { service_account_id: id, email: "calendars@acme.example" });
    }
    if (linked.includes(id)) await stage.linkUnit(id);
  }
  return { variables: await variablesFor(content, stage) };
}

/** Whether the client is of that minor version of 1, or later. */
async function isFrom(version: number, { terraform }: BesideStage): Promise<boolean> {
  const { stdout } = await terraform.workspace.run(["version", "-json"]);
  const { terraform_version } = JSON.parse(stdout) as { terraform_version: string };
  const [major = 0, minor = 0] = terraform_version.split(".").map(Number);
  return major > 1 || (major === 1 && minor >= version);
}

describe("the registry's examples, through real Terraform", () => {
  let stage: BesideStage;
  beforeEach(async () => {
    stage = await raiseBesideStage({ OU_LINK_SERVICE_URL: "https://links.example.com" });
  });
  afterEach(() => stage.close());

  it("are all of a kind that is run here", () => {
    expect(examples.filter((example) => !named(...CONFIGURATIONS, ...IMPORTS, ACTION).includes(example))).toEqual([]);
    expect(examples.length).toBeGreaterThan(12);
  });

  it("are formatted as Terraform formats", async () => {
    const folders = FOLDERS.map((folder) => path.join(root, folder));
    const { stdout } = await stage.terraform.workspace.run(["fmt", "-check", "-diff", "-recursive", ...folders]);
    expect(stdout).toBe("");
  });

  it.each(named(...CONFIGURATIONS))("%s is applied, and the plan after it is empty", async (example) => {
    const content = contentOf(example);
    const { variables } = await prepare(
      content,
      stage,
      example.startsWith("resources/cronofy_organizational_unit_link/") ? "" : content,
    );
    const { message } = await stage.terraform.apply({
      configuration: {
        "example.tf": content,
        // A provider block alone is not looked at: something has to need it.
        ...(example === "provider/provider.tf" && { "main.tf": 'data "cronofy_data_centers" "any" {}' }),
      },
      variables,
    });
    expect(message).not.toContain("Warning");
  });

  it.each(named("import.sh"))("%s imports, and what it imports needs no more than an apply", async (example) => {
    const resource = contentOf(path.join(path.dirname(example), "resource.tf"));
    const commands = contentOf(example)
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(commands).toEqual([expect.stringMatching(/^terraform import \S+ \S+$/)]);
    const [, , address = "", id = ""] = (commands[0] ?? "").split(" ");
    await prepare(resource, stage, contentOf(example));
    await stage.terraform.import(address, id, {
      configuration: { "example.tf": resource },
      expectNonEmptyPlan: true,
    });
    const state = await stage.terraform.state();
    expect(state.addresses).toEqual([address]);
    await stage.terraform.apply();
  });

  it.each(named("import-by-string-id.tf"))("%s imports, and the plan after it is empty", async (example) => {
    const resource = contentOf(path.join(path.dirname(example), "resource.tf"));
    await prepare(resource, stage, contentOf(example));
    const { message } = await stage.terraform.apply({
      configuration: { "main.tf": REQUIRED_PROVIDERS, "example.tf": resource, "import.tf": contentOf(example) },
    });
    expect(message).toContain("1 imported");
  });

  it.each(named("import-by-identity.tf"))("%s imports, where the client knows identity", async (example) => {
    const resource = contentOf(path.join(path.dirname(example), "resource.tf"));
    await prepare(resource, stage, contentOf(example));
    const configuration = {
      "main.tf": REQUIRED_PROVIDERS,
      "example.tf": resource,
      "import.tf": contentOf(example),
    };
    // Terraform and OpenTofu both know identity from 1.12 on.
    if (await isFrom(12, stage)) {
      const { message } = await stage.terraform.apply({ configuration });
      expect(message).toContain("1 imported");
    } else {
      process.stderr.write(`NOT RUN: ${example}, which needs Terraform or OpenTofu 1.12. See CONTRIBUTING.md.\n`);
      await stage.terraform.plan({ configuration, expectError: /identity/ });
    }
  });

  it.each(named(ACTION))("%s asks anew, where the client knows actions", async (example) => {
    const content = contentOf(example);
    const { terraform } = stage;
    const { stdout } = await terraform.workspace.run(["version"]);
    if (!(await isFrom(14, stage)) || stdout.includes("OpenTofu")) {
      process.stderr.write(`NOT RUN: ${example}, which needs Terraform 1.14. See CONTRIBUTING.md.\n`);
      return;
    }
    await prepare(content, stage, content);
    const address = "cronofy_organizational_unit_link.acme";
    const configuration = { "main.tf": REQUIRED_PROVIDERS, "example.tf": content };
    await terraform.apply({ configuration });
    await terraform.refresh();
    const before = await terraform.state();
    expect(before.resource(address).values).toMatchObject({ status: "linked", authorization_required: false });
    const invoke = ["apply", "-auto-approve", "-invoke=action.cronofy_ask_again.acme"];
    const invoked = await terraform.workspace.run(invoke);
    expect(invoked.stdout + invoked.stderr).toContain("is awaited since");
    await terraform.apply();
    const state = await terraform.state();
    expect(state.resource(address).values).toMatchObject({ status: "linked", authorization_required: true });
  });
});
