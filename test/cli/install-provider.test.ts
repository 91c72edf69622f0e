import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { installProvider } from "../../src/cli";
import { userPluginFolder } from "../../src/cli/install-command";

describe("installProvider", () => {
  let folder: string;
  let executable: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-install-"));
    executable = path.join(folder, "built");
    await writeFile(executable, "first build");
  });

  afterEach(() => rm(folder, { recursive: true }));

  const install = (platform: NodeJS.Platform = "linux", architecture: NodeJS.Architecture = "x64") =>
    installProvider({ executable, directory: path.join(folder, "mirror"), version: "1.2.3", platform, architecture });

  it.each([
    ["linux", "x64", "linux_amd64", "terraform-provider-cronofy_v1.2.3"],
    ["linux", "arm64", "linux_arm64", "terraform-provider-cronofy_v1.2.3"],
    ["darwin", "arm64", "darwin_arm64", "terraform-provider-cronofy_v1.2.3"],
    ["win32", "x64", "windows_amd64", "terraform-provider-cronofy_v1.2.3.exe"],
  ] as const)(
    "names the folder and the file for %s on %s as Terraform does",
    async (platform, architecture, ...place) => {
      const installed = await install(platform, architecture);
      const below = ["ou-link", "cronofy", "1.2.3", ...place];
      expect(installed.path).toBe(path.join(folder, "mirror", "registry.terraform.io", ...below));
      expect(installed.openTofuPath).toBe(path.join(folder, "mirror", "registry.opentofu.org", ...below));
    },
  );

  it("installs an executable copy for Terraform and for OpenTofu", async () => {
    const { path: forTerraform, openTofuPath } = await install();
    for (const file of [forTerraform, openTofuPath]) {
      expect(await readFile(file, "utf8")).toBe("first build");
      expect((await stat(file)).mode & 0o777).toBe(0o755);
    }
  });

  it("replaces an older build of the same version and leaves nothing else behind", async () => {
    await install();
    await writeFile(executable, "second build");
    const { path: forTerraform, openTofuPath } = await install();
    for (const file of [forTerraform, openTofuPath]) {
      expect(await readFile(file, "utf8")).toBe("second build");
      expect(await readdir(path.dirname(file))).toEqual([path.basename(file)]);
    }
  });

  it("leaves an installed build whole when the new one cannot be read", async () => {
    const { path: installed } = await install();
    await rm(executable);
    await expect(install()).rejects.toMatchObject({ code: "ENOENT" });
    expect(await readFile(installed, "utf8")).toBe("first build");
    expect(await readdir(path.dirname(installed))).toEqual([path.basename(installed)]);
  });

  it("writes a CLI configuration that takes this provider, and no other, from the folder", async () => {
    const { cliConfiguration } = await install();
    expect(cliConfiguration).toBe(`provider_installation {
  filesystem_mirror {
    path    = "${path.join(folder, "mirror")}"
    include = ["registry.terraform.io/ou-link/*", "registry.opentofu.org/ou-link/*"]
  }
  direct {
    exclude = ["registry.terraform.io/ou-link/*", "registry.opentofu.org/ou-link/*"]
  }
}
`);
  });

  it("escapes what HCL would take for a template in the folder's name", async () => {
    const directory = path.join(folder, 'a ${b} %{c} "d"');
    const { cliConfiguration } = await installProvider({ executable, directory, version: "1.2.3" });
    expect(cliConfiguration).toContain('a $${b} %%{c} \\"d\\""');
  });
});

describe("userPluginFolder", () => {
  it.each([
    ["linux", { HOME: "/home/ann" }, path.join("/home/ann", ".terraform.d", "plugins")],
    ["win32", { APPDATA: "appdata", HOME: "/home/ann" }, path.join("appdata", "terraform.d", "plugins")],
    ["linux", { HOME: "" }, null],
    ["win32", {}, null],
  ] as const)("on %s with %j is %s", (platform, env, folder) => {
    expect(userPluginFolder(platform, env)).toBe(folder);
  });
});
