/**
 * Runs the tests that go through Terraform with OpenTofu in its place. Where no `tofu` is on PATH, Go builds one through
 * its module proxy, which takes some minutes the first time.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const VERSION = "1.12.6";
/** OpenTofu's own go.mod replaces this module; a build from outside has to do the same. */
const HCL = "github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828";
const GO_MOD = `module opentofu-for-tests

go 1.26

require github.com/opentofu/opentofu v${VERSION}

replace github.com/hashicorp/hcl/v2 => ${HCL}
`;

const ROOT = path.join(__dirname, "..");
const TESTS = [
  "test/e2e",
  "test/cli/init",
  "test/cli/status",
  "test/pipelines",
  "test/plugin/lifecycle",
  "test/plugin/testing",
  "test/plugin/values",
  "test/plugin/readme",
];

/** The `tofu` on PATH, or one that is built here. */
function openTofu(): string {
  const found = spawnSync("tofu", ["version"], { stdio: "ignore" });
  if (found.status === 0) return "tofu";
  const folder = path.join(ROOT, "build", `opentofu-${VERSION}`);
  const executable = path.join(folder, "tofu");
  if (existsSync(executable)) return executable;
  if (spawnSync("go", ["version"], { stdio: "ignore" }).status !== 0) {
    throw new Error(
      "Neither tofu nor go is on PATH. Install OpenTofu (https://opentofu.org/docs/intro/install) or Go.",
    );
  }
  console.error(`Building OpenTofu ${VERSION}: some minutes.`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "go.mod"), GO_MOD);
  execFileSync("go", ["build", "-mod=mod", "-trimpath", "-o", executable, "github.com/opentofu/opentofu/cmd/tofu"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return executable;
}

try {
  const env = { ...process.env, TERRAFORM_BINARY_NAME: openTofu() };
  const { status } = spawnSync("npx", ["jest", ...TESTS, ...process.argv.slice(2)], {
    cwd: ROOT,
    env,
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
