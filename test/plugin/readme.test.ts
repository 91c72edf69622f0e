import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { TerraformTest } from "../../src/plugin/testing";
import { installedBun } from "../../tools/bun-runtime";

jest.setTimeout(60_000);

const ROOT = path.resolve(__dirname, "..", "..");

const NOTE = "notes_note.hello";

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
  let terraform: TerraformTest;

  /** Bundles a file of the folder for Node. */
  const bundled = (file: string): string => {
    const bundle = path.join(folder, `${path.basename(file, ".ts")}.js`);
    const { compiler } = installedBun(path.join(ROOT, "node_modules"));
    execFileSync(compiler, ["build", file, "--target=node", "--format=cjs", `--outfile=${bundle}`], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
    return bundle;
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "readme-provider-"));
    const readme = await readFile(path.join(ROOT, "src", "plugin", "README.md"), "utf8");
    const sources = [...readme.matchAll(/```ts\n\/\/ (\S+)\n([^]*?)```/g)].map(([, file = "", source = ""]) => ({
      file,
      source,
    }));
    expect(sources.map(({ file }) => file)).toEqual(["notes.ts", "main.ts", "notes.test.ts"]);
    for (const { file, source } of sources) await writeFile(path.join(folder, file), source);
    const provider = sources.filter(({ file }) => file !== "notes.test.ts").map(({ source }) => source.trim());
    expect(provider.join("\n").split("\n").length).toBeLessThanOrEqual(50);
    await mkdir(path.join(folder, "node_modules"));
    await symlink(ROOT, path.join(folder, "node_modules", "terraform-provider-cronofy"));

    const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
    const mirror = path.join(folder, "mirror");
    // Terraform starts a provider three times a plan, so it is bundled once instead of compiled each time.
    const bundle = bundled("main.ts");
    // A source without a host means another registry to OpenTofu.
    for (const host of ["registry.terraform.io", "registry.opentofu.org"]) {
      const place = path.join(mirror, host, "example", "notes", "0.1.0", platform);
      const launcher = path.join(place, "terraform-provider-notes_v0.1.0");
      await mkdir(place, { recursive: true });
      await writeFile(launcher, `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`);
      await chmod(launcher, 0o755);
    }

    terraform = await TerraformTest.create({
      directory: path.join(folder, "configuration"),
      mirror,
      configuration: CONFIGURATION("Hello."),
    });
  });
  afterAll(async () => {
    await terraform.close();
    await rm(folder, { recursive: true, force: true });
  });

  const noteFile = () => path.join(terraform.workspace.directory, "hello.txt");
  const note = () => readFile(noteFile(), "utf8");

  it("creates, and plans nothing more", async () => {
    await terraform.apply({ expectActions: { [NOTE]: "create" } });
    expect(await note()).toBe("Hello.");
  });

  it("updates in place, and puts right what was changed behind its back", async () => {
    await terraform.apply({ configuration: CONFIGURATION("Hello again."), expectActions: { [NOTE]: "update" } });
    expect(await note()).toBe("Hello again.");
    await writeFile(noteFile(), "Scribbled over.");
    await terraform.plan({ expectActions: { [NOTE]: "update" } });
    await rm(noteFile());
    await terraform.plan({ expectActions: { [NOTE]: "create" } });
  });

  it("destroys", async () => {
    await terraform.apply();
    await terraform.destroy();
    await expect(note()).rejects.toThrow("ENOENT");
  });

  it("passes the test that the README shows, through Node's own test runner", () => {
    const output = execFileSync(process.execPath, [bundled("notes.test.ts")], { encoding: "utf8" });
    expect(output).toMatch(/^# pass 1$|ℹ pass 1/m);
  });
});
