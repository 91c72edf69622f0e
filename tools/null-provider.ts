import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** What the bindings of @cdktf/provider-null 11 ask for. */
const VERSION = "3.2.4";

/**
 * The commit of that version, as Go names it: the module has no major version in its path, so that its tags from v2 on are
 * none for Go.
 */
const GO_PACKAGE = "github.com/terraform-providers/terraform-provider-null@v1.0.1-0.20250421213748-01034f80eb23";

/** Milliseconds. */
const INIT_TIMEOUT = 60_000;
const BUILD_TIMEOUT = 180_000;

/**
 * hashicorp/null as a filesystem mirror: what `terraform init` installs, from the registry or from wherever the user's own
 * settings say, else what Go builds.
 *
 * @param modules the folder `node_modules`, in whose `.cache` it is kept
 * @param terraform path of Terraform or OpenTofu
 * @param host of the registry that this program takes the address from, such as `registry.terraform.io`
 * @returns the mirror's folder, or why there is none
 */
export async function nullProviderMirror(
  modules: string,
  terraform: string,
  host: string,
): Promise<{ readonly mirror: string } | { readonly problem: string }> {
  const mirror = path.join(modules, ".cache", `terraform-provider-null-${VERSION}-${host}`);
  if (existsSync(mirror)) return { mirror };
  await mkdir(path.dirname(mirror), { recursive: true });
  const folder = await mkdtemp(`${mirror}-`);
  try {
    const made = path.join(folder, "mirror");
    const notInstalled = await install(terraform, host, folder, made);
    const notBuilt = notInstalled === undefined ? undefined : await build(host, folder, made);
    if (notBuilt !== undefined) return { problem: `terraform init: ${notInstalled}; go install: ${notBuilt}` };
    await rename(made, mirror).catch((error: unknown) => {
      // Another process was quicker.
      if (!existsSync(mirror)) throw error;
    });
    return { mirror };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns why it cannot be had this way, in a few words; undefined when it is there */
async function install(terraform: string, host: string, folder: string, mirror: string): Promise<string | undefined> {
  const source = `{ source = "${host}/hashicorp/null", version = "${VERSION}" }`;
  await writeFile(path.join(folder, "main.tf"), `terraform {\n  required_providers {\n    null = ${source}\n  }\n}\n`);
  const args = ["init", "-input=false", "-no-color"];
  const env = { ...process.env, CHECKPOINT_DISABLE: "1" };
  const { status, stderr, error } = spawnSync(terraform, args, {
    cwd: folder,
    env,
    encoding: "utf8",
    timeout: INIT_TIMEOUT,
  });
  if (status !== 0) return /^Error: (.+)/m.exec(stderr ?? "")?.[1] ?? error?.message ?? "failed";
  // What comes from a mirror or a cache of the user's is linked to there.
  await cp(path.join(folder, ".terraform", "providers"), mirror, { recursive: true, dereference: true });
  return undefined;
}

/** @returns why it cannot be had this way, in a few words; undefined when it is there */
async function build(host: string, folder: string, mirror: string): Promise<string | undefined> {
  const binaries = path.join(folder, "bin");
  const env = { ...process.env, GOBIN: binaries };
  const go = spawnSync("go", ["install", GO_PACKAGE], { cwd: folder, env, encoding: "utf8", timeout: BUILD_TIMEOUT });
  if (go.error !== undefined) return go.error.message;
  const [executable] = go.status === 0 ? await readdir(binaries) : [];
  if (executable === undefined) return go.stderr.trim().split("\n").at(-1)?.trim() ?? "failed";
  const place = path.join(mirror, host, "hashicorp", "null", VERSION, platform());
  await mkdir(place, { recursive: true });
  await rename(
    path.join(binaries, executable),
    path.join(place, `terraform-provider-null_v${VERSION}_x5${path.extname(executable)}`),
  );
  return undefined;
}

/** This machine, as Terraform names it. */
function platform(): string {
  const system = process.platform === "win32" ? "windows" : process.platform;
  return `${system}_${process.arch === "x64" ? "amd64" : process.arch}`;
}
