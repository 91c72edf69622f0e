// Every example of a whole project, synthesized and applied as its reader would do it.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { TerraformTest, findTerraform } from "../../src/plugin/testing";
import type { State } from "../../src/plugin/testing";
import { installProvider } from "../../src/cli";
import { VERSION } from "../../src/provider/address";
import { nullProvider } from "../null-provider";
import type { NullProvider } from "../null-provider";
import { EXECUTABLE, raiseStage } from "./stage";
import type { Stage } from "./stage";

// Where Go builds hashicorp/null, that is what takes long.
jest.setTimeout(240_000);

const EXAMPLES = path.resolve("examples");
const IN_TYPESCRIPT = ["cdktn", "fleet", "hooks", "multi-data-center", "quickstart"];
const IN_HCL = ["hcl", "opentofu"];

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
      OU_LINK_SERVICE_URL: new URL(stage.callbackUrl).origin,
      TF_VAR_link_service_url: new URL(stage.callbackUrl).origin,
      TF_VAR_germany_link_service_url: new URL(stage.callbackUrl).origin,
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
    "actions",
    "data-sources",
    "ephemeral-resources",
    "functions",
    "link-service",
    "pipelines",
    "plugin-layer",
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
  // The quick start's own test applies it.
  if (example === "quickstart") return;

  const terraform = await terraformIn(path.join(project, "cdktf.out", "stacks", example), {
    CHAT_WEBHOOK_URL: messages.url,
  });
  await terraform.apply({ configuration: { "cdk.tf.json": configuration } });
  const state = await terraform.state();
  // Of each, some are invited and some are sent a URL.
  const sent = sentToAdministrators(state);
  expect(Object.keys(sent)).toHaveLength(example === "fleet" ? 3 : 2);
  const posted = messages.texts.splice(0);
  const texts = Object.entries(sent).map(([name, url]) => `${name}: an administrator has to authorize at ${url}`);
  expect(posted.sort()).toEqual(example === "hooks" ? texts.sort() : []);
  await terraform.destroy();
});

it.each(IN_HCL)("%s is formatted, is applied, and the plan after it is empty", async (example) => {
  const project = await copyOf(example);
  const terraform = await terraformIn(project);
  const { stdout } = await terraform.workspace.run(["fmt", "-check", "-diff"]);
  expect(stdout).toBe("");
  await terraform.apply({
    configuration: { "main.tf": await readFile(path.join(project, "main.tf"), "utf8") },
  });
  const state = await terraform.state();
  expect(Object.keys(sentToAdministrators(state)).sort()).toEqual(["acme", "globex"]);
  expect(state.outputs["statuses"]).toEqual({ acme: "pending", globex: "pending" });
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

/** What the administrator of each link is sent, by the name of its resource: every example shows both ways. */
function sentToAdministrators(state: State): Readonly<Record<string, string>> {
  const links = state.addresses.filter((address) => address.startsWith("cronofy_organizational_unit_link."));
  const ways = links.map((link) => {
    const { status, invitation_url: invitation, authorization_url: url } = state.resource(link).values;
    expect(status).toBe("pending");
    expect([invitation, url]).toContain(null);
    return [link.slice("cronofy_organizational_unit_link.".length), String(invitation ?? url)] as const;
  });
  const addresses = ways.map(([, address]) => address);
  expect(addresses).toContainEqual(expect.stringContaining("/invitations/"));
  expect(addresses).toContainEqual(expect.stringContaining("/organizational_unit_oauth?"));
  return Object.fromEntries(ways);
}

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
