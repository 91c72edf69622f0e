import { spawnSync } from "node:child_process";
import { mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { TerraformDeclarations, ReportBuilder, readPlan } from "../../src/drift";
import type { DriftReport, FindingClass } from "../../src/drift";
import { ouLink } from "../cli/ou-link-process";
import { linkOf, raiseManyLinks } from "./many-links";
import type { ManyLinks } from "./many-links";

jest.setTimeout(120_000);

describe("drift, over real plans by real Terraform", () => {
  let stage: ManyLinks;
  let folder: string;
  let reports: Record<"plan" | "refresh-only", DriftReport>;
  let json: string;
  const accounts: Record<string, string> = {};
  const secrets: string[] = [];

  /** Links of every class in one state, the first six of which were there at the start. */
  beforeAll(async () => {
    stage = await raiseManyLinks(0, { provider: "attached" });
    const { terraform, clock } = stage;
    const names = ["synced", "revoked", "changed", "stale", "linkedSince", "destroyed", "pending", "created"];
    const ids = await stage.addServiceAccounts(names.length);
    names.forEach((name, index) => (accounts[name] = ids[index] ?? ""));
    const { state } = await terraform.apply({ configuration: stage.linksOf(ids.slice(0, 6)) });
    const urlOf = (name: string) => state.resource(linkOf(accounts[name] ?? "")).values["authorization_url"];
    for (const name of ["synced", "revoked", "changed", "destroyed"]) await stage.authorize(urlOf(name));
    await terraform.refresh();
    // From here on, the state does not know what happens, but for one more link.
    await stage.authorize(urlOf("linkedSince"));
    await stage.admin("POST", "/revoke", { service_account_id: accounts["revoked"] });
    clock.advance("11m");
    const pending = linkOf(accounts["pending"] ?? "");
    const seven = await terraform.apply({
      configuration: stage.linksOf(ids.slice(0, 7)),
      args: [`-target=${pending}`],
      expectNonEmptyPlan: true,
    });
    secrets.push(String(urlOf("stale")), String(seven.state.resource(pending).values["ou_link_token"]));

    folder = terraform.workspace.directory;
    const kept = ids.filter((id) => id !== accounts["destroyed"]);
    const changed = `state = each.value == ${JSON.stringify(accounts["changed"])} ? "another" : null`;
    await writeFile(path.join(folder, "main.tf"), stage.linksOf(kept, changed));
    const before = await readFile(path.join(folder, "terraform.tfstate"), "utf8");
    reports = { plan: await report([]), "refresh-only": await report(["-refresh-only"]) };
    expect(await readFile(path.join(folder, "terraform.tfstate"), "utf8")).toBe(before);
  });
  afterAll(() => stage.close());

  async function report(args: readonly string[]): Promise<DriftReport> {
    const { workspace } = stage.terraform;
    await workspace.savePlan(["-lock=false", ...args]);
    const plan = JSON.stringify(await workspace.showPlan());
    json = plan;
    const builder = new ReportBuilder({ version: "1", failOn: ["drift"], rules: null, now: new Date() });
    builder.add({
      name: "fleet",
      warnings: [],
      result: { plan: readPlan(Buffer.from(plan)), declarations: new TerraformDeclarations(folder, folder) },
    });
    return builder.build();
  }

  function classesIn({ links }: DriftReport): Record<string, readonly FindingClass[]> {
    return Object.fromEntries(
      Object.entries(accounts).flatMap(([name, id]) => {
        const link = links.find(({ address }) => address === linkOf(id));
        return link === undefined ? [] : [[name, link.classes]];
      }),
    );
  }

  it("tells every class of one plan apart", () => {
    expect(classesIn(reports.plan)).toEqual({
      synced: [],
      revoked: ["drift"],
      changed: ["configuration"],
      stale: ["stale"],
      linkedSince: ["progress"],
      destroyed: ["configuration"],
      pending: ["pending"],
      created: ["configuration"],
    });
  });

  it("tells the same of a plan that only refreshes, but for what the configuration asks", () => {
    expect(classesIn(reports["refresh-only"])).toEqual({
      synced: [],
      revoked: ["drift"],
      changed: [],
      stale: ["stale"],
      linkedSince: ["progress"],
      destroyed: [],
      pending: ["pending"],
    });
  });

  it("says where a link is declared, since when it is so, and what to do", () => {
    const { findings, links } = reports.plan;
    const text = 'resource "cronofy_organizational_unit_link" "all"';
    expect(findings.find((each) => each.class === "drift")?.location).toEqual({ file: "main.tf", line: lineOf(text) });
    const stale = links.find(({ status }) => status === "stale");
    expect(stale).toMatchObject({ data_center: "us", since: expect.stringMatching(/Z$/) as string });
    expect(stale?.next_action).toContain("Apply to mint a new authorization URL");
  });

  function lineOf(text: string): number {
    const before = stage.linksOf([]).split(text)[0] ?? "";
    return before.split("\n").length;
  }

  it("reads that plan from standard input and from a file, and shows no secret of it", async () => {
    const file = path.join(folder, "plan.json");
    await writeFile(file, json);
    const html = path.join(folder, "report.html");
    const { exitCode, stdout, stderr } = await ouLink(["drift", file, "--format", "json", "--output", `html=${html}`]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "" });
    const piped = spawnSync(process.execPath, ["--import", "tsx", "src/cli/main.ts", "drift", "-"], { input: json });
    expect({ status: piped.status, text: piped.stdout.toString() }).toEqual({
      status: 2,
      text: expect.stringContaining("7 links, 3 in sync · 1 drift · 1 stale · 1 pending · 1 progress") as string,
    });
    const told = JSON.parse(stdout) as DriftReport;
    expect(told.counts).toEqual(reports["refresh-only"].counts);
    for (const secret of secrets) {
      expect(json).toContain(secret);
      expect(stdout + (await readFile(html, "utf8"))).not.toContain(secret);
    }
  });
});

describe("drift, planning by itself", () => {
  let stage: ManyLinks;
  let root: string;

  beforeAll(async () => {
    stage = await raiseManyLinks(0, { provider: "attached" });
    root = path.join(stage.terraform.workspace.directory, "fleet");
    for (const [name, text] of Object.entries({
      good: 'resource "terraform_data" "a" {}',
      broken: 'resource "terraform_data" "a" { count = nonsense }',
      fresh: 'resource "terraform_data" "b" {}',
    })) {
      await mkdir(path.join(root, name, ".terraform"), { recursive: true });
      await writeFile(path.join(root, name, "main.tf"), text);
    }
    // A module that others call is no root module.
    await mkdir(path.join(root, "modules", "m"), { recursive: true });
    await writeFile(path.join(root, "modules", "m", "main.tf"), "");
  });
  afterAll(() => stage.close());

  it("reports the other folders where one fails, answers 1, writes no state and leaves nothing behind", async () => {
    const scratch = path.join(root, "tmp");
    await mkdir(scratch);
    const env = { TMPDIR: scratch };
    const { exitCode, stdout } = await ouLink(["drift", "--recursive", "--format", "json", root], env);
    expect(exitCode).toBe(1);
    const { sources, counts, outcome } = JSON.parse(stdout) as DriftReport;
    expect(outcome).toBe("error");
    expect(sources.map(({ name, error }) => [path.basename(name), error?.message])).toEqual([
      ["broken", expect.stringContaining("main.tf:1: Invalid reference")],
      ["fresh", undefined],
      ["good", undefined],
    ]);
    expect(sources[1]?.warnings).toEqual(["There is no state yet, so nothing can have drifted."]);
    expect(counts["other-configuration"]).toBe(2);
    // Whatever runs TypeScript here keeps a cache of its own there.
    expect((await readdir(scratch)).filter((name) => name.startsWith("ou-link"))).toEqual([]);
    await expect(stat(path.join(root, "good", "terraform.tfstate"))).rejects.toThrow("ENOENT");
  });

  it("adds one line a run to a history", async () => {
    const history = path.join(root, "history.jsonl");
    await writeFile(history, '{"at": "2026-01-0');
    const run = () => ouLink(["drift", path.join(root, "good"), "--history", history]);
    expect(await run()).toMatchObject({ exitCode: 0 });
    expect(await run()).toMatchObject({ exitCode: 0 });
    expect((await readFile(history, "utf8")).split("\n")).toHaveLength(4);
  });

  it.each([
    [["nowhere"], "There is no nowhere."],
    [["--fail-on", "everything"], "Give some of drift, stale"],
    [["--output", "report.html"], "Give <format>=<file>"],
    [["--frobnicate"], "unknown option '--frobnicate'"],
    [["--ignore", "nowhere.yaml"], "The ignore rules cannot be read from nowhere.yaml: ENOENT."],
    [["--recursive", "docs"], "There is no root module under docs."],
  ])("answers %j with 1, for 2 means drift here", async (args, message) => {
    const { exitCode, stdout, stderr } = await ouLink(["drift", ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("says where to get Terraform when there is none, before it plans anywhere", async () => {
    const { exitCode, stderr } = await ouLink(["drift", root], { TERRAFORM_BINARY_NAME: "no-such-terraform" });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Or give a plan in JSON: ou-link drift plan.json.");
    expect(stderr).not.toMatch(/^ +at /m);
  });
});
