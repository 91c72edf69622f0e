import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { TerraformWorkspace, findTerraform } from "../../src/plugin/testing";
import { installedBun } from "../../tools/bun-runtime";

jest.setTimeout(60_000);

const ROOT = path.resolve(__dirname, "..", "..");

const CONFIGURATION = (text: string) => `
terraform {
  required_providers {
    notes = {
      source = "example/notes"
    }
  }
}

provider "notes" {
  folder = path.root
}

resource "notes_note" "hello" {
  title = "hello"
  text  = ${JSON.stringify(text)}
}
`;

describe("the provider of the plugin layer's README, copied into an empty folder", () => {
  let folder: string;
  let terraform: TerraformWorkspace;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "readme-provider-"));
    const readme = await readFile(path.join(ROOT, "src", "plugin", "README.md"), "utf8");
    const [, source = ""] = /```ts\n([^]*?)```/.exec(readme) ?? [];
    expect(source.trim().split("\n").length).toBeLessThanOrEqual(50);
    await writeFile(path.join(folder, "provider.ts"), source);
    await mkdir(path.join(folder, "node_modules"));
    await symlink(ROOT, path.join(folder, "node_modules", "terraform-provider-cronofy"));

    const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
    const mirror = path.join(folder, "mirror");
    const place = path.join(mirror, "registry.terraform.io", "example", "notes", "0.1.0", platform);
    const launcher = path.join(place, "terraform-provider-notes_v0.1.0");
    await mkdir(place, { recursive: true });
    // Terraform starts a provider three times a plan, so it is bundled once instead of compiled each time.
    const bundle = path.join(folder, "provider.js");
    const { compiler } = installedBun(path.join(ROOT, "node_modules"));
    execFileSync(compiler, ["build", "provider.ts", "--target=node", "--format=cjs", `--outfile=${bundle}`], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
    await writeFile(launcher, `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`);
    await chmod(launcher, 0o755);

    terraform = await TerraformWorkspace.create({
      terraform: findTerraform(process.env),
      directory: path.join(folder, "configuration"),
      cliConfiguration: `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
      files: { "main.tf": CONFIGURATION("Hello.") },
    });
    expect(await terraform.init()).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const note = () => readFile(path.join(terraform.directory, "hello.txt"), "utf8");

  it("creates, and plans nothing more", async () => {
    expect(await terraform.apply()).toMatchObject({ exitCode: 0 });
    expect(await note()).toBe("Hello.");
    expect((await terraform.plan()).exitCode).toBe(0);
  });

  it("updates in place, and puts right what was changed behind its back", async () => {
    await terraform.write({ "main.tf": CONFIGURATION("Hello again.") });
    expect(await terraform.apply()).toMatchObject({ exitCode: 0 });
    expect(await note()).toBe("Hello again.");
    await terraform.write({ "hello.txt": "Scribbled over." });
    expect((await terraform.plan()).plan?.resource_changes?.[0]?.change.actions).toEqual(["update"]);
    await rm(path.join(terraform.directory, "hello.txt"));
    expect((await terraform.plan()).plan?.resource_changes?.[0]?.change.actions).toEqual(["create"]);
  });

  it("destroys", async () => {
    expect(await terraform.apply()).toMatchObject({ exitCode: 0 });
    expect(await terraform.destroy()).toMatchObject({ exitCode: 0 });
    await expect(note()).rejects.toThrow("ENOENT");
  });
});
