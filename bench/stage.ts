import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { FileLinkStore, redeemCode } from "../src/link-store";
import { CronofyClient, Secret, authorizationUrl } from "../src/cronofy";
import { TerraformWorkspace, findTerraform } from "../src/plugin/testing";
import type { TerraformRun } from "../src/plugin/testing";
import { createSandbox } from "../src/sandbox";
import type { RunningSandbox, Sandbox } from "../src/sandbox";
import { countingProgram } from "./process-tree";
import { OURS, REDIRECT_URI, installed, serviceAccountId } from "./subject";
import type { Subject } from "./subject";

/** Milliseconds that one run of Terraform may take: thousands of links on a machine that has other things to do. */
const RUN_TIMEOUT = 3_600_000;

/** Administrators who are at it at once; this process serves all of them. */
const AT_ONCE = 16;

/** More than any part sends. */
const REQUEST_LOG_LENGTH = 100_000;

/** A local Cronofy, and folders to run Terraform in. */
export class Stage {
  private constructor(
    /** Everything lies in here; without symbolic links in its path. */
    readonly folder: string,
    private readonly sandbox: Sandbox,
    private readonly running: RunningSandbox,
  ) {}

  /** With so many service accounts, of which none is linked. */
  static async open(count: number, now?: () => number): Promise<Stage> {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), "bench-")));
    const sandbox = createSandbox({
      serviceAccounts: Array.from({ length: count }, (_, index) => ({
        service_account_id: serviceAccountId(index),
        email: `calendars@customer-${index}.test`,
      })),
      requestLogLength: REQUEST_LOG_LENGTH,
      ...(now !== undefined && { now }),
    });
    return new Stage(folder, sandbox, await sandbox.listen());
  }

  get controls(): Sandbox["controls"] {
    return this.sandbox.controls;
  }

  /** The folder in which a subject keeps its authorizations. */
  store({ name }: Pick<Subject, "name">): string {
    return path.join(this.folder, "stores", name);
  }

  /** What a subject's processes are told. */
  env(subject: Pick<Subject, "name">): Record<string, string> {
    const { running } = this;
    return {
      CRONOFY_API_URL: running.api_url,
      CRONOFY_APP_URL: running.app_url,
      CRONOFY_CLIENT_ID: running.client_id,
      CRONOFY_CLIENT_SECRET: running.client_secret,
      // What is measured is the provider, not the limit that it keeps to.
      CRONOFY_REQUESTS_PER_SECOND: "100000",
      CRONOFY_REQUESTS_PER_MINUTE: "100000",
      OU_LINK_STORE_FILE: this.store(subject),
    };
  }

  /**
   * A folder with so many links of a subject, each of a service account of its own.
   *
   * @param reattach `TF_REATTACH_PROVIDERS`, for a provider that already runs
   */
  async workspace(subject: Subject, count: number, reattach?: string): Promise<TerraformWorkspace> {
    const { folder } = this;
    await mkdir(this.store(subject), { recursive: true });
    const terraform = findTerraform(process.env);
    return TerraformWorkspace.create({
      terraform: { ...terraform, path: await countingProgram(folder, terraform.path) },
      directory: await mkdtemp(path.join(folder, "workspace-")),
      timeout: RUN_TIMEOUT,
      files: { "main.tf": subject.configuration(count) },
      cliConfiguration: await installed(subject, path.join(folder, "mirrors", subject.name)),
      // Terraform and Go's providers collect garbage as they do for users.
      env: { ...this.env(subject), GOGC: "100", GOMEMLIMIT: "off" },
      ...(reattach !== undefined && { reattach }),
    });
  }

  /** So many administrators come, without a browser or a link service, and a subject's store then holds what they granted. */
  async link(subject: Pick<Subject, "name">, count: number): Promise<void> {
    await mkdir(this.store(subject), { recursive: true });
    // A connection that has been idle since the last time may be closed just now.
    const client = this.client();
    const keep = subject.name === OURS.name ? this.keepOurs(client) : this.keepAsJson(client, subject);
    let next = 0;
    const administrator = async () => {
      while (next < count) {
        const account = serviceAccountId(next++);
        await keep(account, await this.authorize(client, account));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, administrator));
  }

  async close(): Promise<void> {
    await this.running.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private client(): CronofyClient {
    const { running } = this;
    return new CronofyClient({
      dataCenter: "us",
      clientId: running.client_id,
      clientSecret: new Secret(running.client_secret),
      apiUrl: running.api_url,
      appUrl: running.app_url,
      requestsPerSecond: 100_000,
      requestsPerMinute: 100_000,
    });
  }

  /** @returns the `code` with which an administrator comes back */
  private async authorize(client: CronofyClient, account: string): Promise<Secret> {
    const { appUrl, clientId } = client;
    const ouLinkToken = await client.createLinkToken(account);
    const url = authorizationUrl({ appUrl, clientId, redirectUri: REDIRECT_URI, state: account, ouLinkToken });
    const code = new URL(this.controls.authorize(url)).searchParams.get("code");
    if (code === null) throw new Error("The sandbox's administrator comes back without a code.");
    return new Secret(code);
  }

  private keepOurs(client: CronofyClient) {
    const store = new FileLinkStore(this.store(OURS));
    const { dataCenter, clientId } = client;
    const now = () => this.controls.now();
    return async (serviceAccountId: string, code: Secret) => {
      const how = { code, redirectUri: REDIRECT_URI, conferencingProviderName: null, now };
      await redeemCode(store, client, { dataCenter, clientId, serviceAccountId }, how);
    };
  }

  /** In the way of the peers that are made for this bench. */
  private keepAsJson(client: CronofyClient, subject: Pick<Subject, "name">) {
    return async (account: string, code: Secret) => {
      const granted = await client.redeemCode({ code, redirectUri: REDIRECT_URI });
      const now = this.controls.now();
      const authorization = {
        access_token: granted.accessToken.reveal(),
        refresh_token: granted.refreshToken.reveal(),
        expires_at: new Date(now.getTime() + granted.expiresIn * 1_000),
        sub: granted.sub,
        scope: granted.scope,
        linked_at: now,
      };
      await writeFile(path.join(this.store(subject), `${account}.json`), JSON.stringify(authorization));
    };
  }
}

/** @throws Error with what Terraform said when a run failed */
export function succeeded({ exitCode, stdout, stderr }: TerraformRun): void {
  if (exitCode !== 0) throw new Error(stderr || stdout);
}
