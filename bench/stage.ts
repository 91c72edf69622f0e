import { rm } from "node:fs/promises";
import path from "node:path";
import { installProvider } from "../src/cli";
import { TerraformWorkspace, findTerraform } from "../src/plugin/testing";
import type { TerraformRun } from "../src/plugin/testing";
import { VERSION } from "../src/provider/version";
import type { RunningSandbox } from "../src/sandbox";

/** Two folders to run Terraform in: one with links, one with as much of `terraform_data`, which starts no provider. */
export interface Stage {
  readonly links: TerraformWorkspace;
  readonly data: TerraformWorkspace;
}

/** Makes both in `folder`, with `count` resources each, and initializes them. */
export async function raiseStage(
  folder: string,
  executable: string,
  sandbox: RunningSandbox,
  count: number,
): Promise<Stage> {
  const terraform = findTerraform(process.env);
  const directory = path.join(folder, "mirror");
  const { cliConfiguration } = await installProvider({ executable, directory, version: VERSION });
  const links = await TerraformWorkspace.create({
    terraform,
    directory: path.join(folder, `links-${count}`),
    cliConfiguration,
    files: { "main.tf": linkConfiguration(count) },
    env: {
      CRONOFY_API_URL: sandbox.api_url,
      CRONOFY_APP_URL: sandbox.app_url,
      CRONOFY_CLIENT_ID: sandbox.client_id,
      CRONOFY_CLIENT_SECRET: sandbox.client_secret,
      OU_LINK_STORE_FILE: path.join(folder, "authorizations"),
    },
  });
  const data = await TerraformWorkspace.create({
    terraform,
    directory: path.join(folder, `data-${count}`),
    files: { "main.tf": dataConfiguration(count) },
  });
  for (const workspace of [links, data]) succeeded(await workspace.init());
  return { links, data };
}

/** The service account of the link with that index. */
export function serviceAccountId(index: number): string {
  return `ser_${index}`;
}

/** Lets Terraform forget everything that it applied. */
export async function forget(workspace: TerraformWorkspace): Promise<void> {
  await rm(path.join(workspace.directory, "terraform.tfstate"), { force: true });
}

/** @throws Error with what Terraform said when a run failed */
export function succeeded({ exitCode, stdout, stderr }: TerraformRun): void {
  if (exitCode !== 0) throw new Error(stderr || stdout);
}

function linkConfiguration(count: number): string {
  return `
terraform {
  required_providers {
    cronofy = {
      source = "ou-link/cronofy"
    }
  }
}

resource "cronofy_organizational_unit_link" "customer" {
  count              = ${count}
  service_account_id = "ser_\${count.index}"
  redirect_uri       = "https://links.example.com/callback"
}
`;
}

function dataConfiguration(count: number): string {
  return `
resource "terraform_data" "customer" {
  count = ${count}
  input = {
    service_account_id = "ser_\${count.index}"
    redirect_uri       = "https://links.example.com/callback"
  }
}
`;
}
