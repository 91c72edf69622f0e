import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { TerraformStack, Testing } from "cdktf";
import { CronofyProvider } from "../../src/constructs";
import { TerraformTest } from "../../src/plugin/testing";
import { PROVIDER_ADDRESS } from "../../src/provider/address";
import { cronofyHandlers } from "../../src/provider/provider";
import { raiseStage } from "../e2e/stage";
import type { Stage, StageOptions } from "../e2e/stage";
import { nullProvider } from "../null-provider";

/** What a hook found in its environment. */
export type Happened = Readonly<Record<string, string>>;

/** A project with hooks, applied by real Terraform where cdktf has it applied: in `cdktf.out/stacks/<stack>`. */
export interface HookStage extends Omit<Stage, "terraform"> {
  readonly terraform: TerraformTest;
  /** A script, in the project's folder, that writes down what it finds in its environment. */
  readonly recorder: string;
  /** What has happened since this was asked last. */
  happened(): Promise<Happened[]>;
  /** The configuration of a stack, in which a provider is declared already. */
  synthesize(declare: (stack: TerraformStack) => void): { readonly configuration: Readonly<Record<string, string>> };
  /** Terraform's state, as the file has it. */
  stateFile(): Promise<string>;
}

const RECORDER = `
import { appendFileSync } from "node:fs";
const names = Object.keys(process.env).filter((name) => /^(OU_LINK_|CRONOFY_(SERVICE|DATA)|TEAM)/.test(name)).sort();
const found = Object.fromEntries(names.map((name) => [name, process.env[name]]));
appendFileSync("happened.jsonl", JSON.stringify(found) + "\\n");
`;

/**
 * Sets such a stage. Its provider knows the link service, so that administrators are invited by default.
 *
 * @param env what is there where Terraform runs
 */
export async function raiseHookStage(
  env: Readonly<Record<string, string>> = {},
  options: Pick<StageOptions, "startedAt"> = {},
): Promise<HookStage> {
  const stage = await raiseStage({ provider: "attached", ...options });
  const { sandbox, clock } = stage;
  const project = path.join(path.dirname(stage.store), "project");
  const record = path.join(project, "happened.jsonl");
  const real = await nullProvider();
  const terraform = await TerraformTest.create({
    directory: path.join(project, "cdktf.out", "stacks", "conferencing"),
    env,
    ...(real.mirror !== undefined && { mirror: real.mirror }),
    attached: {
      ...real.attached,
      [PROVIDER_ADDRESS]: cronofyHandlers({
        env: {
          CRONOFY_DATA_CENTER: "us",
          CRONOFY_CLIENT_ID: sandbox.client_id,
          CRONOFY_CLIENT_SECRET: sandbox.client_secret,
          CRONOFY_API_URL: sandbox.api_url,
          CRONOFY_APP_URL: sandbox.app_url,
          OU_LINK_STORE_FILE: stage.store,
          OU_LINK_SERVICE_URL: stage.callbackUrl.replace(/\/callback$/, ""),
        },
        now: clock.now,
      }),
    },
  });
  await writeFile(path.join(project, "record.mjs"), RECORDER);
  return {
    ...stage,
    terraform,
    recorder: "./record.mjs",
    async happened() {
      const text = await readFile(record, "utf8").catch(() => "");
      await rm(record, { force: true });
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Happened);
    },
    synthesize(declare) {
      const stack = new TerraformStack(Testing.app(), "conferencing");
      new CronofyProvider(stack, "cronofy");
      declare(stack);
      return { configuration: { "cdk.tf.json": Testing.synth(stack, true) } };
    },
    stateFile: () => readFile(path.join(terraform.workspace.directory, "terraform.tfstate"), "utf8"),
    async close() {
      await terraform.close();
      await stage.close();
    },
  };
}
