import { schemaToJson } from "../../../src/plugin";
import { ECHO_ADDRESS, TerraformTest, echoProvider } from "../../../src/plugin/testing";
import { comparableSchema } from "../testing/comparable-schema";
import { MEMORY_ADDRESS, memoryDefinition, memoryHandlers } from "./memory-provider";

jest.setTimeout(60_000);

const REQUIRED = `
terraform {
  required_providers {
    memory = {
      source = "test/memory"
    }
    echo = {
      source = "test/echo"
    }
  }
}
`;

describe("a provider over memory, under real Terraform", () => {
  const steps: string[] = [];
  let terraform: TerraformTest;

  beforeAll(async () => {
    const { handlers } = memoryHandlers((name) => Promise.resolve(void steps.push(name)));
    terraform = await TerraformTest.create({
      attached: { [MEMORY_ADDRESS]: handlers, [ECHO_ADDRESS]: echoProvider() },
      configuration: REQUIRED,
    });
  });
  afterAll(() => terraform.close());
  beforeEach(() => steps.splice(0));

  const applied = async (configuration: string) => {
    const { stderr } = await terraform.apply({ configuration: REQUIRED + configuration });
    const state = await terraform.state();
    expect(stderr).toBe("");
    return state.outputs;
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
    await terraform.destroy();
    expect(steps.filter((step) => step === "delete")).toHaveLength(2);
  });

  it("exports its schema in the very words of Terraform", async () => {
    const exported = schemaToJson(memoryDefinition({ objects: new Map(), step: () => Promise.resolve() }));
    const { provider_schemas } = exported as { provider_schemas: Record<string, unknown> };
    const seen = await terraform.providerSchema(MEMORY_ADDRESS);
    expect(seen).toEqual(comparableSchema(provider_schemas[MEMORY_ADDRESS], seen));
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
    const { message } = await terraform.plan({
      configuration: `${REQUIRED}output "joined" {\n value = provider::memory::joined("", "a")\n}`,
      expectError: /The separator is empty\./,
    });
    expect(message).toContain('"separator"');
  });

  it("opens an ephemeral resource for each phase and closes it, and stores nothing of it", async () => {
    await terraform.apply({
      configuration: `${REQUIRED}
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
    const state = await terraform.state();
    expect(steps.filter((step) => step === "open ada").length).toBeGreaterThanOrEqual(2);
    expect(steps.filter((step) => step === "close ada")).toHaveLength(
      steps.filter((step) => step === "open ada").length,
    );
    expect(JSON.stringify(state.json)).not.toContain("ticket-of-ada");
    await terraform.destroy();
  });

  it("gives an ephemeral resource's values to another provider", async () => {
    const outputs = await applied(`
      ephemeral "memory_ticket" "t" {
        holder = "ada"
      }
      provider "echo" {
        data = ephemeral.memory_ticket.t
      }
      resource "echo" "ticket" {
      }
      output "ticket" { value = echo.ticket.data }
    `);
    expect(outputs).toEqual({ ticket: { holder: "ada", code: "ticket-of-ada" } });
  });

  it("refuses an ephemeral resource's bad argument where it stands", async () => {
    const { message } = await terraform.plan({
      configuration: `${REQUIRED}ephemeral "memory_ticket" "t" {\n  holder = ""\n}`,
      expectError: /No holder/,
    });
    expect(message).toContain('holder = ""');
  });
});
