import { existsSync } from "node:fs";
import { inspect } from "node:util";
import { ECHO_ADDRESS, TerraformTest, echoProvider } from "../../../src/plugin/testing";
import type { TerraformTestOptions } from "../../../src/plugin/testing";
import { SHELF_ADDRESS, shelfProvider } from "./shelf-provider";
import type { Shelf } from "./shelf-provider";

jest.setTimeout(60_000);

const REQUIRED = `
terraform {
  required_providers {
    shelf = {
      source = "test/shelf"
    }
  }
}
`;
const ITEM = "shelf_item.a";
const itemNamed = (name: string, rest = "") => `${REQUIRED}
  resource "shelf_item" "a" {
    name = ${name}
    ${rest}
  }
`;

describe("TerraformTest", () => {
  let shelf: Shelf;
  let test: TerraformTest;
  const open = async (options: Partial<TerraformTestOptions> = {}) => {
    const provider = shelfProvider();
    shelf = provider.shelf;
    test = await TerraformTest.create({
      configuration: itemNamed('"box"', 'colour = "red"'),
      ...options,
      attached: { [SHELF_ADDRESS]: provider.handlers, ...options.attached },
    });
  };
  beforeEach(() => open());
  afterEach(() => test.close());

  /** What a step is refused with. */
  const refusal = (step: Promise<unknown>): Promise<string> =>
    step.then(
      () => {
        throw new Error("The step passed.");
      },
      (error: Error) => error.message,
    );

  it("takes a resource through create, update, replace and destroy", async () => {
    await test.plan({ expectActions: { [ITEM]: "create" } });
    const created = await test.apply({ expectActions: { [ITEM]: "create" } });
    expect(created.plan.change(ITEM).actions).toEqual(["create"]);
    expect((await test.state()).resource(ITEM).values).toMatchObject({ name: "box", colour: "red" });
    expect(created.stdout).toContain("1 added");
    await test.plan();

    await test.apply({ configuration: itemNamed('"box"'), expectActions: { [ITEM]: "update" } });
    expect(shelf.items.get("box")?.colour).toBeNull();
    await test.apply({ configuration: itemNamed('"crate"'), expectActions: { [ITEM]: "replace" } });
    await test.destroy({ expectActions: { [ITEM]: "delete" } });
    const state = await test.state();
    expect(state.addresses).toEqual([]);
    expect(shelf.items.size).toBe(0);
  });

  it("gives variables from step to step, and shows outputs and what lies in modules", async () => {
    const configuration = {
      "main.tf": `module "inner" {\n  source = "./inner"\n}\nvariable "name" {\n}\noutput "name" {\n  value = var.name\n}\n`,
      "inner/main.tf": itemNamed('"box"'),
    };
    await test.apply({ configuration, variables: { name: "one" } });
    const first = await test.state();
    expect(first.outputs).toEqual({ name: "one" });
    expect(first.resource(`module.inner.${ITEM}`).values).toMatchObject({ name: "box" });
    await test.apply();
    expect((await test.state()).outputs).toEqual({ name: "one" });
    const { plan } = await test.apply({ variables: { name: "two" }, expectActions: {} });
    expect(Object.keys(plan.outputChanges)).toEqual(["name"]);
  });

  it("runs init for what is new to Terraform alone, such as a module, and then goes on", async () => {
    const init = jest.spyOn(test.workspace, "init");
    await test.apply();
    await test.apply({ configuration: itemNamed('"box"', 'colour = "blue"') });
    expect(init).toHaveBeenCalledTimes(0);

    const modular = { "main.tf": 'module "inner" {\n  source = "./inner"\n}', "inner/main.tf": itemNamed('"crate"') };
    const { stdout } = await test.apply({ configuration: modular });
    expect(stdout).toContain("1 added, 0 changed, 1 destroyed");
    await test.plan();
    expect(init).toHaveBeenCalledTimes(1);
    expect([...shelf.items.keys()]).toEqual(["crate"]);
  });

  it("refuses an apply after which a plan proposes something, and tells what", async () => {
    shelf.look = (item) => ({ ...item, colour: "faded", labels: new Map([["a b", "c"]]) });
    expect(await refusal(test.apply())).toBe(
      [
        "The plan after terraform apply is not empty. It proposes:",
        "",
        `${ITEM}: update`,
        '  colour: "faded" -> "red"',
        '  labels: {"a b":"c"} -> null',
      ].join("\n"),
    );
    shelf.look = (item) => item;
    await test.plan();
  });

  it("lets a step say what the next plan proposes", async () => {
    shelf.look = (item) => ({ ...item, colour: "faded" });
    await test.apply({ expectNonEmptyPlan: true });
    await test.apply({ expectNextActions: { [ITEM]: "update" } });
    const { plan } = await test.plan({ expectActions: { [ITEM]: "update" } });
    expect(plan.drift(ITEM)).toMatchObject({ before: { colour: "red" }, after: { colour: "faded" } });
    await test.refresh({ expectNextActions: { [ITEM]: "update" } });
    const state = await test.state();
    expect(state.resource(ITEM).values).toMatchObject({ colour: "faded" });
    shelf.look = (item) => item;
    expect(await refusal(test.plan({ expectNonEmptyPlan: true }))).toBe(
      "The plan proposes nothing, and should.\n\nnothing",
    );
  });

  it("refuses a refresh after which a plan proposes something", async () => {
    await test.apply();
    shelf.items.delete("box");
    expect(await refusal(test.refresh())).toBe(
      `The plan after terraform refresh is not empty. It proposes:\n\n${ITEM}: create`,
    );
  });

  it("shows no value of a sensitive attribute", async () => {
    const configuration =
      itemNamed('"box"', 'pin = "7361"') + `output "pin" {\n  value = shelf_item.a.pin\n  sensitive = true\n}`;
    shelf.look = (item) => ({ ...item, pin: "1367" });
    const error = await test.apply({ configuration }).catch((each: unknown) => each);
    // As a test runner prints it, with its properties.
    const told = inspect(error, { depth: 10 });
    expect(told).toContain("  pin: (sensitive value)");
    expect(told).not.toMatch(/7361|1367/);
    await test.refresh({ expectNonEmptyPlan: true });
    const state = await test.state();
    expect(state.outputs).toEqual({ pin: "1367" });
  });

  it("refuses other actions than the expected ones, before they are carried out", async () => {
    await test.apply();
    const step = {
      configuration: itemNamed('"crate"', 'colour = "red"'),
      expectActions: { [ITEM]: "update" },
    } as const;
    expect(await refusal(test.apply(step))).toBe(
      [
        `The plan of terraform apply should propose ${ITEM}: update. It proposes:`,
        "",
        `${ITEM}: replace`,
        '  name: "box" -> "crate", forces replacement',
      ].join("\n"),
    );
    expect([...shelf.items.keys()]).toEqual(["box"]);
    expect(await refusal(test.apply({ ...step, expectActions: { [ITEM]: "no-op" } }))).toContain(
      "The plan of terraform apply should change no resource. It proposes:",
    );
  });

  it("throws what Terraform says when it fails", async () => {
    shelf.items.set("box", { colour: null, pin: null, labels: null });
    const told = await refusal(test.apply());
    expect(told).toContain("terraform apply failed with exit code 1.");
    expect(told).toContain("Item is there already");
    expect(await refusal(test.plan({ configuration: "resource" }))).toContain(
      "terraform plan failed with exit code 1.",
    );
    const noModule = 'module "box" {\n  source = "./box"\n}';
    expect(await refusal(test.plan({ configuration: noModule }))).toContain(
      "terraform init before terraform plan failed with exit code 1.",
    );
  });

  it("passes a step that fails as expected, whatever the line breaks, and refuses one that does not", async () => {
    shelf.items.set("box", { colour: null, pin: null, labels: null });
    const expectError =
      /holds an item named box, and holds one of each name only\. Import it, or choose another name\./;
    const { message } = await test.apply({ expectError });
    expect((await test.state()).addresses).toEqual([]);
    expect(message).toMatch(expectError);
    expect(await refusal(test.apply({ expectError: /No space/ }))).toMatch(
      /^Terraform should fail with \/No space\/\. terraform apply failed [^]*Item is there already/,
    );
    shelf.items.clear();
    expect(await refusal(test.apply({ expectError }))).toMatch(
      /^terraform apply should fail with .*, and succeeded\.$/,
    );
  });

  it("imports what is there, and nothing else", async () => {
    await test.import(ITEM, "box", { expectError: /Cannot import non-existent remote object/ });
    shelf.items.set("box", { colour: "red", pin: null, labels: null });
    await test.import(ITEM, "box");
    const state = await test.state();
    expect(state.resource(ITEM).values).toMatchObject({ name: "box", colour: "red" });
    await test.apply({ expectActions: {} });
  });

  it("tells of resources that are only moved, or only imported", async () => {
    await test.apply();
    const second = '\nresource "shelf_item" "b" {\n  name   = "box"\n  colour = "red"\n}\n';
    const moved = `${REQUIRED}${second}moved {\n  from = ${ITEM}\n  to   = shelf_item.b\n}\n`;
    const imported = `${itemNamed('"box"', 'colour = "red"')}${second}import {\n  to = shelf_item.b\n  id = "box"\n}\n`;
    expect(await refusal(test.plan({ configuration: moved }))).toMatch(/\n\nshelf_item.a: moves to shelf_item.b$/);
    expect(await refusal(test.plan({ configuration: imported }))).toMatch(/\n\nshelf_item.b: import$/);
  });

  it("refuses an import after which a plan proposes something", async () => {
    shelf.items.set("box", { colour: "blue", pin: null, labels: null });
    expect(await refusal(test.import(ITEM, "box"))).toContain('colour: "blue" -> "red"');
  });

  it("names what is there when asked for what is not", async () => {
    const { plan } = await test.apply({ expectActions: { [ITEM]: "create" } });
    const state = await test.state();
    expect(() => state.resource("shelf_item.b")).toThrow("The state holds no shelf_item.b. It holds shelf_item.a.");
    expect(() => plan.change("shelf_item.b")).toThrow(
      "The plan knows no resource shelf_item.b. It knows shelf_item.a.",
    );
    expect(() => plan.drift(ITEM)).toThrow("The plan has no drift of shelf_item.a. It has none.");
    await test.destroy();
    const after = await test.state();
    expect(() => after.resource(ITEM)).toThrow("The state is empty.");
  });

  it("removes its temporary folder", async () => {
    const { directory } = test.workspace;
    expect(existsSync(directory)).toBe(true);
    await test.close();
    expect(existsSync(directory)).toBe(false);
  });

  it("installs from nowhere but its mirror", async () => {
    await test.close();
    test = await TerraformTest.create({ configuration: itemNamed('"box"'), mirror: "/nonexistent" });
    expect(await refusal(test.plan())).toContain("cannot search /nonexistent");
  });
});

describe("the echo provider", () => {
  it("shows an ephemeral value in the state", async () => {
    const test = await TerraformTest.create({
      attached: { [SHELF_ADDRESS]: shelfProvider().handlers, [ECHO_ADDRESS]: echoProvider() },
      configuration: `
        terraform {
          required_providers {
            shelf = {
              source = "test/shelf"
            }
            echo = {
              source = "test/echo"
            }
          }
        }
        variable "holder" {
        }
        ephemeral "shelf_ticket" "t" {
          holder = var.holder
        }
        provider "echo" {
          data = ephemeral.shelf_ticket.t
        }
        resource "echo" "t" {
        }
      `,
      variables: { holder: "ada" },
    });
    try {
      await test.apply({ expectActions: { "echo.t": "create" } });
      const state = await test.state();
      expect(state.resource("echo.t").values).toEqual({ data: { holder: "ada", code: "ticket-of-ada" } });
      await test.apply({ variables: { holder: "grace" }, expectActions: {} });
      expect((await test.state()).resource("echo.t").values).toMatchObject({ data: { holder: "ada" } });
      await test.destroy();
    } finally {
      await test.close();
    }
  });
});
