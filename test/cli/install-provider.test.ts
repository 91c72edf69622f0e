import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { installProvider } from "../../src/cli";
import { providerBeside } from "../../src/cli/install-command";
import { platformName, userPluginFolder } from "../../src/cli/install/provider-folder";
import { VERSION } from "../../src/provider/address";
import { ouLinkHere } from "./ou-link-here";
import { PLATFORMS, releaseInto } from "./released-zips";

const HOSTS = ["registry.terraform.io", "registry.opentofu.org"];
const HERE = platformName(process.platform, process.arch);
const ELSEWHERE = HERE === "darwin_arm64" ? "linux_amd64" : "darwin_arm64";

let folder: string;
let mirror: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-install-"));
  mirror = path.join(folder, "mirror");
});
afterEach(() => rm(folder, { recursive: true }));

/** Every file in a folder, by its path within it. */
async function filesIn(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((each) => each.isFile())
    .map((each) => path.relative(place, path.join(each.parentPath, each.name)).replaceAll(path.sep, "/"))
    .sort();
}

const forBoth = (...places: readonly string[]) =>
  HOSTS.flatMap((host) => places.map((place) => `${host}/ou-link/cronofy/${place}`)).sort();
const zipOf = (version: string, platform: string) => `terraform-provider-cronofy_${version}_${platform}.zip`;

describe("installProvider", () => {
  let executable: string;

  beforeEach(async () => {
    executable = path.join(folder, "built");
    await writeFile(executable, "first build");
  });

  const install = (platform = "linux_amd64") =>
    installProvider({ executable, directory: mirror, version: "1.2.3", platform });

  it.each([
    ["linux", "x64", "linux_amd64", "terraform-provider-cronofy_v1.2.3"],
    ["linux", "arm64", "linux_arm64", "terraform-provider-cronofy_v1.2.3"],
    ["darwin", "arm64", "darwin_arm64", "terraform-provider-cronofy_v1.2.3"],
    ["win32", "x64", "windows_amd64", "terraform-provider-cronofy_v1.2.3.exe"],
  ] as const)(
    "names the folder and the file for %s on %s as Terraform does",
    async (platform, architecture, ...place) => {
      const installed = await install(platformName(platform, architecture));
      const below = ["ou-link", "cronofy", "1.2.3", ...place];
      expect(installed.path).toBe(path.join(mirror, "registry.terraform.io", ...below));
      expect(installed.openTofuPath).toBe(path.join(mirror, "registry.opentofu.org", ...below));
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

  it("leaves one layout of a version, for of two Terraform takes the unpacked one, be it older", async () => {
    await install();
    await install("linux_arm64");
    const packed = { zip: executable, directory: mirror, version: "1.2.3", platform: "linux_amd64" };
    await installProvider(packed);
    const arm = "1.2.3/linux_arm64/terraform-provider-cronofy_v1.2.3";
    expect(await filesIn(mirror)).toEqual(forBoth(arm, zipOf("1.2.3", "linux_amd64")));
    await install();
    expect(await filesIn(mirror)).toEqual(forBoth(arm, "1.2.3/linux_amd64/terraform-provider-cronofy_v1.2.3"));
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
    path    = "${mirror}"
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
  ] as const)("on %s with %j is %s", (platform, env, plugins) => {
    expect(userPluginFolder(platform, env)).toBe(plugins);
  });
});

describe("the provider that npm has installed beside ou-link", () => {
  const NAME = "@ou-link/provider-win32-x64";

  async function packages(optionalDependencies?: Readonly<Record<string, string>>): Promise<string> {
    const root = path.join(folder, "node_modules", "ou-link");
    await mkdir(root, { recursive: true });
    await writeFile(path.join(root, "package.json"), JSON.stringify({ name: "ou-link", optionalDependencies }));
    return root;
  }

  async function platformPackage(version: string): Promise<string> {
    const place = path.join(folder, "node_modules", NAME);
    await mkdir(place, { recursive: true });
    await writeFile(path.join(place, "package.json"), JSON.stringify({ name: NAME, version }));
    return path.join(place, "provider.zip");
  }

  it("is its platform's package, wherever npm has put that", async () => {
    const zip = await platformPackage(VERSION);
    expect(providerBeside("win32", "x64", await packages({ [NAME]: VERSION }))).toEqual({ zip });
  });

  it("is in a checkout what was built there", async () => {
    const root = await packages();
    const executable = path.join(root, "dist", "bin", "terraform-provider-cronofy");
    await mkdir(path.dirname(executable), { recursive: true });
    await writeFile(executable, "");
    expect(providerBeside("linux", "x64", root)).toEqual({ executable });
  });

  it.each([
    ["of another version", "0.0.9", { [NAME]: VERSION }, /of version 0\.0\.9/, `ou-link@${VERSION}`],
    ["left out", undefined, { [NAME]: VERSION }, `npm has not installed ${NAME}`, "--include=optional"],
    ["not released", undefined, { "@ou-link/provider-linux-x64": VERSION }, "not released for win32-x64", "linux-x64"],
    ["not built", undefined, undefined, /dist.bin.terraform-provider-cronofy\.exe is not there/, "npm run build"],
  ])("is missed in plain words where it is %s", async (_, version, dependencies, message, fix) => {
    if (version !== undefined) await platformPackage(version);
    const root = await packages(dependencies);
    expect(() => providerBeside("win32", "x64", root)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(message) as string,
        fix: expect.stringContaining(fix) as string,
      }) as Error,
    );
  });
});

describe("ou-link install --executable", () => {
  const install = (file: string, into = mirror) => ouLinkHere(["install", "--executable", file, "--mirror", into]);

  it("prints a CLI configuration for a mirror on standard output, and nothing else there", async () => {
    const executable = path.join(folder, "built");
    await writeFile(executable, "built");
    const { exitCode, stdout, stderr } = await install(executable);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^provider_installation \{[^]*\}\n$/);
    expect(stdout).toContain(mirror);
    const installed = /as (.+)\n/.exec(stderr)?.[1] ?? "";
    expect(installed.startsWith(path.join(mirror, HOSTS[0]!, "ou-link", "cronofy", VERSION))).toBe(true);
    expect(await readFile(installed, "utf8")).toBe("built");
  });

  it("says what to do where the executable cannot be read or the folder cannot be written", async () => {
    const executable = path.join(folder, "missing");
    expect(await install(executable)).toMatchObject({
      exitCode: 1,
      stderr:
        `ou-link: There is no provider to install: ${executable} cannot be read (ENOENT).\n` +
        "  Name another one, with --zip or --executable.\n",
    });
    await writeFile(executable, "");
    const { exitCode, stderr } = await install(executable, path.join(executable, "below"));
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/could not be installed into[^]*--mirror/)]);
  });
});

describe("ou-link install --zip", () => {
  const zip = (platform = HERE) => path.join(folder, zipOf("9.8.7", platform));
  const checksums = () => path.join(folder, "terraform-provider-cronofy_9.8.7_SHA256SUMS");
  const install = (...args: readonly string[]) => ouLinkHere(["install", "--zip", ...args], { HOME: folder });

  beforeEach(() => {
    releaseInto(folder, "9.8.7", { [HERE]: Buffer.from("provider"), [ELSEWHERE]: Buffer.from("provider") });
  });

  it("puts a release's zip as it is into the user's plugin folder, in that release's version", async () => {
    expect(await install(zip())).toMatchObject({ exitCode: 0, stdout: "" });
    const plugins = path.join(folder, ".terraform.d", "plugins");
    expect(await filesIn(plugins)).toEqual(forBoth(zipOf("9.8.7", HERE)));
    expect(await readFile(path.join(plugins, ...forBoth(zipOf("9.8.7", HERE))[0]!.split("/")))).toEqual(
      await readFile(zip()),
    );
  });

  it("puts zips of any platform into a mirror, by checksums from elsewhere too", async () => {
    await rename(checksums(), path.join(folder, "sums"));
    for (const platform of [HERE, ELSEWHERE]) {
      expect(await install(zip(platform), "--checksums", path.join(folder, "sums"), "--mirror", mirror)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining("filesystem_mirror") as string,
      });
    }
    expect(await filesIn(mirror)).toEqual(forBoth(zipOf("9.8.7", HERE), zipOf("9.8.7", ELSEWHERE)));
  });

  it.each<[string, number, RegExp, () => Promise<readonly string[]>]>([
    [
      "that was changed",
      1,
      /is not what was released: its SHA-256 is \w{64}, and \S+_SHA256SUMS says \w{64}/,
      async () => {
        await appendFile(zip(), "x");
        return [zip()];
      },
    ],
    [
      "without checksums",
      1,
      /9\.8\.7_SHA256SUMS cannot be read \(ENOENT\)/,
      async () => {
        await rm(checksums());
        return [zip()];
      },
    ],
    [
      "without a checksum",
      1,
      /SHA256SUMS has no checksum of terraform-provider-cronofy_9\.8\.7_/,
      async () => {
        await writeFile(checksums(), `${"0".repeat(64)}  other.zip\n`);
        return [zip()];
      },
    ],
    [
      "with checksums that are none",
      1,
      /SHA256SUMS holds no checksums/,
      async () => {
        await writeFile(checksums(), "<html>Not found</html>");
        return [zip()];
      },
    ],
    [
      "that is not there",
      1,
      /cannot be read \(ENOENT\)/,
      async () => {
        await rm(zip());
        return [zip()];
      },
    ],
    [
      "of another platform",
      2,
      new RegExp(`is for ${ELSEWHERE}, and Terraform on this machine looks for ${HERE}`),
      () => Promise.resolve([zip(ELSEWHERE)]),
    ],
    [
      "of another name",
      2,
      /provider\.zip is not the name of one of the provider's zips/,
      () => Promise.resolve([path.join(folder, "provider.zip")]),
    ],
    [
      "beside an executable",
      2,
      /cannot be used with option '--executable/,
      () => Promise.resolve([zip(), "--executable", zip()]),
    ],
  ])("refuses a zip %s, and installs nothing", async (_, exitCode, says, args) => {
    const ended = await install(...(await args()));
    expect(ended).toMatchObject({ exitCode, stdout: "", stderr: expect.stringMatching(says) as string });
    expect(existsSync(path.join(folder, ".terraform.d"))).toBe(false);
  });
});

describe("ou-link uninstall", () => {
  const uninstall = (...args: readonly string[]) => ouLinkHere(["uninstall", ...args], { HOME: folder });
  const plugins = () => path.join(folder, ".terraform.d", "plugins");

  it("removes one version, then all, in either layout, and nothing of others", async () => {
    const executable = path.join(folder, "built");
    await writeFile(executable, "build");
    const place = { directory: plugins(), platform: HERE };
    await installProvider({ executable, ...place, version: "1.0.0" });
    await installProvider({ zip: executable, ...place, version: "1.1.0" });
    await installProvider({ zip: executable, ...place, version: "1.2.0" });
    const others = ["registry.opentofu.org/ou-link/other/x", "registry.terraform.io/ou-link/cronofy/notes.txt"];
    for (const other of others) {
      await mkdir(path.dirname(path.join(plugins(), other)), { recursive: true });
      await writeFile(path.join(plugins(), other), "");
    }

    const one = await uninstall("1.1.0");
    expect(one.stdout.trim().split("\n")).toEqual(
      HOSTS.map((host) => path.join(plugins(), host, "ou-link", "cronofy", zipOf("1.1.0", HERE))),
    );
    const rest = await uninstall();
    expect(rest.stdout.trim().split("\n")).toHaveLength(4);
    expect(await filesIn(plugins())).toEqual(others);
    expect(await readdir(path.join(plugins(), "registry.terraform.io", "ou-link", "cronofy"))).toEqual(["notes.txt"]);
    expect(await readdir(path.join(plugins(), "registry.opentofu.org", "ou-link"))).toEqual(["other"]);
    expect(await uninstall()).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: `The provider is not installed in ${plugins()}.\n`,
    });
  });

  it("takes the folders that it empties away, but the mirror itself, which a CLI configuration names", async () => {
    releaseInto(folder, VERSION, { [HERE]: Buffer.from("provider") });
    await ouLinkHere(["install", "--zip", path.join(folder, zipOf(VERSION, HERE)), "--mirror", mirror]);
    expect(await readdir(mirror)).toEqual([...HOSTS].sort());
    expect((await uninstall("--mirror", mirror)).exitCode).toBe(0);
    expect(await readdir(mirror)).toEqual([]);
  });
});

describe("ou-link mirror build", () => {
  const release = () => path.join(folder, "release");
  const build = () => ouLinkHere(["mirror", "build", release(), "--out", mirror]);
  const json = async (file: string) => JSON.parse(await readFile(path.join(mirror, file), "utf8")) as unknown;

  it("adds releases, and platforms of one, to what the mirror has", async () => {
    releaseInto(release(), "1.0.0");
    const rest = [zipOf("1.0.0", PLATFORMS[0]), zipOf("1.0.0", PLATFORMS[1])];
    for (const name of rest) await rename(path.join(release(), name), path.join(folder, name));
    expect((await build()).exitCode).toBe(0);
    for (const name of rest) await rename(path.join(folder, name), path.join(release(), name));
    for (const platform of PLATFORMS.slice(2)) await rm(path.join(release(), zipOf("1.0.0", platform)));
    releaseInto(release(), "1.1.0", { linux_amd64: Buffer.from("provider") });
    const { exitCode, stderr } = await build();
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`Version 1.1.0 is in ${mirror}, for linux_amd64.`);

    const zips = [...PLATFORMS.map((each) => zipOf("1.0.0", each)), zipOf("1.1.0", "linux_amd64")];
    expect(await filesIn(mirror)).toEqual(forBoth("index.json", "1.0.0.json", "1.1.0.json", ...zips));
    for (const host of HOSTS) {
      const at = `${host}/ou-link/cronofy`;
      expect(await json(`${at}/index.json`)).toEqual({ versions: { "1.0.0": {}, "1.1.0": {} } });
      const archive = (platform: string) => ({
        url: zipOf("1.0.0", platform),
        hashes: [expect.stringMatching(/^h1:/), expect.stringMatching(/^zh:\w{64}$/)] as string[],
      });
      expect(await json(`${at}/1.0.0.json`)).toEqual({
        archives: Object.fromEntries(PLATFORMS.map((each) => [each, archive(each)])),
      });
    }
    // Its index would go on naming what is gone.
    const { exitCode: refused } = await ouLinkHere(["uninstall", "--mirror", mirror]);
    expect(refused).toBe(1);
  });

  it.each<[string, number, RegExp, () => Promise<void>]>([
    [
      "a zip was changed",
      1,
      /windows_amd64\.zip is not what was released/,
      () => appendFile(path.join(release(), zipOf("1.0.0", "windows_amd64")), "x"),
    ],
    [
      "checksums are missing",
      1,
      /1\.0\.0_SHA256SUMS cannot be read/,
      () => rm(path.join(release(), "terraform-provider-cronofy_1.0.0_SHA256SUMS")),
    ],
    [
      "there is no zip",
      2,
      /There is no zip of the provider/,
      async () => {
        await rm(release(), { recursive: true });
        await mkdir(release());
      },
    ],
    ["the folder is not there", 1, /release cannot be read \(ENOENT\)/, () => rm(release(), { recursive: true })],
  ])("writes nothing where %s", async (_, exitCode, says, spoil) => {
    releaseInto(release(), "1.0.0");
    await spoil();
    expect(await build()).toMatchObject({ exitCode, stderr: expect.stringMatching(says) as string });
    expect(existsSync(mirror)).toBe(false);
  });

  it("leaves alone what is no mirror", async () => {
    releaseInto(release(), "1.0.0");
    const index = path.join(mirror, "registry.terraform.io", "ou-link", "cronofy", "index.json");
    await mkdir(path.dirname(index), { recursive: true });
    await writeFile(index, "[]");
    const { exitCode, stderr } = await build();
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("is not that of a network mirror")]);
    expect(await filesIn(mirror)).toHaveLength(1);
  });
});
