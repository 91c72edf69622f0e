import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { ouLinkHere } from "./ou-link-here";

const packed = (name: string) => `file:${path.resolve("release", "npm", name)}`;

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-init-"))));
afterEach(() => rm(folder, { recursive: true }));

describe("ou-link init", () => {
  // What npm installs makes them too, and test/tools/packages.test.ts applies those.
  it.each([
    ["hcl", { devDependencies: { "ou-link": packed("ou-link") } }],
    [
      "cdktf",
      { dependencies: { cdktf: "^0.21.0", "terraform-provider-cronofy": packed("terraform-provider-cronofy") } },
    ],
    [
      "cdktn",
      { dependencies: { cdktn: "^0.24.0", "terraform-provider-cronofy": packed("terraform-provider-cronofy") } },
    ],
  ])(
    "in a checkout, makes a project for %s of the packages there, and says what makes those",
    async (template, names) => {
      const project = path.join(folder, "links");
      const { stdout } = await ouLinkHere(["init", project, "--template", template]);
      const inOrder = [
        "run packages",
        "npm install",
        "sandbox --port",
        "ou-link.js serve",
        "run build",
        "ou-link.js install",
      ];
      expect(stdout).toMatch(new RegExp(inOrder.join("[^]*")));
      expect(JSON.parse(await readFile(path.join(project, "package.json"), "utf8"))).toMatchObject(names);
      expect(await readFile(path.join(project, ".npmrc"), "utf8")).toBe("install-links=true\n");
    },
  );

  it("overwrites nothing, and takes no name that Terraform, npm or a shell would stumble over", async () => {
    const project = path.join(folder, "links");
    await mkdir(project);
    await writeFile(path.join(project, "main.tf"), "mine");
    const refused = await ouLinkHere(["init", project]);
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toContain("nothing in it is overwritten.\n  Choose a new folder");
    expect(await readdir(project)).toEqual(["main.tf"]);
    expect(await readFile(path.join(project, "main.tf"), "utf8")).toBe("mine");
    for (const name of ["Links", "1st", "a b", 'x"y', "é"]) {
      expect(await ouLinkHere(["init", path.join(folder, name)])).toMatchObject({ exitCode: 2, stdout: "" });
    }
    expect(await readdir(folder)).toEqual(["links"]);
  });

  it("says at once where no folder can be made, also where Node's own way never ends", async () => {
    for (const args of [
      ["init", "/proc/links/x"],
      ["install", "--mirror", "/proc/links"],
    ]) {
      const { exitCode, stderr } = await ouLinkHere(args);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("ENOENT") as string });
    }
  });
});
