import { mkdtemp } from "node:fs/promises";
import path from "node:path";
import { installProvider } from "../src/cli";
import { TerraformWorkspace, findTerraform } from "../src/plugin/testing";
import type { TerraformRun, TerraformWorkspaceOptions } from "../src/plugin/testing";
import { VERSION } from "../src/provider/version";
import type { RunningSandbox } from "../src/sandbox";

/** The provider as it is released, for this machine. */
export const EXECUTABLE = path.resolve(__dirname, "..", "dist", "bin", "terraform-provider-cronofy");

/** Where administrators come back to; nobody listens there. */
export const REDIRECT_URI = "https://links.example.com/callback";

/** Milliseconds that one run of Terraform may take: thousands of links on a machine that has other things to do. */
const RUN_TIMEOUT = 900_000;

/** Makes folders to run Terraform in: with links, or with `terraform_data`, for which Terraform starts no provider. */
export class Workspaces {
  private readonly terraform = findTerraform(process.env);

  /**
   * @param folder an empty folder
   * @param executable the provider, as it is released
   */
  constructor(
    private readonly folder: string,
    private readonly executable: string,
    private readonly sandbox: RunningSandbox,
  ) {}

  /** The folder of the link store of all links. */
  get store(): string {
    return path.join(this.folder, "authorizations");
  }

  /** So many links, each of a service account of its own. */
  async links(count: number): Promise<TerraformWorkspace> {
    const { executable, sandbox } = this;
    const directory = path.join(this.folder, "mirror");
    const { cliConfiguration } = await installProvider({ executable, directory, version: VERSION });
    return this.initialized({
      cliConfiguration,
      files: { "main.tf": linkConfiguration(count) },
      env: {
        CRONOFY_API_URL: sandbox.api_url,
        CRONOFY_APP_URL: sandbox.app_url,
        CRONOFY_CLIENT_ID: sandbox.client_id,
        CRONOFY_CLIENT_SECRET: sandbox.client_secret,
        // What is measured is the provider, not the limit that it keeps to.
        CRONOFY_REQUESTS_PER_SECOND: "100000",
        CRONOFY_REQUESTS_PER_MINUTE: "100000",
        OU_LINK_STORE_FILE: this.store,
      },
    });
  }

  /** As much `terraform_data`, with the arguments of a link and a sensitive text of so many letters each. */
  data(count: number, letters = 0): Promise<TerraformWorkspace> {
    return this.initialized({ files: { "main.tf": dataConfiguration(count, letters) } });
  }

  private async initialized(options: Pick<TerraformWorkspaceOptions, "cliConfiguration" | "files" | "env">) {
    const directory = await mkdtemp(path.join(this.folder, "workspace-"));
    const workspace = await TerraformWorkspace.create({
      terraform: this.terraform,
      directory,
      timeout: RUN_TIMEOUT,
      ...options,
    });
    succeeded(await workspace.init());
    return workspace;
  }
}

/** The service account of the link with that index. */
export function serviceAccountId(index: number): string {
  return `ser_${index}`;
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
  redirect_uri       = "${REDIRECT_URI}"
}
`;
}

function dataConfiguration(count: number, letters: number): string {
  return `
resource "terraform_data" "customer" {
  count = ${count}
  input = {
    service_account_id = "ser_\${count.index}"
    redirect_uri       = "${REDIRECT_URI}"
    text               = sensitive("${"x".repeat(letters)}")
  }
}
`;
}
