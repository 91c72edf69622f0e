import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { TerraformDeclarations, customerName, repositoryRoot } from "../../src/drift";

const TYPE = "cronofy_organizational_unit_link";

describe("where a link is declared", () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), "declarations-"));
    await write(".git/HEAD", "");
    await write("live/main.tf", `# links\n\nresource "${TYPE}" "acme" {\n}\n`);
    await write(
      "live/.terraform/modules/modules.json",
      JSON.stringify({ Modules: [{ Key: "eu.links", Source: "../m", Dir: "../modules/m" }] }),
    );
    await write("live/calls.tf", 'module "eu" {\n}\n\nmodule  "gone" {\n}\n\ncheck "deadline" {\n}\n');
    await write("modules/m/links.tf", `resource "${TYPE}" "all" {\n}\n`);
    await write("app/cdktf.json", "{}");
    await write("app/main.ts", `const stack = 1;\nnew OrganizationalUnitLink(\n  stack,\n  "globex", {});\n`);
    const made = (id: string) => ({ "//": { metadata: { path: `stack/${id}` } } });
    await write(
      "app/cdktf.out/stacks/stack/cdk.tf.json",
      JSON.stringify(
        { resource: { [TYPE]: { globex: made("globex/Default"), fleet_1: made("customers/initech") } } },
        null,
        2,
      ),
    );
  });
  afterAll(() => rm(root, { recursive: true }));

  async function write(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  }

  function find(folder: string, address: string, name: string) {
    const declarations = new TerraformDeclarations(path.join(root, folder), repositoryRoot(path.join(root, folder)));
    return declarations.find({ address, type: TYPE, name });
  }

  it.each([
    ["HCL", "live", `${TYPE}.acme["a.b[0]"]`, "acme", { file: "live/main.tf", line: 3 }, null],
    [
      "a module",
      "live",
      `module.eu["x"].module.links.${TYPE}.all`,
      "all",
      { file: "modules/m/links.tf", line: 1 },
      null,
    ],
    [
      "TypeScript",
      "app/cdktf.out/stacks/stack",
      `${TYPE}.globex`,
      "globex",
      { file: "app/main.ts", line: 2 },
      "globex",
    ],
    [
      "what was synthesized, where the TypeScript does not name it",
      "app/cdktf.out/stacks/stack",
      `${TYPE}.fleet_1`,
      "fleet_1",
      { file: "app/cdktf.out/stacks/stack/cdk.tf.json", line: 11 },
      "customers/initech",
    ],
  ])("is found in %s", (_, folder, address, name, location, constructPath) => {
    expect(find(folder, address, name)).toEqual({ location, constructPath });
  });

  it("is found by the construct's own id, or that of the nearest around it, in what people wrote", async () => {
    await write("cdk/cdktf.json", "{}");
    await write("cdk/node_modules/x/a.ts", `new Link(this, "acme.uk");\n`);
    await write("cdk/.gen/a.ts", `new Link(this, "acme.uk");\n`);
    await write("cdk/a.d.ts", `new Link(this, "acme.uk");\n`);
    for (const other of ["b.js", "b.ts.bak", "cdktf.out/a.ts"]) {
      await write(`cdk/${other}`, `new Link(this, "acme.uk");\n`);
    }
    await write("cdk/c.ts", `new Link(this, "acmeXuk");\nnewLink(this, "acme.uk");\n`);
    await write(
      "cdk/src/links.ts",
      `\n  new ou.Link(this, 'acme.uk', {});\n  new Fleet(scope,\n   \`customers\`);\n  new Stack(app, "stack");\n`,
    );
    const made = (path: unknown) => ({ "//": { metadata: { path } } });
    const named = {
      acme: made("stack/customers/acme.uk"),
      fleet: made("stack/customers/globex/Resource"),
      alone: made("stack/Default"),
      both: made("stack/customers/DefaultResource"),
      odd: made(1),
      plain: { "//": null },
      none: null,
    };
    const synthesized = JSON.stringify(
      { resource: { other: { acme: {}, odd: {} }, [TYPE]: named, listed: [] } },
      null,
      2,
    );
    await write("cdk/cdktf.out/stacks/s/cdk.tf.json", synthesized);
    await write("cdk/cdktf.out/stacks/s/broken.tf.json", "{");
    await write("cdk/cdktf.out/stacks/s/none.tf.json", '{"resource":[]}');
    const at = (name: string) => find("cdk/cdktf.out/stacks/s", `${TYPE}.${name}`, name);
    expect(at("acme")).toEqual({ location: { file: "cdk/src/links.ts", line: 2 }, constructPath: "customers/acme.uk" });
    expect(at("fleet")).toEqual({ location: { file: "cdk/src/links.ts", line: 3 }, constructPath: "customers/globex" });
    expect(at("both")?.constructPath).toBe("customers/DefaultResource");
    const lineOf = (name: string) => {
      const from = synthesized.indexOf(`"${TYPE}"`);
      return synthesized.slice(0, synthesized.indexOf(`"${name}": {`, from)).split("\n").length;
    };
    const there = (line: number) => ({ file: "cdk/cdktf.out/stacks/s/cdk.tf.json", line });
    expect(at("alone")).toEqual({ location: there(lineOf("alone")), constructPath: "Default" });
    expect(at("odd")).toEqual({ location: there(lineOf("odd")), constructPath: null });
    expect(at("plain")).toEqual({ location: there(lineOf("plain")), constructPath: null });
    expect(at("none")).toEqual({ location: there(1), constructPath: null });
    // What lies deeper under an application than it synthesizes is none of its own.
    await write("cdk/1/2/3/4/5/cdk.tf.json", JSON.stringify({ resource: { [TYPE]: { acme: made("stack/acme.uk") } } }));
    expect(find("cdk/1/2/3/4/5", `${TYPE}.acme`, "acme")?.location.file).toBe("cdk/1/2/3/4/5/cdk.tf.json");
    await write("cdk/1/2/3/4/cdk.tf.json", JSON.stringify({ resource: { [TYPE]: { acme: made("stack/acme.uk") } } }));
    expect(find("cdk/1/2/3/4", `${TYPE}.acme`, "acme")?.location.file).toBe("cdk/src/links.ts");
  });

  it("is found at each of several blocks, and in no other kind of file", async () => {
    const blocks = `resource "${TYPE}" "one" {}\n  resource  "${TYPE}"  "two" {\n  }\n# resource "${TYPE}" "three" {}\n`;
    await write("several/b.tf", blocks);
    await write("several/c.tf.bak", `resource "${TYPE}" "four" {}\n`);
    await write(
      "several/.terraform/modules/modules.json",
      '{"Modules":[null,{"Key":"m"},{"Dir":"x"},{"Key":"m","Dir":"."}]}',
    );
    const lineOf = (address: string) => find("several", address, address.split(".").at(-1) ?? "")?.location;
    expect(lineOf(`${TYPE}.one`)).toEqual({ file: "several/b.tf", line: 1 });
    expect(lineOf(`module.m.${TYPE}.two`)).toEqual({ file: "several/b.tf", line: 2 });
    expect([lineOf(`${TYPE}.three`), lineOf(`${TYPE}.four`)]).toEqual([undefined, undefined]);
    await truncate(path.join(root, "several/b.tf"), 16 * 2 ** 20 + 1);
    expect(lineOf(`${TYPE}.one`)).toBeUndefined();
    await write("broken/.terraform/modules/modules.json", "{");
    expect(find("broken", `module.m.${TYPE}.one`, "one")).toBeNull();
  });

  it.each([
    ["was not downloaded", "live", `module.gone.${TYPE}.acme`, { file: "live/calls.tf", line: 4 }],
    ["is another's", "live", `module.eu["x"].module.other.${TYPE}.acme`, { file: "live/calls.tf", line: 1 }],
    [
      "does not declare it any more",
      "live",
      `module.eu["x"].module.links.${TYPE}.acme`,
      { file: "live/calls.tf", line: 1 },
    ],
    ["was downloaded", "downloaded", `module.links.${TYPE}.acme`, { file: "downloaded/x.tf.json", line: 3 }],
    ["was downloaded to the repository's root", ".", `module.top.${TYPE}.acme`, { file: "main.tf", line: 1 }],
    [
      "lies outside of the repository",
      "downloaded",
      `module.out.${TYPE}.acme`,
      { file: "downloaded/main.tofu", line: 1 },
    ],
  ])("is told to be where a module is called that %s", async (_, folder, address, location) => {
    await write("main.tf", 'module "top" {\n}\n');
    await write(".terraform/modules/top/main.tf", `resource "${TYPE}" "acme" {}\n`);
    await write(".terraform/modules/modules.json", '{"Modules":[{"Key":"top","Dir":".terraform/modules/top"}]}');
    await write("downloaded/main.tofu", 'module "out" {\n}\n');
    await write("downloaded/main.tf", '\nmodule "out" {\n}\n');
    await write("downloaded/x.tf.json", JSON.stringify({ module: { links: {} } }, null, 2));
    await write("downloaded/.terraform/modules/links/main.tf", `resource "${TYPE}" "acme" {}\n`);
    const Modules = [
      { Key: "links", Dir: ".terraform/modules/links" },
      { Key: "out", Dir: "../.." },
    ];
    await write("downloaded/.terraform/modules/modules.json", JSON.stringify({ Modules }));
    expect(find(folder, address, "acme")).toEqual({ location, constructPath: null });
  });

  it("is read of OpenTofu's files, which stand in the place of Terraform's of the same name", async () => {
    await write("tofu/main.tf", `resource "${TYPE}" "acme" {}\nresource "${TYPE}" "old" {}\n`);
    await write("tofu/main.tofu", `\nresource "${TYPE}" "acme" {}\n`);
    await write("tofu/more.tf", `resource "${TYPE}" "globex" {}\n`);
    await write("tofu/more.tofu.json", JSON.stringify({ check: { deadline: {} } }, null, 2));
    const at = (name: string) => find("tofu", `${TYPE}.${name}`, name)?.location;
    expect([at("acme"), at("old"), at("globex")]).toEqual([
      { file: "tofu/main.tofu", line: 2 },
      undefined,
      { file: "tofu/more.tf", line: 1 },
    ]);
    const declarations = new TerraformDeclarations(path.join(root, "tofu"), root);
    expect(declarations.find({ address: "check.deadline", type: "check", name: "deadline" })?.location).toEqual({
      file: "tofu/more.tofu.json",
      line: 3,
    });
    expect(declarations.firstFile).toBe("tofu/main.tofu");
    await write("tofu/none/README.md", "");
    for (const none of ["nowhere", "tofu/none"]) {
      expect(new TerraformDeclarations(path.join(root, none), root).firstFile).toBe(`${none}/main.tf`);
    }
  });

  it("is told from the repository's root, or from where one is", () => {
    expect(repositoryRoot(path.join(root, "live", "deeper"))).toBe(root);
    const above = path.dirname(root);
    expect(repositoryRoot(above)).toBe(above);
    const cwd = jest.spyOn(process, "cwd").mockReturnValue(above);
    expect(repositoryRoot(path.join(above, "none"))).toBe(above);
    cwd.mockRestore();
  });

  it("is not made up where the source is somewhere else", () => {
    expect(find("live", `${TYPE}.other`, "other")).toBeNull();
    expect(find("live", `module.unknown.${TYPE}.acme`, "acme")).toBeNull();
    expect(find("nowhere", `${TYPE}.acme`, "acme")).toBeNull();
  });
});

describe("the name of a customer", () => {
  it.each<[string, Partial<Parameters<typeof customerName>[0]>, string]>([
    ["what keepers say", { index: "acme", keepers: { customer: "Acme & Sons" } }, "Acme & Sons"],
    ["the key, where keepers say nothing", { index: "acme", keepers: { customer: " ", round: "2" } }, "acme"],
    ["the key, where keepers are none", { index: "acme", keepers: ["customer"], constructPath: "a/b" }, "acme"],
    ["the resource's name", { name: "acme" }, "acme"],
    ["the resource's name and number", { name: "acme", index: 0 }, "acme[0]"],
    ["a resource's name without what a CDK adds", { name: "acme_0A1B2C3D" }, "acme"],
    ["a resource's name with what no CDK adds", { name: "acme_0A1B2C3D_x" }, "acme_0A1B2C3D_x"],
    ["the module's, where the resource's says nothing", { address: `module.acme.${TYPE}.this`, name: "this" }, "acme"],
    ["the module's key", { address: `module.customers["acme"].${TYPE}.link`, name: "link" }, "acme"],
    ["a module's key in Terraform's writing", { address: `module.all["a\\"b]"].${TYPE}.main`, name: "main" }, 'a"b]'],
    [
      "a module's key that JSON does not have",
      { address: `module.all["\${x}\\q"].${TYPE}.main`, name: "main" },
      '"${x}\\q"',
    ],
    ["the module's name beside its number", { address: `module.acme[12].${TYPE}.Default`, name: "Default" }, "acme"],
    [
      "the innermost that says something",
      { address: `module.emea["acme"].module.link.${TYPE}.resource`, name: "resource" },
      "acme",
    ],
    ["the resource's own, where nothing says anything", { name: "this" }, "this"],
    ["the construct's", { name: "customers_acme_0A1B2C3D", constructPath: "customers/acme/Default" }, "acme"],
    ["the construct's and its number", { name: "x", index: 3, constructPath: "acme/Resource" }, "acme[3]"],
  ])("is %s", (_, link, expected) => {
    const name = link.name ?? "acme";
    const all = { address: `${TYPE}.${name}`, name, index: null, keepers: null, constructPath: null };
    expect(customerName({ ...all, ...link })).toBe(expected);
  });
});
