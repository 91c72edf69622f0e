import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { installProvider } from "../../src/cli";
import type { DriftReport, LinkRow } from "../../src/drift";
import { findTerraform } from "../../src/plugin/testing/find-terraform";
import { VERSION } from "../../src/provider/address";
import { EXECUTABLE } from "../e2e/stage";
import { ouLinkHere } from "./ou-link-here";
import { OU_LINK, startOuLink } from "./ou-link-process";

const run = promisify(execFile);

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-init-"))));
afterEach(() => rm(folder, { recursive: true }));

/**
 * Does what the printed commands do in this folder, but for the ports, which others may hold here.
 *
 * @returns what Terraform said, and what a drift report then says of the one link
 */
async function applied(project: string, root: string): Promise<{ stdout: string; link: LinkRow | undefined }> {
  const sandbox = startOuLink(["sandbox", "--port", "0", "--json", "--seed-file", path.join(project, "sandbox.json")]);
  try {
    const { api_url, app_url } = JSON.parse(await sandbox.nextLine()) as Record<string, string>;
    const { cliConfiguration } = await installProvider({
      executable: EXECUTABLE,
      directory: path.join(folder, "mirror"),
      version: VERSION,
    });
    const cliConfigurationFile = path.join(folder, "dev.tfrc");
    await writeFile(cliConfigurationFile, cliConfiguration);
    const { path: terraform } = findTerraform(process.env);
    const script =
      '. ./sandbox.env && export CRONOFY_API_URL="$1" CRONOFY_APP_URL="$2" && ' +
      '"$3" -chdir="$4" init -input=false && "$3" -chdir="$4" apply -input=false -auto-approve && ' +
      '"$5" "$6" drift "$4" --output json=drift.json';
    const { stdout } = await run(
      "sh",
      ["-ec", script, "sh", api_url ?? "", app_url ?? "", terraform, root, process.execPath, OU_LINK],
      {
        cwd: project,
        env: {
          PATH: process.env["PATH"],
          HOME: folder,
          TF_CLI_CONFIG_FILE: cliConfigurationFile,
          CHECKPOINT_DISABLE: "1",
          TERRAFORM_BINARY_NAME: terraform,
        },
      },
    );
    const { links } = JSON.parse(await readFile(path.join(project, "drift.json"), "utf8")) as DriftReport;
    return { stdout, link: links[0] };
  } finally {
    sandbox.kill("SIGTERM");
    await sandbox.ended;
  }
}

/** Puts what `package.json` asks for where `npm install` would, and nothing else. */
async function install(project: string): Promise<void> {
  const { dependencies, devDependencies } = JSON.parse(await readFile(path.join(project, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  expect(dependencies["terraform-provider-cronofy"]).toBe(`file:${path.resolve(".")}`);
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const place = path.join(project, "node_modules", name);
    await mkdir(path.dirname(place), { recursive: true });
    // A copy of our own compiled code, for it looks for what it needs from where it lies.
    if (name !== "terraform-provider-cronofy") await symlink(path.resolve("node_modules", name), place);
    else {
      await mkdir(place);
      for (const part of ["lib", "package.json"])
        await cp(path.resolve(part), path.join(place, part), { recursive: true });
    }
  }
}

describe("ou-link init", () => {
  it("makes a project that applies against the sandbox as it is", async () => {
    const project = path.join(folder, "links");
    const made = await ouLinkHere(["init", project]);
    expect(made).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/ou-link serve\n[^]*ou-link install/) as string,
    });
    const { stdout, link } = await applied(project, ".");
    expect(stdout).toContain('status = "pending"');
    expect(link).toMatchObject({ customer: "acme", location: { file: "main.tf", line: 16 } });
    const env = { HOME: folder, TERRAFORM_BINARY_NAME: findTerraform(process.env).path };
    const { stdout: url } = await ouLinkHere(["status", project, "--url", "acme"], env);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/invitations\//);
  }, 60_000);

  it.each(["cdktf", "cdktn"])(
    "makes a project for %s that is sound, synthesizes, and applies",
    async (template) => {
      const project = path.join(folder, "links");
      const made = await ouLinkHere(["init", project, "--template", template]);
      expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("npm run synth") as string });
      await install(project);
      await run("npm", ["run", "synth"], { cwd: project });
      const { stdout, link } = await applied(project, "cdktf.out/stacks/links");
      expect(stdout).toContain("pending");
      expect(link).toMatchObject({ customer: "acme", location: { file: "main.ts", line: 10 } });
      await run("npm", ["run", "check"], { cwd: project });
    },
    60_000,
  );

  it("overwrites nothing, and takes no name that Terraform, npm or a shell would stumble over", async () => {
    const project = path.join(folder, "links");
    await mkdir(project);
    await writeFile(path.join(project, "main.tf"), "mine");
    const refused = await ouLinkHere(["init", project]);
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toContain("nothing in it is overwritten.\n  Choose a new folder");
    expect(await readdir(project)).toEqual(["main.tf"]);
    expect(await readFile(path.join(project, "main.tf"), "utf8")).toBe("mine");
    for (const name of ["Links", "1st", "a b", 'x"y', "é"]) {
      expect(await ouLinkHere(["init", path.join(folder, name)])).toMatchObject({ exitCode: 2, stdout: "" });
    }
    expect(await readdir(folder)).toEqual(["links"]);
  });

  it("says at once where no folder can be made, also where Node's own way never ends", async () => {
    for (const args of [
      ["init", "/proc/links/x"],
      ["install", "--mirror", "/proc/links"],
    ]) {
      const { exitCode, stderr } = await ouLinkHere(args);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("ENOENT") as string });
    }
  });
});
