import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import Ajv2020 from "ajv/dist/2020";
import { installProvider } from "../../src/cli";
import { TerraformWorkspace, findTerraform } from "../../src/plugin/testing";
import { VERSION } from "../../src/provider/address";
import { startSandbox } from "../../src/sandbox";
import type { RunningSandbox } from "../../src/sandbox";
import { EXECUTABLE } from "../e2e/stage";

jest.setTimeout(240_000);

/** A family of the CDK, and what a user installs and imports for it. */
const FAMILIES = [
  {
    family: "cdktf",
    library: "terraform-provider-cronofy",
    installs: ["cdktf@0.21", "constructs@10.7", "@cdktf/provider-null@11"],
    absent: ["cdktn"],
  },
  {
    family: "cdktn",
    library: "terraform-provider-cronofy/cdktn",
    installs: ["cdktn@0.24"],
    absent: ["cdktf", "@cdktf"],
  },
] as const;

/** The ways in which TypeScript finds a package, the last of which also compiles: for CommonJS, and for ESM. */
const RESOLUTIONS = {
  node10: {
    files: ["main.ts", "checked.ts"],
    module: "commonjs",
    moduleResolution: "node10",
    ignoreDeprecations: "6.0",
  },
  bundler: { files: ["main.ts", "checked.ts"], module: "esnext", moduleResolution: "bundler" },
  node16: { files: ["main.ts", "main.mts", "checked.ts"], module: "node16", moduleResolution: "node16", noEmit: false },
};

const SERVICE_ACCOUNT = "ser_64b17f9b8090ea21640c9151";

describe("the packed package, in an empty project", () => {
  let folder: string;
  let sandbox: RunningSandbox;
  const project = (family: string) => path.join(folder, family);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "packed-package-"));
    // It holds lib/ as `npm run compile` left it.
    await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], process.cwd());
    const tarball = path.join(folder, `terraform-provider-cronofy-${VERSION}.tgz`);
    const example = await typeScriptExample();
    const prepare = async ({ family, library, installs }: (typeof FAMILIES)[number]) => {
      const directory = project(family);
      await mkdir(directory);
      await writeFile(path.join(directory, "package.json"), JSON.stringify({ name: "empty", private: true }));
      const program = example
        .replace('from "terraform-provider-cronofy"', `from "${library}"`)
        .replace('from "cdktf"', `from "${family}"`);
      await writeFile(path.join(directory, "main.ts"), program);
      await writeFile(path.join(directory, "main.mts"), program);
      await writeFile(path.join(directory, "checked.ts"), checked(library));
      const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
      await run("npm", ["install", ...flags, tarball, ...installs], directory);
    };
    [sandbox] = await Promise.all([
      startSandbox({ serviceAccounts: [{ service_account_id: SERVICE_ACCOUNT, email: "calendars@acme.example" }] }),
      ...FAMILIES.map(prepare),
    ]);
  });
  afterAll(async () => {
    await sandbox?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(FAMILIES)("brings nothing of the family that $family is not", ({ family, absent }) => {
    for (const name of absent) expect(existsSync(path.join(project(family), "node_modules", name))).toBe(false);
  });

  it.each(FAMILIES)("beside $family, brings ou-link, whose report is as the schema in it says", async ({ family }) => {
    const plan = path.join(project(family), "plan.json");
    await writeFile(plan, JSON.stringify({ format_version: "1.2", resource_changes: [] }));
    const ouLink = path.join(project(family), "node_modules", ".bin", "ou-link");
    const formats = ["markdown", "junit", "sarif", "html"].flatMap((each) => ["--output", `${each}=report.${each}`]);
    const report = await run(ouLink, ["drift", plan, "--format", "json", ...formats], project(family));
    const resolve = "console.log(require.resolve('terraform-provider-cronofy/schemas/drift-report-1.schema.json'))";
    const schema = (await run(process.execPath, ["--eval", resolve], project(family))).trim();
    const validate = new Ajv2020().compile(JSON.parse(await readFile(schema, "utf8")) as object);
    validate(JSON.parse(report));
    expect(validate.errors).toBeNull();
  });

  describe.each(FAMILIES)("for $family", ({ family }) => {
    it.each(Object.entries(RESOLUTIONS))("type-checks as TypeScript resolves under %s", async (name, resolution) => {
      const { files, ...own } = resolution;
      const compilerOptions = { strict: true, target: "ES2022", types: [], skipLibCheck: true, noEmit: true, ...own };
      const configuration = `tsconfig.${name}.json`;
      await writeFile(path.join(project(family), configuration), JSON.stringify({ compilerOptions, files }));
      await run(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", configuration], project(family));
    });

    it("takes the README's example to the end, as CommonJS and as ESM", async () => {
      const stackFolder = path.join(project(family), "cdktf.out", "stacks", "conferencing");
      const synthesized: string[] = [];
      for (const program of ["main.js", "main.mjs"]) {
        await rm(path.join(project(family), "cdktf.out"), { recursive: true, force: true });
        await run(process.execPath, [program], project(family));
        synthesized.push(await readFile(path.join(stackFolder, "cdk.tf.json"), "utf8"));
      }
      expect(synthesized[1]).toBe(synthesized[0]);

      const workspace = await TerraformWorkspace.create({
        terraform: findTerraform(process.env),
        directory: stackFolder,
        cliConfiguration: (
          await installProvider({ executable: EXECUTABLE, directory: path.join(folder, "mirror"), version: VERSION })
        ).cliConfiguration,
        env: {
          CRONOFY_CLIENT_ID: sandbox.client_id,
          CRONOFY_CLIENT_SECRET: sandbox.client_secret,
          CRONOFY_API_URL: sandbox.api_url,
          CRONOFY_APP_URL: sandbox.app_url,
          OU_LINK_STORE_FILE: path.join(project(family), "links"),
        },
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
    });
  });
});

/** The TypeScript example of the README, whole. */
async function typeScriptExample(): Promise<string> {
  const [, example] = /```ts\n(import \{ App[^]*?)```/.exec(await readFile("README.md", "utf8")) ?? [];
  if (example === undefined) throw new Error("README.md has no TypeScript example that begins with an App.");
  return example;
}

/** Shows that types are there and not merely `any`; of the other entry points as well. */
function checked(library: string): string {
  return [
    `import type { OrganizationalUnitLink } from "${library}";`,
    'import type { LinkServiceOptions } from "terraform-provider-cronofy/link-service";',
    "declare const link: OrganizationalUnitLink;",
    "export const id: string = link.linkId;",
    "// @ts-expect-error it is a text",
    "export const number: number = link.linkId;",
    "// @ts-expect-error not everything is an option of the service",
    "export const option: keyof LinkServiceOptions = 'no such option';",
  ].join("\n");
}

/** Runs a program to its end, and shows what it said if that is not a good one. */
async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await promisify(execFile)(program, args, { cwd, timeout: 120_000 })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
