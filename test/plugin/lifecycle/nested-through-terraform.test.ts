import { TerraformTest } from "../../../src/plugin/testing";
import { MEMORY_ADDRESS, memoryHandlers } from "./memory-provider";

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

const shelf = (body: string) => `${REQUIRED}
resource "terraform_data" "later" {
  input = "later"
}
resource "memory_shelf" "a" {
  ${body}
}
`;

const FIRST = `
  name     = "Fiction"
  password = "correct horse"
  owner = {
    email = "ada@example.com"
    pin   = "1234"
  }
  books = [
    { title = "Emma" },
    { title = terraform_data.later.output, edition = 3 },
  ]
  labels = [
    { text = "Top", colour = "red" },
    { text = terraform_data.later.output },
  ]
  places = [{ room = "library", row = 7 }]
`;

describe("attributes in both nestings, under real Terraform", () => {
  let terraform: TerraformTest;
  let remembered: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const { handlers, memory } = memoryHandlers();
    remembered = memory.objects;
    terraform = await TerraformTest.create({ attached: { [MEMORY_ADDRESS]: handlers }, configuration: REQUIRED });
  });
  afterAll(() => terraform.close());

  const values = async () => (await terraform.state()).resource("memory_shelf.a").values;

  it("are created with unknown values among them, and stored whole", async () => {
    const { stderr } = await terraform.apply({ configuration: shelf(FIRST) });
    expect(stderr).toBe("");
    expect(await values()).toMatchObject({
      name: "Fiction",
      is_open: true,
      owner: { email: "ada@example.com", id: "owner-ada@example.com" },
      books: [
        { title: "Emma", edition: 1, isbn: "isbn-Emma" },
        { title: "later", edition: 3, isbn: "isbn-later" },
      ],
      labels: [
        { colour: "red", slug: "slug-Top" },
        { text: "later", slug: "slug-later" },
      ],
      places: [{ room: "library", row: 7 }],
    });
  });

  it("keep what is write-only out of the plan's values and out of the state", async () => {
    const { plan } = await terraform.plan({ expectActions: {} });
    expect(plan.isEmpty).toBe(true);
    const stored = JSON.stringify([plan.change("memory_shelf.a"), (await terraform.state()).json]);
    expect(stored).toContain("isbn-Emma");
    expect(/correct horse|1234/.test(stored)).toBe(false);
  });

  it("are updated in place, element by element", async () => {
    const { plan } = await terraform.apply({
      configuration: shelf(
        FIRST.replace('{ title = "Emma" }', '{ title = "Emma", edition = 2 }').replace(
          'text = "Top"',
          'text = "Upper"',
        ),
      ),
      expectActions: { "memory_shelf.a": "update" },
    });
    const { after, after_unknown } = plan.change("memory_shelf.a") as {
      after: Record<string, unknown>;
      after_unknown: Record<string, unknown>;
    };
    expect(after["books"]).toMatchObject([{ isbn: "isbn-Emma" }, { isbn: "isbn-later" }]);
    expect(after_unknown["books"]).toEqual([{ checked: true }, { checked: true }]);
    expect(after_unknown["labels"]).toEqual([{}, {}]);
  });

  it("mean the same in another spelling", async () => {
    await terraform.plan({
      configuration: shelf(FIRST.replace('"Fiction"', '"FICTION"').replace('text = "Top"', 'text = "Upper"')),
      expectNonEmptyPlan: true,
    });
    await terraform.apply({ configuration: shelf(FIRST) });
    await terraform.plan({ configuration: shelf(FIRST.replace('"Fiction"', '"FICTION"')) });
  });

  it("are replaced where the path within them says so, and only there", async () => {
    const { plan } = await terraform.apply({
      configuration: shelf(FIRST.replace('colour = "red"', 'colour = "blue"')),
      expectActions: { "memory_shelf.a": "replace" },
    });
    expect(plan.change("memory_shelf.a")).toMatchObject({ replace_paths: [["labels", 0, "colour"]] });
  });

  it("may be left out again, and are destroyed with the rest", async () => {
    await terraform.apply({ configuration: shelf('name = "Fiction"'), expectActions: { "memory_shelf.a": "replace" } });
    expect(await values()).toMatchObject({ owner: null, books: null, labels: null, is_open: false });
    await terraform.destroy();
    expect(remembered.size).toBe(0);
  });

  it("are refused by the path to what is wrong", async () => {
    await terraform.plan({
      configuration: shelf('name  = "x"\n  books = [{ title = "ok" }, { title = "" }]'),
      expectError: /No title/,
    });
  });
});
