import { execFileSync } from "node:child_process";
import { TerraformTest, findTerraform } from "../../../src/plugin/testing";
import { MEMORY_ADDRESS, memoryHandlers } from "./memory-provider";

jest.setTimeout(60_000);

const CONFIGURATION = `
terraform {
  required_providers {
    memory = {
      source = "test/memory"
    }
  }
}
resource "memory_shelf" "a" {
  name = "a"
}
`;

const SHELF = JSON.stringify({ name: "a", is_open: false });

/** Terraform and OpenTofu both know identity from 1.12 on. */
function knowsIdentity(): boolean {
  const version = execFileSync(findTerraform(process.env).path, ["version", "-json"], {
    env: { PATH: process.env["PATH"], CHECKPOINT_DISABLE: "1" },
    encoding: "utf8",
  });
  const { terraform_version } = JSON.parse(version) as { terraform_version: string };
  const [major = 0, minor = 0] = terraform_version.split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 12);
}

describe("identity, under real Terraform", () => {
  let terraform: TerraformTest;
  let objects: Map<string, string>;

  beforeEach(async () => {
    const { handlers, memory } = memoryHandlers();
    objects = memory.objects;
    terraform = await TerraformTest.create({ attached: { [MEMORY_ADDRESS]: handlers }, configuration: CONFIGURATION });
  });
  afterEach(() => terraform.close());

  it("disturbs nothing from create to replacement and destruction, whatever the client knows of it", async () => {
    await terraform.apply({ expectActions: { "memory_shelf.a": "create" } });
    await terraform.apply({
      configuration: CONFIGURATION.replace('name = "a"', 'name = "b"'),
      expectActions: { "memory_shelf.a": "replace" },
    });
    await terraform.destroy();
    expect(objects.size).toBe(0);
  });

  it("leaves an import by id as it is", async () => {
    objects.set("shelf:a", SHELF);
    await terraform.import("memory_shelf.a", "a");
    const state = await terraform.state();
    expect(state.resource("memory_shelf.a").values).toMatchObject({ name: "a", is_open: false });
  });

  it("imports where the client knows it, and is refused by a client that does not", async () => {
    objects.set("shelf:a", SHELF);
    const configuration = `${CONFIGURATION}
      import {
        to       = memory_shelf.a
        identity = { name = "a" }
      }
    `;
    if (knowsIdentity()) {
      const { plan } = await terraform.apply({ configuration, expectActions: {} });
      expect(plan.change("memory_shelf.a").actions).toEqual(["no-op"]);
      expect((await terraform.state()).resource("memory_shelf.a").values).toMatchObject({ name: "a" });
    } else {
      process.stderr.write(
        "NOT RUN: import by identity, which needs Terraform or OpenTofu 1.12. See CONTRIBUTING.md.\n",
      );
      await terraform.plan({ configuration, expectError: /identity/ });
    }
  });
});
