import { execFile } from "node:child_process";
import { access, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { installProvider } from "../../../src/cli";
import { tryFileLock } from "../../../src/link-store";
import { TerraformNotFoundError, TerraformWorkspace, findTerraform } from "../../../src/plugin/testing";
import type { Terraform, TerraformPlan, TerraformRun } from "../../../src/plugin/testing";
import { VERSION } from "../../../src/provider/address";
import { authorize, isInvitation, keyPressed, steer, titleOf } from "./administrator";
import type { Narrator } from "./narrator";
import { Service } from "./service";
import { AGAIN, StepError } from "./step-error";

/** The first line of `ou-link sandbox --json`. */
interface SandboxAnnouncement {
  readonly api_url: string;
  readonly app_url: string;
  readonly admin_url: string;
  readonly client_id: string;
  readonly client_secret: string;
}

/** The first line of `ou-link serve --json`. */
interface LinkServiceAnnouncement {
  readonly url: string;
  readonly callback_url: string;
}

/** What cdktf made of main.ts, as far as the tour reads it. */
interface Configuration {
  readonly resource: {
    readonly cronofy_organizational_unit_link: Readonly<Record<string, { readonly service_account_id: string }>>;
  };
}

const QUICKSTART = path.resolve(__dirname, "..");
const ROOT = path.resolve(QUICKSTART, "..", "..");
const MAIN = path.join(QUICKSTART, "main.ts");
const OU_LINK = path.join(ROOT, "bin", "ou-link.js");
const EXECUTABLE = path.join(
  ROOT,
  "dist",
  "bin",
  `terraform-provider-cronofy${process.platform === "win32" ? ".exe" : ""}`,
);

/** Everything that the tour writes is in here, */
const OWN = path.join(QUICKSTART, ".quickstart");
/** and here what belongs to one run, until the next one begins. */
const FOLDER = path.join(OWN, "run");
const STACK = path.join(FOLDER, "cdktf.out", "stacks", "quickstart");

/** The links of main.ts, by what brings their administrators. */
const INVITED = "acme";
const SENT_A_URL = "globex";

const SYNTHESIS_TIMEOUT = 60_000;

/** As long as the sandbox's link tokens live. */
const PATIENCE_WITH_A_PERSON = 600_000;

/** A newcomer's own settings must not reach the tour: its processes get these, and what each is told. */
const NEEDED_BY_ANY_PROGRAM = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"];

/** The lives of two links, step by step. */
export class Tour {
  /** Title of the step that is under way. */
  currentStep = "Getting ready";
  private readonly services: Service[] = [];
  private release = async (): Promise<void> => {};
  private readonly signal: AbortSignal;

  constructor(
    private readonly narrator: Narrator,
    private readonly interruption: AbortController,
  ) {
    this.signal = interruption.signal;
  }

  /** @throws StepError, or any other error, when a step went wrong */
  async run(): Promise<void> {
    const { narrator, signal } = this;
    narrator.begin("The whole life of two links, on this machine alone.");
    const terraform = findProgram();
    await requireExecutable();
    this.release = await lockFolder();
    await rm(FOLDER, { recursive: true, force: true });
    await mkdir(FOLDER, { recursive: true });

    this.step("Synthesize examples/quickstart/main.ts");
    const serviceAccounts = await synthesize(signal);
    narrator.say(`It declares two links: ${INVITED}, with an invitation, and ${SENT_A_URL}, with a URL.`);

    this.step("Start a local Cronofy");
    const sandbox = await this.start<SandboxAnnouncement>(["sandbox", "--port", "0", "--json"], {});
    const { api_url, app_url, admin_url, client_id, client_secret } = sandbox.announcement;
    narrator.say(
      `It has their service accounts. Its API is at ${api_url}, the administrator's pages are at ${app_url}.`,
    );

    this.step("Start the link service, to which administrators come and return");
    const settings = {
      CRONOFY_API_URL: api_url,
      CRONOFY_APP_URL: app_url,
      CRONOFY_CLIENT_ID: client_id,
      CRONOFY_CLIENT_SECRET: client_secret,
      OU_LINK_STORE_FILE: path.join(FOLDER, "links"),
    };
    const linkService = await this.start<LinkServiceAnnouncement>(["serve", "--port", "0", "--json"], settings);
    narrator.say(`It is at ${linkService.announcement.url}.`);

    this.step(`${terraform.kind} init`);
    const { cliConfiguration } = await installProvider({
      executable: EXECUTABLE,
      directory: path.join(FOLDER, "mirror"),
      version: VERSION,
    });
    const workspace = await TerraformWorkspace.create({
      terraform,
      directory: STACK,
      cliConfiguration,
      env: { ...settings, OU_LINK_SERVICE_URL: linkService.announcement.url },
      signal,
    });
    this.succeeded(await workspace.init());
    narrator.say(`It took the provider ou-link/cronofy ${VERSION} from a mirror in examples/quickstart/.quickstart.`);

    narrator.scene("First scene: an invitation");
    this.step(`${terraform.kind} apply`);
    this.succeeded(await workspace.apply());
    const applied = await outputs(workspace);
    const invitation = String(applied[`${INVITED}_invitation_url`]);
    expectStatus(applied[`${INVITED}_status`], "pending");
    narrator.say('status = "pending". The administrator is sent the invitation, which works until the link is made:');
    narrator.url(invitation);

    this.step("Be the administrator");
    await this.administrate(linkService.service, admin_url, invitation);
    narrator.say("The link service redeemed the code and stored the authorization. Terraform knows nothing of it yet.");

    this.step(`${terraform.kind} plan reads it back`);
    await this.readBack(workspace, INVITED);

    this.step("Revoke the authorization behind Terraform's back");
    await steer(`${admin_url}/revoke`, { service_account_id: serviceAccounts[INVITED] }, signal);
    narrator.say("As an administrator may do in Cronofy at any time, without telling anyone.");

    this.step(`${terraform.kind} plan finds it`);
    const revoked = await this.plan(workspace);
    expectStatus(plannedChange(revoked, INVITED).before["status"], "unlinked");
    expectActions(revoked, INVITED, "update");
    narrator.say(
      'It read "unlinked" where it knew "linked", and proposes to ask anew: the same invitation works again.',
    );
    this.succeeded(await workspace.apply());

    narrator.scene("Second scene: a URL");
    this.step(`${terraform.kind} output`);
    const url = String((await outputs(workspace))[`${SENT_A_URL}_authorization_url`]);
    narrator.say(
      `${SENT_A_URL}'s URL was minted by the apply. It works once and for minutes; after that, an apply mints another:`,
    );
    narrator.url(url);

    this.step("Be the administrator");
    await this.administrate(linkService.service, admin_url, url);

    this.step(`${terraform.kind} plan reads it back`);
    await this.readBack(workspace, SENT_A_URL);

    this.step(`${terraform.kind} destroy`);
    const destroyed = await workspace.destroy();
    this.succeeded(destroyed);
    const warning = /Warning: (Ends a working link)\n/.exec(destroyed.stdout)?.[1];
    if (warning === undefined) throw new StepError("Terraform did not warn that it ends a working link.", AGAIN);
    narrator.say(`It warns where it "${warning}", and revokes ${SENT_A_URL}'s authorization.`);
    const withdrawn = await fetch(invitation, { signal });
    narrator.say(`Whoever opens ${INVITED}'s invitation now reads: "${await titleOf(withdrawn)}".`);
  }

  /** Ends whatever the tour has started. */
  async end(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
    await this.release();
  }

  private step(title: string): void {
    this.signal.throwIfAborted();
    this.currentStep = title;
    this.narrator.step(title);
  }

  private async start<Announcement>(args: readonly string[], env: Readonly<Record<string, string>>) {
    const started = await Service.start<Announcement>(OU_LINK, args, { ...ownEnvironment(), ...env }, this.signal);
    this.services.push(started.service);
    return started;
  }

  /** Lets the person at the terminal authorize in a browser, or does it by itself. */
  private async administrate(linkService: Service, adminUrl: string, sent: string): Promise<void> {
    const { narrator, signal } = this;
    if (!process.stdin.isTTY) {
      narrator.say("No one is at the terminal, so the tour does what an administrator does in the browser.");
      return authorize(adminUrl, sent, signal);
    }
    narrator.say("Open that page in your browser, or press any key to have it done for you.");
    const settled = new AbortController();
    const waiting = AbortSignal.any([signal, settled.signal, AbortSignal.timeout(PATIENCE_WITH_A_PERSON)]);
    // Whoever declines an invitation may think again; a URL works once.
    const end = isInvitation(sent) ? /GET \/callback .* outcome=linked\b/ : /GET \/callback .* outcome=/;
    try {
      const outcome = await Promise.race([
        linkService.logged(end, waiting),
        keyPressed(process.stdin, () => this.interruption.abort(), waiting).then(() => null),
      ]);
      settled.abort();
      if (outcome === null) return await authorize(adminUrl, sent, signal);
      if (!/ outcome=linked\b/.test(outcome)) {
        throw new StepError(
          "Your browser came back without an authorization; its page says why.",
          "Run `npm run quickstart` again, and approve.",
        );
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof StepError || !waiting.aborted) throw error;
      throw new StepError("Nobody authorized within ten minutes.", "Run `npm run quickstart` again.");
    }
  }

  /** Plans after the administrator has been through, and takes what was found into the state. */
  private async readBack(workspace: TerraformWorkspace, link: string): Promise<void> {
    const linked = await this.plan(workspace);
    expectStatus(plannedChange(linked, link).after["status"], "linked");
    expectActions(linked, link, "no-op");
    this.narrator.say('status = "linked", and nothing to do. Applying that takes it into the state.');
    this.succeeded(await workspace.apply());
    expectStatus((await outputs(workspace))[`${link}_status`], "linked");
  }

  private async plan(workspace: TerraformWorkspace): Promise<TerraformPlan> {
    const { plan, ...run } = await workspace.plan();
    if (plan === null) throw failed(run);
    const shown =
      /^(?:Terraform|OpenTofu) will perform[^]*?^Plan: .*$|^(?:No changes|Changes to Outputs)[^]*?(?=\n\n|\n─)/m.exec(
        run.stdout,
      );
    if (shown !== null) this.narrator.quote(shown[0]);
    return plan;
  }

  private succeeded(run: TerraformRun): void {
    this.signal.throwIfAborted();
    if (run.exitCode !== 0) throw failed(run);
  }
}

function findProgram(): Terraform {
  try {
    return findTerraform(process.env);
  } catch (error) {
    if (error instanceof TerraformNotFoundError) throw new StepError(error.reason, error.advice);
    throw error;
  }
}

async function requireExecutable(): Promise<void> {
  try {
    await access(EXECUTABLE);
  } catch (cause) {
    throw new StepError(`The provider is not built: ${EXECUTABLE} is missing.`, "Run `npm run build`.", { cause });
  }
}

/** Two runs at a time would overwrite each other's files. Returns what lets the next one in. */
async function lockFolder(): Promise<() => Promise<void>> {
  await mkdir(OWN, { recursive: true });
  const release = await tryFileLock(path.join(OWN, "run"));
  if (release === null) {
    throw new StepError("Another quick start runs in this folder.", "Wait for its end, and run it again.");
  }
  return release;
}

/** Has cdktf write the configuration, as `npx cdktf synth` does. Returns the service accounts of its links. */
async function synthesize(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
  try {
    await promisify(execFile)(process.execPath, ["--import", "tsx", MAIN], {
      cwd: FOLDER,
      env: ownEnvironment(),
      timeout: SYNTHESIS_TIMEOUT,
      signal,
    });
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new StepError(`main.ts does not synthesize: ${stderr || String(cause)}`, "Correct main.ts.", { cause });
  }
  const file = path.join(STACK, "cdk.tf.json");
  const { resource } = JSON.parse(await readFile(file, "utf8")) as Configuration;
  const links = Object.entries(resource.cronofy_organizational_unit_link);
  return Object.fromEntries(links.map(([name, link]) => [name, link.service_account_id]));
}

async function outputs(workspace: TerraformWorkspace): Promise<Readonly<Record<string, unknown>>> {
  const { outputs: found, ...run } = await workspace.output();
  if (found === null) throw failed(run);
  return Object.fromEntries(Object.entries(found).map(([name, { value }]) => [name, value]));
}

function plannedChange(plan: TerraformPlan, link: string) {
  const planned = plan.resource_changes?.find(({ address }) => address === `cronofy_organizational_unit_link.${link}`);
  if (planned === undefined) throw new StepError(`The plan says nothing of ${link}.`, AGAIN);
  const { actions, before, after } = planned.change;
  return { actions, before: before as Record<string, unknown>, after: after as Record<string, unknown> };
}

function expectActions(plan: TerraformPlan, link: string, expected: string): void {
  const actions = plannedChange(plan, link).actions.join(", ");
  if (actions !== expected) throw new StepError(`Terraform proposes ${actions} instead of ${expected}.`, AGAIN);
}

function expectStatus(status: unknown, expected: string): void {
  if (status !== expected) {
    throw new StepError(`The status is ${JSON.stringify(status)} instead of ${JSON.stringify(expected)}.`, AGAIN);
  }
}

function failed({ stdout, stderr }: TerraformRun): StepError {
  return new StepError(stderr.trim() || stdout.trim(), AGAIN);
}

function ownEnvironment(): Record<string, string> {
  const needed = NEEDED_BY_ANY_PROGRAM.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(needed);
}
