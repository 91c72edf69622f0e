// cdktf's own commands, from this checkout, in the order in which somebody who tries it uses them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { installProvider } from "../../src/cli";
import { VERSION } from "../../src/provider/address";
import { IS_DEEP } from "../depth";
import { EXECUTABLE, raiseStage } from "./stage";
import type { Stage } from "./stage";

jest.setTimeout(180_000);

const CDKTF = require.resolve("cdktf-cli/bundle/bin/cdktf");

/** What the commands find at the top of the checkout. */
const CHECKOUT = ["cdktf.json", "examples", "lib", "node_modules", "package.json", "src", "tsconfig.json"];

let stage: Stage;
let project: string;

beforeEach(async () => {
  stage = await raiseStage({ provider: "executable" });
  // cdktf writes beside cdktf.json. These links let it, and spare a developer's own state.
  project = path.join(path.dirname(stage.store), "checkout");
  await mkdir(project);
  for (const name of CHECKOUT) await symlink(path.resolve(name), path.join(project, name));
});
afterEach(() => stage.close());

/** Runs `cdktf` to its end, which must be a good one. @returns what it printed */
async function cdktf(...args: string[]): Promise<string> {
  const { sandbox } = stage;
  const child = spawn(process.execPath, [CDKTF, ...args], {
    cwd: project,
    env: {
      PATH: process.env["PATH"],
      HOME: path.dirname(project),
      TF_CLI_CONFIG_FILE: path.join(project, "terraform.rc"),
      // Its cache would hold links into a mirror that goes when the test ends.
      CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
      CHECKPOINT_DISABLE: "1",
      // As TerraformWorkspace has it.
      GOGC: "off",
      CI: "1",
      JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: "1",
      CRONOFY_CLIENT_ID: sandbox.client_id,
      CRONOFY_CLIENT_SECRET: sandbox.client_secret,
      CRONOFY_API_URL: sandbox.api_url,
      CRONOFY_APP_URL: sandbox.app_url,
      OU_LINK_STORE_FILE: stage.store,
      OU_LINK_SERVICE_URL: new URL(stage.callbackUrl).origin,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const [exitCode] = (await once(child, "close")) as [number | null];
  if (exitCode !== 0) throw new Error(`cdktf ${args.join(" ")} ended with ${exitCode}:\n${output}`);
  return output;
}

/** What `cdktf output` wrote into a file. */
async function outputs(): Promise<Readonly<Record<string, unknown>>> {
  const file = path.join(project, "outputs.json");
  await cdktf("output", "quickstart", "--outputs-file", file, "--outputs-file-include-sensitive-outputs");
  const { quickstart } = JSON.parse(await readFile(file, "utf8")) as { quickstart: Record<string, unknown> };
  return quickstart;
}

it("cdktf synth, diff, deploy, output and destroy take the quick start's links through their lives", async () => {
  const mirror = path.join(project, "providers");
  await installProvider({ executable: EXECUTABLE, directory: mirror, version: VERSION });
  await writeFile(
    path.join(project, "terraform.rc"),
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );

  if (IS_DEEP) expect(await cdktf("synth")).toContain("Generated Terraform code for the stacks: quickstart");
  // Terraform cannot lock for other platforms what comes from a mirror of this one.
  expect(await cdktf("diff", "quickstart", "--skip-provider-lock")).toContain("2 to add, 0 to change, 0 to destroy");

  const deployed = await cdktf("deploy", "quickstart", "--auto-approve", "--skip-provider-lock");
  expect(deployed).toContain("2 added, 0 changed, 0 destroyed");
  const { acme_invitation_url: invitation, globex_authorization_url: url, ...statuses } = await outputs();
  expect(statuses).toEqual({ acme_status: "pending", globex_status: "pending" });
  expect(deployed).not.toContain(String(invitation));
  expect(deployed).not.toContain(String(url));

  expect((await stage.visit(invitation)).status).toBe(200);
  expect((await stage.authorize(url)).status).toBe(200);
  // Each command synthesizes anew, which takes seconds.
  if (IS_DEEP) {
    await cdktf("deploy", "quickstart", "--auto-approve", "--skip-provider-lock");
    expect(await outputs()).toMatchObject({ acme_status: "linked", globex_status: "linked" });
  }

  expect(await cdktf("destroy", "quickstart", "--auto-approve", "--skip-provider-lock")).toContain("2 destroyed");
  expect(await stage.requests("POST", "/oauth/token/revoke")).toBe(2);
});
