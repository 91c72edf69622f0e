// The release workflow, and .ci/release, which it and anybody by hand runs: as far as Linux goes, with what asks a network, or
// needs a Mac, replaced by programs that write down what they were asked for.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { runWorkflow } from "./github-runner";
import type { Outcome } from "./github-runner";

const VERSION = "7.8.9";
const NAME = `terraform-provider-cronofy_${VERSION}`;
const TARGETS = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64"];
const PACKAGES = {
  "ou-link": `ou-link-${VERSION}.tgz`,
  "@ou-link/provider-linux-x64": `ou-link-provider-linux-x64-${VERSION}.tgz`,
  "@ou-link/provider-win32-x64": `ou-link-provider-win32-x64-${VERSION}.tgz`,
  "terraform-plugin-ts": `terraform-plugin-ts-${VERSION}.tgz`,
  "terraform-provider-cronofy": `terraform-provider-cronofy-${VERSION}.tgz`,
};
const SECRETS = {
  APPLE_CERTIFICATE: Buffer.from("c3rtificate").toString("base64"),
  APPLE_CERTIFICATE_PASSWORD: "p4ssword-of-the-certificate",
  GPG_PRIVATE_KEY: "k3y-of-the-releases",
  GPG_PASSPHRASE: "p4ssphrase",
  NPM_TOKEN: "t0ken-of-npm",
};

/** Programs of the machine; each has written down how it was called before. */
const MACHINE = {
  npm: `case "$*" in
    "run release") cp -R "$HOME/built" release ;;
    "config get registry") echo https://registry.example/ ;;
    "view "*) grep -Fx "$2" "$HOME/published" || exit 1 ;;
    "publish "*) [ -z "$NPM_TOKEN" ] || grep -Fxq '//registry.example/:_authToken=\${NPM_TOKEN}' "$NPM_CONFIG_USERCONFIG" ;;
  esac`,
  npx: `case "$*" in *"\${FAILS:-none}"*) exit 1 ;; esac`,
  docker: "",
  terraform: "",
  security: "",
  codesign: `[ "$1" = --verify ] || for executable; do :; done; [ "$1" = --verify ] || echo " and signed" >> "$executable"`,
  // An agent takes seconds to come up. A signature of this one is the checksum, with key and passphrase.
  gpg: `case "$*" in
    *--import) cat > "$GNUPGHOME/key" ;;
    *--detach-sign*) shift 7; { sha256sum < "$3" | cut -c -64; cat "$GNUPGHOME/key" - <&3; } > "$1" ;;
    *--list-packets*) echo ":signature packet: algo $ALGORITHM, keyid 0123456789ABCDEF" ;;
  esac`,
  gh: `cp release/*.sig "$HOME/signature"`,
};

let folder: string;
let work: string;
let log = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "release-"));
  work = path.join(folder, "work");
  const [machine, built] = [path.join(folder, "bin"), path.join(folder, "built")];
  for (const each of [machine, path.join(built, "npm"), path.join(work, ".ci")]) await mkdir(each, { recursive: true });
  for (const each of [".ci/release", ".github/workflows/release.yml", "examples/link-service/Containerfile"]) {
    await cp(each, path.join(work, each));
  }
  await writeFile(path.join(work, ".ci/run"), "npm test");
  await writeFile(path.join(work, "package.json"), JSON.stringify({ version: VERSION }));
  const changelog = `# Changelog\n\n## ${VERSION} (2027-01-02)\n\n- What is new.\n\n## 7.8.8 (2027-01-01)\n\n- What was.\n`;
  await writeFile(path.join(work, "CHANGELOG.md"), changelog);
  for (const [program, script] of Object.entries(MACHINE)) {
    const file = path.join(machine, program);
    await writeFile(file, `#!/bin/sh\necho "${program} $*" >> "$HOME/calls"\n${script}\n`);
    await chmod(file, 0o755);
  }
  const executable = { [`terraform-provider-cronofy_v${VERSION}`]: strToU8("built") };
  const files = new Map(TARGETS.map((target) => [`${NAME}_${target}.zip`, Buffer.from(zipSync(executable))]));
  files.set(`${NAME}_manifest.json`, Buffer.from("{}"));
  const sums = [...files].map(([name, content]) => `${sha256(content)}  ${name}\n`);
  for (const [name, content] of files.set(`${NAME}_SHA256SUMS`, Buffer.from(sums.join("")))) {
    await writeFile(path.join(built, name), content);
  }
  for (const [name, tarball] of Object.entries(PACKAGES)) {
    await mkdir(path.join(folder, "package"), { recursive: true });
    await writeFile(path.join(folder, "package/package.json"), JSON.stringify({ name, version: VERSION }));
    execFileSync("tar", ["-czf", path.join(built, "npm", tarball), "-C", folder, "package"]);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Given {
  readonly ref?: string;
  readonly appleIdentity?: string;
  /** What native run fails. */
  readonly failing?: string;
  readonly published?: readonly string[];
  /** That of the key, as OpenPGP numbers it. @default that of RSA */
  readonly algorithm?: string;
}

/** Runs the workflow. Returns how its jobs ended, and what the machine's programs were asked for. */
async function release({ ref = `v${VERSION}`, appleIdentity = "", failing, published = [], algorithm = "1" }: Given) {
  await writeFile(path.join(folder, "calls"), "");
  await writeFile(path.join(folder, "published"), published.join("\n"));
  await rm(path.join(folder, "artifacts"), { recursive: true, force: true });
  const outcomes = await runWorkflow("release.yml", {
    work,
    temporary: folder,
    env: {
      HOME: folder,
      TMPDIR: folder,
      PATH: `${path.join(folder, "bin")}:${process.env["PATH"]}`,
      GITHUB_ACTIONS: "true",
      GITHUB_REF_NAME: ref,
      ALGORITHM: algorithm,
      ...(failing !== undefined && { FAILS: failing }),
    },
    github: { ref_type: ref === "main" ? "branch" : "tag", token: "t0ken-of-the-forge" },
    vars: { APPLE_IDENTITY: appleIdentity },
    secrets: {
      repository: {},
      environments: {
        apple: appleIdentity === "" ? {} : SECRETS,
        release: SECRETS,
      },
    },
    onOutput: (text) => (log += text),
  });
  const calls = (await readFile(path.join(folder, "calls"), "utf8")).trim().split("\n");
  return { outcomes, calls, of: (program: RegExp) => calls.filter((call) => program.test(call)) };
}

const all = (outcome: Outcome, ...jobs: readonly string[]) => Object.fromEntries(jobs.map((job) => [job, outcome]));

it("publishes what was built, tried on every platform, and signed", async () => {
  const { outcomes, calls, of } = await release({});
  expect(outcomes).toEqual(all("success", "test", "build", "darwin", "native", "github", "npm"));
  expect(calls.slice(0, 4)).toEqual(["npm test", "npm ci", "npm run release", "npm run test:release"]);
  expect(of(/^codesign|^security/)).toEqual([
    expect.stringMatching(/^codesign --verify --strict .*\/amd64\//),
    expect.stringMatching(/^codesign --verify --strict .*\/arm64\//),
  ]);
  expect(of(/^npx tsx/)).toEqual(
    TARGETS.map((target) => `npx tsx test/hosts/main-job.ts terraform --zip release/${NAME}_${target}.zip`),
  );
  expect(of(/^docker/)).toEqual([
    expect.stringMatching(/node:\S+@sha256:\w{64} npx tsx .*linux_amd64.zip$/),
    expect.stringMatching(/node:\S+@sha256:\w{64} npx tsx .*linux_arm64.zip$/),
  ]);
  const [created = ""] = of(/^gh release create/);
  const assets = [...TARGETS.map((target) => `${target}.zip`), "SHA256SUMS", "SHA256SUMS.sig", "manifest.json"];
  expect(created.split(" ").slice(3, -5).sort()).toEqual([
    ...assets.map((each) => `release/${NAME}_${each}`).sort(),
    `v${VERSION}`,
  ]);
  expect(of(/^npm publish/)).toEqual(
    [
      PACKAGES["@ou-link/provider-linux-x64"],
      PACKAGES["@ou-link/provider-win32-x64"],
      PACKAGES["terraform-plugin-ts"],
      PACKAGES["terraform-provider-cronofy"],
      PACKAGES["ou-link"],
    ].map((each) => `npm publish --access public --provenance release/npm/${each}`),
  );
});

it("signs for Macs where it has an identity, and goes on where a run broke off", async () => {
  const published = [`@ou-link/provider-linux-x64@${VERSION}`, `terraform-plugin-ts@${VERSION}`];
  const { outcomes, of } = await release({ appleIdentity: "Developer ID Application: Acme", published });
  expect(outcomes).toMatchObject({ darwin: "success", npm: "success" });
  expect(of(/^codesign/)).toHaveLength(4);
  expect(of(/^npm run packages/)).toHaveLength(1);
  expect(of(/^npm publish/)).toHaveLength(3);
  const released = path.join(folder, "artifacts/release");
  const sums = await readFile(path.join(released, `${NAME}_SHA256SUMS`), "utf8");
  for (const name of (await readdir(released)).filter((each) => /\.(zip|json)$/.test(each))) {
    const content = await readFile(path.join(released, name));
    expect(sums).toContain(`${sha256(content)}  ${name}\n`);
    const file = `terraform-provider-cronofy_v${VERSION}`;
    const isSigned = name.endsWith(".zip") && strFromU8(unzipSync(content)[file] as Uint8Array).includes("signed");
    expect([name, isSigned]).toEqual([name, name.includes("darwin")]);
  }
  expect(await readFile(path.join(folder, "signature"), "utf8")).toBe(
    `${sha256(Buffer.from(sums))}\n${SECRETS.GPG_PRIVATE_KEY}\n${SECRETS.GPG_PASSPHRASE}\n`,
  );
});

it.each<[string, Given, Readonly<Record<string, Outcome>>]>([
  ["a tag that names another version", { ref: "v7.9.0" }, { test: "failure", ...all("skipped", "github", "npm") }],
  ["one platform fails", { failing: "windows" }, { native: "failure", ...all("skipped", "github", "npm") }],
  ["Terraform would refuse the key", { algorithm: "22" }, { native: "success", github: "failure", npm: "skipped" }],
  ["it is started by hand", { ref: "main" }, { native: "success", ...all("skipped", "github", "npm") }],
])("publishes nothing where %s", async (_, given, outcomes) => {
  const run = await release(given);
  expect(run.outcomes).toMatchObject(outcomes);
  expect(run.of(/^gh|^npm publish/)).toEqual([]);
});

it("leaves no secret in its log or on the machine", async () => {
  const left = (await readdir(folder, { withFileTypes: true })).filter((each) => each.name.startsWith("tmp."));
  expect(left).toEqual([]);
  for (const secret of Object.values(SECRETS)) expect(log).not.toContain(secret);
});

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
