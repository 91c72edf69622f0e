// Every example of a whole project, synthesized and applied as its reader would do it.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { TerraformTest, findTerraform } from "../../src/plugin/testing";
import { installProvider } from "../../src/cli";
import { VERSION } from "../../src/provider/version";
import { nullProvider } from "../null-provider";
import type { NullProvider } from "../null-provider";
import { EXECUTABLE, raiseStage } from "./stage";
import type { Stage } from "./stage";

// Where Go builds hashicorp/null, that is what takes long.
jest.setTimeout(240_000);

const EXAMPLES = path.resolve("examples");
const IN_TYPESCRIPT = ["cdktn", "fleet", "hooks", "multi-data-center", "quickstart"];
const IN_HCL = ["hcl", "opentofu"];

const ACCOUNTS = ["ser_64b17f9b8090ea21640c9151", "ser_5f1d7f3b2c9a8e0012ab34cd", "ser_6a0e4d2f9b1c3d5e7f809a1b"];
const ACME = "cronofy_organizational_unit_link.acme";

let stage: Stage;
let messages: Chat;
let providers: NullProvider & { readonly mirror: string };
const opened: TerraformTest[] = [];

beforeAll(async () => {
  stage = await raiseStage({ provider: "executable" });
  messages = await openChat();
  // Both providers as a reader installs them: packed, in one mirror.
  const mirror = path.join(path.dirname(stage.store), "providers");
  const hooksNeed = await nullProvider();
  if (hooksNeed.mirror !== undefined) await cp(hooksNeed.mirror, mirror, { recursive: true });
  await installProvider({ executable: EXECUTABLE, directory: mirror, version: VERSION });
  providers = { ...hooksNeed, mirror };
  for (const id of ACCOUNTS) {
    await stage.admin("POST", "/service_accounts", {
      service_account_id: id,
      email: `calendars@${id.slice(-6)}.example`,
    });
  }
});
afterEach(async () => {
  for (const test of opened.splice(0)) await test.close();
});
afterAll(async () => {
  await messages.close();
  await stage.close();
});

/** A reader's copy of an example. */
async function copyOf(example: string): Promise<string> {
  const project = path.join(path.dirname(stage.store), example);
  await mkdir(project, { recursive: true });
  for (const file of await readdir(path.join(EXAMPLES, example))) {
    if (/\.(tf|tofu|mjs)$/.test(file)) await cp(path.join(EXAMPLES, example, file), path.join(project, file));
  }
  return project;
}

/** Runs the example's program, which synthesizes into the project. @returns the stack's configuration, as text */
async function synthesize(example: string, project: string): Promise<string> {
  await promisify(execFile)(
    process.execPath,
    ["--import", pathToFileURL(require.resolve("tsx")).href, path.join(EXAMPLES, example, "main.ts")],
    {
      cwd: project,
      env: {
        PATH: process.env["PATH"],
        CDKTF_OUTDIR: path.join(project, "cdktf.out"),
        // Programs outside of a folder with a tsconfig.json are taken for what Node makes of them.
        TSX_TSCONFIG_PATH: path.resolve("tsconfig.json"),
      },
    },
  );
  return readFile(path.join(project, "cdktf.out", "stacks", example, "cdk.tf.json"), "utf8");
}

/** What a synthesized stack says, without where it was synthesized and by which version. */
function lasting(configuration: string): unknown {
  const { "//": _remarks, ...stack } = JSON.parse(configuration) as Record<string, Record<string, unknown>>;
  const { backend: _place, ...terraform } = stack["terraform"] ?? {};
  return { ...stack, terraform };
}

/** Terraform in a folder of the project, with everything that an example asks for. */
async function terraformIn(directory: string, env: Readonly<Record<string, string>> = {}): Promise<TerraformTest> {
  const { sandbox } = stage;
  const test = await TerraformTest.create({
    directory,
    mirror: providers.mirror,
    ...(providers.attached !== undefined && { attached: providers.attached }),
    env: {
      CRONOFY_CLIENT_ID: sandbox.client_id,
      CRONOFY_CLIENT_SECRET: sandbox.client_secret,
      CRONOFY_API_URL: sandbox.api_url,
      CRONOFY_APP_URL: sandbox.app_url,
      OU_LINK_STORE_FILE: stage.store,
      TF_VAR_redirect_uri: stage.callbackUrl,
      TF_VAR_store: stage.store,
      TF_VAR_state_passphrase: "sixteen characters",
      ...Object.fromEntries(
        ["germany", "united_states"].flatMap((name) => [
          [`TF_VAR_${name}_client_id`, sandbox.client_id],
          [`TF_VAR_${name}_client_secret`, sandbox.client_secret],
        ]),
      ),
      ...env,
    },
  });
  opened.push(test);
  return test;
}

it("are all run here or in a test of their own", async () => {
  const elsewhere = [
    "data-sources",
    "ephemeral-resources",
    "functions",
    "link-service",
    "pipelines",
    "provider",
    "resources",
    "webhook",
  ];
  expect((await readdir(EXAMPLES)).sort()).toEqual([...IN_TYPESCRIPT, ...IN_HCL, ...elsewhere].sort());
});

it.each(IN_TYPESCRIPT)("%s synthesizes what it should, is applied, and the plan after it is empty", async (example) => {
  const project = await copyOf(example);
  const configuration = await synthesize(example, project);
  expect(lasting(configuration)).toMatchSnapshot();

  const terraform = await terraformIn(path.join(project, "cdktf.out", "stacks", example), {
    CHAT_WEBHOOK_URL: messages.url,
  });
  const { state } = await terraform.apply({ configuration: { "cdk.tf.json": configuration } });
  const links = state.addresses.filter((address) => address.startsWith("cronofy_organizational_unit_link."));
  expect(links).toHaveLength(example === "fleet" ? 3 : example === "multi-data-center" ? 2 : 1);
  for (const link of links) expect(state.resource(link).values).toMatchObject({ status: "pending" });
  const posted = messages.texts.splice(0);
  expect(posted).toHaveLength(example === "hooks" ? 1 : 0);
  for (const text of posted) {
    expect(text).toBe(
      `acme: an administrator has to authorize at ${String(state.resource(ACME).values["authorization_url"])}`,
    );
  }
  await terraform.destroy();
});

it.each(IN_HCL)("%s is formatted, is applied, and the plan after it is empty", async (example) => {
  const project = await copyOf(example);
  const terraform = await terraformIn(project);
  const { stdout } = await terraform.workspace.run(["fmt", "-check", "-diff"]);
  expect(stdout).toBe("");
  const { state } = await terraform.apply({
    configuration: { "main.tf": await readFile(path.join(project, "main.tf"), "utf8") },
  });
  expect(state.outputs["status"]).toBe("pending");
  if (example === "opentofu") {
    const file = await readFile(path.join(project, "terraform.tfstate"), "utf8");
    const isTofu = findTerraform(process.env).kind === "tofu";
    expect(file.includes("encrypted_data")).toBe(isTofu);
    if (!isTofu) {
      process.stderr.write(
        "NOT RUN: examples/opentofu with OpenTofu, only with Terraform. See `npm run test:opentofu`.\n",
      );
    }
  }
  await terraform.destroy();
});

/** A chat's incoming webhook. */
interface Chat {
  readonly url: string;
  readonly texts: string[];
  close(): Promise<void>;
}

async function openChat(): Promise<Chat> {
  const texts: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      texts.push((JSON.parse(body) as { text: string }).text);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    texts,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
