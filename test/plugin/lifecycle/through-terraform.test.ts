import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { TerraformWorkspace, findTerraform } from "../../../src/plugin/testing";
import { attachProvider } from "../../../src/plugin/testing/attach-provider";
import type { AttachedProvider } from "../../../src/plugin/testing/attach-provider";
import { schemaToJson } from "../../../src/plugin";
import { MEMORY_ADDRESS, memoryDefinition, memoryHandlers } from "./memory-provider";

jest.setTimeout(60_000);

const REQUIRED = `
terraform {
  required_providers {
    memory = {
      source = "test/memory"
    }
  }
}
`;

describe("a provider over memory, under real Terraform", () => {
  const steps: string[] = [];
  let folder: string;
  let attached: AttachedProvider;
  let terraform: TerraformWorkspace;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "memory-provider-"));
    const { handlers } = memoryHandlers((name) => Promise.resolve(void steps.push(name)));
    attached = await attachProvider(MEMORY_ADDRESS, handlers);
    terraform = await TerraformWorkspace.create({
      terraform: findTerraform(process.env),
      directory: folder,
      reattach: attached.env.TF_REATTACH_PROVIDERS,
      files: { "main.tf": REQUIRED },
    });
    await terraform.init();
  });
  afterAll(async () => {
    await attached.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => steps.splice(0));

  const applied = async (configuration: string) => {
    await terraform.write({ "main.tf": REQUIRED + configuration });
    const { exitCode, stderr } = await terraform.apply();
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect((await terraform.plan()).exitCode).toBe(0);
    const { outputs } = await terraform.output();
    return Object.fromEntries(Object.entries(outputs ?? {}).map(([name, { value }]) => [name, value]));
  };

  it("keeps resources through create, update, replace and destroy, each followed by an empty plan", async () => {
    const note = (title: string, body: string) => `
      resource "memory_note" "a" {
        title  = "${title}"
        body   = ${body}
        labels = { "__proto__" = "x", empty = null }
        tags   = ["x", null, terraform_data.later.id]
        topics = [terraform_data.later.id, terraform_data.other.id]
      }
      resource "terraform_data" "later" {}
      resource "terraform_data" "other" {}
      output "revision" { value = memory_note.a.revision }
      output "labels" { value = memory_note.a.labels }
    `;
    expect(await applied(note("one", "null"))).toEqual({ revision: "1", labels: { ["__proto__"]: "x", empty: null } });
    expect((await applied(note("one", '"changed"')))["revision"]).toBe("2");
    expect((await applied(note("two", '"changed"')))["revision"]).toBe("1");
    expect((await terraform.destroy()).exitCode).toBe(0);
    expect(steps.filter((step) => step === "delete")).toHaveLength(2);
  });

  it("exports its schema in the very words of Terraform", async () => {
    const { stdout } = await terraform.run(["providers", "schema", "-json"]);
    const seen = JSON.parse(stdout) as { provider_schemas: Record<string, unknown> };
    const exported = schemaToJson(memoryDefinition({ objects: new Map(), step: () => Promise.resolve() }));
    const { provider_schemas } = exported as typeof seen;
    expect(seen.provider_schemas[MEMORY_ADDRESS]).toEqual(provider_schemas[MEMORY_ADDRESS]);
  });

  it("reads data sources, with defaults and once their arguments are known", async () => {
    const outputs = await applied(`
      resource "memory_note" "b" {
        title = "beta"
      }
      data "memory_notes" "all" {
        depends_on = [memory_note.b]
      }
      data "memory_notes" "some" {
        prefix = memory_note.b.id
      }
      output "all" { value = data.memory_notes.all.titles }
      output "some" { value = data.memory_notes.some.titles }
    `);
    expect(outputs).toEqual({ all: ["beta"], some: ["beta"] });
  });

  it("calls functions", async () => {
    const outputs = await applied(`
      output "joined" { value = provider::memory::joined("-", "a", null, "b") }
    `);
    expect(outputs).toEqual({ joined: "a-b" });
  });

  it("points at the argument that a function cannot take", async () => {
    await terraform.write({ "main.tf": `${REQUIRED}output "joined" {\n value = provider::memory::joined("", "a")\n}` });
    const { stderr } = await terraform.plan();
    expect(stderr).toContain("The separator is empty.");
    expect(stderr).toContain('"separator"');
  });

  it("opens an ephemeral resource for each phase and closes it, and stores nothing of it", async () => {
    await terraform.write({
      "main.tf": `${REQUIRED}
        ephemeral "memory_ticket" "t" {
          holder = "ada"
        }
        provider "memory" {
          alias  = "with_ticket"
          region = ephemeral.memory_ticket.t.code
        }
        resource "memory_note" "c" {
          provider = memory.with_ticket
          title    = "gamma"
        }
      `,
    });
    expect((await terraform.apply()).exitCode).toBe(0);
    expect(steps.filter((step) => step === "open ada").length).toBeGreaterThanOrEqual(2);
    expect(steps.filter((step) => step === "close ada")).toHaveLength(
      steps.filter((step) => step === "open ada").length,
    );
    expect(JSON.stringify((await terraform.show()).state)).not.toContain("ticket-of-ada");
  });

  it("refuses an ephemeral resource's bad argument where it stands", async () => {
    await terraform.write({ "main.tf": `${REQUIRED}ephemeral "memory_ticket" "t" {\n  holder = ""\n}` });
    const { stderr } = await terraform.plan();
    expect(stderr).toContain("No holder");
    expect(stderr).toContain('holder = ""');
  });
});
