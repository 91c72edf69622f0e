import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startTinydb } from "../../examples/plugin-layer/service";
import { installedBun } from "../../src/plugin/build/installed-bun";
import { HOST } from "../../src/plugin/build/target";
import { TerraformTest, TerraformWorkspace, findTerraform } from "../../src/plugin/testing";
import { assemblePackage } from "../../tools/packages";

jest.setTimeout(120_000);

const ROOT = path.resolve(__dirname, "..", "..");
const EXAMPLE = path.join(ROOT, "examples", "plugin-layer");

const NOTE = "notes_note.hello";

const CONFIGURATION = `
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
  text  = "Hello."
}
`;

describe("the packed package, installed in an empty folder", () => {
  let folder: string;
  /** A project of an author, with what they write and what they have installed. */
  const notes = () => path.join(folder, "notes");
  const tinydb = () => path.join(folder, "tinydb");
  const run = (project: string, program: string, ...args: string[]): string => {
    const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: project, encoding: "utf8" });
    if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${error?.message ?? stdout + stderr}`);
    return stdout;
  };

  /** Bundles a file of a project for Node. */
  const bundled = (project: string, file: string): string => {
    const bundle = path.join(project, `${path.basename(file, ".ts")}.js`);
    run(project, installedBun(ROOT).compiler, "build", file, "--target=node", "--format=cjs", `--outfile=${bundle}`);
    return bundle;
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "plugin-package-"));
    await writeFile(path.join(folder, "package.json"), JSON.stringify({ name: "empty", private: true }));
    // It holds lib/ as `npm run compile` left it.
    await assemblePackage("terraform-plugin-ts", path.join(folder, "assembled"));
    const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
    // npm packs the folder itself.
    run(folder, "npm", "install", ...flags, "--install-links", "./assembled");

    const readme = await readFile(path.join(folder, "node_modules", "terraform-plugin-ts", "README.md"), "utf8");
    const sources = [...readme.matchAll(/```ts\n\/\/ (\S+)\n([^]*?)```/g)].map(([, file = "", source = ""]) => ({
      file,
      source,
    }));
    expect(sources.map(({ file }) => file)).toEqual(["notes.ts", "main.ts", "notes.test.ts"]);
    const provider = sources.filter(({ file }) => file !== "notes.test.ts").map(({ source }) => source.trim());
    expect(provider.join("\n").split("\n").length).toBeLessThanOrEqual(50);
    await mkdir(notes());
    for (const { file, source } of sources) await writeFile(path.join(notes(), file), source);

    await mkdir(tinydb());
    for (const file of await readdir(EXAMPLE)) await copyFile(path.join(EXAMPLE, file), path.join(tinydb(), file));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("brings itself, grpc-js, the runtime of protobuf, what zips, and what they need", async () => {
    const lock = await readFile(path.join(folder, "node_modules", ".package-lock.json"), "utf8");
    const { packages } = JSON.parse(lock) as { packages: Record<string, { dependencies?: Record<string, string> }> };
    const { dependencies } = packages["node_modules/terraform-plugin-ts"] ?? {};
    expect(Object.keys(dependencies ?? {})).toEqual(["@bufbuild/protobuf", "@grpc/grpc-js", "fflate"]);
    process.stdout.write(`terraform-plugin-ts comes with ${Object.keys(packages).length - 1} packages\n`);
    expect(Object.keys(packages).length).toBeLessThan(40);
  });

  const build = (...args: string[]) =>
    spawnSync(path.join(folder, "node_modules", ".bin", "terraform-plugin-ts"), ["build", "main.ts", ...args], {
      cwd: tinydb(),
      encoding: "utf8",
    });

  it.each([
    ["without Bun what to install", [], "Bun compiles the executable, and is not installed: npm install -D bun\n"],
    ["what a version is", ["--version", "one"], '"one" is no version that Terraform takes, such as 1.2.3\n'],
  ])("tells an author %s", (_, args, message) => {
    expect(build(...args)).toMatchObject({ status: 1, stdout: "", stderr: `terraform-plugin-ts: ${message}` });
  });

  describe("with what an author needs beside it", () => {
    beforeAll(async () => {
      // As if installed: they are large.
      for (const name of ["bun", "@oven"]) {
        const place = path.join(ROOT, "node_modules", name);
        if (existsSync(place)) await symlink(place, path.join(folder, "node_modules", name));
      }
    });

    it("type-checks the README's provider and the example", async () => {
      const compilerOptions = {
        ...{ strict: true, target: "ES2022", module: "esnext", moduleResolution: "bundler", resolveJsonModule: true },
        ...{ types: ["node"], skipLibCheck: true, noEmit: true },
      };
      const include = ["notes/*.ts", "tinydb/*.ts"];
      await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include }));
      run(folder, process.execPath, path.join(ROOT, "node_modules", "typescript7", "bin", "tsc"));
    });

    describe("the README's provider", () => {
      let terraform: TerraformTest;

      beforeAll(async () => {
        const mirror = path.join(notes(), "mirror");
        // Terraform starts a provider three times a plan, so it is bundled once instead of compiled each time.
        const bundle = bundled(notes(), "main.ts");
        // A source without a host means another registry to OpenTofu.
        for (const host of ["registry.terraform.io", "registry.opentofu.org"]) {
          const place = path.join(mirror, host, "example", "notes", "0.1.0", HOST);
          const launcher = path.join(place, "terraform-provider-notes_v0.1.0");
          await mkdir(place, { recursive: true });
          await writeFile(launcher, `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`);
          await chmod(launcher, 0o755);
        }

        terraform = await TerraformTest.create({
          directory: path.join(notes(), "configuration"),
          mirror,
          configuration: CONFIGURATION,
        });
      });
      afterAll(() => terraform.close());

      const noteFile = () => path.join(terraform.workspace.directory, "hello.txt");
      const note = () => readFile(noteFile(), "utf8");

      it("creates, and plans nothing more", async () => {
        await terraform.apply({ expectActions: { [NOTE]: "create" } });
        expect(await note()).toBe("Hello.");
      });

      it("puts right what was changed behind its back, and destroys", async () => {
        await writeFile(noteFile(), "Scribbled over.");
        await terraform.plan({ expectActions: { [NOTE]: "update" } });
        await rm(noteFile());
        await terraform.plan({ expectActions: { [NOTE]: "create" } });
        await writeFile(noteFile(), "Hello.");
        await terraform.destroy();
        await expect(note()).rejects.toThrow("ENOENT");
      });

      // It updates in place, too.
      it("passes the test that the README shows, through Node's own test runner", () => {
        expect(run(notes(), process.execPath, bundled(notes(), "notes.test.ts"))).toMatch(/^# pass 1$|ℹ pass 1/m);
      });
    });

    describe("the example", () => {
      it("passes its own test", () => {
        const output = run(tinydb(), process.execPath, bundled(tinydb(), "provider.test.ts"));
        expect(output).toMatch(/^# pass 1$|ℹ pass 1/m);
      });

      it("is built by one command, and works beside a hostile bunfig.toml and .env", async () => {
        expect(build("--target", "plan9_amd64").stderr).toMatch(/does not compile for plan9_amd64; .*linux_amd64/);
        const { stdout } = build();
        const built = `registry.terraform.io/example/tinydb/0.1.0/${HOST}/terraform-provider-tinydb_v0.1.0`;
        expect(stdout).toContain(`dist/${built}, `);
        const mirror = path.join(tinydb(), "dist");
        await symlink("registry.terraform.io", path.join(mirror, "registry.opentofu.org"));

        const service = await startTinydb();
        try {
          const directory = path.join(tinydb(), "configuration");
          const workspace = await TerraformWorkspace.create({
            terraform: findTerraform(process.env),
            directory,
            cliConfiguration: `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
            env: { TF_VAR_url: service.url },
            files: {
              "main.tf": await readFile(path.join(EXAMPLE, "main.tf"), "utf8"),
              "bunfig.toml": 'preload = ["./hostile.js"]\n',
              "hostile.js": 'require("node:fs").writeFileSync("it-ran", "");\n',
              // Where nobody listens.
              ".env": "HTTP_PROXY=http://127.0.0.1:9\n",
            },
          });
          for (const step of [() => workspace.init(), () => workspace.apply(), () => workspace.destroy()]) {
            expect(await step()).toMatchObject({ exitCode: 0 });
          }
          expect([...service.logins.values()]).toContain("closed");
          expect(existsSync(path.join(directory, "it-ran"))).toBe(false);
        } finally {
          service.close();
        }
      });
    });
  });
});
