import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { TerraformDeclarations, repositoryRoot } from "../../src/drift";

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

  it("is not made up where the source is somewhere else", () => {
    expect(find("live", `${TYPE}.other`, "other")).toBeNull();
    expect(find("live", `module.unknown.${TYPE}.acme`, "acme")).toBeNull();
    expect(find("nowhere", `${TYPE}.acme`, "acme")).toBeNull();
  });
});
