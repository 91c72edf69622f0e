/**
 * `npx tsx test/hosts/main-job.ts terraform /path/to/tofu …` takes a link through the main job on each of these hosts, with
 * the executable that was built here, or, after `--zip <file>`, with what a release's zip holds. It prints a row of a table
 * for each, and ends with 1 where a step failed.
 */
import { parseArgs } from "node:util";
import { LINK, raiseStage } from "../e2e/stage";
import type { Stage } from "../e2e/stage";

/** What a cell says in place of "yes". */
const NOT_KNOWN = "not known to it";

const STEPS: Readonly<Record<string, (stage: Stage) => Promise<unknown>>> = {
  async init({ terraform, serviceAccountId }) {
    await terraform.workspace.write({ "main.tf": configuration(serviceAccountId) });
    await succeeds(terraform.workspace.init());
  },
  validate: ({ terraform }) => succeeds(terraform.workspace.validate()),
  plan: ({ terraform }) => terraform.plan({ expectActions: { [LINK]: "create" } }),
  apply: ({ terraform }) => terraform.apply({ expectActions: { [LINK]: "create" } }),
  async "read back"(stage) {
    await stage.visit();
    await stage.terraform.refresh();
    await has(stage, "linked");
  },
  "empty plan": ({ terraform }) => terraform.plan(),
  async drift(stage) {
    await stage.admin("POST", "/revoke", { service_account_id: stage.serviceAccountId });
    await stage.terraform.apply({ expectActions: { [LINK]: "update" } });
    await has(stage, "pending");
  },
  async destroy(stage) {
    await stage.visit();
    await stage.terraform.destroy({ expectActions: { [LINK]: "delete" } });
    if ((await stage.requests("POST", "/oauth/token/revoke")) !== 1) throw new Error("Nothing was revoked.");
  },
  async import({ terraform, serviceAccountId }) {
    await terraform.apply();
    await succeeds(terraform.workspace.run(["state", "rm", LINK]));
    await terraform.import(LINK, `us/${serviceAccountId}`);
  },
  async "import by identity"({ terraform, serviceAccountId }) {
    const { stdout } = await terraform.workspace.run(["version", "-json"]);
    const { terraform_version: version } = JSON.parse(stdout) as { terraform_version: string };
    if (/^1\.([0-9]|1[01])\./.test(version)) return NOT_KNOWN;
    await succeeds(terraform.workspace.run(["state", "rm", LINK]));
    const identity = `{ data_center = "us", service_account_id = "${serviceAccountId}" }`;
    await terraform.apply({
      configuration: { "import.tf": `import {\n  to       = ${LINK}\n  identity = ${identity}\n}\n` },
      expectActions: {},
    });
    return undefined;
  },
};

function configuration(serviceAccountId: string): string {
  return `
terraform {
  required_providers {
    cronofy = {
      source = "ou-link/cronofy"
    }
  }
}

resource "cronofy_organizational_unit_link" "acme" {
  service_account_id = "${serviceAccountId}"
}
`;
}

async function succeeds(command: Promise<{ exitCode: number | null; stderr: string }>): Promise<void> {
  const { exitCode, stderr } = await command;
  if (exitCode !== 0) throw new Error(stderr);
}

async function has(stage: Stage, status: string): Promise<void> {
  const { status: found } = await stage.link();
  if (found !== status) throw new Error(`The link is ${String(found)}, and should be ${status}.`);
}

/** A cell for each step. What follows a failure is not tried. */
async function mainJob(host: string, zip?: string): Promise<string[]> {
  process.env["TERRAFORM_BINARY_NAME"] = host;
  const stage = await raiseStage({ provider: "executable", linkServiceUrl: true, ...(zip !== undefined && { zip }) });
  const cells: string[] = [];
  try {
    const { stdout } = await stage.terraform.workspace.run(["version"]);
    cells.push(String(stdout.split("\n")[0]));
    for (const step of Object.values(STEPS)) cells.push(String((await step(stage)) === NOT_KNOWN ? NOT_KNOWN : "yes"));
  } catch (error) {
    console.error(`${host}, ${Object.keys(STEPS)[cells.length - 1] ?? "version"}: ${(error as Error).message}`);
    cells.push("no");
    process.exitCode = 1;
  } finally {
    await stage.close();
  }
  return cells;
}

async function main(hosts: readonly string[], zip?: string): Promise<void> {
  const header = ["host", ...Object.keys(STEPS)];
  console.log(row(header));
  console.log(row(header.map(() => "---")));
  for (const host of hosts) console.log(row(await mainJob(host, zip)));
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

const { positionals: hosts, values } = parseArgs({ allowPositionals: true, options: { zip: { type: "string" } } });
void main(hosts.length === 0 ? ["terraform"] : hosts, values.zip);
