import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { carriedGlibc } from "../../../src/plugin/build/carried-glibc";
import { ARCHITECTURES, linuxLauncher } from "../../../src/plugin/build/linux-launcher";
import type { Architecture } from "../../../src/plugin/build/linux-launcher";

const NAME = "terraform-provider-trial_v1.2.3";
/** Those that are here, of what systems have as /bin/sh. */
const SHELLS = ["dash", "bash --posix", "busybox sh"].filter(
  (shell) => spawnSync(`${shell} -c exit`, { shell: true }).status === 0,
);

/** Tells what it was given, in the manner of each part of a package. */
const STAND_IN = `#!/bin/sh
echo "by \${0##*/}" "$@"
echo "pid $$"
echo "trial $TRIAL"
echo "preload \${LD_PRELOAD-un}set, $LD_LIBRARY_PATH"
[ -z "$INTERRUPT" ] || { kill -INT $$; echo survived; }
exit 7
`;

const MODALIAS = "sys/devices/system/cpu/modalias";
const PROCESSOR = "cpu:type:x86,ven0000fam0006mod001A:feature:,0088,0089,008D,0093,0094,0097,00C0,";
const OLD_PROCESSOR = "cpu:type:x86,ven0000fam0006mod0017:feature:,0088,0089,008D,0093,00C0,";

describe("the launcher of a package for Linux", () => {
  let folder = "";
  let count = 0;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "launcher-")));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Lays a package out, on a system that has these files. Returns the launcher's path. */
  function unpack(
    options: { system?: readonly string[]; processor?: string; architecture?: Architecture; place?: string } = {},
  ): string {
    const { system = [], processor = PROCESSOR, architecture = "amd64", place = "package" } = options;
    const root = path.join(folder, String(count++));
    const write = (file: string, content: string): void => {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content, { mode: 0o755 });
    };
    for (const each of ["/proc/self/exe", ...system]) write(`${root}${each}`, STAND_IN);
    write(`${root}/${MODALIAS}`, `${processor}\n`);
    const launcher = path.join(root, place, NAME);
    const text = linuxLauncher(NAME, architecture);
    write(launcher, text.replace(/(?<=[ <])\/(?=(?:proc|sys|lib|lib64|usr\/lib)\/|lib|usr\/lib)/g, `${root}/`));
    write(path.join(root, place, "runtime", NAME), STAND_IN);
    const { loader } = ARCHITECTURES[architecture];
    write(path.join(root, place, "runtime", path.basename(loader)), STAND_IN);
    return launcher;
  }

  function start(command: readonly string[], options: { env?: Record<string, string>; cwd?: string } = {}) {
    const [program = "", ...args] = command;
    const { status, signal, stdout, stderr, pid } = spawnSync(program, args, { encoding: "utf8", env: {}, ...options });
    return { status, signal, stdout, stderr, pid, ranBy: /^by (.*)/.exec(stdout)?.[1] };
  }

  const DIRECTLY = NAME;
  const GLIBC = ["/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/libnss_dns.so.2"];

  function carried(launcher: string, loader = "ld-linux-x86-64.so.2"): string {
    return `${loader} --library-path $ORIGIN ${path.join(path.dirname(launcher), "runtime", NAME)}`;
  }

  it.each(["/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib"])(
    "starts as it is with glibc in %s",
    (libraries) => {
      const launcher = unpack({ system: ["/lib64/ld-linux-x86-64.so.2", `${libraries}/libnss_dns.so.2`] });
      expect(start([launcher])).toMatchObject({ ranBy: DIRECTLY, stderr: "" });
    },
  );

  it.each([
    ["musl", ["/lib/ld-musl-x86_64.so.1"]],
    ["gcompat", ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1", "/lib/libc.so.6", "/lib/libgcompat.so.0"]],
    ["a stub in place of a loader", ["/lib64/ld-linux-x86-64.so.2"]],
    ["no C library at all", []],
    ["glibc 2.12", [...GLIBC, "/lib/x86_64-linux-gnu/libc-2.12.so"]],
    ["glibc of another architecture", ["/lib/ld-linux-aarch64.so.1", "/lib/aarch64-linux-gnu/libnss_dns.so.2"]],
  ])("starts with the carried glibc on a system with %s", (_what, system) => {
    const launcher = unpack({ system });
    expect(start([launcher])).toMatchObject({ ranBy: carried(launcher), stderr: "" });
  });

  it("starts as it is with glibc 2.17, and beside an installed musl", () => {
    const system = [...GLIBC, "/lib/x86_64-linux-gnu/libc-2.17.so", "/lib/ld-musl-x86_64.so.1"];
    expect(start([unpack({ system })])).toMatchObject({ ranBy: DIRECTLY });
  });

  it("knows the loader of arm64, and asks no processor of its kind for what x86 has", () => {
    const system = ["/lib/ld-linux-aarch64.so.1", "/lib/aarch64-linux-gnu/libnss_dns.so.2"];
    const options = { architecture: "arm64", processor: OLD_PROCESSOR } as const;
    expect(start([unpack({ ...options, system })])).toMatchObject({ ranBy: DIRECTLY });
    const launcher = unpack(options);
    expect(start([launcher])).toMatchObject({ ranBy: carried(launcher, "ld-linux-aarch64.so.1") });
  });

  describe.each(SHELLS)("in %s", (shell) => {
    const words = shell.split(" ");

    it.each([
      ["directly", GLIBC],
      ["through the carried glibc", []],
    ])("hands on all that it was given, %s", (_how, system) => {
      const launcher = unpack({ system });
      const env = { PATH: process.env["PATH"] ?? "", TRIAL: "kept\nwhole" };
      const { ranBy, status, stdout, pid, stderr } = start([...words, launcher, "--debug", "", "a  b"], { env });
      expect(ranBy).toBe(`${system.length > 0 ? DIRECTLY : carried(launcher)} --debug  a  b`);
      expect({ status, stderr }).toEqual({ status: 7, stderr: "" });
      // The same process, so signals and its end reach whom they are meant for.
      expect(stdout).toContain(`pid ${pid}\n`);
      expect(stdout).toContain("trial kept\nwhole\n");
    });

    it("finds its folder through links, by relative paths and by odd names, with nothing on the PATH", () => {
      const launcher = unpack({ place: "od:d \n\\ $(name)* -x\n" });
      const near = path.join(path.dirname(launcher), "..", "links");
      mkdirSync(near);
      symlinkSync(path.relative(near, launcher), path.join(near, "to the program\n"));
      symlinkSync("to the program\n", path.join(near, "to the link"));
      symlinkSync(path.dirname(launcher), path.join(near, "to the folder"));
      const [command = "", ...args] = words.map((word) => which(word));
      const ranBy = expect.stringMatching(/^ld-linux-x86-64\.so\.2 /) as string;
      for (const [cwd, file] of [
        ["/", launcher],
        ["/", path.join(near, "to the link")],
        ["/", path.join(near, "to the folder", NAME)],
        [near, "to the link"],
        [near, "./to the link"],
        [path.dirname(launcher), NAME],
        [path.dirname(launcher), `../${path.basename(path.dirname(launcher))}/${NAME}`],
      ] as const) {
        expect(start([command, ...args, file], { cwd })).toMatchObject({ ranBy, stderr: "" });
      }
    });

    it.each([
      ["the executable is missing", (it) => rmSync(it("runtime", NAME)), "is missing. Unpack the whole zip"],
      ["the loader is missing", (it) => rmSync(it("runtime/ld-linux-x86-64.so.2")), "is missing. Unpack the whole zip"],
      ["it may not be executed", (it) => chmodSync(it("runtime", NAME), 0o644), "chmod \\+x"],
      ["the loader may not be", (it) => chmodSync(it("runtime/ld-linux-x86-64.so.2"), 0o644), "chmod \\+x"],
      ["there is no /proc", (it) => rmSync(it("../proc"), { recursive: true }), "needs /proc"],
      ["the processor is too old", (it) => writeFileSync(it(`../${MODALIAS}`), `${OLD_PROCESSOR}\n`), "lacks SSE4.2"],
    ] satisfies [string, (it: (...file: string[]) => string) => void, string][])(
      "says in one line that %s",
      (_what, damage, sentence) => {
        const launcher = unpack();
        damage((...file) => path.join(path.dirname(launcher), ...file));
        const line = new RegExp(`^The provider ${NAME} cannot start: .*${sentence}.*\\n$`);
        const byHand = start([...words, launcher], { env: { PATH: process.env["PATH"] ?? "" } });
        expect(byHand).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(line) as string });
        const env = { PATH: process.env["PATH"] ?? "", TF_PLUGIN_MAGIC_COOKIE: "set" };
        const byTerraform = start([...words, launcher], { env });
        expect(byTerraform).toMatchObject({ status: 1, stdout: byHand.stderr, stderr: byHand.stderr });
      },
    );
  });

  it("leaves a Ctrl-C to Terraform from the first moment, and to the person who starts it by hand", () => {
    const launcher = unpack({ system: GLIBC });
    const env = { INTERRUPT: "yes" };
    expect(start([launcher], { env })).toMatchObject({ signal: "SIGINT" });
    expect(start([launcher], { env: { ...env, TF_PLUGIN_MAGIC_COOKIE: "set" } })).toMatchObject({ status: 7 });
  });

  it("keeps what this system preloads from the carried glibc alone", () => {
    const env = { LD_PRELOAD: "", LD_LIBRARY_PATH: "/usr/local/lib" };
    expect(start([unpack({ system: GLIBC })], { env }).stdout).toContain("preload set, /usr/local/lib\n");
    expect(start([unpack()], { env }).stdout).toContain("preload unset, /usr/local/lib\n");
  });
});

describe("the glibc that is carried", () => {
  let cache = "";
  beforeEach(() => {
    cache = mkdtempSync(path.join(tmpdir(), "glibc-"));
  });
  afterEach(() => rmSync(cache, { recursive: true }));

  it("is refused when it is not the very one", async () => {
    const place = await whereItBelongs();
    writeFileSync(place, "other content");
    await expect(carriedGlibc("arm64", cache)).rejects.toThrow(`${place} is not the package that is asked for`);
  });

  it("is asked for where apt is not to be had", async () => {
    await expect(whereItBelongs()).resolves.toMatch(/libc6_[^/]+_arm64\.deb$/);
  });

  /** Where the error says that the package is to be put. */
  async function whereItBelongs(): Promise<string> {
    const PATH = process.env["PATH"];
    process.env["PATH"] = cache;
    try {
      const message = await carriedGlibc("arm64", cache).then(String, (error: Error) => error.message);
      const [, name = "", folder = ""] = /there is no apt-get.* put (\S+) into (\S+)\.$/.exec(message) ?? [];
      return path.join(folder, name);
    } finally {
      process.env["PATH"] = PATH;
    }
  }
});

/** Where a program lies, for what is started without a PATH. */
function which(word: string): string {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  return folders.map((folder) => path.join(folder, word)).find((file) => existsSync(file)) ?? word;
}
