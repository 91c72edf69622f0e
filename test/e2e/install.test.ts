import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { TerraformWorkspace, findTerraform } from "../../src/plugin/testing";
import { ouLink } from "../cli/ou-link-process";
import { EXECUTABLE } from "./stage";

jest.setTimeout(60_000);

const CONFIGURATION = `
terraform {
  required_providers {
    cronofy = {
      source = "ou-link/cronofy"
    }
  }
}
`;

describe("ou-link install", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "ou-link-install-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const init = async (cliConfiguration?: string) => {
    const workspace = await TerraformWorkspace.create({
      terraform: findTerraform(process.env),
      directory: folder, // also Terraform's HOME
      files: { "main.tf": CONFIGURATION },
      ...(cliConfiguration !== undefined && { cliConfiguration }),
    });
    return workspace.init();
  };

  it("puts the provider where terraform init finds it without any configuration", async () => {
    expect((await ouLink(["install", "--executable", EXECUTABLE], { HOME: folder })).exitCode).toBe(0);
    const { exitCode, stdout } = await init();
    expect(exitCode).toBe(0);
    expect(stdout).toContain("ou-link/cronofy v0.1.0");
  });

  it("fills a mirror and prints the CLI configuration that makes terraform init use it", async () => {
    const mirror = path.join(folder, "mirror");
    const installed = await ouLink(["install", "--executable", EXECUTABLE, "--mirror", mirror], { HOME: folder });
    expect(installed.exitCode).toBe(0);
    const { exitCode, stdout } = await init(installed.stdout);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("ou-link/cronofy v0.1.0");
  });
});
