import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DriftReport, FindingClass } from "../../src/drift";
import { findTerraform } from "../../src/plugin/testing";
import { ouLink, startOuLink } from "../cli/ou-link-process";
import { FATES, raiseDriftedFleet } from "./drifted-fleet";
import type { DriftedFleet, Fate } from "./drifted-fleet";

jest.setTimeout(120_000);

describe("drift, of a fleet that real Terraform plans", () => {
  let fleet: DriftedFleet;
  let planned: DriftReport;
  let refreshed: DriftReport;

  beforeAll(async () => {
    const one = Object.fromEntries(FATES.map((fate) => [fate, 1])) as Record<Fate, number>;
    fleet = await raiseDriftedFleet(one);
    const before = await readFile(path.join(fleet.folder, "terraform.tfstate"), "utf8");
    planned = await report();
    refreshed = await report("--refresh-only");
    expect(await readFile(path.join(fleet.folder, "terraform.tfstate"), "utf8")).toBe(before);
  });
  afterAll(() => fleet.close());

  async function report(...args: readonly string[]): Promise<DriftReport> {
    const { exitCode, stdout, stderr } = await drift(fleet.folder, "--format", "json", ...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "" });
    return JSON.parse(stdout) as DriftReport;
  }

  function drift(...args: readonly string[]) {
    return ouLink(["drift", ...args], fleet.terraform.workspace.environment);
  }

  function classesIn({ links }: DriftReport): Record<string, readonly FindingClass[]> {
    return Object.fromEntries(
      FATES.flatMap((fate) => {
        const link = links.find(({ address }) => address === fleet.addressOf(fate));
        return link === undefined ? [] : [[fate, link.classes]];
      }),
    );
  }

  it("tells every class apart, and mixtures of them", () => {
    expect(classesIn(planned)).toEqual({
      "in-sync": [],
      revoked: ["drift"],
      lapsed: ["stale"],
      waiting: ["pending"],
      invited: ["pending"],
      "asked-anew": ["pending"],
      "just-linked": ["progress"],
      changed: ["configuration"],
      removed: ["configuration"],
      renamed: ["configuration"],
      "replaced-in-part": ["configuration"],
      added: ["configuration"],
      "revoked-and-changed": ["drift", "configuration"],
      "lapsed-and-changed": ["stale", "configuration"],
    });
  });

  it("tells the same of a plan that only refreshes, but for what the configuration asks", () => {
    expect(classesIn(refreshed)).toEqual({
      "in-sync": [],
      revoked: ["drift"],
      lapsed: ["stale"],
      waiting: ["pending"],
      invited: ["pending"],
      "asked-anew": ["pending"],
      "just-linked": ["progress"],
      changed: [],
      removed: [],
      renamed: [],
      "replaced-in-part": [],
      "revoked-and-changed": ["drift"],
      "lapsed-and-changed": ["stale"],
    });
  });

  it("tells of other resources in groups of their own, and whether anything depends on what has drifted", () => {
    const others = planned.findings.filter(({ class: each }) => each.startsWith("other-"));
    expect(others.map((each) => [each.class, each.address, each.relevant, each.summary])).toEqual([
      ["other-drift", "demo_server.queue", true, "Changed outside of Terraform: size."],
      ["other-drift", "demo_server.cache", false, "Changed outside of Terraform: size."],
      ["other-drift", "demo_server.mail", false, "It is gone."],
      ["other-configuration", "demo_server.mail", true, "An apply makes it."],
      ["other-configuration", "terraform_data.queue_size", true, "An apply changes it."],
    ]);
  });

  it("says where a link is declared, since when it is so, and what to do", async () => {
    const lines = (await readFile(path.join(fleet.folder, "main.tf"), "utf8")).split("\n");
    const line = lines.indexOf('resource "cronofy_organizational_unit_link" "customers" {') + 1;
    const link = planned.links.find(({ address }) => address === fleet.addressOf("lapsed"));
    expect(link).toMatchObject({
      data_center: "us",
      location: { file: "main.tf", line },
    });
    expect(Math.floor((link?.age_seconds ?? 0) / 86_400)).toBe(12);
    expect(link?.next_action).toContain("Apply to mint a new authorization URL");
  });

  it("says before an apply what it would end, and how to keep it", () => {
    const told = (address: string) =>
      planned.findings
        .filter((finding) => finding.class === "configuration" && finding.address === address)
        .map(({ summary, next_action }) => `${summary} ${next_action}`);
    const [removed, from, to, replaced] = [
      fleet.addressOf("removed"),
      fleet.addressOf("renamed"),
      fleet.renamedAddress,
      fleet.addressOf("replaced-in-part"),
    ];
    expect(told(removed)).toEqual([expect.stringContaining("and ends its working authorization. Review the plan")]);
    for (const [address, other] of [
      [from, to],
      [to, from],
    ] as const) {
      expect(told(address)).toEqual([expect.stringContaining(` as ${other}: a rename without a moved block.`)]);
      expect(told(address)).toEqual([expect.stringContaining(`Add a moved block from ${from} to ${to}.`)]);
    }
    expect(told(replaced)).toEqual([expect.stringMatching(/deposed ab12cd34.*The authorization stays: it belongs to/)]);
    expect(planned.links.find(({ address }) => address === replaced)?.next_action).not.toContain("Nothing to do");
  });

  it("tells the same times and customers as status does, and each link once", async () => {
    const { stdout } = await ouLink(["status", fleet.folder, "--json"], fleet.terraform.workspace.environment);
    const { links } = JSON.parse(stdout) as { links: Record<string, unknown>[] };
    // Those of which drift knows more than the state does, as it has asked Cronofy.
    const ahead = new Set(
      (["revoked", "revoked-and-changed", "just-linked"] as const).map((fate) => fleet.addressOf(fate)),
    );
    const facts = (each: Readonly<Record<string, unknown>>) =>
      ["address", "customer", "since", "awaited_since"].map((name) => each[name]);
    const known = (all: readonly Readonly<Record<string, unknown>>[]) =>
      all.filter(({ address }) => !ahead.has(String(address))).map(facts);
    expect(links).toHaveLength(13);
    expect(known(links).sort()).toEqual(known(refreshed.links).sort());
    expect(known(links).filter(([, , since]) => since === null)).toEqual([]);
  });

  it("reads that plan from standard input as well, and shows no secret of it in any format", async () => {
    const { workspace } = fleet.terraform;
    await workspace.savePlan(["-lock=false", "-refresh-only"]);
    const json = JSON.stringify(await workspace.showPlan());
    const outputs = ["markdown", "comment", "json", "junit", "sarif", "html"].flatMap((format) => [
      "--output",
      `${format}=${path.join(fleet.folder, `report.${format}`)}`,
    ]);
    const { exitCode, stdout, stderr } = await ouLink(["drift", "-", ...outputs], {}, json);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "" });
    expect(stdout).toContain("13 links, 5 in sync · 2 drift · 2 stale · 3 pending · 1 progress · 3 other drift");
    const written = (await readdir(fleet.folder)).filter((name) => name.startsWith("report."));
    expect(written).toHaveLength(6);
    const texts = await Promise.all(written.map((name) => readFile(path.join(fleet.folder, name), "utf8")));
    for (const secret of fleet.secrets) {
      expect(json).toContain(secret);
      for (const text of [stdout, ...texts]) expect(text).not.toContain(secret);
    }
  });
});

describe("drift, planning by itself", () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), "ou-link-folders-"));
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
  afterAll(() => rm(root, { recursive: true }));

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

  it("reads many plans from Terragrunt, and answers 3 where one of them does not tell all of it", async () => {
    const change = { address: "demo.a", mode: "managed", type: "demo", name: "a", change: { actions: ["no-op"] } };
    const planOf = (members: object) =>
      JSON.stringify({ format_version: "1.2", prior_state: {}, resource_changes: [change], ...members });
    const folder = path.relative("", path.join(root, "good")).split(path.sep).join("/");
    const text = `[${folder}] ${planOf({})}\n${planOf({ complete: false })}\n${planOf({})}\n`;
    const { exitCode, stdout, stderr } = await ouLink(["drift", "-", "--format", "json"], {}, text);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: "" });
    const { outcome, sources, findings } = JSON.parse(stdout) as DriftReport;
    expect(outcome).toBe("incomplete");
    expect(sources.map(({ name }) => name)).toEqual([folder, "standard input", "standard input#2"]);
    expect(sources[0]?.first_file).toBe("main.tf");
    expect(findings.map((each) => [each.class, each.source])).toEqual([["incomplete", "standard input"]]);
  });

  it("answers 3 where it planned only a part itself, whoever planned", async () => {
    const env = { TF_CLI_ARGS_plan: "-target=terraform_data.none" };
    const { exitCode, stdout } = await ouLink(["drift", path.join(root, "good"), "--format", "json"], env);
    expect({ exitCode, outcome: (JSON.parse(stdout) as DriftReport).outcome }).toEqual({
      exitCode: 3,
      outcome: "incomplete",
    });
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
    [["--recursive", "docs"], `There is no root module in or below "docs".`],
  ])("answers %j with 1, for 2 means drift here", async (args, message) => {
    const { exitCode, stdout, stderr } = await ouLink(["drift", ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("keeps nobody waiting for the lock, and waits for it only when asked", async () => {
    const folder = path.join(root, "busy");
    await mkdir(folder);
    const gate = path.join(folder, "gate");
    execFileSync("mkfifo", [gate]);
    await writeFile(
      path.join(folder, "main.tf"),
      'resource "terraform_data" "a" {\n  provisioner "local-exec" {\n    command = "cat gate"\n  }\n}\n',
    );
    const applying = spawn(findTerraform(process.env).path, ["apply", "-auto-approve", "-no-color"], { cwd: folder });
    const ended = once(applying, "close");
    try {
      await new Promise<void>((resolve, reject) => {
        applying.stdout.on("data", (chunk: Buffer) => {
          if (chunk.includes("Provisioning")) resolve();
        });
        void ended.then(() => reject(new Error("Nothing was provisioned.")));
      });
      expect(await ouLink(["drift", folder])).toMatchObject({ exitCode: 0 });
      const locked = await ouLink(["drift", "--lock", folder]);
      expect(locked).toMatchObject({ exitCode: 1 });
      expect(locked.stdout).toContain("Error acquiring the state lock");
    } finally {
      // Whoever opens it waits for who reads it.
      if (applying.exitCode === null) await writeFile(gate, "");
      await ended;
    }
  });

  it("has Terraform end in good order when it is interrupted", async () => {
    const scratch = await mkdtemp(path.join(root, "scratch-"));
    const [terraform, started, log] = ["terraform", "started", "log"].map((name) => path.join(scratch, name)) as [
      string,
      string,
      string,
    ];
    execFileSync("mkfifo", [started]);
    const program = `#!${process.execPath}
const { appendFileSync, writeFileSync } = require("node:fs");
const waiting = setInterval(() => {}, 60_000);
process.on("SIGINT", () => {
  appendFileSync(${JSON.stringify(log)}, "interrupted\\n");
  clearInterval(waiting);
});
writeFileSync(${JSON.stringify(started)}, "");
`;
    await writeFile(terraform, program);
    await chmod(terraform, 0o755);
    const good = path.join(root, "good");
    const running = startOuLink(["drift", good], { TERRAFORM_BINARY_NAME: terraform, TMPDIR: scratch });
    await readFile(started);
    running.kill("SIGINT");
    expect(await running.ended).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "ou-link: Interrupted, so there is no report.\n  Run it again.\n",
    });
    expect(await readFile(log, "utf8")).toBe("interrupted\n");
    expect(await readdir(scratch)).toEqual(["log", "started", "terraform"]);
  });

  it("says where to get Terraform when there is none, before it plans anywhere", async () => {
    const { exitCode, stderr } = await ouLink(["drift", root], { TERRAFORM_BINARY_NAME: "no-such-terraform" });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Or give a plan in JSON: ou-link drift plan.json.");
    expect(stderr).not.toMatch(/^ +at /m);
  });
});
