import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { FileLinkStore, PostgresLinkStore } from "../../src/link-store";
import type { LinkStore, LinkKey } from "../../src/link-store";
import { installProvider } from "../../src/cli";
import { CronofyClient, Secret } from "../../src/cronofy";
import { startLinkService } from "../../src/link-service";
import type { ProviderHandlers } from "../../src/plugin/wire/handlers";
import { FakeClock, TerraformTest } from "../../src/plugin/testing";
import type { TerraformRun, TerraformWorkspace } from "../../src/plugin/testing";
import { PROVIDER_ADDRESS, VERSION } from "../../src/provider/address";
import { cronofyHandlers } from "../../src/provider/provider";
import { Browser } from "../link-service/browser";
import type { Page } from "../link-service/browser";
import { startSandbox } from "../../src/sandbox";
import type { Assumptions, RunningSandbox } from "../../src/sandbox";

/** The address of the one link that a stage declares. */
export const LINK = "cronofy_organizational_unit_link.acme";

/** Everything that a link needs around it: a local Cronofy, the link service, a store, and Terraform in a folder. */
export interface Stage {
  readonly sandbox: RunningSandbox;
  readonly callbackUrl: string;
  readonly serviceAccountId: string;
  /** The folder of the link store. */
  readonly store: string;
  /** The store itself, as the link service has it, whether in that folder or in a database. */
  readonly authorizations: LinkStore;
  readonly terraform: TerraformTest;
  /**
   * Where the provider is attached: its clock, and that of the link service and of the sandbox. Everyone around the
   * executable has the system's clock, as the executable has.
   */
  readonly clock: FakeClock;
  /** Calls the sandbox's admin API. */
  admin(method: string, path: string, body?: unknown): Promise<unknown>;
  /** The administrator opens the URL, approves, and returns to the link service. @default the URL that is an output */
  authorize(authorizationUrl?: unknown): Promise<Response>;
  /**
   * The administrator opens the invitation, presses its button, approves, and returns to the link service.
   *
   * @param invitationUrl that of the one link where it is left out
   * @returns the last page that they see
   */
  visit(invitationUrl?: unknown): Promise<Page>;
  /** What the store keeps a service account's authorization under. @default that of the one link */
  keyOf(serviceAccountId?: string): LinkKey;
  /**
   * `terraform apply`, to bring about what a test begins with. It is no step: no plan follows it, and nothing is judged.
   *
   * @param text replaces the configuration
   */
  apply(text?: string): Promise<void>;
  /** `terraform apply -refresh-only`, in the same way. */
  refresh(): Promise<void>;
  /** A further folder with a state of its own, and a provider process like the first one's; closed with the stage. */
  another(configuration: string): Promise<TerraformTest>;
  /** What the state says of the link. */
  link(): Promise<Readonly<Record<string, unknown>>>;
  /** How many of these requests the sandbox has answered. */
  requests(method: string, path: string): Promise<number>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** `attached` runs the provider in this process, under a clock that the test moves. */
  readonly provider: "attached" | "executable";
  /** A release's zip to take the executable from, in place of the one that was built here. */
  readonly zip?: string;
  /** Replaces environment variables of the provider; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds by which the clock of an attached provider is ahead of everyone else's. */
  readonly clockError?: () => number;
  /** What the clock of an attached provider shows first. */
  readonly startedAt?: Date;
  /** Further providers, which this process serves. */
  readonly beside?: Readonly<Record<string, ProviderHandlers>>;
  /** Choices of the sandbox that differ from its defaults. */
  readonly assumptions?: Partial<Assumptions>;
  /** Whether the provider knows the link service, so that administrators are invited. */
  readonly linkServiceUrl?: true;
  /** URL of a database that keeps the authorizations, in place of the folder. */
  readonly postgres?: string;
}

/** What is read here of a state's file. */
interface StateFile {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Readonly<Record<string, unknown>> }[];
  }[];
}

/** The release executable for this machine. */
export const EXECUTABLE = path.resolve("dist/bin/terraform-provider-cronofy");

/** The configuration of one link. `arguments_` are further lines of the resource, `provider` of the provider block. */
export function configuration(
  stage: Pick<Stage, "serviceAccountId" | "callbackUrl">,
  arguments_: Readonly<Record<string, string>> = {},
  provider = "",
): string {
  const all = {
    service_account_id: JSON.stringify(stage.serviceAccountId),
    redirect_uri: JSON.stringify(stage.callbackUrl),
    ...arguments_,
  };
  const lines = Object.entries(all).map(([name, value]) => `  ${name} = ${value}`);
  return `
terraform {
  required_providers {
    cronofy = {
      source = "ou-link/cronofy"
    }
  }
}

provider "cronofy" {
${provider}
}

resource "cronofy_organizational_unit_link" "acme" {
${lines.join("\n")}
}

output "authorization_url" {
  value     = cronofy_organizational_unit_link.acme.authorization_url
  sensitive = true
}
`;
}

/** Sets a stage with one link declared. */
export async function raiseStage(options: StageOptions): Promise<Stage> {
  const folder = await mkdtemp(path.join(tmpdir(), "ou-link-e2e-"));
  const store = path.join(folder, "links");
  const clock = new FakeClock(options.startedAt);
  const now = options.provider === "attached" ? clock.now : () => new Date();
  const { clockError = () => 0 } = options;
  const providersNow = () => new Date(now().getTime() + clockError());
  const sandbox = await startSandbox({
    clientSecret: "s3cret-of-the-application",
    now: () => now().getTime(),
    ...(options.assumptions !== undefined && { assumptions: options.assumptions }),
  });
  const authorizations =
    options.postgres === undefined ? new FileLinkStore(store) : new PostgresLinkStore(new Secret(options.postgres));
  const clientSecret = new Secret(sandbox.client_secret);
  const linkService = await startLinkService({
    client: new CronofyClient({
      dataCenter: "us",
      clientId: sandbox.client_id,
      clientSecret,
      apiUrl: sandbox.api_url,
      appUrl: sandbox.app_url,
    }),
    store: authorizations,
    linkSecret: clientSecret,
    port: 0,
    now,
  });
  const env = definedOnly({
    CRONOFY_DATA_CENTER: "us",
    CRONOFY_CLIENT_ID: sandbox.client_id,
    CRONOFY_CLIENT_SECRET: sandbox.client_secret,
    CRONOFY_API_URL: sandbox.api_url,
    CRONOFY_APP_URL: sandbox.app_url,
    ...(options.postgres === undefined ? { OU_LINK_STORE_FILE: store } : { OU_LINK_STORE_POSTGRES: options.postgres }),
    ...(options.linkServiceUrl && { OU_LINK_SERVICE_URL: linkService.url }),
    ...options.env,
  });
  const serviceAccountId = sandbox.service_accounts[0]?.service_account_id ?? "";
  const place = { serviceAccountId, callbackUrl: linkService.callbackUrl };
  const installed = options.provider === "attached" ? null : await mirror(path.join(folder, "mirror"), options.zip);
  const opened: TerraformTest[] = [];
  const open = async (directory: string, text: string): Promise<TerraformTest> => {
    const test = await TerraformTest.create({
      directory: path.join(folder, directory),
      configuration: text,
      ...(installed === null
        ? { attached: { [PROVIDER_ADDRESS]: cronofyHandlers({ env, now: providersNow }), ...options.beside } }
        : { env, mirror: installed, attached: { ...options.beside } }),
    });
    opened.push(test);
    return test;
  };
  const terraform = await open("configuration", configuration(place));

  const admin = async (method: string, route: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(sandbox.admin_url + route, {
      method,
      ...(body !== undefined && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${route} answered ${response.status}: ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  };
  const stage: Stage = {
    sandbox,
    ...place,
    store,
    authorizations,
    terraform,
    clock,
    admin,
    async authorize(authorizationUrl) {
      const url = authorizationUrl ?? (await terraform.state()).outputs["authorization_url"];
      const { redirect_to } = (await admin("POST", "/authorize", { authorization_url: url })) as {
        redirect_to: string;
      };
      return fetch(redirect_to);
    },
    async visit(invitationUrl) {
      const browser = new Browser((request) => fetch(request));
      const invitation = await browser.open(String(invitationUrl ?? (await stage.link())["invitation_url"]));
      if (invitation.status !== 200 || !invitation.text.includes("<form")) return invitation;
      const { location } = await browser.press(invitation);
      const { redirect_to } = (await admin("POST", "/authorize", { authorization_url: location })) as {
        redirect_to: string;
      };
      return browser.open(redirect_to);
    },
    async apply(text) {
      if (text !== undefined) await terraform.workspace.write({ "main.tf": text });
      mustSucceed(await terraform.workspace.apply());
    },
    async refresh() {
      mustSucceed(await terraform.workspace.refresh());
    },
    keyOf: (id = serviceAccountId) => ({ dataCenter: "us", clientId: sandbox.client_id, serviceAccountId: id }),
    another: (text) => open(`configuration-${opened.length + 1}`, text),
    link: () => linkInState(terraform.workspace, LINK),
    async requests(method, route) {
      const all = (await admin("GET", "/requests")) as { method: string; path: string }[];
      return all.filter((each) => each.method === method && each.path === route).length;
    },
    async close() {
      for (const each of opened) await each.close();
      await linkService.close();
      await authorizations.close();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return stage;
}

function mustSucceed({ exitCode, stdout, stderr }: TerraformRun): void {
  if (exitCode !== 0) throw new Error(`Terraform ended with ${exitCode}:\n${stdout}${stderr}`);
}

/** What a state says of a link. It is read from its file, for to start Terraform takes far longer. */
export async function linkInState(
  { directory }: Pick<TerraformWorkspace, "directory">,
  address: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { resources } = JSON.parse(await readFile(path.join(directory, "terraform.tfstate"), "utf8")) as StateFile;
  const link = resources.find(({ type, name }) => `${type}.${name}` === address);
  if (link?.instances[0] === undefined) throw new Error(`The state has no ${address}.`);
  return link.instances[0].attributes;
}

/** Installs the executable as `ou-link install --mirror` does. */
async function mirror(directory: string, zip?: string): Promise<string> {
  if (zip === undefined && !existsSync(EXECUTABLE)) {
    throw new Error("The executable is not built: run npm run build first.");
  }
  const source = zip === undefined ? { executable: EXECUTABLE } : { zip };
  await installProvider({ ...source, directory, version: VERSION });
  return directory;
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
