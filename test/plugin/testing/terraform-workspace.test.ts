import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { TerraformWorkspace, findTerraform } from "../../../src/plugin/testing";
import type { Terraform, TerraformWorkspaceOptions } from "../../../src/plugin/testing";

const CONFIGURATION = `
variable "greeting" {
  default = "hello"
}
resource "terraform_data" "greeting" {
  input = var.greeting
}
output "greeting" {
  value     = terraform_data.greeting.output
  sensitive = true
}
`;

describe("TerraformWorkspace", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "terraform-workspace-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  function create(options: Partial<TerraformWorkspaceOptions> = {}): Promise<TerraformWorkspace> {
    return TerraformWorkspace.create({
      terraform: findTerraform(process.env),
      directory: path.join(folder, "workspace"),
      ...options,
    });
  }

  /** A program that takes the place of Terraform. */
  async function program(script: string): Promise<Terraform> {
    const file = path.join(folder, "terraform");
    await writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { path: file, kind: "terraform" };
  }

  it("plans, applies, shows and destroys with real Terraform", async () => {
    const workspace = await create({ files: { "main.tf": CONFIGURATION } });
    expect(await workspace.init()).toMatchObject({ exitCode: 0, stderr: "" });

    const first = await workspace.plan();
    expect(first.exitCode).toBe(2);
    expect(first.plan?.resource_changes).toMatchObject([
      { address: "terraform_data.greeting", change: { actions: ["create"], after: { input: "hello" } } },
    ]);

    expect((await workspace.apply()).exitCode).toBe(0);
    expect((await workspace.plan()).exitCode).toBe(0);
    expect((await workspace.show()).state?.values?.root_module?.resources).toMatchObject([
      { type: "terraform_data", values: { output: "hello" } },
    ]);
    expect((await workspace.output()).outputs).toMatchObject({ greeting: { value: "hello", sensitive: true } });

    expect((await workspace.destroy()).exitCode).toBe(0);
    expect((await workspace.show()).state?.values).toBeUndefined();
    await workspace.remove();
    expect(await readdir(folder)).toEqual([]);
  });

  it("hands a failed run back with what Terraform said", async () => {
    const workspace = await create({ files: { "main.tf": "output" } });
    const run = await workspace.plan();
    expect(run).toMatchObject({ exitCode: 1, plan: null });
    expect(run.stderr).toContain("main.tf line 1");
  });

  it("inherits none of the user's settings", async () => {
    process.env["TF_VAR_greeting"] = "from outside";
    process.env["CRONOFY_API_URL"] = "https://outside.example.com";
    try {
      const workspace = await create({ terraform: await program("env"), env: { MINE: "1" } });
      const variables = (await workspace.run([])).stdout.split("\n").map((line) => line.split("=")[0]);
      expect(variables).toEqual(expect.arrayContaining(["PATH", "HOME", "TF_CLI_CONFIG_FILE", "MINE"]));
      expect(variables).not.toContain("TF_VAR_greeting");
      expect(variables).not.toContain("CRONOFY_API_URL");
    } finally {
      delete process.env["TF_VAR_greeting"];
      delete process.env["CRONOFY_API_URL"];
    }
  });

  it("interrupts a run as Ctrl-C would, and waits for its end", async () => {
    const script = "trap 'echo interrupted; exit 1' INT; echo started > started; while :; do sleep 0.05; done";
    const workspace = await create({ terraform: await program(script) });
    const stop = new AbortController();
    const run = workspace.run(["apply"], { signal: stop.signal });
    while (!(await readdir(workspace.directory)).includes("started")) await new Promise(setImmediate);
    stop.abort();
    expect(await run).toMatchObject({ exitCode: 1, stdout: "interrupted\n" });
  });

  it("ends a run that takes too long", async () => {
    const script = "trap 'exit 1' INT; while :; do sleep 0.05; done";
    const workspace = await create({ terraform: await program(script), timeout: 300 });
    await expect(workspace.run(["apply"])).rejects.toThrow("terraform apply took longer than 0.3 s");
  });

  it("says so when the program cannot be started", async () => {
    const workspace = await create({ terraform: { path: path.join(folder, "none"), kind: "terraform" } });
    await expect(workspace.init()).rejects.toThrow(/none cannot be started/);
  });
});
