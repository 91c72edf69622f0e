import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { findTerraform } from "../../../src/plugin/testing";

describe("findTerraform", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "find-terraform-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function program(name: string, mode = 0o755): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, "#!/bin/sh\n", { mode });
    return file;
  }

  it("prefers terraform to tofu on PATH", async () => {
    await program("tofu");
    const terraform = await program("terraform");
    expect(findTerraform({ PATH: folder })).toEqual({ path: terraform, kind: "terraform" });
  });

  it("takes tofu where there is no terraform that can be run", async () => {
    await program("terraform", 0o644);
    const tofu = await program("tofu");
    expect(findTerraform({ PATH: `/nowhere${path.delimiter}${folder}` })).toEqual({ path: tofu, kind: "tofu" });
  });

  it("obeys TERRAFORM_BINARY_NAME, a name or a path", async () => {
    await program("terraform");
    const tofu = await program("tofu");
    expect(findTerraform({ PATH: folder, TERRAFORM_BINARY_NAME: "tofu" })).toEqual({ path: tofu, kind: "tofu" });
    expect(findTerraform({ TERRAFORM_BINARY_NAME: tofu })).toEqual({ path: tofu, kind: "tofu" });
  });

  it("takes no other program for the one that was named", async () => {
    await program("terraform");
    expect(() => findTerraform({ PATH: folder, TERRAFORM_BINARY_NAME: "terraform-1.5" })).toThrow(
      /TERRAFORM_BINARY_NAME names "terraform-1\.5", and there is no such program/,
    );
  });

  it("says where to get one when there is none", () => {
    expect(() => findTerraform({ PATH: folder })).toThrow(
      /Neither terraform nor tofu is on PATH\. Install Terraform \(https:\/\/\S+\) or OpenTofu \(https:\/\/\S+\)/,
    );
  });
});
