import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { TerraformWorkspace, findTerraform } from "../../../src/plugin/testing";
import { RUNTIMES, TerraformSide } from "./terraform-side";

const CONFIGURATION = `
terraform {
  required_providers {
    trial = {
      source = "example/trial"
    }
  }
}
`;

/** What Terraform logs of a provider that does not keep to the contract. */
const COMPLAINTS = /failed to exit gracefully|unexpected data|error closing|Unimplemented|unavailable/i;

describe.each(RUNTIMES)("real Terraform and the provider, on %s", (runtime) => {
  const side = new TerraformSide(runtime);
  let folder: string;
  let schemas: string[];
  let records: Record<string, string>[];
  beforeAll(async () => {
    await side.build();
    folder = await mkdtemp(path.join(tmpdir(), "t-"));
    const terraform = await TerraformWorkspace.create({
      terraform: findTerraform(process.env),
      directory: path.join(folder, "configuration"),
      cliConfiguration: await overrideIn(folder, side.command),
      files: { "main.tf": CONFIGURATION },
      env: { TMPDIR: await madeIn(folder, "temporary"), TF_LOG: "JSON" },
    });
    const { stdout, stderr } = await terraform.run(["providers", "schema", "-json"]);
    schemas = Object.keys((JSON.parse(stdout) as { provider_schemas: object }).provider_schemas);
    records = recordsIn(stderr);
  });
  afterAll(async () => {
    await side.end();
    await rm(folder, { recursive: true, force: true });
  });

  it("agree on each other's certificate, part without a complaint and leave nothing", async () => {
    expect(schemas).toEqual(["registry.terraform.io/example/trial"]);
    expect(records.map((record) => record["@message"])).toContain("plugin exited");
    expect(records.filter((record) => COMPLAINTS.test(JSON.stringify(record)))).toEqual([]);
    expect(await readdir(path.join(folder, "temporary"))).toEqual([]);
  });

  it("write one log, in which each record keeps its level, its fields and its time", () => {
    const served = records.filter((record) => record["@message"] === "Served request");
    expect(served).toHaveLength(1);
    expect(served[0]).toMatchObject({
      "@level": "trace",
      "@module": expect.stringContaining("trial") as string,
      tf_rpc: "GetProviderSchema",
      tf_provider_addr: "registry.terraform.io/example/trial",
      diagnostic_error_count: "0",
    });
    expect(Math.abs(Date.now() - Date.parse(served[0]?.["@timestamp"] ?? ""))).toBeLessThan(60_000);
  });
});

/** A CLI configuration by which Terraform runs `command` for the provider, without a registry or a lock file. */
async function overrideIn(folder: string, command: readonly string[]): Promise<string> {
  const place = await madeIn(folder, "provider");
  const launcher = path.join(place, "terraform-provider-trial");
  // `exec`: the process that Terraform waits for is the provider itself.
  await writeFile(launcher, `#!/bin/sh\nexec ${command.map((word) => `"${word}"`).join(" ")} "$@"\n`);
  await chmod(launcher, 0o755);
  return `provider_installation {\n  dev_overrides {\n    "example/trial" = "${place}"\n  }\n  direct {}\n}\n`;
}

async function madeIn(folder: string, name: string): Promise<string> {
  const made = path.join(folder, name);
  await mkdir(made);
  return made;
}

/** The records of Terraform's log in JSON; other lines are for people. */
function recordsIn(log: string): Record<string, string>[] {
  return log
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, string>);
}
