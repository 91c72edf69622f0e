import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import Ajv2020 from "ajv/dist/2020";
import { strToU8, zipSync } from "fflate";
import type { DriftReport, LinkRow } from "../../src/drift";
import { HOST } from "../../src/plugin/build/target";
import { TerraformWorkspace, findTerraform } from "../../src/plugin/testing";
import { VERSION } from "../../src/provider/address";
import { packAll } from "../../tools/packages";
import { EXECUTABLE } from "../e2e/stage";

jest.setTimeout(240_000);

/** A family of the CDK, and all that is there once it is installed with the constructs. */
const FAMILIES = [
  {
    family: "cdktf",
    library: "terraform-provider-cronofy",
    installed: ["@cdktf/provider-null", "cdktf", "constructs", "terraform-provider-cronofy"],
  },
  {
    family: "cdktn",
    library: "terraform-provider-cronofy/cdktn",
    installed: ["cdktn", "constructs", "terraform-provider-cronofy"],
  },
] as const;

/** The ways in which TypeScript finds a package. The last one is that of a project that `ou-link init` made. */
const RESOLUTIONS = {
  // TypeScript 7 has given it up.
  node10: {
    compiler: "typescript",
    compilerOptions: { module: "commonjs", moduleResolution: "node10", ignoreDeprecations: "6.0" },
  },
  bundler: { compiler: "typescript7", compilerOptions: { module: "esnext", moduleResolution: "bundler" } },
  // It compiles as well, for CommonJS and for ESM, what other tests run.
  node16: { compiler: "typescript7", compilerOptions: { noEmit: false } },
};

/** What a test of another project may look like. */
const SANDBOX_AS_ESM = `
import { createSandbox } from "ou-link/sandbox";
import type { FaultSeed, Sandbox } from "ou-link/sandbox";

const sandbox: Sandbox = createSandbox({ seed: "s", assumptions: { rotatesRefreshTokens: false } });
const fault: FaultSeed = { path: "/v1/*", status: 503 };
sandbox.controls.addFault(fault);
// @ts-expect-error There is no such assumption.
createSandbox({ assumptions: { rotates: true } });
const response: Response = await sandbox.fetch("https://api.cronofy.com/v1/userinfo");
const running = await sandbox.listen();
const listening = await fetch(running.api_url + "/v1/userinfo");
await running.close();
console.log(JSON.stringify([response.status, listening.status, sandbox.controls.requests().length]));
`;

const SANDBOX_AS_COMMONJS = `
const { createSandbox } = require("ou-link/sandbox");
const sandbox = createSandbox({ seed: "s" });
sandbox.api(new Request("http://localhost/v1/userinfo")).then(({ status }) => console.log(status));
`;

/** Holds tarballs against what publint and attw know of packages that go wrong somewhere. */
const LINT = `
import { readFile } from "node:fs/promises";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";

const found = {};
for (const file of process.argv.slice(1)) {
  const bytes = new Uint8Array(await readFile(file));
  const { packageName, types, problems } = await checkPackage(createPackageFromTarballData(bytes));
  const { messages } = await publint({ strict: true, pack: { tarball: bytes.buffer } });
  found[packageName] = types ? [...problems, ...messages] : messages;
}
console.log(JSON.stringify(found));
`;

describe("the npm packages, from their tarballs alone", () => {
  let folder: string;
  /** Each file's name → where it lies. */
  let tarballs: Readonly<Record<string, string>>;
  const place = (...names: string[]) => path.join(folder, ...names);
  /** What `ou-link init` makes in each language. */
  const project = (template: string) => place(template, "links");
  const ouLink = (args: readonly string[], cwd = folder) => run(place("node_modules", ".bin", "ou-link"), args, cwd);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "packages-"));
    await mkdir(place("release"));
    // It stands in for the executable in a release, which takes long to make.
    const launcher = strToU8(`#!/bin/sh\nexec "${EXECUTABLE}" "$@"\n`);
    const zip = zipSync({ [`terraform-provider-cronofy_v${VERSION}`]: [launcher, { attrs: 0o755 << 16, os: 3 }] });
    await writeFile(place("release", `terraform-provider-cronofy_${VERSION}_${HOST}.zip`), zip);
    // They hold lib/ as `npm run compile` left it.
    const packed = await packAll(place("packed"), { release: place("release"), withReference: false });
    tarballs = Object.fromEntries(packed.map((file) => [path.basename(file, `-${VERSION}.tgz`), file]));

    await install(folder, [tarballs["ou-link"], tarballs[`ou-link-provider-${process.platform}-${process.arch}`]]);
    await Promise.all(["hcl", ...FAMILIES.map(({ family }) => family)].map((each) => mkdir(place(each))));
    await run("npx", ["ou-link", "init", "hcl/links"], folder);
    const example = await typeScriptExample("README.md");
    for (const { family, library } of FAMILIES) {
      await ouLink(["init", "links", "--template", family], place(family));
      const file = path.join(project(family), "package.json");
      const { devDependencies, dependencies, ...others } = JSON.parse(await readFile(file, "utf8")) as PackageJson;
      expect(Object.keys(devDependencies ?? {})).toEqual(["@types/node", "ou-link", "tsx", "typescript"]);
      expect(dependencies).toMatchObject({ "terraform-provider-cronofy": `^${VERSION}` });
      // No registry has ours; what is for development is there already.
      const installed = { ...dependencies, "terraform-provider-cronofy": tarballs["terraform-provider-cronofy"] };
      await writeFile(file, JSON.stringify({ ...others, dependencies: installed }));
      const program = example
        .replace('from "terraform-provider-cronofy"', `from "${library}"`)
        .replace('from "cdktf"', `from "${family}"`);
      await writeFile(path.join(project(family), "readme.ts"), program);
      await writeFile(path.join(project(family), "readme.mts"), program);
      await writeFile(path.join(project(family), "checked.ts"), checked(library));
    }
    await writeFile(place("sandbox.mts"), SANDBOX_AS_ESM);
    await writeFile(place("sandbox.cjs"), SANDBOX_AS_COMMONJS);
    await Promise.all(FAMILIES.map(({ family }) => install(project(family))));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("are sound to publint, and to attw for each way in which TypeScript finds them", async () => {
    const found = await run(
      process.execPath,
      ["--input-type=module", "--eval", LINT, ...Object.values(tarballs)],
      process.cwd(),
    );
    expect(JSON.parse(found)).toEqual({
      "terraform-provider-cronofy": [],
      "ou-link": [],
      "terraform-plugin-ts": [],
      [`@ou-link/provider-${process.platform}-${process.arch}`]: [],
    });
  });

  it("bring what they need and no more: the constructs nothing, ou-link the provider of this platform alone", async () => {
    for (const { family, installed } of FAMILIES) expect(await installedIn(project(family))).toEqual(installed);
    const withOuLink = await installedIn(folder);
    process.stdout.write(`ou-link comes with ${withOuLink.length - 1} packages; the constructs come with none\n`);
    expect(withOuLink.length).toBeLessThan(75);
    const directly = async (file: string) =>
      Object.keys((JSON.parse(await readFile(file, "utf8")) as PackageJson).dependencies ?? {});
    // As docs/security.md has it.
    const plugin = ["@bufbuild/protobuf", "@grpc/grpc-js"];
    const ours = (await directly("package.json")).filter((name) => !plugin.includes(name));
    expect(await directly(place("node_modules", "ou-link", "package.json"))).toEqual(ours);
    const provider = `@ou-link/provider-${process.platform}-${process.arch}`;
    expect(withOuLink.filter((name) => /^@(ou-link|grpc|cdktf)\/|cdkt[fn]|constructs/.test(name))).toEqual([provider]);
    expect((await readdir(place("node_modules", provider))).sort()).toEqual([
      ...["LICENSE", "README.md", "package.json", "provider.zip"],
    ]);
  });

  it("show an example that the README shows too", async () => {
    const readme = path.join(project("cdktf"), "node_modules", "terraform-provider-cronofy", "README.md");
    expect(await typeScriptExample(readme)).toBe(await typeScriptExample("README.md"));
  });

  it("are typed, as TypeScript resolves under node10, bundler and node16", async () => {
    const own = await readFile(path.join(project("cdktf"), "tsconfig.json"), "utf8");
    const { compilerOptions } = JSON.parse(own) as { compilerOptions: { module: string } };
    expect(compilerOptions).toMatchObject({ module: "Node16", moduleResolution: "Node16", strict: true });
    const inProjects = (...names: string[]) =>
      FAMILIES.flatMap(({ family }) => names.map((name) => path.join(project(family), name)));
    for (const [name, { compiler, ...resolution }] of Object.entries(RESOLUTIONS)) {
      const files = inProjects("main.ts", "readme.ts", "checked.ts");
      if (name === "node16") files.push(...inProjects("readme.mts"), place("sandbox.mts"));
      // The projects would have types of their own.
      const typeRoots = [path.resolve("node_modules/@types")];
      const options = { ...compilerOptions, ...resolution.compilerOptions, typeRoots };
      await writeFile(place(`${name}.json`), JSON.stringify({ compilerOptions: options, files }));
      await run(process.execPath, [path.resolve("node_modules", compiler, "bin/tsc"), "-p", `${name}.json`], folder);
    }
    expect(await run(process.execPath, ["sandbox.mjs"], folder)).toBe("[503,401,2]\n");
  });

  it("have a sandbox that CommonJS requires", async () => {
    expect(await run(process.execPath, ["sandbox.cjs"], folder)).toBe("401\n");
  });

  it("report as the schema in them says", async () => {
    await writeFile(place("plan.json"), JSON.stringify({ format_version: "1.2", resource_changes: [] }));
    const formats = ["markdown", "junit", "sarif", "html"].flatMap((each) => ["--output", `${each}=report.${each}`]);
    const report = await ouLink(["drift", "plan.json", "--format", "json", ...formats]);
    const resolve = "console.log(require.resolve('ou-link/schemas/drift-report-1.schema.json'))";
    const schema = (await run(process.execPath, ["--eval", resolve], folder)).trim();
    const validate = new Ajv2020().compile(JSON.parse(await readFile(schema, "utf8")) as object);
    validate(JSON.parse(report));
    expect(validate.errors).toBeNull();
  });

  describe("with the sandbox and the provider that ou-link brought", () => {
    let cliConfiguration: string;
    let urls: { readonly api_url: string; readonly app_url: string };
    const running: ChildProcess[] = [];

    /** Starts a command that stays. Resolves with what it says of itself once it is ready. */
    const start = async <T>(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<T> => {
      const child = spawn(place("node_modules", ".bin", "ou-link"), [...args, "--quiet", "--port", "0", "--json"], {
        env: { PATH: process.env["PATH"], ...env },
        stdio: ["ignore", "pipe", "inherit"],
      });
      running.push(child);
      const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
      return JSON.parse(line) as T;
    };
    const environment = (store: string) => ({
      CRONOFY_CLIENT_ID: "sandbox_client",
      CRONOFY_CLIENT_SECRET: "sandbox_client_secret",
      CRONOFY_API_URL: urls.api_url,
      CRONOFY_APP_URL: urls.app_url,
      OU_LINK_STORE_FILE: store,
    });

    beforeAll(async () => {
      cliConfiguration = await ouLink(["install", "--mirror", "mirror"]);
      await writeFile(place("dev.tfrc"), cliConfiguration);
      urls = await start(["sandbox", "--seed-file", path.join(project("hcl"), "sandbox.json")]);
    });
    afterAll(async () => {
      const exits = running.map((child) => once(child, "exit"));
      for (const child of running) child.kill();
      await Promise.all(exits);
    });

    /** Does what `ou-link init` printed, but for the ports. Returns what Terraform said, and a drift report of the link. */
    const applied = async (template: string, root: string): Promise<{ stdout: string; link: LinkRow | undefined }> => {
      const { path: terraform } = findTerraform(process.env);
      const script =
        '. ./sandbox.env && export CRONOFY_API_URL="$1" CRONOFY_APP_URL="$2" && ' +
        '"$3" -chdir="$4" init -input=false && "$3" -chdir="$4" apply -input=false -auto-approve && ' +
        'npx ou-link drift "$4" --output json=drift.json && npx ou-link status "$4" --url acme';
      const stdout = await run(
        "sh",
        ["-ec", script, "sh", urls.api_url, urls.app_url, terraform, root],
        project(template),
        { CHECKPOINT_DISABLE: "1", TF_CLI_CONFIG_FILE: place("dev.tfrc"), TERRAFORM_BINARY_NAME: terraform },
      );
      const report = await readFile(path.join(project(template), "drift.json"), "utf8");
      return { stdout, link: (JSON.parse(report) as DriftReport).links[0] };
    };

    it("make a project in HCL that applies, and the service that its invitation leads to", async () => {
      const { stdout, link } = await applied("hcl", ".");
      expect(stdout).toContain('status = "pending"');
      expect(link).toMatchObject({ customer: "acme", location: { file: "main.tf", line: 16 } });
      const [, invitation] = /^http:\/\/127\.0\.0\.1:8080(\/invitations\/.+)/m.exec(stdout) ?? [];
      const behindProxy = ["serve", "--public-url", "http://127.0.0.1:8080"];
      const { url } = await start<{ url: string }>(behindProxy, environment(path.join(project("hcl"), "links")));
      expect(await (await fetch(`${url}${invitation}`)).text()).toContain("Zoom");
    });

    it("make projects in TypeScript that synthesize the same for both families, and apply", async () => {
      const synthesized = await Promise.all(
        FAMILIES.map(async ({ family }) => {
          await run("npm", ["run", "synth"], project(family));
          const file = path.join(project(family), "cdktf.out", "stacks", "links", "cdk.tf.json");
          const text = (await readFile(file, "utf8")).replaceAll(project(family), "<project>");
          return { ...(JSON.parse(text) as object), "//": "what made it" };
        }),
      );
      expect(synthesized[1]).toEqual(synthesized[0]);
      const { stdout, link } = await applied("cdktf", "cdktf.out/stacks/links");
      expect(stdout).toContain("pending");
      expect(link).toMatchObject({ customer: "acme", location: { file: "main.ts", line: 10 } });
    });

    it.each(FAMILIES)(
      "take the README's example to the end for $family, as CommonJS and as ESM",
      async ({ family }) => {
        const synthesized = await Promise.all(
          ["js", "mjs"].map(async (ending) => {
            const outdir = path.join(project(family), `${ending}.out`);
            await run(process.execPath, [`readme.${ending}`], project(family), { CDKTF_OUTDIR: outdir });
            return readFile(path.join(outdir, "stacks", "conferencing", "cdk.tf.json"), "utf8");
          }),
        );
        expect(synthesized[1]).toBe(synthesized[0]);

        const workspace = await TerraformWorkspace.create({
          terraform: findTerraform(process.env),
          directory: path.join(project(family), "js.out", "stacks", "conferencing"),
          cliConfiguration,
          env: environment(place(family, "readme-links")),
        });
        expect(await workspace.init()).toMatchObject({ exitCode: 0 });
        expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
        const { outputs } = await workspace.output();
        expect(outputs).toEqual({
          acme_invitation_url: expect.objectContaining({
            sensitive: true,
            value: expect.stringMatching(/^https:\/\/links\.example\.com\/invitations\/./) as string,
          }) as object,
        });
      },
    );
  });
});

interface PackageJson {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Installs what the folder's package.json names, or these tarballs, which it then names. */
async function install(folder: string, packages: readonly (string | undefined)[] = []): Promise<void> {
  if (packages.length > 0) await writeFile(path.join(folder, "package.json"), JSON.stringify({ private: true }));
  const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  await run("npm", ["install", ...flags, ...packages.map(String)], folder);
}

/** Names of the packages that npm has installed in a folder, but for those that lie in another. */
async function installedIn(folder: string): Promise<string[]> {
  const lock = await readFile(path.join(folder, "node_modules", ".package-lock.json"), "utf8");
  const { packages } = JSON.parse(lock) as { packages: Record<string, { inBundle?: boolean }> };
  return Object.entries(packages)
    .filter(([, { inBundle }]) => !inBundle)
    .map(([name]) => name.replace("node_modules/", ""))
    .sort();
}

/** The TypeScript example of a README, whole. */
async function typeScriptExample(readme: string): Promise<string> {
  const [, example] = /```ts\n(import \{ App[^]*?)```/.exec(await readFile(readme, "utf8")) ?? [];
  if (example === undefined) throw new Error(`${readme} has no TypeScript example that begins with an App.`);
  return example;
}

/** Shows that types are there and not merely `any`; of the other package as well. */
function checked(library: string): string {
  return [
    `import type { OrganizationalUnitLink } from "${library}";`,
    'import type { LinkServiceOptions } from "ou-link/link-service";',
    'import type { SandboxOptions } from "ou-link/sandbox";',
    "declare const link: OrganizationalUnitLink;",
    "export const id: string = link.linkId;",
    "// @ts-expect-error it is a text",
    "export const number: number = link.linkId;",
    "// @ts-expect-error not everything is an option of the service",
    "export const option: keyof LinkServiceOptions = 'no such option';",
    "// @ts-expect-error nor of the sandbox",
    "export const seed: keyof SandboxOptions = 'no such option';",
  ].join("\n");
}

/** Runs a program to its end, and shows what it said if that is not a good one. */
async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    return (await promisify(execFile)(program, args, { cwd, timeout: 120_000, env: { ...process.env, ...env } }))
      .stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
