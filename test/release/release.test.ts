// What `npm run release` left in release/, as one who has only that finds it.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { unzipSync } from "fflate";
import { signatureProblems } from "../../src/plugin/build/mach-o-signature";
import { releaseProvider } from "../../src/plugin/build/release";
import { HOST } from "../../src/plugin/build/target";
import { VERSION } from "../../src/provider/address";
import { LINK, raiseStage } from "../e2e/stage";
import { standInProject } from "../plugin/build/stand-in-project";

const ROOT = path.resolve(__dirname, "..", "..");
const RELEASE = path.join(ROOT, "release");
const NAME = `terraform-provider-cronofy_${VERSION}`;
const EXECUTABLE = `terraform-provider-cronofy_v${VERSION}`;

const PLATFORMS = [
  ...["darwin_amd64", "darwin_arm64", "freebsd_amd64", "linux_amd64", "linux_arm64", "windows_amd64", "windows_arm64"],
];

const fileOf = (name: string) => path.join(RELEASE, `${NAME}_${name}`);
const sha256 = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

interface Bill {
  readonly components: readonly { name: string; group?: string; purl: string; components?: { name: string }[] }[];
}

const bill = () => JSON.parse(readFileSync(fileOf("sbom.cdx.json"), "utf8")) as Bill;

describe("a release of the provider", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "ou-link-release-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("has a zip for each platform, and right sums", () => {
    const sums = readFileSync(fileOf("SHA256SUMS"), "utf8");
    const files = [...PLATFORMS.map((platform) => `${platform}.zip`), "manifest.json", "sbom.cdx.json"].sort();
    expect(sums).toBe(files.map((file) => `${sha256(fileOf(file))}  ${NAME}_${file}\n`).join(""));
    const rows = PLATFORMS.map((platform) => {
      const file = fileOf(`${platform}.zip`);
      return `${platform.padEnd(14)} ${(readFileSync(file).length / 1e6).toFixed(1)} MB  ${sha256(file)}`;
    });
    console.info(rows.join("\n"));
  });

  it.each(PLATFORMS)("holds the executable for %s, signed where it has to be, and its papers", (platform) => {
    const executable = platform.startsWith("windows") ? `${EXECUTABLE}.exe` : EXECUTABLE;
    const names: string[] = [];
    const signed = unzipSync(readFileSync(fileOf(`${platform}.zip`)), {
      filter: ({ name }) => names.push(name) > 0 && platform.startsWith("darwin") && name === executable,
    });
    expect(names).toEqual(expect.arrayContaining([executable, "LICENSE", "README.md", "THIRD_PARTY_NOTICES"]));
    expect(Object.values(signed).flatMap((content) => signatureProblems(Buffer.from(content)))).toEqual([]);
    expect(Object.keys(signed)).toEqual(platform.startsWith("darwin") ? [executable] : []);
  });

  it("serves Terraform on a machine with an empty home, and no program on the PATH", async () => {
    const home = path.join(folder, "home");
    mkdirSync(home);
    const env = { HOME: home, PATH: home };
    const stage = await raiseStage({ provider: "executable", zip: fileOf(`${HOST}.zip`), linkServiceUrl: true, env });
    try {
      const { terraform } = stage;
      await terraform.apply({ expectActions: { [LINK]: "create" } });
      expect((await stage.visit()).status).toBe(200);
      await terraform.refresh();
      expect(await stage.link()).toMatchObject({ status: "linked" });
      await terraform.plan();
      await terraform.destroy({ expectActions: { [LINK]: "delete" } });
      expect(await stage.requests("POST", "/oauth/token/revoke")).toBe(1);
      expect(readdirSync(home)).toEqual([]);
    } finally {
      await stage.close();
    }
  });

  it("says what it consists of in CycloneDX's format", () => {
    const schemas = path.join(ROOT, "node_modules", "@cyclonedx", "cyclonedx-library", "res", "schema");
    const schema = (name: string) => JSON.parse(readFileSync(path.join(schemas, name), "utf8")) as object;
    // Formats that the package knows nothing of.
    const ajv = new Ajv({ strict: false, formats: { "iri-reference": true, "idn-email": true } });
    addFormats(ajv);
    for (const name of ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"]) {
      ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}`);
    }
    const validate = ajv.compile(schema("bom-1.6.SNAPSHOT.schema.json"));
    validate(bill());
    expect(validate.errors).toBeNull();
    const names = bill().components.flatMap(({ name, components = [] }) => [
      name,
      ...components.map((each) => each.name),
    ]);
    expect(names).toEqual(expect.arrayContaining(["axios", "grpc-js", "pg", "zod", "Bun", "JavaScriptCore", "glibc"]));
    expect(names).not.toContain("typescript");
  });

  it("is made again, byte by byte, in another folder with nothing but what its bill of materials names", async () => {
    const other = path.join(folder, "clone");
    const packages = bill().components.flatMap(({ name, group, purl }) =>
      purl.startsWith("pkg:npm/") ? [group === undefined ? name : `${group}/${name}`] : [],
    );
    const runtimes = readdirSync(path.join(ROOT, "node_modules", ".cache")).filter((name) =>
      name.includes("windows-aarch64"),
    );
    const bun = ["bun", "@oven", ...runtimes.map((name) => `.cache/${name}`)];
    const places = ["src", "package.json", "package-lock.json", "tsconfig.json", "LICENSE"];
    for (const each of [...places, ...[...packages, ...bun].map((name) => `node_modules/${name}`)]) {
      cpSync(path.join(ROOT, each), path.join(other, each), { recursive: true });
    }
    const committed = execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: ROOT, encoding: "utf8" });
    process.env["SOURCE_DATE_EPOCH"] = committed.trim();
    try {
      const again = { folder: other, entry: "src/provider/main.ts", version: VERSION, targets: ["windows_arm64"] };
      const [zip = ""] = (await releaseProvider({ ...again, out: "release" })).filter((file) => file.endsWith(".zip"));
      expect(sha256(zip)).toBe(sha256(fileOf("windows_arm64.zip")));
    } finally {
      delete process.env["SOURCE_DATE_EPOCH"];
    }
  });

  it("is signed by a key that Terraform takes, and by no other", () => {
    const project = path.join(folder, "project");
    standInProject(project);
    const home = mkdtempSync(path.join(tmpdir(), "gpg-"));
    // Jest keeps what is set in process.env from programs that do not get it expressly.
    process.env["GNUPGHOME"] = home;
    const run = (program: string, ...args: string[]) =>
      spawnSync(program, args, { cwd: project, env: process.env, encoding: "utf8" });
    const command = path.join(ROOT, "lib", "plugin", "build", "main.js");
    const release = (key: string) =>
      run(process.execPath, command, "release", "main.ts", "--version", "1.2.3", "--sign", key);
    try {
      for (const kind of ["rsa2048", "ed25519"]) {
        run("gpg", "--batch", "--passphrase", "", "--quick-generate-key", kind, kind, "sign");
      }
      const sums = path.join("release", "terraform-provider-notes_1.2.3_SHA256SUMS");
      expect(release("rsa2048")).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(`\n${sums}.sig, 0.0 MB\n`) as string,
      });
      expect(run("gpg", "--verify", `${sums}.sig`, sums)).toMatchObject({ status: 0 });
      for (const [key, reason] of [
        ["ed25519", "The key ed25519 is not of RSA"],
        ["nobody", "gpg does not sign with the key nobody"],
      ] as const) {
        expect(release(key)).toMatchObject({
          status: 1,
          stderr: expect.stringContaining(`terraform-plugin-ts: ${reason}`) as string,
        });
        expect(existsSync(path.join(project, `${sums}.sig`))).toBe(false);
      }
    } finally {
      run("gpgconf", "--kill", "gpg-agent");
      delete process.env["GNUPGHOME"];
      rmSync(home, { recursive: true });
    }
  });
});
