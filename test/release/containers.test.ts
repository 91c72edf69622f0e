// The examples' Containerfiles, with the packages that `npm run release` made: built by docker or podman where one runs, else
// step by step in a copy of this machine's files, which stands for the base images.
import { execFileSync, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { VERSION } from "../../src/provider/address";
import { findTerraform } from "../../src/plugin/testing/find-terraform";

jest.setTimeout(300_000);

const PACKAGES = path.resolve("release/npm");

interface Image {
  /** Runs a script as the image's user, with its root read-only, an empty /tmp, no network, and a folder as /work. */
  run(script: string, env: Readonly<Record<string, string>>, folder: string): { status: number | null; output: string };
  remove(): Promise<void>;
}

/** Builds what a file says, with these packages of a folder. */
type Build = (file: string, context: string, packages: string) => Promise<Image>;

/** What an engine does with a file. */
function withEngine(engine: string): Build {
  return (file, context, packages) => {
    const tag = `localhost/${path.basename(path.dirname(file))}:test`;
    const args = ["build", "--file", file, "--build-arg", `PACKAGES=${packages}`, "--tag", tag, context];
    execFileSync(engine, args, { stdio: "inherit" });
    return Promise.resolve({
      run(script, env, folder) {
        const settings = Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
        const limits = ["--read-only", "--tmpfs", "/tmp", "--network", "none", "--volume", `${folder}:/work`];
        const { status, stdout, stderr } = spawnSync(
          engine,
          ["run", "--rm", ...limits, ...settings, "--entrypoint", "sh", tag, "-c", script],
          { encoding: "utf8" },
        );
        return { status, output: stdout + stderr };
      },
      remove: () => Promise.resolve(void spawnSync(engine, ["image", "rm", tag])),
    });
  };
}

/** Enters the copy and runs what follows there, as $AS. What is written goes to a folder of its own. */
const ENTER = `set -e
cd "$COPY"
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
for each in dev proc sys; do mount --rbind /$each root/$each; done
for each in etc/resolv.conf etc/hosts; do [ ! -e /$each ] || { touch root/$each; mount --bind /$each root/$each; }; done
mkdir -p root/context root/work
mount --bind "$CONTEXT" root/context
if [ "$AS" != 0:0 ]; then
  mount --bind "$CONTEXT" root/work
  mount -o remount,bind,ro root
  mount -t tmpfs tmpfs root/tmp
  mount -t sysfs sysfs root/sys
  echo 0x1 > root/sys/class/net/lo/flags
fi
exec chroot --userspec="$AS" root "$@"`;

/** Does what the file says in a copy of this machine, which has Node, npm and Terraform as the base images do. */
const stepByStep: Build = async (file, packed, packages) => {
  // In a container, /tmp has a file system that cannot be written through another one of its kind.
  const copy = await mkdtemp(path.resolve("release/container-"));
  await chmod(copy, 0o755);
  for (const each of ["upper", "work", "root"]) await mkdir(path.join(copy, each));
  const machine = { PATH: `/usr/local/bin:${process.env["PATH"]}`, NPM_CONFIG_PREFIX: "/usr/local" };
  let image: Record<string, string> = {};
  let user = "0:0";
  const enter = (args: readonly string[], env: NodeJS.ProcessEnv, { context = packed, as = user, unshare = "" } = {}) =>
    spawnSync(
      "unshare",
      ["--mount", ...unshare.split(" ").filter(Boolean), "bash", "--norc", "-c", ENTER, "enter", ...args],
      {
        env: { ...env, ...machine, ...image, COPY: copy, CONTEXT: context, AS: as },
        encoding: "utf8",
      },
    );
  const builds = (...args: readonly string[]) => {
    const { status, stdout, stderr } = enter(args, { ...process.env, PACKAGES: packages });
    if (status === 0) return;
    rmSync(copy, { recursive: true, force: true });
    throw new Error(`${file}: ${args.join(" ")}: ${stdout}${stderr}`);
  };
  for (const instruction of await instructionsOf(file)) {
    const text = instruction.getArgumentsContent() ?? "";
    switch (instruction.getKeyword()) {
      case "RUN":
        builds("sh", "-c", text);
        break;
      case "COPY": {
        const [from = "", to = ""] = text.split(" ");
        expect(from).toBe("/bin/terraform");
        // Where this machine has it in that very place, cp has nothing to do, and says so.
        builds("sh", "-c", `cp "$0" "$1" || [ "$0" -ef "$1/terraform" ]`, findTerraform(process.env).path, to);
        break;
      }
      case "ENV":
        image = { ...image, ...Object.fromEntries([text.split("=") as [string, string]]) };
        break;
      case "USER":
        user = text;
        break;
      case "FROM":
      case "ARG":
      case "EXPOSE":
      case "WORKDIR":
      case "HEALTHCHECK":
      case "ENTRYPOINT":
      case "CMD":
        break;
      default:
        throw new Error(`${file}: the test does not know ${instruction.getKeyword()}.`);
    }
  }
  return {
    run(script, env, folder) {
      const { status, stdout, stderr } = enter(["sh", "-c", `cd /work && ${script}`], env, {
        context: folder,
        unshare: "--net",
      });
      return { status, output: stdout + stderr };
    },
    async remove() {
      await rm(copy, { recursive: true, force: true });
    },
  };
};

async function instructionsOf(file: string) {
  return DockerfileParser.parse(await readFile(file, "utf8")).getInstructions();
}

/** What a file gives as JSON, such as its ENTRYPOINT, as a line for a shell. */
async function commandOf(file: string, keyword: string): Promise<string> {
  const found = (await instructionsOf(file)).find((each) => each.getKeyword() === keyword);
  const words = JSON.parse(found?.getArgumentsContent()?.replace(/^CMD /, "") ?? "") as string[];
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

const engine = ["docker", "podman"].find((each) => spawnSync(each, ["info"]).status === 0);
const canCopy = process.platform === "linux" && spawnSync("unshare", ["--mount", "--net", "true"]).status === 0;
const build = engine === undefined ? canCopy && stepByStep : withEngine(engine);
const describeBuilt = build === false ? describe.skip : describe;
if (build === false)
  process.stderr.write("NOT RUN: the Containerfiles, for no engine runs here, and only root can copy.\n");

describeBuilt("the Containerfiles", () => {
  let folder: string;
  const images: Image[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "containers-"));
    await chmod(folder, 0o777);
  });
  afterAll(async () => {
    for (const image of images) await image.remove();
    await rm(folder, { recursive: true, force: true });
  });
  const built = async (file: string, ...packages: readonly string[]): Promise<Image> => {
    const context = await mkdtemp(path.join(folder, "context-"));
    for (const each of packages) await cp(path.join(PACKAGES, each), path.join(context, each));
    const image = await (build as Build)(file, context, packages.map((each) => `./${each}`).join(" "));
    images.push(image);
    return image;
  };
  const WHO = `echo "user $(id -u)"; touch /usr/local/written 2>/dev/null || echo "root is read-only"`;

  it.each(["examples/link-service/Containerfile", "examples/pipelines/Containerfile"])(
    "%s takes this version, from bases that cannot change",
    async (file) => {
      const instructions = await instructionsOf(file);
      const of = (keyword: string) =>
        instructions.filter((each) => each.getKeyword() === keyword).map((each) => each.getArgumentsContent());
      expect(of("ARG")).toEqual([`PACKAGES=ou-link@${VERSION}`]);
      for (const base of of("FROM")) expect(base).toMatch(/^[\w/]+:[\w.-]+@sha256:[0-9a-f]{64}/);
    },
  );

  it("the link service starts, is healthy, and ends when it is told to", async () => {
    const file = "examples/link-service/Containerfile";
    const image = await built(file, `ou-link-${VERSION}.tgz`);
    const [entrypoint, healthcheck] = [await commandOf(file, "ENTRYPOINT"), await commandOf(file, "HEALTHCHECK")];
    const { output } = image.run(
      `${WHO}
mkfifo /tmp/ready
${entrypoint} > /tmp/ready & read -r line < /tmp/ready
${healthcheck}; echo "health $?"
kill $!; wait $!; echo "ended with $?"`,
      {
        OU_LINK_PUBLIC_URL: "https://links.example.com",
        CRONOFY_DATA_CENTER: "us",
        CRONOFY_CLIENT_ID: "a-client",
        CRONOFY_CLIENT_SECRET: "a-s3cret",
        OU_LINK_STORE_FILE: "/tmp/store",
      },
      folder,
    );
    expect(output.split("\n")).toEqual(
      expect.arrayContaining(["user 1000", "root is read-only", "health 0", "ended with 0"]),
    );
    expect(output).not.toContain("s3cret");
  });

  it("a pipeline's Terraform and ou-link drift run without a registry", async () => {
    const file = "examples/pipelines/Containerfile";
    const provider = `ou-link-provider-linux-${process.arch}-${VERSION}.tgz`;
    const image = await built(file, `ou-link-${VERSION}.tgz`, provider);
    const links = path.join(folder, "links");
    await mkdir(links, { mode: 0o777 });
    await chmod(links, 0o777);
    await writeFile(
      path.join(links, "main.tf"),
      `terraform {
  required_providers {
    cronofy = {
      source = "ou-link/cronofy"
    }
  }
}

resource "cronofy_organizational_unit_link" "acme" {
  service_account_id = "ser_5ba21743f408617d1269ea1e"
}
`,
    );
    const env = {
      CRONOFY_DATA_CENTER: "us",
      CRONOFY_CLIENT_ID: "a-client",
      OU_LINK_SERVICE_URL: "https://links.example.com",
      OU_LINK_STORE_FILE: "/tmp/store",
    };
    const { status, output } = image.run(
      // What the image's user has written, nobody else may be able to remove.
      `${WHO}; ${await commandOf(file, "CMD")}; code=$?
rm -rf links/.terraform; exit $code`,
      env,
      folder,
    );
    expect([status, output]).toEqual([
      0,
      expect.stringMatching(/^user 1000\nroot is read-only\n[^]*Installed ou-link\/cronofy v/),
    ]);
  });
});
