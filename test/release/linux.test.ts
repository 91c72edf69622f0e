import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { downloadDebianPackages, unpackDebianPackage } from "../../src/plugin/build/debian-packages";
import { ARCHITECTURES } from "../../src/plugin/build/linux-launcher";
import { HOST } from "../../src/plugin/build/target";
import { findTerraform } from "../../src/plugin/testing";
import { PROVIDER_ADDRESS, VERSION } from "../../src/provider/address";
import { startSandbox } from "../../src/sandbox";
import { configuration } from "../e2e/stage";

jest.setTimeout(300_000);

const NAME = `terraform-provider-cronofy_v${VERSION}`;
const COOKIE = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const HANDSHAKE = /^1\|6\|unix\|\/tmp\/tf-\w+\/provider\|grpc\|$/;
const CACHE = path.resolve("node_modules/.cache");

/** In a namespace of its own a user may mount, make another folder the root, and have another processor's programs run. */
const UNSHARE = ["--mount", "--pid", "--fork", ...(process.getuid?.() === 0 ? [] : ["-r"])];
const problem = whyNot();
if (problem !== undefined) process.stderr.write(`NOT RUN: packages for Linux on a system with musl: ${problem}\n`);

(problem === undefined ? describe : describe.skip)("a package for Linux", () => {
  let root = "";
  const started: ChildProcess[] = [];
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), "musl-"));
    await makeMuslSystem(root);
    unpackPackage(HOST, "package");
  });
  afterAll(async () => {
    for (const each of started) end(each);
    await rm(root, { recursive: true, force: true });
  });

  function zipOf(target: string): string {
    return path.resolve("release", `terraform-provider-cronofy_${VERSION}_${target}.zip`);
  }

  function unpackPackage(target: string, folder: string): void {
    const args = ["unzip", "-q", zipOf(target), "-d", path.join(root, folder)];
    const { status, stderr, error } = spawnSync(path.join(root, "bin", "busybox"), args, { encoding: "utf8" });
    if (status !== 0) throw new Error(error?.message ?? `${stderr} Run npm run release first.`);
  }

  interface InRoot {
    readonly command: readonly string[];
    /** All that its environment has. */
    readonly env?: readonly string[];
    /** What root does first, outside, for this start alone. */
    readonly setup?: string;
    /** Number of the user and of the group. */
    readonly user?: string;
    readonly unshare?: readonly string[];
  }

  /** Starts a program on the system with musl. */
  function startIn({ command, env = [], setup = "", user, unshare = UNSHARE }: InRoot) {
    const script = `set -e; cd "$ROOT"; mount -t proc proc proc; mount --rbind /dev dev
${setup}
exec chroot ${user === undefined ? "" : `--userspec=${user}`} "$ROOT" /bin/env -i "$@"`;
    const child = spawn("unshare", [...unshare, "sh", "-c", script, "sh", ...env, ...command], {
      env: { ...process.env, ROOT: root },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    started.push(child);
    return child;
  }

  /** The first line of stdout, and all that it says on stderr until then. */
  async function firstLine(options: Partial<InRoot>) {
    const child = startIn({ command: [`/package/${NAME}`], ...options, env: [COOKIE, ...(options.env ?? [])] });
    const closed = once(child, "close");
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += chunk));
    const lines = createInterface(child.stdout);
    const [line = ""] = (await Promise.race([once(lines, "line"), closed.then(() => [])])) as string[];
    end(child);
    await closed;
    return { line, stderr };
  }

  it.each<[string, Partial<InRoot>]>([
    ["where there is only musl, and neither HOME nor PATH", {}],
    [
      "beside what passes musl off as glibc",
      {
        setup: `mount -t tmpfs none lib64; cp -L lib/ld-musl-* lib64/${loaderName(HOST)}
          mount --bind lib64 usr/lib; ln -s ${loaderName(HOST)} lib64/libc.so.6`,
      },
    ],
    [
      "on a read-only system",
      { setup: 'mount --rbind . .; cd "$ROOT"; mount -t tmpfs none tmp; mount -o remount,bind,ro .' },
    ],
    ["with a temporary folder that nothing may be started in", { setup: "mount -t tmpfs -o noexec none tmp" }],
    ["with a temporary folder too deep for a socket", { env: [`TMPDIR=/tmp/${"deep".repeat(50)}`] }],
    ["where a library for musl is preloaded", { env: ["LD_PRELOAD=/lib/libmusl.so", "LD_LIBRARY_PATH=/lib"] }],
    ["through links, from a folder with an odd name", { command: ["/bin/link"] }],
    ["for a user whom the system does not know", { user: "12345:12345" }],
  ])("starts %s", async (_where, options) => {
    if (options.user !== undefined && process.getuid?.() !== 0) {
      return void process.stderr.write(
        "NOT RUN: a package for a user whom the system does not know, which takes root.\n",
      );
    }
    expect(await firstLine(options)).toEqual({ line: expect.stringMatching(HANDSHAKE) as string, stderr: "" });
  });

  it.each<[string, Partial<InRoot>, string]>([
    ["there is no /proc", { setup: "umount proc" }, "needs /proc"],
    [
      "its file system takes no programs",
      {
        setup: "mount --bind package package; mount -o remount,bind,noexec package",
        command: ["/bin/sh", `/package/${NAME}`],
      },
      "no noexec is on their mount",
    ],
  ])("says to Terraform and in the log that %s", async (_what, options, sentence) => {
    const { line, stderr } = await firstLine(options);
    expect(line).toContain(sentence);
    expect(stderr).toContain(line);
  });

  it("takes a link through its life", () => takeThroughLife({ target: HOST }));

  it("takes a link through its life on arm64, where qemu plays its processor", async () => {
    const qemu = await findQemu();
    if (typeof qemu !== "string") return void process.stderr.write(`NOT RUN: the package for arm64: ${qemu.problem}\n`);
    await copyFile(qemu, path.join(root, "bin", "qemu"));
    await takeThroughLife({
      target: "linux_arm64",
      // The kernel keeps this by user namespaces. F has it open qemu now, as Docker's and Debian's do, under any root.
      unshare: [...new Set([...UNSHARE, "-r"])],
      setup: `mount -t binfmt_misc none proc/sys/fs/binfmt_misc
        printf '%s' '${ARM64_PROGRAM}:${root}/bin/qemu:F' >proc/sys/fs/binfmt_misc/register`,
    });
  });

  /** Init, apply, plan and destroy, by the Terraform of this machine, which takes the package for one of its own. */
  async function takeThroughLife({ target, setup = "", unshare = UNSHARE }: { target: string } & Partial<InRoot>) {
    const work = path.join(root, target);
    const mirror = path.join(work, "mirror", PROVIDER_ADDRESS);
    await mkdir(mirror, { recursive: true });
    await copyFile(zipOf(target), path.join(mirror, path.basename(zipOf(HOST))));
    const installation = `provider_installation {\n  filesystem_mirror {\n    path = "/${target}/mirror"\n  }\n}\n`;
    await writeFile(path.join(work, "mirror.tfrc"), installation);
    const sandbox = await startSandbox({});
    try {
      const place = {
        serviceAccountId: sandbox.service_accounts[0]?.service_account_id ?? "",
        callbackUrl: "http://127.0.0.1:3000/callback",
      };
      await writeFile(path.join(work, "main.tf"), configuration(place));
      const child = startIn({
        unshare,
        setup: `mount --bind "${findTerraform(process.env).path}" bin/terraform\n${setup}`,
        command: ["/bin/sh", "-e", "-c", LIFE],
        env: [
          "PATH=/bin",
          `HOME=/${target}`,
          `TF_CLI_CONFIG_FILE=/${target}/mirror.tfrc`,
          "CHECKPOINT_DISABLE=1",
          "TF_CLI_ARGS=-no-color",
          "CRONOFY_DATA_CENTER=us",
          `CRONOFY_CLIENT_ID=${sandbox.client_id}`,
          `CRONOFY_CLIENT_SECRET=${sandbox.client_secret}`,
          `CRONOFY_API_URL=${sandbox.api_url}`,
          `CRONOFY_APP_URL=${sandbox.app_url}`,
          `OU_LINK_STORE_FILE=/${target}/links`,
        ],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
      expect([(await once(child, "close"))[0], output]).toEqual([0, expect.stringContaining("1 destroyed")]);
      expect(output).toContain("1 added, 0 changed, 0 destroyed");
      expect(output).toContain("No changes.");
    } finally {
      await sandbox.close();
    }
  }

  it("starts as it is on this system, which has glibc", async () => {
    const loader = ARCHITECTURES[HOST === "linux_arm64" ? "arm64" : "amd64"].loader;
    if (!existsSync(loader)) return void process.stderr.write("NOT RUN: a package on a system with glibc.\n");
    const child = spawn(path.join(root, "package", NAME), { env: { TF_PLUGIN_MAGIC_COOKIE: COOKIE.split("=")[1] } });
    const closed = once(child, "close");
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    expect(line).toMatch(HANDSHAKE);
    expect(readlinkSync(`/proc/${child.pid}/exe`)).toBe(path.join(root, "package", "runtime", NAME));
    child.kill("SIGTERM");
    await closed;
  });
});

/** Ends a program that leads a group, with all that it started. */
function end({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
}

const LIFE = `cd "$HOME"
terraform init
terraform apply -auto-approve
terraform plan -detailed-exitcode
terraform destroy -auto-approve`;

/** How the kernel knows a program for arm64: the first bytes of its file, and those bits of them that count. */
const ARM64_PROGRAM =
  ":arm64:M:0:\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00" +
  ":\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff";

function whyNot(): string | undefined {
  if (process.platform !== "linux") return "this is no Linux";
  const { status, stderr, error } = spawnSync("unshare", [...UNSHARE, "true"], { encoding: "utf8" });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

function loaderName(target: string): string {
  return path.basename(ARCHITECTURES[target === "linux_arm64" ? "arm64" : "amd64"].loader);
}

/** Has the files of a package of Debian. Returns their folder. */
async function debianFiles(name: string): Promise<string> {
  const cache = path.join(CACHE, "debian");
  const kept = () => (existsSync(cache) ? readdirSync(cache) : []).find((each) => each.startsWith(`${name}_`));
  if (kept() === undefined) await downloadDebianPackages([name], cache);
  const folder = path.join(cache, name);
  if (!existsSync(folder)) unpackDebianPackage(path.join(cache, kept() ?? ""), folder);
  return folder;
}

/** What an image of Alpine consists of, in this respect: busybox and musl. */
async function makeMuslSystem(root: string): Promise<void> {
  const folders = ["bin", "lib", "lib64", "usr/lib", "proc", "dev", "tmp", "od:d \n name"];
  for (const folder of folders) await mkdir(path.join(root, folder), { recursive: true });
  await chmod(root, 0o755);
  await chmod(path.join(root, "tmp"), 0o1777);
  await copyFile(path.join(await debianFiles("busybox-static"), "bin", "busybox"), path.join(root, "bin", "busybox"));
  for (const command of ["sh", "env", "readlink"]) await symlink("busybox", path.join(root, "bin", command));
  await writeFile(path.join(root, "bin", "terraform"), "");
  const musl = path.join(await debianFiles("musl"), "lib");
  const [loader = ""] = readdirSync(musl).filter((each) => each.startsWith("ld-musl-"));
  await copyFile(path.join(musl, loader), path.join(root, "lib", loader));
  await symlink(loader, path.join(root, "lib", "libmusl.so"));
  await symlink("../package", path.join(root, "od:d \n name", "to the folder"));
  await symlink(`../od:d \n name/to the folder/${NAME}`, path.join(root, "bin", "link"));
}

async function findQemu(): Promise<string | { readonly problem: string }> {
  if (HOST !== "linux_amd64") return { problem: "only a machine of amd64 plays another here" };
  try {
    return path.join(await debianFiles("qemu-user-static"), "usr", "bin", "qemu-aarch64-static");
  } catch (error) {
    return { problem: String(error) };
  }
}
